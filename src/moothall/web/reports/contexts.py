"""What the pages of the report show: one value a page, filled within the scope."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from moothall.agreements.models import Share
from moothall.cases.models import Case
from moothall.contacts.models import Need
from moothall.reports.facts import ContactFact
from moothall.reports.queries import (
    Keys,
    Which,
    cases_of,
    contacts,
    councils_and_services,
    day_of,
    names_of_lines,
    needs_of,
    report,
    shares_by_id,
)
from moothall.reports.tally import Tally
from moothall.tenancy.models import Council, Service
from moothall.web.formats import day as day_words
from moothall.web.formats import wait
from moothall.web.reports.forms import DayForm
from moothall.web.reports.hurts_words import OUTCOMES
from moothall.web.reports.parts import Cell
from moothall.web.reports.web_contexts import WebPart, web_part
from moothall.web.reports.words import CHANNELS, MORE, SHOWN, VERDICTS, counted_in_words, why


@dataclass(frozen=True, slots=True)
class ReportRow:
    council: Council | None
    service: str
    way: str
    cells: Mapping[str, Cell]
    promise: str
    verdict: tuple[str, str]
    tally: Tally


@dataclass(frozen=True, slots=True)
class ReportPage:
    form: DayForm
    day: date
    is_today: bool
    at: datetime
    councils: int
    figures: tuple[str, ...]
    rows: tuple[ReportRow, ...]
    total: ReportRow
    query: str
    web: WebPart

    @property
    def yesterday(self) -> date:
        return self.day - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ContactRow:
    fact: ContactFact
    waited: str
    line: str
    share: str
    why: str
    cases: tuple[Case, ...]
    needs: tuple[tuple[str, str], ...] = ()  # what was wanted, and what came of it


@dataclass(frozen=True, slots=True)
class ContactsPage:
    title: str
    place: str
    day: date
    at: datetime
    rows: tuple[ContactRow, ...]
    back: str


def report_page(data: object, *, keys: Keys, now: datetime) -> ReportPage:
    """The day's figures that the reader may count; within the scope."""
    councils, services = councils_and_services()
    mine = sorted({council for council, _ in keys}, key=lambda number: councils[number].name)
    form = DayForm(data, [(councils[number].gss, councils[number].name) for number in mine], now=now)
    chosen = next((number for number in mine if councils[number].gss == form.gss), None)
    found = report(form.day, at=now, keys=keys, council=chosen)
    names = Names(councils, services)
    figures = SHOWN + MORE if form.wants_more else SHOWN
    rows = tuple(_row(each, found.day, now, names, chosen) for each in found.rows)
    query = urlencode({"date": found.day.isoformat(), **({"council": form.gss} if form.gss else {})})
    return ReportPage(
        form, found.day, found.day == day_of(now), now, len({row.council for row in rows}), figures, rows,
        _row(found.total, found.day, now, names, chosen), query,
        web_part(found.day, keys=keys, at=now, council=chosen),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    councils: Mapping[int, Council]
    services: Mapping[int, Service]


def _row(tally: Tally, day: date, at: datetime, names: Names, chosen: int | None) -> ReportRow:
    council, service, channel = tally.key or (chosen, None, "")
    place = {"date": day.isoformat(), "to": f"{at.timestamp():.6f}", "council": council, "service": service,
             "channel": channel}  # fmt: skip
    return ReportRow(
        council=names.councils[council] if council else None,
        service=names.services[service].name if service else "",
        way=CHANNELS.get(channel, channel),
        cells={what: _cell(tally, what, place) for what in SHOWN + MORE},
        promise=_promise(tally), verdict=VERDICTS[tally.verdict], tally=tally,
    )  # fmt: skip


def _cell(tally: Tally, what: str, place: Mapping[str, object]) -> Cell:
    count = tally.counts[what]
    text = f"{count:,}"
    if what == "promised":
        text = str(tally.in_time)
    elif what == "waited":
        text = f"{wait(tally.waited_median_s)}, {wait(tally.waited_longest_s)}" if count else "–"
    elif what == "held":
        text = f"{wait(tally.held_median_s)}, {wait(tally.held_longest_s)}" if count else "–"
    if not count:
        return Cell(text)
    told = {"what": what, **{name: value for name, value in place.items() if value}}
    return Cell(text, f"{reverse('reports:contacts')}?{urlencode(told)}")


def _promise(tally: Tally) -> str:
    """`80% in 0:45`, `0:45`, `0:45 or 1:00`, or nothing."""
    within = " or ".join(wait(seconds) for seconds in tally.promise_s[:3])
    return f"{tally.promise_percent}% in {within}" if tally.promise_percent and within else within


def contacts_page(day: date, which: Which, *, keys: Keys, at: datetime) -> ContactsPage:
    """The contacts behind one figure as it was counted at `at`; within the scope."""
    facts = contacts(day, which, at=at, keys=keys)
    numbers = {fact.contact for fact in facts}
    lines, shares, cases, needs = names_of_lines(facts), shares_by_id(facts), cases_of(numbers), needs_of(numbers)
    councils, services = councils_and_services()
    rows = []
    for fact in facts:
        share = shares.get(fact.share or 0)
        rows.append(ContactRow(
            fact=fact, waited=wait(fact.waited_ms / 1000) if fact.waited_ms is not None else "–",
            line=lines.get((fact.version or 0, fact.line)) or fact.line or "not known",
            share=_share_words(share) if share else "none", why=why(fact, at), cases=cases.get(fact.contact, ()),
            needs=_needs(fact, needs.get(fact.contact, ())),
        ))  # fmt: skip
    place = [
        councils[which.council].name if which.council in councils else "All councils",
        services[which.service].name if which.service in services else "",
        CHANNELS.get(which.channel or "", ""), day_words(day, day_of(at)),
    ]  # fmt: skip
    return ContactsPage(
        title=counted_in_words(len(rows), which.what, which.channel).capitalize(),
        place=", ".join(filter(None, place)), day=day, at=at, rows=tuple(rows),
        back=f"{reverse('reports:today')}?{urlencode({'date': day.isoformat()})}",
    )  # fmt: skip


def _needs(fact: ContactFact, needs: Sequence[Need]) -> tuple[tuple[str, str], ...]:
    """Each need with what came of it as it was known then; of one of another service only what came of it."""
    known = {need.pk: need for need in needs}
    told = [(need.title, OUTCOMES.get(fact.outcomes.get(need.pk, ""), "")) for need in needs]
    return (*told, *(("", OUTCOMES.get(came, "")) for pk, came in fact.outcomes.items() if pk not in known))


def _share_words(share: Share) -> str:
    """What the share says, as a sentence: its key is for whoever writes agreements."""
    about = "answers for" if share.function == "answer" else "resolves for"
    return f"{share.team.name} {about} {share.client.short_name}, by version {share.version.number}"
