"""A council's directory as its staff system sends it each night: a table with one line a person or team."""
from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date

from moothall.directory.models import Listing
from moothall.domain.findings import Finding, Place

COLUMNS = ("code", "kind", "name", "also", "team", "role", "number", "takes_calls", "restricted", "deputy")
NEEDED = ("code", "kind", "name")
LARGEST = 5_000_000  # characters
LONGEST = {name: Listing._meta.get_field(name).max_length or 0 for name in ("code", "name", "team", "role", "number")}
_YES, _NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0", "")


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    kind: str
    name: str
    also: tuple[str, ...] = ()
    team: str = ""
    role: str = ""
    number: str = ""
    takes_calls: bool = True
    restricted: bool = False
    deputy: str = ""


def read_feed(text: str, file: str = "directory.csv") -> tuple[list[Row], list[Finding]]:
    """The rows of a feed, and what is wrong with it by line. With any finding nothing of it should be loaded."""
    if len(text) > LARGEST:
        return [], [Finding("large", f"This file has {len(text):,} characters", f"{LARGEST:,} fit.", Place("", file))]
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    named = tuple(reader.fieldnames or ())
    missing = [name for name in NEEDED if name not in named]
    if missing or set(named) - set(COLUMNS):
        strange = sorted(set(named) - set(COLUMNS))
        words = f"The first line lacks {', '.join(missing)}" if missing else f"There is no column “{strange[0]}”"
        return [], [Finding("columns", words, f"Columns are {', '.join(COLUMNS)}.", Place("", file, 1, 1))]
    rows: list[Row] = []
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    for given in reader:
        line = reader.line_num
        told = {name: (given.get(name) or "").strip() for name in COLUMNS}
        wrong = _wrong(told, seen)
        findings += [Finding("row", words, remedy, Place("", file, line, 1)) for words, remedy in wrong]
        seen.setdefault(told["code"], line)
        if not wrong:
            rows.append(_row(told))
    codes, nowhere = {row.code for row in rows}, Place("", file)
    findings += [
        Finding("deputy", f"{row.name}’s deputy “{row.deputy}” isn’t in this file", "Name one that is.", nowhere)
        for row in rows
        if row.deputy and row.deputy not in codes and not findings
    ]
    return rows, findings


def _wrong(told: dict[str, str], seen: dict[str, int]) -> list[tuple[str, str]]:
    found = [(f"There is no {name} here", "Fill it in.") for name in NEEDED if not told[name]]
    if told["kind"] and told["kind"] not in Listing.Kind.values:
        found.append((f"“{told['kind']}” is no kind", "Write person or team."))
    if told["code"] in seen:
        found.append((f"“{told['code']}” stands in line {seen[told['code']]} already", "Give each its own code."))
    found += [
        (f"The {name} has {len(told[name])} characters", f"{most} fit.")
        for name, most in LONGEST.items()
        if len(told[name]) > most
    ]
    found += [
        (f"“{told[name]}” isn’t yes or no", f"Write yes or no under {name}.")
        for name in ("takes_calls", "restricted")
        if told[name].lower() not in (*_YES, *_NO)
    ]
    return found


def _row(told: dict[str, str]) -> Row:
    also = tuple(name.strip() for name in told["also"].split(";") if name.strip())
    return Row(
        told["code"], told["kind"], told["name"], also, told["team"], told["role"], told["number"],
        told["takes_calls"].lower() not in _NO or not told["takes_calls"], told["restricted"].lower() in _YES,
        told["deputy"],
    )  # fmt: skip


def same(listing: Listing, row: Row, today: date) -> bool:
    """Whether a row stands in the table already as the feed has it."""
    kept = (listing.kind, listing.name, tuple(listing.also), listing.team, listing.role, listing.number,
            listing.takes_calls, listing.restricted, listing.deputy)  # fmt: skip
    told = (row.kind, row.name, row.also, row.team, row.role, row.number, row.takes_calls, row.restricted, row.deputy)
    return kept == told and (listing.valid_to is None or listing.valid_to > today)
