"""Reading cases: the officer's queue, one case, what is open about the same thing. Meaning only; the scope protects."""
from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from moothall.agreements.successions import teams_behind
from moothall.cases.models import Case
from moothall.cases.told import told_after
from moothall.contacts.models import Need
from moothall.domain.references import parse
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.people.models import Person
from moothall.people.queries import teams_of
from moothall.tenancy.principals import Resident
from moothall.tenancy.residents import case_about_same, tell_own_case
from moothall.tenancy.scope import current_principal
from moothall.tenancy.together import change_held, hold

Tab = Literal["mine", "team", "closed"]
Sort = Literal["due", "opened"]
TABS: tuple[Tab, ...] = ("mine", "team", "closed")
SORTS: tuple[Sort, ...] = ("due", "opened")
PAGE = 25


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What an officer asked to see; `page` counts from 1."""

    tab: Tab = "mine"
    council: int | None = None
    service: int | None = None
    words: str = ""
    sort: Sort = "due"
    page: int = 1

    @property
    def narrowed(self) -> bool:
        return bool(self.council or self.service or self.words)


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of a queue. `rang_today` are the cases about which somebody rang again today; `elsewhere` says where it
    holds none for a filter: under which other tabs there are some, and how many."""

    cases: tuple[Case, ...]
    more: bool
    mine: int
    free: int
    rang_today: frozenset[int]
    elsewhere: tuple[tuple[Tab, int], ...] = ()


def take_numbers(count: int) -> list[int]:
    """So many of the numbers from which references are made; nobody gets them again, whatever becomes of this
    transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_case_number') FROM generate_series(1, %s)", [count])
        return [int(number) for (number,) in cursor.fetchall()]


def insert_case(case: Case) -> bool:
    """Add a new case; False where its reference is taken. One that has its id may be held, and is refused later."""
    if case.pk is not None and hold(case):
        return True
    fields = [field for field in Case._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(field.pre_save(case, add=True), connection) for field in fields]
    columns, marks = ", ".join(f'"{field.column}"' for field in fields), ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO cases_case ({columns}) VALUES ({marks}) "
            "ON CONFLICT (council_id, reference) DO NOTHING RETURNING id",
            values,
        )
        row = cursor.fetchone()
    if row:
        case.pk, case._state.adding, case._state.db = row[0], False, connection.alias
    return bool(row)


def lead_need(need: int, case: int) -> None:
    """The need leads to this case."""
    if not change_held(Need, need, case_id=case):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE contacts_need SET case_id = %s WHERE id = %s", [case, need])


def tell_case(case: int, words: str) -> None:
    """What was told at the end of the script that opened the case, in place of what that had put there. A case that is
    closed meanwhile keeps what it has."""
    if change_held(Case, case, told=words):
        return
    if isinstance(current_principal(), Resident):  # who changes no case
        tell_own_case(case, words)
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET told = moothall.told_at_end(told, %s) WHERE id = %s AND state = 'open'",
            [words, case],
        )


def tell_more(case: int, words: str) -> None:
    """What was told of the case since it was opened, after what was told before."""
    statement = "UPDATE cases_case SET told = moothall.told_after(told, %s) WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [told_after("", words, clock.now()), case])


def find_duplicate(*, council: int, about: str) -> Case | None:
    """The open case of this council about the same thing, the oldest first; about nothing there is none. Until the
    transaction ends, nobody else opens one about it."""
    if not about:
        return None
    if isinstance(current_principal(), Resident):  # who sees no case of others: its number and when it is due
        found = case_about_same(about)
        return Case(pk=found[0], council_id=council, due_at=found[1]) if found else None
    wait_about(council, about)
    return Case.objects.filter(council_id=council, about=about, state=Case.State.OPEN).order_by("id").first()


def wait_about(council: int, about: str) -> None:
    """Until the transaction ends nobody else does anything about the same thing: who was first is waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT moothall.lock_about(%s, %s)", [council, about])


def by_reference(typed: str) -> Case | None:
    """The case whose reference was typed or read out, if it is within sight."""
    found = parse(typed)
    return Case.objects.filter(reference=str(found)).order_by("id").first() if found else None


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With all that a list or a page of cases names, in one statement."""
    return cases.select_related("council", "service", "team", "officer", "customer", "property")


def cases_about(people: Collection[int], postcode: str, *, council: int, most: int) -> list[Case]:
    """Cases of a council about these people or, where a postcode is named, about a home there: open ones first."""
    whose = Q(customer__in=people)
    if postcode:
        whose |= Q(property__postcode_key=postcode)
    cases = with_names(Case.objects.filter(whose, council=council, apart=False))
    return list(cases.order_by("state", "-opened_at", "-id")[:most])


def queue(person: int, wanted: QueueFilter, *, today: datetime, at: datetime) -> Queue:
    """One page of an officer's queue, in six statements whatever its length. `today` is the day's first instant."""
    teams = teams_behind(teams_of(person, at), at)
    start = (wanted.page - 1) * PAGE
    rows = list(_sorted(_narrowed(_of_tab(wanted.tab, person, teams), wanted), wanted)[start : start + PAGE + 1])
    counts = Case.objects.filter(state=Case.State.OPEN).aggregate(
        mine=Count("id", filter=Q(officer_id=person)), free=Count("id", filter=Q(officer=None, team_id__in=teams))
    )
    cases = tuple(rows[:PAGE])
    elsewhere = () if cases or not wanted.narrowed else _elsewhere(wanted, person, teams)
    return Queue(cases, len(rows) > PAGE, counts["mine"], counts["free"], _rang_since(cases, today), elsewhere)


def _elsewhere(wanted: QueueFilter, person: int, teams: Collection[int]) -> tuple[tuple[Tab, int], ...]:
    """How many the same filter finds under the other tabs, where it finds some."""
    found = ((tab, _narrowed(_of_tab(tab, person, teams), wanted).count()) for tab in TABS if tab != wanted.tab)
    return tuple((tab, number) for tab, number in found if number)


def _of_tab(tab: Tab, person: int, teams: Collection[int]) -> QuerySet[Case]:
    if tab == "mine":
        return Case.objects.filter(state=Case.State.OPEN, officer_id=person)
    if tab == "team":
        return Case.objects.filter(state=Case.State.OPEN, officer=None, team_id__in=teams)
    return Case.objects.filter(state=Case.State.CLOSED, team_id__in=teams)


def _narrowed(cases: QuerySet[Case], wanted: QueueFilter) -> QuerySet[Case]:
    if wanted.council:
        cases = cases.filter(council_id=wanted.council)
    if wanted.service:
        cases = cases.filter(service_id=wanted.service)
    if found := parse(wanted.words):
        return cases.filter(reference=str(found))
    for word in wanted.words.split()[:5]:
        cases = cases.filter(title__icontains=word)
    return cases


def _sorted(cases: QuerySet[Case], wanted: QueueFilter) -> QuerySet[Case]:
    if wanted.tab == "closed":
        return with_names(cases).order_by("-closed_at", "-id")
    if wanted.sort == "opened":
        return with_names(cases).order_by("-opened_at", "-id")
    return with_names(cases).order_by(F("due_at").asc(nulls_last=True), "id")


def _rang_since(cases: Collection[Case], since: datetime) -> frozenset[int]:
    again = Need.objects.filter(case_id__in=[case.pk for case in cases], created_at__gte=since)
    again = again.exclude(case__contact_id=F("contact_id"))
    return frozenset(again.values_list("case_id", flat=True))


def last_change(case: Case) -> tuple[str, datetime | None]:
    """Who changed the case last (a first name, or nothing) and when, from the journal."""
    entries = Entry.objects.filter(case_id=case.pk, kind__startswith="case.").exclude(kind="case.look")
    entry = entries.order_by("-id").first()
    if entry is None:
        return "", None
    kind, _, number = entry.principal.partition(":")
    person = Person.objects.filter(pk=number).first() if kind == "staff" and number.isdigit() else None
    return (person.first_name if person else ""), entry.at


def cases_of(customers: Collection[int]) -> list[Case]:
    """The cases about these people, the newest first."""
    return list(Case.objects.filter(customer__in=customers).order_by("-opened_at", "-id"))


def cases_numbered(cases: Collection[int]) -> dict[int, Case]:
    """By number, those of these cases that the scope shows."""
    return Case.objects.in_bulk(cases)


@dataclass(frozen=True, slots=True)
class BeforeCall:
    """The newest of what was before a call, as (kind, number, when), and how many there are in all."""

    rows: tuple[tuple[Literal["contact", "case", "closed"], int, datetime], ...]
    count: int


def before_call(who: int | None, home: int | None, *, contact: int, since: datetime, most: int) -> BeforeCall:
    """By the rule of before.sql, by which the desk counts too: of a person, or else of an address."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, id, at, count(*) OVER () FROM moothall.before_call(%s::bigint, %s::bigint, %s, %s) "
            "ORDER BY at DESC, kind, id DESC LIMIT %s",
            [who, home, contact, since, most],
        )
        rows = cursor.fetchall()
    return BeforeCall(tuple((kind, number, at) for kind, number, at, _ in rows), rows[0][3] if rows else 0)
