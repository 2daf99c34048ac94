"""`moothall hand-back rehearse | export`: what moves when a council takes its service back, and its rows."""
from __future__ import annotations

import argparse
import json
import sys
from getpass import getpass
from typing import TYPE_CHECKING, Any

from moothall.cli import given
from moothall.cli.councils import BY_NAME, COUNCIL, council_called
from moothall.cli.instants import one_instant

if TYPE_CHECKING:
    from moothall.handover.rehearsal import Rehearsal
    from moothall.tenancy.models import Council

HELP = "rehearse that a council takes its service back, and write out all of its rows"
ROLE = None  # a rehearsal counts as `report`, an export reads as `worker`
WRONG = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="what", required=True, metavar="rehearse | export")
    rehearse = words.add_parser("rehearse", help="say what moves at an instant, and what nobody would do then")
    rehearse.add_argument("--council", required=True, metavar=COUNCIL, help=BY_NAME)
    rehearse.add_argument("--agreement", required=True, metavar="SLUG")
    rehearse.add_argument("--at", required=True, type=one_instant, metavar="INSTANT", help="like 2027-09-01 or …T09:00")
    rehearse.add_argument("--json", action="store_true", help="for programs")
    export = words.add_parser("export", help="write all of a council's rows, certified; goes on where it was killed")
    export.add_argument("--council", required=True, metavar=COUNCIL, help=BY_NAME)
    export.add_argument("--into", required=True, type=given.path, metavar="FOLDER",
                        help="an empty one, or one to go on with")
    export.add_argument("--protected-by", metavar="LOGIN",
                        help="take protected people along, in the name of somebody who may see them; asks for their "
                        "password. Without it they are left out, and the certificate says how many rows")


def run(args: argparse.Namespace) -> int:
    from types import SimpleNamespace

    from moothall.cli.main import set_up_django

    set_up_django(SimpleNamespace(ROLE="report" if args.what == "rehearse" else "worker"))  # type: ignore[arg-type]
    council = council_called(args.council)
    return _rehearse(args, council) if args.what == "rehearse" else _export(args, council)


def _rehearse(args: argparse.Namespace, council: Council) -> int:
    """0 when nothing is left without anybody, 1 when something is."""
    from moothall.agreements.models import Agreement
    from moothall.handover.rehearsal import NotToRehearse, rehearse
    from moothall.lib import clock
    from moothall.tenancy.principals import System
    from moothall.tenancy.scope import scope

    agreement = Agreement.objects.filter(slug=args.agreement).first()
    if agreement is None:
        known = ", ".join(Agreement.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        sys.stderr.write(f"No agreement here is called {args.agreement}. There are: {known}.\n")
        return WRONG
    try:
        with scope(System("count")):
            found = rehearse(council, agreement, at=args.at, now=clock.now())
    except NotToRehearse as problem:
        sys.stderr.write(f"moothall hand-back: {problem}\n")
        return WRONG
    sys.stdout.write(as_json(found) if args.json else as_text(found))
    return 1 if found.nobody else 0


def as_json(found: Rehearsal) -> str:
    return json.dumps(found.as_dict(), ensure_ascii=False, indent=2) + "\n"


def as_text(found: Rehearsal) -> str:
    lines = [found.title, "", *found.remarks]
    for group in found.groups:
        lines += ["", f"{group.heading} ({group.count if group.count is not None else 'not counted'})"]
        lines += [f"  {sentence}" for sentence in group.sentences] or [f"  {group.nothing}"]
    return "\n".join([*lines, ""])


def _export(args: argparse.Namespace, council: Any) -> int:
    from moothall.handover.export import hand_back
    from moothall.handover.folder import WrongFolder
    from moothall.lib import clock

    by = None
    if args.protected_by:
        by = _who_may_see(args.protected_by, council)
        if by is None:
            sys.stderr.write(
                f"{args.protected_by} may not see {council.short_name}'s protected people, or that isn't their "
                "password. A manager of the council gives the right, on the page Protected people.\n"
            )
            return WRONG
    try:
        digest = hand_back(council, args.into, at=clock.now(), tell=_tell, by=by)
    except (WrongFolder, OSError) as problem:
        sys.stderr.write(f"moothall hand-back: {problem}\n")
        return WRONG
    sys.stdout.write((args.into / "certificate.txt").read_text(encoding="utf-8"))
    sys.stdout.write(f"\nDigest {digest}. Keep it elsewhere: the manifest with it is this certificate's.\n")
    return 0


def _who_may_see(login: str, council: Any) -> int | None:
    """The person of that login, if they give their password and may see the council's protected people now."""
    from moothall.customers.protection import may_see_protected
    from moothall.lib import clock
    from moothall.people.models import Person

    typed = getpass("Their password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    person = Person.objects.filter(email=login.lower(), is_active=True).first()
    if person is None or not person.check_password(typed):
        return None
    return person.pk if may_see_protected(person.pk, council.pk, clock.now()) else None


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
