"""The journal's proof: blocks chained by their hashes, each entry's way up to its block's root (RFC 6962)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

BLOCK, PROOF, ENTRY = "journal_block", "journal_proof", "journal_entry"
HASHED = ("number", "spans", "first", "last", "entries", "root", "marks", "cluster", "horizon", "own_xact",
          "settled_at", "sealed_at")  # fmt: skip
LEAF = ("id", "xact", "kind", "council_id", "service_id", "contact_id", "need_id", "case_id", "principal", "at",
        "recorded_at", "body")  # fmt: skip
INSTANTS = {"at", "recorded_at"}
Row = dict[str, Any]
Rows = Callable[[], Iterator[tuple[int, Row]]]
Add = Callable[[str], None]


def check_journal(rows: Mapping[str, Rows], certificate: Row, add: Add) -> str:
    """Follow the chain, then every proof; a line of what there is."""
    told = certificate.get("journal", {})
    if not {BLOCK, PROOF, ENTRY} <= set(rows):
        add("the journal's files aren't all described")
        return "  journal: not proved"
    roots, head = _chain(rows[BLOCK], add)
    proved = _proofs(rows[PROOF], roots, add)
    entries = 0
    for number, entry in rows[ENTRY]():
        entries += 1
        leaf = proved.get(entry.get("id"))
        if leaf is not None and leaf != _told_by(entry):
            add(f"{ENTRY}.jsonl, line {number}: entry {entry.get('id')} says something else than its proof")
    if (len(proved), entries - len(proved)) != (told.get("proved"), told.get("not_sealed")):
        add(f"{len(proved)} of {entries} entries are proved; the certificate says {told.get('proved')}, and "
            f"{told.get('not_sealed')} not sealed")
    return f"  journal: {len(roots)} blocks, {len(proved)} of {entries} entries proved; the newest block is {head}"


def _chain(blocks: Rows, add: Add) -> tuple[dict[int, tuple[str, int]], str]:
    """The root and size of each block, and the head."""
    roots: dict[int, tuple[str, int]] = {}
    before, due = "0" * 64, 1
    for _, block in blocks():
        number = block.get("number")
        if number != due:
            add(f"block {due} of the journal is missing")
        try:
            text = json.dumps([block["form"], before, *(_hashed(name, block[name]) for name in HASHED)],
                              separators=(",", ":"))
        except (KeyError, TypeError, ValueError) as problem:
            add(f"block {number} of the journal can't be read: {problem}")
            return roots, ""
        if sha256(b"\x02" + text.encode()).hexdigest() != block.get("chained"):
            add(f"block {number} of the journal isn't what was sealed, or isn't behind the same block")
        before, due = str(block.get("chained")), int(block["number"]) + 1
        roots[int(block["number"])] = block["root"], block["entries"]
    return roots, f"{due - 1}:{before}"


def _hashed(name: str, value: Any) -> Any:
    if name in {"settled_at", "sealed_at"} and value is not None:
        return datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(UTC).isoformat(timespec="microseconds")
    return value


def _proofs(proofs: Rows, roots: Mapping[int, tuple[str, int]], add: Add) -> dict[int, str]:
    """What each proved entry says, as a hash; memory holds no texts."""
    found: dict[int, str] = {}
    for number, proof in proofs():
        place = f"{PROOF}.jsonl, line {number}"
        try:
            root, size = roots[proof["block"]]
            leaf = json.loads(proof["leaf"])
            top = climb(proof["leaf"], proof["index"], size, proof["path"])
        except (KeyError, ValueError, TypeError, IndexError):
            add(f"{place}: it can't be read, or its block isn't there")
            continue
        if top != root or leaf[0] != proof["entry"]:
            add(f"{place}: entry {proof.get('entry')} doesn't lead to the root of block {proof['block']}")
            continue
        found[leaf[0]] = _fingerprint(leaf)
    return found


def climb(text: str, index: int, size: int, path: list[str]) -> str:
    """From an entry's text up to the root."""
    top = sha256(b"\x00" + text.encode()).digest()
    rest = [bytes.fromhex(each) for each in path]
    while size > 1:
        if index % 2:
            top = sha256(b"\x01" + rest.pop(0) + top).digest()
        elif index + 1 < size:
            top = sha256(b"\x01" + top + rest.pop(0)).digest()
        index, size = index // 2, (size + 1) // 2
    if rest:
        raise ValueError("the way is longer than the tree is high")
    return top.hex()


def _told_by(entry: Row) -> str:
    return _fingerprint([entry.get(name) for name in LEAF])


def _fingerprint(values: list[Any]) -> str:
    same = [_instant(value) if name in INSTANTS else value for name, value in zip(LEAF, values, strict=True)]
    return sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()


def _instant(value: Any) -> float:
    found = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
