"""`moothall call`: ring a line of the demo by hand, see how the call stands, ring off."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from dataclasses import asdict

from moothall.cli import demos, given
from moothall.telephony import callers

HELP = "Ring a line of the demo as a caller would"
ROLE = None  # no database: a caller has none
STATES = {"waiting": "Waiting in the queue", "ringing": "Ringing", "talking": "Talking", "ended": "Over"}
WHY = {
    "caller": "the caller rang off",
    "patience": "the caller gave up waiting",
    "agent": "the agent rang off",
    "exchange": "the exchange ended it",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="what", required=True, metavar="place | status | hang-up")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--exchange", metavar="HOST:PORT", help="the exchange's callers' port")
    shared.add_argument("--json", action="store_true", help="print the answer as JSON")
    place = words.add_parser("place", parents=[shared], help="ring a line")
    place.add_argument("--to", required=True, type=_number, metavar="N", help="the line to ring, such as 5001")
    place.add_argument(
        "--from", required=True, dest="caller", type=_caller, metavar="N",
        help="the caller's number, 'withheld' or 'unknown'",
    )
    place.add_argument("--talk", type=given.seconds(), metavar="S", help="ring off so many seconds after the answer")
    place.add_argument("--patience", type=given.seconds(), metavar="S", help="give up so many seconds after dialling")
    for word, text in (("status", "how a call stands"), ("hang-up", "ring off as the caller")):
        words.add_parser(word, parents=[shared], help=text).add_argument("call", metavar="ID")


def run(args: argparse.Namespace) -> int:
    """Do it and say what came of it; 1 if the exchange can't be reached or refuses."""
    address = args.exchange or os.environ.get("MOOTHALL_EXCHANGE_CALLERS") or callers.DEFAULT_ADDRESS
    try:
        answer, words = _act(address, args)
    except callers.CallersError as problem:
        hint = "" if address != callers.DEFAULT_ADDRESS or args.exchange else f" {demos.where_to_speak()}"
        print(f"moothall call: {problem}{hint}", file=sys.stderr)
        return 1
    print(json.dumps(answer) if args.json else words)
    return 0


def _act(address: str, args: argparse.Namespace) -> tuple[dict[str, object], str]:
    if args.what == "place":
        caller = None if args.caller == "unknown" else args.caller
        call = callers.place(address, to=args.to, caller=caller, talk=args.talk, patience=args.patience,
                             known_only=True)
        return {"call": call}, f"Ringing {args.to}. The call is {call}."
    if args.what == "hang-up":
        callers.hang_up(address, args.call)
        return {"call": args.call}, "The caller rang off."
    status = callers.status(address, args.call)
    words = f"{STATES.get(status.state, status.state)}, {status.seconds:.0f} seconds after dialling {status.to}"
    if status.station:
        words += f", at telephone {status.station}"
    if status.why:
        words += f": {WHY.get(status.why, status.why)}"
    return asdict(status), words + "."


def _number(text: str) -> str:
    """A number as it is dialled: digits, with a plus before them and spaces between them if need be."""
    digits = re.sub(r"[ ()-]", "", text)
    if not re.fullmatch(r"\+?\d{2,15}", digits):
        raise argparse.ArgumentTypeError(f"“{text}” can't be dialled. Give digits, like 5001 or 01632960123")
    return digits


def _caller(text: str) -> str:
    return text if text in {"withheld", "unknown"} else _number(text)
