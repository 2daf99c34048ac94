"""`moothall sever COUNCIL`: cut one council off within seconds, or let it take part again."""
from __future__ import annotations

import argparse
import sys

from moothall.cli.councils import BY_NAME, COUNCIL, council_called

HELP = "cut a council off: its people signed out, its calls unanswered, nobody else sees it; --undo lets it back"
ROLE = "owner"
WRONG = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("council", metavar=COUNCIL, help=BY_NAME)
    parser.add_argument("--reason", default="", metavar="WORDS", help="why; the council's journal keeps it")
    parser.add_argument("--undo", action="store_true", help="let it take part again")
    parser.add_argument("--yes", action="store_true", help="don't ask once more")


def run(args: argparse.Namespace) -> int:
    from moothall.agreements.control import councils_without, mend_council, sever_council
    from moothall.agreements.halt_words import cuts_at
    from moothall.agreements.life import Refused
    from moothall.domain.plural import count
    from moothall.domain.responsibility.phrases import moment_words
    from moothall.lib import clock
    from moothall.people.sessions import end_sessions

    council = council_called(args.council)
    if not args.undo and not args.reason.strip():
        sys.stderr.write("Say why: --reason \"…\". The council's journal keeps it.\n")
        return WRONG
    if not args.undo and not args.yes and not _sure(council, councils_without(council.number, clock.now())):
        sys.stdout.write("Nothing was changed.\n")
        return 1
    try:
        if args.undo:
            mend_council(council)
            sys.stdout.write(f"{council.name} takes part again. Its people sign in anew.\n")
            return 0
        sever_council(council, reason=args.reason.strip())
        done = "is cut off"
    except Refused as refused:
        if refused.code == "not_cut":
            sys.stdout.write(f"{council.name} isn't cut off.\n")
            return 0
        if refused.code != "already_cut":
            raise
        since = cuts_at(clock.now()).filter(council=council).first()
        done = "was cut off already" + (f" on {moment_words(since.starts)}: “{since.reason}”" if since else "")
    ended = end_sessions(council.number, clock.now())
    signed_out = f"{count(ended, 'session')} of its people ended. " if ended else ""
    sys.stdout.write(f"{council.name} {done}. {signed_out}Undo it with: moothall sever {council.gss} --undo\n")
    return 0


def _sure(council: object, others: int) -> bool:
    sys.stdout.write(
        f"{council}: its people are signed out, {others} other councils' teams stop seeing it, its calls end "
        "unanswered until you undo it. Type its short name to go on: "
    )
    sys.stdout.flush()
    return sys.stdin.readline().strip().casefold() == str(getattr(council, "short_name", "")).casefold()
