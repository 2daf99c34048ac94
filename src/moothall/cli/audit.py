"""`moothall audit verify` and `audit head`: whether the journal is what was written, and what to keep elsewhere."""
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from moothall.cli import given

if TYPE_CHECKING:
    from moothall.journal.chain import Head
    from moothall.journal.verify import Proof

ROLE = "report"
HELP = "prove that the journal is what was written, or name the first block that isn't"
WRONG = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True, metavar="verify | head")
    verify = words.add_parser("verify", help="prove the chain and every block; exit 1 on any break")
    verify.add_argument("--json", action="store_true", help="for programs")
    verify.add_argument("--head", action="append", default=[], metavar="N:HASH", help="a head that you kept elsewhere")
    verify.add_argument("--from-file", type=given.path, metavar="FILE", help="heads that you kept, one a line")
    words.add_parser("head", help="print the newest block as N:HASH, to be kept elsewhere")


def run(args: argparse.Namespace) -> int:
    if args.word == "head":
        from moothall.journal.verify import newest_head

        sys.stdout.write(f"{newest_head()}\n")
        return 0
    try:
        heads = _heads(args.head, args.from_file)
    except UnicodeDecodeError:
        sys.stderr.write(f"moothall audit: {args.from_file} isn't UTF-8 text. Name a file with a head a line.\n")
        return WRONG
    except (ValueError, OSError) as problem:
        sys.stderr.write(f"moothall audit: {problem}\n")
        return WRONG
    from moothall.journal.verify import verify

    proof = verify(heads)
    sys.stdout.write(as_json(proof) if args.json else as_text(proof, heads))
    return 0 if proof.holds else 1


def _heads(given: list[str], file: Path | None) -> list[Head]:
    """The first word of each line is read, so that a date may stand behind it."""
    from moothall.journal.chain import parse_head

    kept = [line.split()[0] for line in file.read_text(encoding="utf-8").splitlines() if line.strip()] if file else []
    if file and not kept:
        raise ValueError(f"{file} holds no head.")
    return [parse_head(text) for text in [*given, *kept]]


def as_json(proof: Proof) -> str:
    from moothall.domain.findings import as_dicts

    told = {
        "holds": proof.holds, "blocks": proof.blocks, "entries": proof.entries,
        "head": {"number": proof.head.number, "hash": proof.head.hash}, "unsealed": proof.unsealed,
        "oldest_unsealed": proof.oldest_unsealed and proof.oldest_unsealed.isoformat(), "broken": proof.broken,
        "wrong": proof.wrong, "findings": as_dicts(proof.findings),
    }  # fmt: skip
    return json.dumps(told, indent=2) + "\n"


def as_text(proof: Proof, heads: list[Head]) -> str:
    from moothall.domain.findings import as_lines
    from moothall.domain.plural import count

    lines = as_lines(proof.findings)
    if proof.wrong > len(proof.findings):
        lines.append(f"… and {proof.wrong - len(proof.findings)} more.")
    entries = count(proof.entries, "entry", "entries")
    lines.append(f"{count(proof.blocks, 'block')} with {entries}; the newest is {proof.head}.")
    if proof.unsealed:
        since = f", the oldest of {proof.oldest_unsealed:%Y-%m-%d %H:%M:%S} UTC" if proof.oldest_unsealed else ""
        lines.append(f"{count(proof.unsealed, 'entry is', 'entries are')} not sealed yet{since}.")
    if proof.broken is not None:
        lines.append(f"BROKEN at block {proof.broken}.")
    elif not proof.holds:
        lines.append("BROKEN: entries were added.")
    else:
        kept = f", and each of the {len(heads)} kept heads is in it" if heads else ""
        lines.append(f"The chain is whole{kept}.")
    return "\n".join([*lines, ""])
