"""What the public's pages show. All of it stands outside the walls: councils, lines, and the agreement in force."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import phonenumbers

from moothall.agreements import queries as agreements
from moothall.agreements.models import AgreementVersion, Line
from moothall.domain.calendar import BANK_HOLIDAY
from moothall.domain.responsibility.lookup import plan_at
from moothall.domain.responsibility.shares import Cell
from moothall.domain.routing.explain import length
from moothall.lib import clock
from moothall.people.models import Team
from moothall.places.queries import authority
from moothall.tenancy.models import Council
from moothall.web.formats import telephone
from moothall.web.public.hours import hours_of, plans_of, week_of, words_of

PHONE = "phone"


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A number to ring. `dial` is what a telephone dials, `within` the promise in words, empty where there is none."""

    name: str
    number: str
    dial: str
    hours: list[str]
    open_now: bool
    within: str


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
    """All councils by name, each with the address of its page."""
    scheme, _, host = public_url.partition("://")
    rows = Council.objects.filter(kind=Council.Kind.COUNCIL).order_by("name")
    return [CouncilLink(row.number, row.letters, row.name, f"{scheme}://{row.slug}.{host}/") for row in rows]


def council_page(council: Council, at: datetime | None = None) -> CouncilPage:
    """The page of one council: its lines, when somebody answers, and who does if it isn't the council itself."""
    now = at or clock.now()
    found = Line.objects.filter(council=council, channel=PHONE, version__state=AgreementVersion.State.IN_FORCE)
    found = found.filter(version__starts__lte=now, version__ends__gt=now)
    rows = list(found.select_related("service").order_by("number"))
    lines = [line for line in (_line(row, now) for row in rows) if line is not None]
    county = authority(council.county_gss)
    return CouncilPage(
        lines=lines,
        answered_by=_answered_by(council, rows, now),
        holidays="We are closed on bank holidays, unless a line above says something else.",
        county=county.name if county else "",
        county_website=county.website if county else "",
    )


def _line(row: Line, now: datetime) -> PublicLine | None:
    if not row.public_number:
        return None
    table, cell = agreements.responsibility(), Cell(row.council_id, row.service_id, PHONE, "answer")
    week = week_of(table, cell, now)
    standard = agreements.responsible(row.council_id, row.service_id, PHONE, "answer", now)
    within = getattr(standard, "answer_within_s", None)
    return PublicLine(
        name=row.service.name,
        number=telephone(row.public_number),
        dial=phonenumbers.format_number(
            phonenumbers.parse(row.public_number, "GB"), phonenumbers.PhoneNumberFormat.E164
        ),
        hours=words_of([hours_of(day) for day in week[:7]], hours_of(week[BANK_HOLIDAY])) if week else [],
        open_now=plan_at(table, cell, now) is not None,
        within=length(within * 1000) if within else "",
    )


def _answered_by(council: Council, rows: list[Line], now: datetime) -> str:
    """`Charnwood’s contact centre`, `the Staffordshire pool`; nothing where the council answers for itself."""
    table = agreements.responsibility()
    for row in rows:
        week = week_of(table, Cell(row.council_id, row.service_id, PHONE, "answer"), now)
        plans = plans_of(table, week) if week else []
        if plans:
            team = Team.objects.filter(slug=plans[0].tiers[0][1]).select_related("employer").first()
            if team is None or team.employer_id == council.pk:
                return ""
            return f"{team.employer.short_name}’s contact centre" if team.employer else f"the {team.name}"
    return ""
