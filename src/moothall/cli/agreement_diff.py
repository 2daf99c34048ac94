"""`moothall agreement diff OLD NEW`: what the one text changes in the place of the other, in sentences."""
from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from moothall.domain.findings import as_dicts, as_lines
from moothall.domain.plural import count
from moothall.domain.responsibility.phrases import from_words
from moothall.domain.responsibility.told import Changes

if TYPE_CHECKING:
    from moothall.agreements.changes import OpenWork
    from moothall.agreements.compare import NotRead
    from moothall.agreements.register import Register

STORED = re.compile(r"([a-z0-9-]+)@(\d{1,9})")
NOTHING = "none"
NOT_READ, UNREADABLE = 1, 2


class NoSuchText(Exception):
    """Neither a file that can be read nor a version that is stored."""


def add_diff(words: Any) -> None:
    """The arguments, as a word under `moothall agreement`."""
    one = words.add_parser("diff", help="say what one text changes in the place of another")
    one.add_argument("old", metavar="OLD", help=f"a file, a stored version as SLUG@NUMBER, or {NOTHING}")
    one.add_argument("new", metavar="NEW", help="a file, or a stored version as SLUG@NUMBER")
    one.add_argument("--count", action="store_true", help="count people and what is open; needs the database")
    one.add_argument("--json", action="store_true", help="for programs")


def run_diff(args: argparse.Namespace) -> int:
    """0 when it was told, be it nothing; 1 when a text has errors, 2 when there is no such text."""
    from moothall.agreements.compare import NotRead

    counts = args.count or any(_is_stored(text) for text in (args.old, args.new))
    if counts:
        from moothall.cli.main import set_up_django

        set_up_django(SimpleNamespace(ROLE="report"))  # type: ignore[arg-type]  # it asks for the role alone
    try:
        old = None if args.old == NOTHING else _text_of(args.old)
        changes, register, work = (_counted if counts else _compared)(old, _text_of(args.new), (args.old, args.new))
    except NoSuchText as problem:
        sys.stderr.write(f"moothall agreement: {problem}\n")
        return UNREADABLE
    except NotRead as problem:
        return _refuse(args, problem)
    if args.json:
        json.dump(_as_dict(changes, register, work), sys.stdout, ensure_ascii=False, indent=2, default=str)
        sys.stdout.write("\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _as_lines(changes, work))
    return 0


def _is_stored(text: str) -> bool:
    return bool(STORED.fullmatch(text)) and not Path(text).exists()


def _text_of(named: str) -> str:
    if _is_stored(named):
        return _stored_text(*named.split("@"))
    try:
        return Path(named).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it isn't UTF-8 text"
        raise NoSuchText(f"{named} can't be read: {why}") from None


def _stored_text(slug: str, number: str) -> str:
    from moothall.agreements.models import AgreementVersion

    versions = AgreementVersion.objects.filter(agreement__slug=slug).order_by("number")
    if version := versions.filter(number=int(number)).first():
        return version.text
    known = [str(each) for each in versions.values_list("number", flat=True)]
    there = f"Its versions are: {', '.join(known)}." if known else f"No agreement is called “{slug}” here."
    raise NoSuchText(f"there is no version {slug}@{number}. {there}")


Found = tuple[Changes, "Register", "Sequence[OpenWork] | None"]


def _counted(old: str | None, new: str, files: tuple[str, str]) -> Found:
    """With the names, people and open work of the database."""
    from moothall.agreements.changes import what_would_change
    from moothall.agreements.register import register_from_database
    from moothall.lib import clock
    from moothall.tenancy.principals import System
    from moothall.tenancy.scope import scope

    with scope(System("count")):
        found = what_would_change(old, new, at=clock.now(), files=files)
    return found.changes, register_from_database(), found.open_told


def _compared(old: str | None, new: str, files: tuple[str, str]) -> Found:
    """By the shipped register alone."""
    from moothall.agreements.compare import read_texts
    from moothall.agreements.register import register_from_files

    register = register_from_files()
    return read_texts(old, new, register=register, files=files).changes(), register, None


def _refuse(args: argparse.Namespace, problem: NotRead) -> int:
    if args.json:
        json.dump({"which": problem.which, "findings": as_dicts(problem.findings)}, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in as_lines(problem.findings))
        sys.stdout.write(f"{args.old if problem.which == 'before' else args.new} can't be compared.\n")
    return NOT_READ


def _as_lines(changes: Changes, work: Sequence[OpenWork] | None) -> Iterator[str]:
    if not changes.told:
        yield "Nothing changes: both say the same."
        return
    yield f"From {from_words(changes.starts)}:"
    for group in changes.groups:
        yield ""
        yield f"{group.heading} ({len(group.changes)})"
        yield from (f"  {change.sentence}" for change in group.changes)
    yield ""
    if work is None:
        yield "Open on the day: not counted. --count asks the database."
        return
    cases, calls = sum(each.cases or 0 for each in work), sum(each.calls or 0 for each in work)
    yield f"Open on the day ({count(cases, 'case')}, {count(calls, 'call')})"
    yield from (f"  {each.words}" for each in work)


def _as_dict(changes: Changes, register: Register, work: Sequence[OpenWork] | None) -> dict[str, Any]:
    gss = {entry.number: entry.gss for entry in register.councils}
    slugs = {entry.number: entry.slug for entry in register.services}

    def told(change: dict[str, Any]) -> dict[str, Any]:
        councils = [gss[number] for number in change.pop("councils")]
        services = [slugs[number] for number in change.pop("services")]
        return {"kind": change.pop("kind"), "group": change.pop("group"), "councils": councils, "services": services,
                **change}

    return {
        "starts": changes.starts.isoformat(),
        "ends": changes.ends.isoformat(),
        "changes": [told({**asdict(change), "sentence": change.sentence}) for change in changes],
        "open": None if work is None else [
            {**asdict(each), "council": gss[each.council], "service": slugs[each.service]} for each in work
        ],
    }
