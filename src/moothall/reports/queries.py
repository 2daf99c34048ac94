"""Today's figures and the contacts behind each, from the journal alone."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from moothall.agreements.models import Line, Share
from moothall.cases.models import Case
from moothall.contacts.models import Need
from moothall.domain.calendar import LONDON
from moothall.domain.proportions import Proportion
from moothall.journal.models import Entry
from moothall.reports.facts import ARRIVALS, COUNTED, FOLLOWING, ContactFact, Row, fold
from moothall.reports.tally import Tally, tallies, tally
from moothall.tenancy.models import Council, Service

LONGEST_CONTACT = timedelta(hours=12)  # what a contact leads to after its day is looked for so long
Keys = Collection[tuple[int, int]]  # (council, service) that the reader may count


@dataclass(frozen=True, slots=True)
class Report:
    """One day, counted to an instant: rows worst first, and all of them together."""

    day: date
    at: datetime
    rows: tuple[Tally, ...]
    total: Tally


@dataclass(frozen=True, slots=True)
class Which:
    """Which contacts of a day are meant: a figure's name, and the row that it stands in (None is any)."""

    what: str = "offered"
    council: int | None = None
    service: int | None = None
    channel: str | None = None
    share: int | None = None

    def holds(self, fact: ContactFact, at: datetime) -> bool:
        return (
            COUNTED[self.what](fact, at)
            and self.council in {None, fact.council}
            and self.service in {None, fact.service}
            and self.channel in {None, fact.channel}
            and self.share in {None, fact.share}
        )


def bounds(day: date) -> tuple[datetime, datetime]:
    """The first instant of a day in London and that of the next: 23, 24 or 25 hours."""
    first, after = (datetime.combine(each, time(), LONDON) for each in (day, day + timedelta(days=1)))
    return first, after


def day_of(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def facts_of(day: date, *, at: datetime, keys: Keys | None) -> list[ContactFact]:
    """The contacts that arrived on a day, in order, as known at `at`. `keys` None: all that the scope shows."""
    start, end = bounds(day)
    known = Q(recorded_at__lte=at)
    rows = _rows(known & of_keys(keys) & Q(kind__in=ARRIVALS, at__gte=start, at__lt=end))
    contacts = {row.contact for row in rows}
    within = Q(at__gte=start, at__lt=end + LONGEST_CONTACT)
    return fold([*rows, *_rows(known & within & Q(kind__in=FOLLOWING, contact_id__in=contacts))])


def of_keys(keys: Keys | None) -> Q:
    """The rows of these councils' services; None: all that the scope shows."""
    if keys is None:
        return Q()
    each = [Q(council_id=council, service_id=service) for council, service in sorted(keys)]
    return reduce(or_, each, Q(pk__in=()))


def _rows(which: Q) -> list[Row]:
    fields = ("kind", "contact_id", "council_id", "service_id", "need_id", "at", "body")
    entries = Entry.objects.filter(which, contact_id__isnull=False).order_by("id")
    return [Row(*values) for values in entries.values_list(*fields)]


def report(day: date, *, at: datetime, keys: Keys | None = None, council: int | None = None) -> Report:
    """A day by council, service and channel, as it stands at `at`; three statements."""
    facts = [fact for fact in facts_of(day, at=at, keys=keys) if council in {None, fact.council}]
    percents = promised_percents({fact.share for fact in facts if fact.share})
    return Report(day, at, tuple(tallies(facts, at, percents=percents)), tally(facts, at, percents=percents))


def contacts(day: date, which: Which, *, at: datetime, keys: Keys | None = None) -> list[ContactFact]:
    """The contacts behind one figure: exactly those that it counted at `at`."""
    return [fact for fact in facts_of(day, at=at, keys=keys) if which.holds(fact, at)]


def in_time_by_share(day: date, *, at: datetime, keys: Keys) -> dict[int, Proportion]:
    """By share: its contacts of a day with a promise, and those answered in time. They are the contacts that Which()
    names by `promised` and `share`: a call that was passed on counts for whoever promised its answer, not for whom it
    went on to."""
    found: dict[int, list[bool]] = defaultdict(list)
    for fact in contacts(day, Which("promised"), at=at, keys=keys):
        found[fact.share or 0].append(bool(fact.in_time(at)))
    return {share: Proportion(sum(kept), len(kept)) for share, kept in found.items()}


def promised_percents(shares: Collection[int]) -> dict[int, int]:
    """For how many in a hundred each share promises its answer in time, where its text says so."""
    found = {share.pk: percent_of(share.body) for share in Share.objects.filter(pk__in=shares)}
    return {share: percent for share, percent in found.items() if percent is not None}


def percent_of(body: Mapping[str, Any]) -> int | None:
    """A share's promise in per cent, from its text's standard."""
    standard = body.get("standard") or {}
    percent = standard.get("for_percent")
    return int(percent) if percent is not None else None


def names_of_lines(facts: Iterable[ContactFact]) -> dict[tuple[int, str], str]:
    """The name of each contact's line in the version that it was stamped with."""
    versions = {fact.version for fact in facts if fact.version}
    lines = Line.objects.filter(version_id__in=versions).values_list("version_id", "number", "name")
    return {(version, number): name for version, number, name in lines}


def shares_by_id(facts: Iterable[ContactFact]) -> dict[int, Share]:
    shares = Share.objects.select_related("team", "version", "client")
    return shares.in_bulk({fact.share for fact in facts if fact.share})


def cases_of(contacts: Collection[int]) -> dict[int, tuple[Case, ...]]:
    """The cases opened in each contact, by its number: those that the reader may see."""
    found: dict[int, tuple[Case, ...]] = {}
    for case in Case.objects.filter(contact__in=contacts).order_by("contact", "opened_at"):
        found[case.contact_id] = (*found.get(case.contact_id, ()), case)
    return found


def needs_of(contacts: Collection[int]) -> dict[int, tuple[Need, ...]]:
    """What was wanted in each contact, by its number: of the services that the reader may count."""
    found: dict[int, tuple[Need, ...]] = {}
    for need in Need.objects.filter(contact__in=contacts).order_by("contact", "pk"):
        found[need.contact_id] = (*found.get(need.contact_id, ()), need)
    return found


def councils_and_services() -> tuple[dict[int, Council], dict[int, Service]]:
    return Council.objects.in_bulk(), Service.objects.in_bulk()
