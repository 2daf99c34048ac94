"""An agreement as large as any could be: 50 councils × 200 services × 5 channels × 2 functions, for a year."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from moothall.domain.calendar import ALL_DAY, ALWAYS, CLOSED, WeekHours
from moothall.domain.responsibility.shares import (
    CHANNELS,
    FUNCTIONS,
    AgreementTerms,
    Cover,
    Names,
    ShareTerms,
    StandardTerms,
)

COUNCILS, SERVICES = range(1, 51), range(1, 201)
STARTS, ENDS = datetime(2026, 8, 31, 23, tzinfo=UTC), datetime(2027, 8, 31, 23, tzinfo=UTC)
SPRING = datetime(2027, 3, 31, 23, tzinfo=UTC)
CHRISTMAS_EVE = date(2026, 12, 24)
STANDARD = StandardTerms(45, 80, 5)
NAMES = Names({n: f"Council {n}" for n in COUNCILS}, {n: f"Service {n}" for n in SERVICES})


def agreement(*, group: int, broken: bool = False) -> AgreementTerms:
    """Shares and promises for `group` services at a time. Each council has hours of its own; a third of the groups
    change hands in spring, another third lets a team of its own come first on Wednesdays. `broken`: on each channel
    something else is missing, cases wait on Tuesdays, and a tenth of the groups have two shares for one thing.
    """
    shares: list[ShareTerms] = []
    covers: list[Cover] = []
    for council in COUNCILS:
        for number in range(len(SERVICES) // group):
            services = tuple(SERVICES[number * group : (number + 1) * group])
            opens, closes = 480 + 5 * (council % 12), 1020 + 5 * (council % 7)
            covers.append(Cover(council, services, CHANNELS, FUNCTIONS, _week(opens, closes), STARTS, ENDS,
                                standard=STANDARD))
            for share in _shares(council, number, (opens, closes), broken):
                overrides = (len(shares),) if share.overrides else ()  # the one before
                key = f"{share.key}-{council}-{number}"
                shares.append(replace(share, id=len(shares) + 1, key=key, services=services, overrides=overrides))
    return AgreementTerms("fifty", "Fifty councils", STARTS, ENDS, tuple(COUNCILS), (), tuple(covers), tuple(shares))


def _shares(council: int, number: int, hours: tuple[int, int], broken: bool) -> Iterator[ShareTerms]:
    opens, closes = hours
    base = ShareTerms(0, "answered", council, (), CHANNELS, "answer", "centre", _week(opens, closes), STARTS, ENDS,
                      standard=STANDARD)
    if broken:
        for lack, channel in enumerate(CHANNELS):
            late = _week(opens, closes - 1 - number - 5 * lack, friday=closes - 60 - lack)
            yield replace(base, key=f"answered-{channel}", channels=(channel,), hours=late)
        if number % 10 == 0:
            yield replace(base, key="twice", hours=_week(600, 660), channels=("phone",))
    elif number % 3 == 0:
        yield replace(base, ends=SPRING)
        yield replace(base, key="from-spring", starts=SPRING, team=f"own-{council}")
    else:
        yield base
        if number % 3 == 1:
            wednesdays = WeekHours((CLOSED, CLOSED, ((opens, 720),), CLOSED, CLOSED, CLOSED, CLOSED), CLOSED)
            yield replace(base, key="wednesdays", hours=wednesdays, overrides=(1,), team=f"experts-{council}",
                          ends=datetime(2026, 12, 1, tzinfo=UTC))
    yield replace(base, key="overflow", channels=("phone", "chat"), tier=1, after_s=120, team=f"officers-{council}")
    if number % 5 < 2:
        yield replace(base, key="night", channels=("phone",), hours=_night(opens, closes), team="night")
    always = replace(ALWAYS, weekdays=(ALL_DAY, CLOSED, *ALWAYS.weekdays[2:])) if broken else ALWAYS
    yield replace(base, key="resolved", function="resolve", hours=always, team=f"resolvers-{council}")


def _week(opens: int, closes: int, *, friday: int | None = None) -> WeekHours:
    day = ((opens, closes),)
    last = ((opens, friday or closes),)
    return WeekHours((day, day, day, day, last, CLOSED, CLOSED), CLOSED, ((CHRISTMAS_EVE, ((opens, 750),)),))


def _night(opens: int, closes: int) -> WeekHours:
    day = ((0, opens), (closes, 1440))
    eve = ((CHRISTMAS_EVE, ((0, opens), (750, 1440))),)
    return WeekHours((day, day, day, day, day, ALL_DAY, ALL_DAY), ALL_DAY, eve)
