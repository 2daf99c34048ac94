"""`moothall council add | staff | checklist | dry-run | list | show | remove`: a council from its ONS code to live."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from moothall.cli import given
from moothall.cli.council_show import add_show, show
from moothall.cli.councils import council_called
from moothall.domain.findings import as_dicts, as_lines

if TYPE_CHECKING:
    from moothall.onboarding.bring import Brought
    from moothall.onboarding.staff import StaffPlan
    from moothall.tenancy.models import Council

HELP = "bring a council from its ONS code to live, and say what is missing"
ROLE = None  # `show` reads as `report`; the steps are the owner's
MISSING, WRONG = 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    named = "add | staff | checklist | dry-run | list | show | remove"
    words = parser.add_subparsers(dest="what", required=True, metavar=named)
    add = words.add_parser("add", help="let a council take part, with all that its file says")
    add.add_argument(
        "gss", nargs="?", default="", metavar="GSS", help="its ONS code, or its name; else the file says it"
    )
    add.add_argument(
        "--from", dest="source", type=given.path, metavar="FOLDER", help="a folder with council.yaml, or such a file"
    )
    staff = words.add_parser(
        "staff", help="load a file of staff: name, email, team, role; job, station, skills if need be"
    )
    staff.add_argument("slug", metavar="SLUG")
    staff.add_argument("file", type=given.path, metavar="FILE.csv")
    for each in (add, staff):
        each.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")
    check = words.add_parser("checklist", help="say what is missing; exit 1 while anything is")
    check.add_argument("slug", metavar="SLUG")
    play = words.add_parser(
        "dry-run", help="play simulated calls, and say who would answer; exit 1 if something is wrong"
    )
    play.add_argument("slug", metavar="SLUG")
    play.add_argument("--calls", type=given.whole(1, 10_000), default=60, metavar="N", help="at most (60)")
    play.add_argument("--by", type=given.whole(1, given.MOST_KEY), metavar="PERSON",
                      help="the number of the person in whose name it is kept (what the page's job says)")
    listed = words.add_parser("list", help="every council that takes part, and how far it is")
    add_show(words)
    remove = words.add_parser("remove", help="take out a council that was added by mistake, while nothing lives on it")
    remove.add_argument("slug", metavar="SLUG")
    remove.add_argument("--dry-run", action="store_true", help="say whether it could be, and change nothing")
    for each in (add, check, play, listed):
        each.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    from types import SimpleNamespace

    from moothall.cli.main import set_up_django

    set_up_django(SimpleNamespace(ROLE="report" if args.what == "show" else "owner"))  # type: ignore[arg-type]
    if args.what == "show":
        return show(args)
    from moothall.onboarding.actions import NotOnboarded

    verbs = {"add": _add, "staff": _staff, "checklist": _checklist, "dry-run": _dry_run, "list": _list,
             "remove": _remove}  # fmt: skip
    try:
        return verbs[args.what](args)
    except NotOnboarded as problem:
        if getattr(args, "json", False):
            _json({"done": False, "why": str(problem), "findings": as_dicts(problem.findings)})
        else:
            told = as_lines(problem.findings) or [f"moothall council: {problem}"]
            sys.stderr.write("\n".join([*told, "Nothing was changed.", ""]))
        return WRONG


def _add(args: argparse.Namespace) -> int:
    from contextlib import nullcontext

    from moothall.onboarding.bring import bring, undone

    file = _file(args)
    with undone() if args.dry_run else nullcontext():
        brought = bring(file)
        report = _report(brought, args.dry_run)
    if args.json:
        _json(
            {
                "done": not args.dry_run,
                "council": brought.council.gss,
                "slug": brought.council.slug,
                "new": brought.new,
                "told": brought.lines,
                "links": report["links"],
                "wards": report["wards"],
            }
        )
        return 0
    sys.stdout.write("\n".join([*report["lines"], ""]))
    if args.dry_run:
        sys.stdout.write("Nothing was changed. Leave out --dry-run to do it.\n")
    else:
        sys.stdout.write(f"What is missing: moothall council checklist {brought.council.slug}\n")
    return 0


def _file(args: argparse.Namespace) -> Any:
    from moothall.domain.findings import Finding
    from moothall.onboarding.actions import NotOnboarded
    from moothall.onboarding.authorities import Unknown, authority
    from moothall.onboarding.folder import CouncilFile, read_folder

    if args.source is None:
        try:
            return CouncilFile(authority(args.gss).gss, None, {}, {})
        except Unknown as problem:
            raise NotOnboarded("unknown", [Finding("unknown-council", str(problem))]) from None
    file, findings = read_folder(args.source)
    if file is None:
        raise NotOnboarded("unsound", findings)
    if args.gss and args.gss.upper() != file.gss.upper():
        raise NotOnboarded("unsound", [Finding("council-file", f"The file is {file.gss}’s, not {args.gss}’s.")])
    return file


def _report(brought: Brought, dry: bool) -> dict[str, Any]:
    from moothall.onboarding.queries import wards_of

    council = brought.council
    wards = wards_of(council.gss)
    lines = brought.lines if brought.new else [f"{council.name} takes part already.", *brought.lines]
    lines.append(f"Postcodes: {sum(ward.postcodes for ward in wards):,} in {len(wards)} wards.")
    lines += [f"  {ward.name}: {ward.postcodes:,}" for ward in wards]
    found = _links(brought.staff, dry) if brought.staff else []
    if found:
        lines += ["First sign-in, each link good once and for three days:"]
        lines += [f"  {each['name']} <{each['email']}>: {each['link']}" for each in found]
    return {
        "lines": lines,
        "links": found,
        "wards": [{"name": each.name, "postcodes": each.postcodes} for each in wards],
    }


def _links(plan: StaffPlan, dry: bool) -> list[dict[str, str]]:
    from django.conf import settings

    from moothall.onboarding.invitations import link_for
    from moothall.onboarding.queries import people_called

    emails = [] if dry else [row.email for row in plan.new]
    base = getattr(settings, "STAFF_URL", "").rstrip("/")
    return [
        {"name": person.name, "email": person.email, "link": base + link_for(person)}
        for person in people_called(emails)
    ]


def _staff(args: argparse.Namespace) -> int:
    from contextlib import nullcontext

    from moothall.onboarding.actions import load_staff
    from moothall.onboarding.bring import undone

    council = _council(args.slug)
    try:
        raw = args.file.read_bytes() if args.file.stat().st_size < 20_000_000 else b" " * 20_000_000
    except OSError as problem:
        sys.stderr.write(f"moothall council: {args.file}: {problem.strerror}.\n")
        return WRONG
    with undone() if args.dry_run else nullcontext():
        plan = load_staff(council, raw, by=None, name=args.file.name)
    sys.stdout.write("\n".join([*staff_words(plan), ""]))
    if args.dry_run:
        sys.stdout.write("Nothing was changed. Leave out --dry-run to load them.\n")
    for each in _links(plan, args.dry_run):
        sys.stdout.write(f"{each['name']} <{each['email']}>: {each['link']}\n")
    return 0


def _remove(args: argparse.Namespace) -> int:
    from contextlib import nullcontext

    from moothall.onboarding.bring import undone
    from moothall.onboarding.removing import remove_council

    council = _council(args.slug)
    with undone() if args.dry_run else nullcontext():
        remove_council(council, by=None)
    said = "can be removed. Nothing was changed. Leave out --dry-run to do it." if args.dry_run else "is removed."
    sys.stdout.write(f"{council.name} {said}\n")
    return 0


def staff_words(plan: StaffPlan) -> list[str]:
    lines = as_lines(plan.findings)
    lines += [f"New team: {name}" for name in plan.new_teams.values()]
    lines += [f"New: {row.name} <{row.email}>, {row.role} in {', '.join(row.teams)}"
              f"{f'; {row.lacks}' if row.lacks else ''}" for row in plan.new]
    lines += [f"Changed: {row.name} <{row.email}>: {'; '.join(told)}" for row, told in plan.changed]
    return [*lines, f"{plan.summary()}."]


def _checklist(args: argparse.Namespace) -> int:
    from moothall.lib import clock
    from moothall.onboarding.checklist import WORDS
    from moothall.onboarding.state import checklist_of

    found = checklist_of(_council(args.slug), clock.now())
    if args.json:
        _json(found.as_dict())
        return 0 if found.complete else MISSING
    state = "cut off" if found.cut_off else "live" if found.live else "not live yet"
    lines = [f"{found.council}: {found.done} of {len(found.steps)} steps are done, {state}"]
    for step in found.steps:
        lines.append(f"  {WORDS[step.state]:<20} {step.name}: {step.told}")
        lines += [f"{'':<23}{each}" for each in step.todo]
    sys.stdout.write("\n".join([*lines, ""]))
    return 0 if found.complete else MISSING


def _dry_run(args: argparse.Namespace) -> int:
    from moothall.onboarding.rehearsal import play
    from moothall.people.models import Person

    by = Person.objects.get(pk=args.by) if args.by else None
    found = play(_council(args.slug), most=max(1, args.calls), by=by)
    if args.json:
        _json(found.as_dict())
    else:
        sys.stdout.write("\n".join([*found.lines(), ""]))
    return MISSING if found.problems else 0


def _list(args: argparse.Namespace) -> int:
    from moothall.lib import clock
    from moothall.onboarding.state import checklist_of
    from moothall.tenancy.models import Council

    at = clock.now()
    rows = [(council, checklist_of(council, at)) for council in Council.objects.filter(kind="council").order_by("name")]
    if args.json:
        _json(
            [
                {
                    "gss": c.gss,
                    "slug": c.slug,
                    "done": f.done,
                    "steps": len(f.steps),
                    "live": f.live,
                    "cut_off": f.cut_off,
                }
                for c, f in rows
            ]
        )
        return 0
    width = max((len(council.slug) for council, _ in rows), default=0)
    for council, found in rows:
        todo = next((step for step in found.steps if step.state != "done"), None)
        then = f"next: {todo.name.lower()}" if todo else "all done"
        then += ", cut off" if found.cut_off else ", live" if found.live else ""
        sys.stdout.write(f"{council.gss}  {council.slug:<{width}}  {found.done} of {len(found.steps)}  {then}\n")
    return 0


def _council(slug: str) -> Council:
    from moothall.domain.findings import Finding
    from moothall.onboarding.actions import NotOnboarded

    try:
        return council_called(slug)
    except given.Misnamed as problem:
        remedy = "A new one: moothall council add GSS."
        raise NotOnboarded("unknown", [Finding("unknown-council", str(problem), remedy)]) from None


def _json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")
