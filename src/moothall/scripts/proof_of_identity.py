"""Whether somebody is who they say, by what the account holds: asked, never offered, and compared here alone.

What was expected is in no answer, fact, page, log or journal: an outcome is kept, and which kind of fact was asked.
The level that this proves is counted from those rows, whatever a script says of it.
"""
from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.conf import settings

from moothall.backoffice.revenues import PASSWORD, Evidence, FactKind
from moothall.customers.names import normalise, tokens
from moothall.domain.calendar import midnight, wall_clock
from moothall.scripts.models import IdentityCheck
from moothall.tenancy.protection import failed_checks

ASKED: tuple[FactKind, ...] = (
    "account_number", "instalment_day", "last_payment", "ni_last_three", "letter_reference", "household"
)  # fmt: skip
TO_ASK = 3  # two, and one more where one of them was wrong
FAILURES_IN_A_CALL = 2
FAILURES_IN_A_DAY = 3
PERSON, STRONG = 2, 3  # levels
_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr"})


def facts_to_ask(record: int, day: str, held: Iterable[str]) -> list[FactKind]:
    """Which facts are asked for a record on a day: of those that it holds, by chance that stays the same all day, so
    that ringing again brings no easier question. A record that there isn't is asked as one that holds them all."""
    there = [kind for kind in ASKED if kind in set(held)]
    kinds = there if len(there) >= TO_ASK else list(ASKED)
    secret = settings.SECRET_KEY.encode()

    def place(kind: str) -> bytes:
        return hmac.new(secret, f"ask {record} {day} {kind}".encode(), hashlib.sha256).digest()

    return sorted(kinds, key=place)[:TO_ASK]


def is_theirs(evidence: Evidence, name: str, kind: str, said: str) -> bool:
    """Whether the name is on the account and the fact is right. Which of the two was wrong is never told."""
    expected = evidence.facts.get(kind)  # type: ignore[call-overload]  # a kind that nobody knows is held by nobody
    wanted = _plain(kind, expected or "")
    right = hmac.compare_digest(_plain(kind, said).encode(), wanted.encode()) and bool(wanted)
    known = any(_same_person(held, name) for held in evidence.names)
    return right and known


def level_proved(run: int | None, contact: int | None, record: int) -> int:
    """How far this contact, or a run without one, has proved that it speaks with somebody on the record's account."""
    return level_of(checks_of(run, contact, record))


def checks_of(run: int | None, contact: int | None, record: int) -> list[tuple[str, bool]]:
    """What was asked for a record in this contact, or in a run without one, and whether it was right."""
    whose = {"contact_number": contact} if contact is not None else {"run_number": run}
    return list(IdentityCheck.objects.filter(property_id=record, **whose).values_list("fact", "matched"))


def is_failed(checks: Sequence[tuple[str, bool]]) -> bool:
    return sum(not matched for _, matched in checks) >= FAILURES_IN_A_CALL


def level_of(checks: Sequence[tuple[str, bool]]) -> int:
    right = {fact for fact, matched in checks if matched}
    if is_failed(checks) or len(right - {PASSWORD}) < PERSON:
        return 0
    return STRONG if PASSWORD in right else PERSON


def failures_on(record: int, at: datetime) -> int:
    """How often it went wrong for a record on the day of an instant, whoever rang."""
    return failed_checks(record, midnight(wall_clock(at)[0]), at)


def _same_person(held: str, said: str) -> bool:
    """A first and a last name at least, and no word that the held name hasn't, titles aside."""
    theirs, ours = set(tokens(held)), set(tokens(said)) - _TITLES
    return len(ours) > 1 and ours <= theirs and normalise(held).split()[-1] in ours


def _plain(kind: str, text: str) -> str:
    """What was said in the one spelling of its kind, so that "the 15th" is 15."""
    if kind == "last_payment":
        return _money(text)
    if kind in ("instalment_day", "household"):
        words = re.findall(r"[a-z]+", text.lower())
        digits = re.findall(r"\d+", text)
        return str(int(digits[0])) if digits else next((str(_NUMBERS.index(w)) for w in words if w in _NUMBERS), "")
    if kind == PASSWORD:
        return " ".join(text.casefold().split())
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())
    return plain[-3:] if kind == "ni_last_three" else plain


def _money(text: str) -> str:
    digits = re.sub(r"[^0-9.]", "", text)
    try:
        return f"{Decimal(digits):.2f}"
    except InvalidOperation:
        return ""

