"""One council's shares and promises for tests: open on weekdays from 9 to 5 for a year, unless told otherwise."""
from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from moothall.domain.calendar import CLOSED, Hours, WeekHours
from moothall.domain.findings import Finding, Place
from moothall.domain.responsibility.findings import check_agreement
from moothall.domain.responsibility.shares import AgreementTerms, Cover, LineTerms, Names, ShareTerms

STARTS, ENDS = datetime(2026, 8, 31, 23, tzinfo=UTC), datetime(2027, 8, 31, 23, tzinfo=UTC)
NAMES = Names({2: "Harborough"}, {524: "Bins", 57: "Council tax", 860: "Licensing"}, {"hub": "The hub", "own": "Own"})
HOLIDAYS = {2: frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})}
DAY: Hours = ((540, 1020),)


def week(day: Hours = DAY, *, bank: Hours = CLOSED, **changes: Hours) -> WeekHours:
    days = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), day) | {"sat": CLOSED, "sun": CLOSED} | changes
    return WeekHours(tuple(days.values()), bank)  # type: ignore[arg-type]


def share(number: int, **changes: object) -> ShareTerms:
    terms: dict[str, object] = {
        "id": number, "key": f"share-{number}", "client": 2, "services": (524, 57), "channels": ("phone",),
        "function": "answer", "team": "hub", "hours": week(), "starts": STARTS, "ends": ENDS,
        "place": Place(line=number),
    }
    return ShareTerms(**{**terms, **changes})  # type: ignore[arg-type]


def cover(**changes: object) -> Cover:
    terms: dict[str, object] = {
        "council": 2, "services": (524, 57), "channels": ("phone",), "functions": ("answer",), "hours": week(),
        "starts": STARTS, "ends": ENDS,
    }
    return Cover(**{**terms, **changes})  # type: ignore[arg-type]


def agreement(*shares: ShareTerms, covers: tuple[Cover, ...] = (), **more: Any) -> AgreementTerms:
    terms = {"slug": "test", "name": "Test", "starts": STARTS, "ends": ENDS, "parties": (2,), **more}
    return AgreementTerms(**terms, covers=covers or (cover(),), shares=shares)


def check(*shares: ShareTerms, covers: tuple[Cover, ...] = (), lines: tuple[LineTerms, ...] = ()) -> list[Finding]:
    return check_agreement(agreement(*shares, covers=covers, lines=lines), names=NAMES, holidays=HOLIDAYS)
