"""What the public's pages show. All of it stands outside the walls: councils, lines, and the agreement in force."""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import phonenumbers
from django.http import Http404

from moothall.agreements import queries as agreements
from moothall.agreements.councils import councils_now
from moothall.agreements.models import Line
from moothall.agreements.register import bank_holidays
from moothall.agreements.successions import councils_to_come, predecessors_of, successors_at
from moothall.customers.phones import e164
from moothall.domain.calendar import Hours, WeekHours, wall_clock, within
from moothall.domain.responsibility.opening import coming_words
from moothall.domain.responsibility.shares import Cell
from moothall.domain.telephone import telephone
from moothall.lib import clock
from moothall.people.queries import team_called
from moothall.places.queries import authority
from moothall.tenancy.models import Council
from moothall.web.formats import wait_words
from moothall.web.public.hours import both, hours_of, named_days, next_holiday, plans_of, week_of, words_of

PHONE = "phone"
GENERAL = "first-contact"  # the service of a line for everything


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A number to ring. `dial` is what a telephone dials, `within` the promise in words, empty where there is none.

    `open_now`: somebody answers at this moment; `promised_now`: so `hours` say; `opens`: when a closed one does.
    """

    name: str
    number: str
    dial: str
    hours: list[str]
    open_now: bool
    promised_now: bool
    within: str
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Standstill:
    """What stands still of a service while its share is paused, taken back or cut off and nobody stands in: its
    `calls`, the `work` on what is sent, each with when it goes on, in words, if that is known. `line`: whom to ring
    instead. `cut`: the council itself is cut off, so that nothing can be sent to it either."""

    calls: bool
    work: bool
    cut: bool = False
    calls_again: str = ""
    work_again: str = ""
    line: PublicLine | None = None


@dataclass(frozen=True, slots=True)
class CouncilPage:
    lines: list[PublicLine]
    answered_by: str
    holidays: str
    county: str
    county_website: str


@dataclass(frozen=True, slots=True)
class CouncilLink:
    number: int
    letters: str
    name: str
    address: str


def councils(public_url: str) -> list[CouncilLink]:
    """All councils of now by name, each with the address of its page."""
    at = clock.now()
    not_now = {*successors_at(at), *councils_to_come(at)}
    rows = Council.objects.filter(kind=Council.Kind.COUNCIL).exclude(pk__in=not_now).order_by("name")
    return [CouncilLink(row.number, row.letters, row.name, address_of(row, public_url)) for row in rows]


def address_of(council: Council, public_url: str) -> str:
    """Where a council's own pages begin."""
    scheme, _, host = public_url.partition("://")
    _, colon, port = host.partition(":")
    return f"{scheme}://{council.host}{colon}{port}/" if council.host else f"{scheme}://{council.slug}.{host}/"


def council_now(council: Council) -> tuple[Council, Council | None]:
    """The council itself, or its successor with the one that was; Http404 for one that is yet to come."""
    now = councils_now()
    if council.pk in now.to_come:
        raise Http404
    following = now.following.get(council.pk)
    return (following, council) if following else (council, None)


def council_page(council: Council, at: datetime | None = None) -> CouncilPage:
    """The page of one council: its lines, when somebody answers, and who does if it isn't the council itself."""
    now = at or clock.now()
    rows = _rows(council, now)
    alone = Counter(row.service_id for row in rows)
    lines = [line for line in (_line(row, now, row.service.name if alone[row.service_id] == 1 else row.name)
                               for row in rows) if line is not None]
    county = authority(council.county_gss)
    return CouncilPage(
        lines=lines,
        answered_by=_answered_by(council, rows, now),
        holidays=next_holiday(bank_holidays().of(council.division), wall_clock(now)[0]),
        county=county.name if county else "",
        county_website=county.website if county else "",
    )


def line_for(council: Council, service: int, at: datetime | None = None) -> PublicLine | None:
    """The number to ring about a service: its own line, else the council's general one; None where it has neither. One
    whose calls are stopped comes last."""
    now = at or clock.now()
    fits = _fitting(council, service, now)
    row = next(iter([*_going_on(fits, now), *fits]), None)
    return _line(row, now, row.service.name) if row else None


def line_called(council: Council, slug: str, at: datetime | None = None) -> PublicLine | None:
    """The number to ring about a service of the catalogue, by its name there; else the council's general one."""
    now = at or clock.now()
    rows = _rows(council, now)
    fits = [row for name in dict.fromkeys((slug, GENERAL)) for row in rows if row.service.slug == name]
    row = next(iter([*_going_on(fits, now), *fits]), None)
    return _line(row, now, row.service.name) if row else None


def standstill(council: Council, service: int, at: datetime | None = None) -> Standstill | None:
    """What a resident can't count on now; None where all goes on, though it be by whoever stands in."""
    now = at or clock.now()
    fits = _fitting(council, service, now)
    calls = _stopped(fits[0].council_id, fits[0].service_id, "answer", now) if fits else None
    work = _stopped(council.pk, service, "resolve", now)
    cut = agreements.is_cut_off(council.pk, now)
    if not (calls or work or cut):
        return None
    instead = next(iter(_going_on(fits, now)), None) if calls else None
    return Standstill(
        calls=calls is not None,
        work=work is not None,
        cut=cut,
        calls_again=coming_words(calls.next_at, now) if calls and calls.next_at else "",
        work_again=coming_words(work.next_at, now) if work and work.next_at else "",
        line=_line(instead, now, instead.service.name) if instead else None,
    )


def phone_of(council: Council, at: datetime | None = None) -> str:
    """The council's own number, for whoever would rather talk; empty while that is a line whose calls are stopped."""
    row = agreements.line(_dialled(council.phone))
    stopped = row is not None and _stopped(row.council, row.service, "answer", at or clock.now())
    return "" if stopped else council.phone


def phone_about(council: Council, service: int | None) -> str:
    """The number of a page that is about a service: that service's own, where it has one that is answered; else the
    council's. No query."""
    row = agreements.own_line(council.pk, service) if service else None
    if row is None or row.channel != PHONE or not row.public_number:
        return phone_of(council)
    stopped = _stopped(row.council, row.service, "answer", clock.now())
    return row.public_number if stopped is None else phone_of(council)


@lru_cache(maxsize=1024)
def _dialled(phone: str) -> str | None:
    return e164(phone) if phone else None


def _fitting(council: Council, service: int, now: datetime) -> list[Line]:
    """The lines on which to ring about a service: its own, then the general ones."""
    rows = _rows(council, now)
    own = [row for row in rows if row.service_id == service]
    return [*own, *(row for row in rows if row.service.slug == GENERAL and row.service_id != service)]


def _going_on(rows: Sequence[Line], now: datetime) -> list[Line]:
    return [row for row in rows if _stopped(row.council_id, row.service_id, "answer", now) is None]


def _stopped(council: int, service: int, does: str, now: datetime) -> agreements.Gap | None:
    """Why nobody answers or resolves, where that is because a share is paused, taken back or cut off; closed is
    another thing."""
    found = agreements.responsible(council, service, PHONE, does, now)
    return found if isinstance(found, agreements.Gap) and found.code != agreements.NOBODY else None


def _rows(council: Council, now: datetime) -> list[Line]:
    return agreements.lines_there([council.pk, *predecessors_of(council.pk, now)], PHONE, now)


def _line(row: Line, now: datetime, name: str) -> PublicLine | None:
    if not row.public_number:
        return None
    answer = agreements.responsible(row.council_id, row.service_id, PHONE, "answer", now)
    seconds = getattr(answer, "answer_within_s", None)
    dialled = phonenumbers.parse(row.public_number, "GB")
    hours = _hours(row, now)
    opens = answer.next_at if isinstance(answer, agreements.Gap) else None
    return PublicLine(
        name=name,
        number=telephone(row.public_number),
        dial=phonenumbers.format_number(dialled, phonenumbers.PhoneNumberFormat.E164),
        hours=[*words_of(hours.weekdays, hours.bank_holiday), *named_days(hours, wall_clock(now)[0])] if hours else [],
        open_now=isinstance(answer, agreements.Answer),
        promised_now=hours is not None and _open_at(hours, row.council, now),
        within=wait_words(seconds) if seconds else "",
        opens=coming_words(opens, now) if opens else "",
    )


def _open_at(hours: WeekHours, council: Council, at: datetime) -> bool:
    day, minute = wall_clock(at)
    return within(hours.on(day, bank_holidays().of(council.division)), minute)


def _hours(row: Line, now: datetime) -> WeekHours | None:
    """What the council promises, as far as a share answers then; where it promises nothing, when somebody answers all
    the same. A promise without a share is told to nobody."""
    cell = Cell(row.council_id, row.service_id, PHONE, "answer")
    week = week_of(agreements.responsibility(), cell, now)
    promised = next((cover.hours for cover in agreements.covers_of(row.version_id)
                     if cell in cover.cells() and cover.starts <= now < cover.ends), None)
    if week is None or promised is None:
        return promised if week is None else _of_kinds([hours_of(day) for day in week[:8]])
    kinds = [both(promised.of_kind(kind), hours_of(week[kind])) for kind in range(8)]
    return replace(_of_kinds(kinds), exceptions=promised.exceptions)


def _of_kinds(kinds: Sequence[Hours]) -> WeekHours:
    """From the hours of Monday to Sunday and of bank holidays."""
    monday, tuesday, wednesday, thursday, friday, saturday, sunday, holiday = kinds
    return WeekHours((monday, tuesday, wednesday, thursday, friday, saturday, sunday), holiday)


def _answered_by(council: Council, rows: list[Line], now: datetime) -> str:
    """`Northby’s contact centre`, `the county pool`; nothing where the council answers for itself."""
    table = agreements.responsibility()
    for row in rows:
        week = week_of(table, Cell(row.council_id, row.service_id, PHONE, "answer"), now)
        plans = plans_of(table, week) if week else []
        if plans:
            team = team_called(plans[0].tiers[0][1])
            if team is None or team.employer_id == council.pk:
                return ""
            return f"{team.employer.short_name}’s contact centre" if team.employer else f"the {team.name}"
    return ""
