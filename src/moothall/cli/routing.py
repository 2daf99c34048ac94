"""`moothall routing why CONTACT`: to whom a contact was offered, why, and who was next."""
from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from moothall.cli import given

HELP = "Say why a contact went to an agent, and who was next: routing why CONTACT"
ROLE = "report"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True, metavar="why")
    why = words.add_parser("why", help="to whom the contact was offered, why, and who was next")
    why.add_argument("contact", type=given.key, help="the contact's number")
    why.add_argument("--json", action="store_true", help="as JSON, with the order keys")


def run(arguments: argparse.Namespace) -> int:
    from moothall.queueing.why import why

    story = why(arguments.contact)
    if story is None:
        where = "A contact's number stands at the end of its page's address"
        sys.stderr.write(f"There is no contact {arguments.contact}. {where}.\n")
        return 1
    sys.stdout.write(json.dumps(story, indent=2) + "\n" if arguments.json else _as_text(story))
    return 0


def _as_text(story: dict[str, Any]) -> str:
    head = f"Contact {story['contact']}, {story['line']}, offered at the line {story['offered_at']}"
    lines = [f"{head}: {story['state']}."]
    for number, offer in enumerate(story["offers"], 1):
        lines.append(f"{number}. {offer['at']}  {offer['name']}: {offer['why']} ({offer['ended']}).")
    if story["waits"]:
        lines.append(f"{story['waits']}.")
    if not story["offers"]:
        lines.append("It was offered to nobody.")
    return "\n".join(lines) + "\n"
