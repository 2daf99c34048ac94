"""`moothall succession rehearse | certificate`: what passes when councils become one, and that nothing was lost."""
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moothall.cli.councils import BY_NAME, COUNCIL, council_called

if TYPE_CHECKING:
    from moothall.handover.succession import Rehearsed

HELP = "rehearse that councils become one, and certify afterwards that nothing was lost"
ROLE = None  # a rehearsal counts as `report`, a certificate reads as `worker`
WRONG = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="what", required=True, metavar="rehearse | certificate")
    rehearse = words.add_parser("rehearse", help="say what passes on vesting day, and what nobody would do then")
    rehearse.add_argument("text", metavar="FILE|NAME", help="a file, or an agreement here: its short name, or NAME@N")
    rehearse.add_argument("--json", action="store_true", help="for programs")
    after = words.add_parser("certificate", help="prove that all that was open lives on; exit 1 where it doesn't")
    after.add_argument("--successor", required=True, metavar=COUNCIL, help=f"the new council, {BY_NAME}")
    after.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    from types import SimpleNamespace

    from moothall.cli.main import set_up_django

    set_up_django(SimpleNamespace(ROLE="report" if args.what == "rehearse" else "worker"))  # type: ignore[arg-type]
    return _rehearse(args) if args.what == "rehearse" else _certificate(args)


def _rehearse(args: argparse.Namespace) -> int:
    """0 where everything is done by somebody, 1 where something isn't, 2 where there is nothing to rehearse."""
    from moothall.agreements.reader import read_agreement
    from moothall.agreements.register import register_from_database
    from moothall.domain.findings import as_lines
    from moothall.handover.succession import rehearse_succession
    from moothall.lib import clock
    from moothall.tenancy.principals import System
    from moothall.tenancy.scope import scope

    text = _text_of(args.text)
    if text is None:
        return _refuse(f"There is no file {args.text}, and no agreement here of that name with a succession.")
    register, now = register_from_database(), clock.now()
    read = read_agreement(text, register=register, file=args.text)
    if read.terms is None:
        return _refuse("\n".join(["The text can't be read.", *as_lines(read.findings)]))
    to_come = [each for each in read.terms.successions if each.at > now]
    if not to_come:
        return _refuse("The text names no succession that is still to come.")
    with scope(System("count")):
        found = [rehearse_succession(read.terms, each, register=register, now=now) for each in to_come]
    sys.stdout.write(as_json(found) if args.json else "\n".join(as_text(each) for each in found))
    return 1 if any(each.nobody for each in found) else 0


def _text_of(named: str) -> str | None:
    """A file's text, or that of a version here: the one with that number, else the last that names a succession."""
    from moothall.agreements.models import AgreementVersion

    path = Path(named)
    if path.is_file():
        return path.read_text(encoding="utf-8")
    slug, _, number = named.partition("@")
    versions = AgreementVersion.objects.filter(agreement__slug=slug, successions__isnull=False).order_by("-number")
    if number:
        versions = versions.filter(number=int(number)) if number.isdigit() else versions.none()
    return versions.values_list("text", flat=True).first()


def _certificate(args: argparse.Namespace) -> int:
    from moothall.handover.after_succession import NotYet, certify
    from moothall.lib import clock

    council = council_called(args.successor)
    try:
        made = certify(council, now=clock.now())
    except NotYet as problem:
        return _refuse(str(problem))
    if args.json:
        told: dict[str, Any] = {**made.as_dict(), "digest": made.digest}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(f"{made.as_text()}\nDigest {made.digest}. The journals of all of these councils hold it.\n")
    return 0 if made.holds else 1


def as_json(found: list[Rehearsed]) -> str:
    return json.dumps([each.as_dict() for each in found], ensure_ascii=False, indent=2) + "\n"


def as_text(found: Rehearsed) -> str:
    lines = [found.title, "", *found.remarks]
    for group in found.groups:
        lines += ["", f"{group.heading} ({group.count if group.count is not None else 'not counted'})"]
        lines += [f"  {sentence}" for sentence in group.sentences] or [f"  {group.nothing}"]
    return "\n".join([*lines, ""])


def _refuse(words: str) -> int:
    sys.stderr.write(f"moothall succession: {words}\n")
    return WRONG
