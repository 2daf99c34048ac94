"""`moothall who-answers`: who answers, or resolves, a council's service at an instant, by the agreements in force."""
from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from moothall.cli.councils import BY_NAME, COUNCIL, council_called
from moothall.cli.instants import instant
from moothall.domain.calendar import LONDON
from moothall.domain.responsibility.shares import CHANNELS, FUNCTIONS, Cell

if TYPE_CHECKING:
    from moothall.agreements.queries import Answer, Gap

HELP = "say who answers a council's service at an instant"
ROLE = "report"
WRONG_USE = 2

HALTED = {  # why nobody does it although the agreement says who would
    "paused": "the share by which somebody would is paused; its council lets it go on in the control room.",
    "taken_back": "the share by which somebody would was taken back for good; another version can share it again.",
    "cut_off": "a council of that share is cut off. `moothall sever COUNCIL --undo` lets it take part again.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--council", required=True, metavar=COUNCIL, help=BY_NAME)
    parser.add_argument("--service", required=True, metavar="ID", help="slug or number, like refuse or 524")
    parser.add_argument("--channel", default="phone", choices=CHANNELS)
    parser.add_argument("--function", default="answer", choices=FUNCTIONS)
    parser.add_argument(
        "--at", type=instant, metavar="INSTANT", help="like 2026-12-24T15:30, by London's clocks; now if left out"
    )
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """0 with the answer, be it a share, a gap or that nothing is promised; 2 for a service not known."""
    from contextlib import nullcontext

    from moothall.agreements.document import nearest
    from moothall.agreements.halt_words import halt_told, halts_about
    from moothall.agreements.halts import halts_to_come
    from moothall.agreements.in_force import as_if, build, held
    from moothall.agreements.promised import is_promised
    from moothall.agreements.queries import responsible
    from moothall.agreements.register import register_from_database
    from moothall.lib import clock

    register = register_from_database()
    council, service = council_called(args.council, partnerships=True), register.service(args.service)
    if service is None:
        known = [entry.slug for entry in register.services if entry.number]
        return _wrong(f"“{args.service}” isn't a service here. {nearest(args.service, known)}")
    now = clock.now()
    at = args.at or now
    cell = Cell(council.number, service.number, args.channel, args.function)
    # What is in force is kept from now on; of a time that is past the map is made anew.
    with as_if(build(held(at), halts_to_come(at), at)) if at < now else nullcontext():
        found = responsible(*cell, at)
    halted = [(share, halt_told(halt)) for share, halt in halts_about(cell, at)]
    promised = is_promised(cell, at)
    asked = {"council": council.gss, "service": service.slug, "channel": args.channel, "function": args.function,
             "at": _iso(at)}
    if args.json:
        stopped = [{"share": share.key, "team": share.team.slug, "why": words} for share, words in halted]
        told = {**asked, "promised": promised, **_as_json(found, promised), "stopped": stopped}
        json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return 0
    does = "answers" if args.function == "answer" else "resolves"
    sys.stdout.write(f"{council.short_name}, {service.name}, {args.channel}, {_words(at)}\n")
    lines = _as_words(found, does, promised)
    lines += [f"The share “{share.key}”, by which {share.team.name} {does}, {words}" for share, words in halted]
    sys.stdout.writelines(f"  {line}\n" for line in lines)
    return 0


def _as_json(found: Answer | Gap, promised: bool) -> dict[str, Any]:
    from moothall.agreements.queries import Gap

    if isinstance(found, Gap):
        following = _iso(found.next_at) if found.next_at else None
        return {"gap": promised, "why": found.code, "next_at": following, "next_share": found.next_share or None}
    standard = found.standard
    return {
        "gap": False,
        "share": found.share_key,
        "share_id": found.share_id,
        "version_id": found.version_id,
        "tiers": [{"after_s": after, "team": team} for (after, _), team in zip(found.tiers, found.teams, strict=True)],
        "answered_within_s": standard.answered_within_s,
        "resolved_within_working_days": standard.resolved_within_days,
        "for_percent": standard.for_percent,
        "until": _iso(found.until) if found.until else None,
    }


def _as_words(found: Answer | Gap, does: str, promised: bool) -> list[str]:
    from moothall.agreements.queries import Gap

    if isinstance(found, Gap):
        following = f"Next from {_words(found.next_at)}, by the share “{found.next_share}”." if found.next_at else \
            "No agreement in force says when anybody does."
        if halted := HALTED.get(found.code):
            return [f"Nobody {does}: {halted}", *([following] if found.next_at else [])]
        nobody = f"Nobody {does} then, though it is promised: a gap." if promised else \
            f"Nobody {does} then, and nothing is promised then: no gap."
        return [nobody, following]
    lines = [f"Share “{found.share_key}”" + (f", until {_words(found.until)}" if found.until else "")]
    for (after, _), team in zip(found.tiers, found.teams, strict=True):
        lines.append(f"{team} {does} first" if after == 0 else f"{team} joins after {after} seconds")
    standard = found.standard
    percent = f", for {standard.for_percent} in a hundred" if standard.for_percent else ""
    if standard.answered_within_s:
        lines.append(f"Promise: answered within {standard.answered_within_s} seconds{percent}")
    if standard.resolved_within_days is not None:
        lines.append(f"Promise: resolved within {standard.resolved_within_days} working days{percent}")
    return lines


def _iso(at: datetime) -> str:
    return at.astimezone(LONDON).isoformat()


def _words(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M}"


def _wrong(words: str) -> int:
    sys.stderr.write(f"moothall who-answers: {words}\n")
    return WRONG_USE
