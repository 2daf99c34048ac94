"""Reads the folder: manifest, description, rows. Keys are kept in a database of its own, so that memory stays small."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from .chain import check_journal

MANIFEST, PACKAGE, CERTIFICATE = "MANIFEST.sha256", "datapackage.json", "certificate.json"
OF_THE_RUN = {"progress.json", ".lock", MANIFEST}
SHOWN = 20
Row = dict[str, Any]
Read = Iterator[tuple[int, Row]]


@dataclass
class Findings:
    """What doesn't fit. The first ones are kept in words, all are counted."""

    count: int = 0
    words: list[str] = field(default_factory=list)

    def add(self, words: str) -> None:
        self.count += 1
        if len(self.words) < SHOWN:
            self.words.append(words)

    def lines(self) -> list[str]:
        more = [f"… and {self.count - len(self.words)} more."] if self.count > len(self.words) else []
        return [f"WRONG  {each}" for each in self.words] + more


def check(folder: Path, findings: Findings, digest: str = "") -> list[str]:
    """Everything in turn; what there is, in lines."""
    check_manifest(folder, findings, digest)
    package, certificate = _document(folder / PACKAGE, findings), _document(folder / CERTIFICATE, findings)
    if not package or not certificate:
        return [f"{folder} can't be read."]
    council = certificate.get("council", {})
    report = [f"{council.get('name')} ({council.get('gss')}), {'final' if certificate.get('final') else 'NOT FINAL'}"]
    for each in certificate.get("still_seen", []):
        report.append(f"  still seen: {each.get('words')}")
    store = sqlite3.connect("")  # a temporary file, which goes with the connection
    store.execute("CREATE TABLE key (resource, value, PRIMARY KEY (resource, value)) WITHOUT ROWID")
    resources = {each["name"]: each for each in package.get("resources", [])}
    for name in certificate.get("tables", {}):
        if name not in resources:
            findings.add(f"{name} is certified, and no file of it is described")
    for resource in resources.values():
        read = take_keys(folder, resource, store, findings)
        told = certificate.get("tables", {}).get(resource["name"])
        if not read == resource.get("rows") == told:
            findings.add(f"{resource['path']} holds {read} rows; the description says {resource.get('rows')}, "
                         f"the certificate {told}")
        report.append(f"  {resource['name']}: {read} rows")
    for resource in resources.values():
        check_references(folder, resource, store, findings)
    rows = {name: lambda name=name: _lines(folder / resources[name]["path"], findings) for name in resources}
    report.append(check_journal(rows, certificate, findings.add))
    return report


def check_manifest(folder: Path, findings: Findings, digest: str) -> None:
    """Every file has the hash that it should have, none is missing and none is there besides."""
    path = folder / MANIFEST
    if not path.is_file():
        findings.add(f"{MANIFEST} is missing")
        return
    if digest and sha256(path.read_bytes()).hexdigest() != digest:
        findings.add(f"{MANIFEST} isn't the one with the digest {digest}")
    named = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        wanted, _, name = line.partition("  ")
        if not re.fullmatch(r"[0-9a-f]{64}", wanted) or not re.fullmatch(r"(files/)?[\w.-]+", name):
            findings.add(f"{MANIFEST} has a line that can't be read: {line[:80]}")
            continue
        named.add(name)
        if not (folder / name).is_file():
            findings.add(f"{name} is missing")
        elif _hash(folder / name) != wanted:
            findings.add(f"{name} isn't what was certified: its hash is another")
    there = {str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()}
    for each in sorted(there - named - OF_THE_RUN):
        findings.add(f"{each} is no part of what was certified")


def _hash(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def _document(path: Path, findings: Findings) -> Row:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        findings.add(f"{path.name} can't be read: {problem}")
        return {}
    return found if isinstance(found, dict) else {}


def _lines(path: Path, findings: Findings) -> Read:
    """Each row with the number of its line."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    row = json.loads(line.decode("utf-8"))
                    if not isinstance(row, dict) or not line.endswith(b"\n"):
                        raise ValueError("it is no whole row")
                except ValueError as problem:
                    findings.add(f"{path.name}, line {number}: {problem}")
                    continue
                yield number, row
    except OSError as problem:
        findings.add(f"{path.name} can't be read: {problem.strerror}")


def take_keys(folder: Path, resource: Row, store: sqlite3.Connection, findings: Findings) -> int:
    """Read a file once: each field of its type, each key once; how many rows."""
    schema = resource.get("schema")
    read = 0
    for number, row in _lines(folder / resource["path"], findings):
        read += 1
        if schema is None:
            continue
        for words in wrong_fields(row, schema["fields"]):
            findings.add(f"{resource['path']}, line {number}: {words}")
        for name in (row.get(each["name"]) for each in schema["fields"] if "file" in each):
            if name and not (folder / str(name)).is_file():
                findings.add(f"{resource['path']}, line {number}: it names {name}, which isn't there")
        key = str(row.get(schema["primaryKey"][0]))
        done = store.execute("INSERT OR IGNORE INTO key VALUES (?, ?)", (resource["name"], key))
        if not done.rowcount:
            findings.add(f"{resource['path']}, line {number}: {key} is there twice")
    return read


def wrong_fields(row: Row, fields: list[Row]) -> Iterator[str]:
    if set(row) != {each["name"] for each in fields}:
        yield f"it has other fields than are described: {sorted(set(row) ^ {each['name'] for each in fields})}"
        return
    for each in fields:
        value = row[each["name"]]
        if value is None:
            if each["constraints"]["required"]:
                yield f"{each['name']} is empty"
        elif not is_a(value, each["type"]):
            yield f"{each['name']} is no {each['type']}: {str(value)[:40]}"


def is_a(value: Any, kind: str) -> bool:
    """Whether a value is of a type of the schema."""
    if kind in {"datetime", "date"}:
        try:
            (datetime if kind == "datetime" else date).fromisoformat(str(value).replace("Z", "+00:00"))
        except ValueError:
            return False
        return isinstance(value, str)
    kinds: dict[str, type | tuple[type, ...]] = {
        "boolean": bool, "integer": int, "number": (int, float), "string": str, "array": list, "any": object,
    }
    return isinstance(value, kinds.get(kind, ())) and (kind in {"boolean", "any"} or not isinstance(value, bool))


def check_references(folder: Path, resource: Row, store: sqlite3.Connection, findings: Findings) -> None:
    """Each key that leads into another file leads to a row of it."""
    keys = [
        (each["fields"][0], each["reference"]["resource"]) for each in resource.get("schema", {}).get("foreignKeys", [])
    ]
    for number, row in _lines(folder / resource["path"], Findings()) if keys else ():
        for name, to in keys:
            value = row.get(name)
            if value is None:
                continue
            if not store.execute("SELECT 1 FROM key WHERE resource = ? AND value = ?", (to, str(value))).fetchone():
                findings.add(f"{resource['path']}, line {number}: {name} {value} leads to no row of {to}")
