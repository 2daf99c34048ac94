"""What somebody types after a word, read: ports, counts, seconds, folders, days. Each refusal says what to give."""
from __future__ import annotations

import argparse
import difflib
import math
import re
import socket
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

FIRST_YEAR, LAST_YEAR = 2000, 2099
MOST_KEY = 2**63 - 1  # of a row in the database


class Refused(Exception):
    """The word can't be carried out as things stand; the text says why, and what to do."""


class Misnamed(Refused):
    """What was named isn't there: wrong use of the word, not a failure of it."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, not under a page of usage."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        words = _plainly(message).rstrip(".")
        stop = "" if words.endswith("?") else "."
        self.exit(2, f"{self.prog}: {words}{stop} `{self.prog} --help` says how it is used.\n")


def _plainly(message: str) -> str:
    """What the library says of words that are missing or unknown, as somebody would say it who helps."""
    missing = re.fullmatch(r"the following arguments are required: (.+)", message)
    if missing:
        return f"something is missing. Give {missing[1]}"
    wrong = re.fullmatch(r"argument .+: invalid choice: '(.*)' \(choose from (.+)\)", message)
    if wrong:
        known = re.findall(r"[^', ]+", wrong[2])
        near = difflib.get_close_matches(wrong[1], known, n=1)
        remedy = f"Did you mean “{near[0]}”?" if near else f"Give {', '.join(known)}"
        return f"“{wrong[1]}” isn't known here. {remedy}"
    return message


def whole(least: int, most: int, *, what: str = "a number") -> Callable[[str], int]:
    """Reads a whole number between two."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 19 or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"“{text}” isn't {what}. Give a whole number from {least} to {most}")
        return int(text)

    return read


port = whole(1, 65535, what="a port")
key = whole(1, MOST_KEY, what="a number that anything here has")


def seconds(least: float = 0, most: float = 86_400) -> Callable[[str], float]:
    """Reads seconds between two bounds."""

    def read(text: str) -> float:
        try:
            found = float(text)
        except ValueError:
            found = math.nan
        if not least <= found <= most:
            bounds = f"Give a number from {least:g} to {most:g}"
            raise argparse.ArgumentTypeError(f"“{text}” isn't so many seconds. {bounds}")
        return found

    return read


def day(text: str) -> date:
    """Reads a day of this century."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no day. Write it like 2026-11-25") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"{text} is too far away. Give a day from {FIRST_YEAR} to {LAST_YEAR}")
    return found


def path(text: str) -> Path:
    """A path, which must be something: an empty one would mean the folder in which one happens to stand."""
    if not text.strip():
        raise argparse.ArgumentTypeError("nothing is named. Give a path")
    return Path(text)


def refuse_taken(address: str, number: int) -> None:
    """Raise Refused where nothing can listen there."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(address, number, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as problem:
        why = problem.strerror or str(problem)
        remedy = "Give another with --port or --address"
        raise Refused(f"Port {number} of {address} can't be had: {why}. {remedy}.") from None
