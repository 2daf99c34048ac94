"""Afterwards: what was open of the councils that became one is all there, under its reference, for whom the text says.

Each look is taken in the scope of the person it is about, or of one predecessor at a time: row security answers.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import F, Q

from moothall.agreements.successions import passings_signed
from moothall.cases.models import Case
from moothall.cases.queries import by_reference
from moothall.contacts.models import Contact
from moothall.customers.models import Customer
from moothall.domain.calendar import LONDON
from moothall.domain.plural import count
from moothall.domain.responsibility.phrases import from_words
from moothall.domain.responsibility.succession import Passing, behind
from moothall.domain.responsibility.times import listed
from moothall.handover.actions import certify_succession
from moothall.journal.models import Entry
from moothall.journal.verify import verify
from moothall.people.models import Membership, Person
from moothall.tenancy.models import Council, Grant
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope
from moothall.tenancy.validity import valid_at

JUST_BEFORE = timedelta(seconds=1)
MOST_TOLD = 20
Tell = Callable[[str], None]


class NotYet(ValueError):
    """There is nothing to certify; it says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `wrong` names what doesn't hold, at most some of it."""

    key: str
    words: str
    wrong: tuple[str, ...] = ()
    count: int = 0

    @property
    def holds(self) -> bool:
        return not self.wrong


@dataclass(frozen=True, slots=True)
class Certificate:
    successor: Council
    predecessors: tuple[Council, ...]
    vesting: datetime
    made_at: datetime
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        return all(check.holds for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        return {
            "form": 1, "holds": self.holds, "successor": self.successor.gss,
            "predecessors": [each.gss for each in self.predecessors],
            "vesting": self.vesting.astimezone(LONDON).isoformat(), "made_at": self.made_at.isoformat(),
            "checks": [{**asdict(check), "holds": check.holds} for check in self.checks],
        }  # fmt: skip

    @property
    def digest(self) -> str:
        return sha256(json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def as_text(self) -> str:
        head = "Certificate of succession" if self.holds else "NOT COMPLETE"
        who = listed([f"{each.name} ({each.gss})" for each in self.predecessors])
        lines = [f"{head}: {self.successor.name} ({self.successor.gss})", "",
                 f"{who} became one from {from_words(self.vesting)}. Looked at {self.made_at.isoformat()}.", ""]
        for check in self.checks:
            lines += [f"{'holds' if check.holds else 'FAILS'}  {check.words}", *(f"         {e}" for e in check.wrong)]
        return "\n".join([*lines, ""])


def certify(successor: Council, *, now: datetime, at: datetime | None = None) -> Certificate:
    """Look at everything, and tell the journals. `at` is another instant for the scopes: the test role's alone.

    Raises NotYet where no succession of this council has happened by `now`.
    """
    passed = [each for each in passings_signed() if each.at <= now]
    numbers = behind(passed, successor.pk, now)
    if not numbers:
        raise NotYet(f"No council has become {successor.name} by now.")
    moments = {each.predecessor: each.at for each in passed}
    looked = _Look(successor.pk, {number: moments[number] for number in numbers}, now, at)
    checks = (*looked.counts(), looked.reached(), looked.ended(), looked.granted(passed), _chain())
    made = Certificate(successor, tuple(Council.objects.filter(pk__in=numbers).order_by("name")),
                       max(looked.moments.values()), now, checks)
    certify_succession(successor.pk, numbers, digest=made.digest, holds=made.holds)
    return made


@dataclass(frozen=True, slots=True)
class _Open:
    """A case that was open when its council went over."""

    case: int
    reference: str
    council: int
    service: int


class _Look:
    """One look. `moments` says of each predecessor when it went over."""

    def __init__(self, successor: int, moments: dict[int, datetime], now: datetime, at: datetime | None) -> None:
        self.successor, self.moments, self.now, self.at = successor, moments, now, at
        self.names = dict(Council.objects.values_list("pk", "short_name"))
        self.open: list[_Open] = []

    def counts(self) -> Iterator[Check]:
        """As many cases as the journal says were open just before; the tables hold every one of them now."""
        for council, moment in self.moments.items():
            with scope(System("hand_back", council)):
                entries = Entry.objects.filter(council_id=council, at__lt=moment, case_id__isnull=False)
                begun = set(entries.filter(kind="case.open").values_list("case_id", flat=True))
                told = begun - set(entries.filter(kind="case.close").values_list("case_id", flat=True))
                still = Q(closed_at=None) | Q(closed_at__gte=moment)
                rows = Case.objects.filter(still, council_id=council, opened_at__lt=moment).order_by("pk")
                found = [_Open(*row) for row in rows.values_list("pk", "reference", "council_id", "service_id")]
            self.open += found
            held = {each.case for each in found}
            wrong = [f"Case {number} is open in the journal and isn't in the tables." for number in sorted(told - held)]
            wrong += [f"{each.reference} is open in the tables and not in the journal." for each in found
                      if each.case not in told]
            words = (f"{self.names[council]}: {count(len(told), 'case')} open just before by the journal, "
                     f"{count(len(held), 'case')} of these in the tables now.")
            yield Check(f"count-{council}", words, tuple(wrong[:MOST_TOLD]), len(held))

    def reached(self) -> Check:
        """Each of them is found by its reference by an officer of every team that resolves it."""
        wrong, officers = [], 0
        for key in sorted({(each.council, each.service) for each in self.open}):
            cases = [each for each in self.open if (each.council, each.service) == key]
            people = self._officers(*key)
            officers += len(people)
            if not people:
                wrong.append(f"Nobody resolves {listed([each.reference for each in cases[:MOST_TOLD]])}.")
            for person in people:
                with scope(Staff(person), at=self.at):
                    found = {each.reference: by_reference(each.reference) for each in cases}
                wrong += [f"{each.reference} isn't found by person {person}." for each in cases
                          if (row := found[each.reference]) is None or row.pk != each.case]
        words = (f"Each of these {count(len(self.open), 'case')} is found by its reference of before by "
                 f"{count(officers, 'officer')} of the teams that resolve it.")
        return Check("reached", words, tuple(wrong[:MOST_TOLD]), len(self.open))

    def _officers(self, council: int, service: int) -> list[int]:
        """One of each team that resolves a service now."""
        teams = Grant.objects.filter(valid_at(self.now), council_id=council, service_id=service,
                                     right=Grant.Right.RESOLVE).values_list("team_id", flat=True)
        rows = Membership.objects.filter(valid_at(self.now), team_id__in=set(teams), person__is_active=True)
        rows = rows.exclude(job=Membership.Job.MANAGER).order_by("team_id", "person_id")
        by_team: dict[int, int] = {}
        for team, person in rows.values_list("team_id", "person_id"):
            by_team.setdefault(team, person)
        return sorted(set(by_team.values()))

    def ended(self) -> Check:
        """Who saw something of a predecessor and has no right on it now sees no row of it."""
        saw: dict[int, set[int]] = {}
        for council, moment in self.moments.items():
            grants = Grant.objects.filter(valid_at(moment - JUST_BEFORE), council_id=council)
            rows = Membership.objects.filter(valid_at(moment - JUST_BEFORE), team__in=grants.values("team"))
            for person in rows.values_list("person_id", flat=True):
                saw.setdefault(person, set()).add(council)
        blind = 0
        wrong: list[str] = []
        for person in Person.objects.filter(pk__in=saw, is_active=True).order_by("pk"):
            if self._may(person.pk):
                continue
            blind += 1
            with scope(Staff(person.pk), at=self.at):
                rows_left = sum(model.objects.filter(council_id__in=[*self.moments, self.successor]).count()
                                for model in (Case, Contact, Customer, Entry))
            if rows_left:
                wrong.append(f"{person.name} still sees {count(rows_left, 'row')}.")
        words = (f"{count(blind, 'person', 'people')} who saw something of them before and whom the text doesn't carry "
                 "over see no row now.")
        return Check("ended", words, tuple(wrong[:MOST_TOLD]), blind)

    def _may(self, person: int) -> bool:
        teams = Membership.objects.filter(valid_at(self.now), person_id=person).values("team")
        keys = [*self.moments, self.successor]
        return Grant.objects.filter(valid_at(self.now), team__in=teams, council_id__in=keys).exists()

    def granted(self, passed: list[Passing]) -> Check:
        """Every right on their rows is by a share of the successor, or its own people's on its own figures."""
        clients = {self.successor, *(each.successor for each in passed if each.successor in self.moments)}
        own = Q(share=None, right=Grant.Right.REPORT) & (Q(team__employer__in=clients) | Q(team__employer=F("council")))
        grants = Grant.objects.filter(valid_at(self.now), council_id__in=[*self.moments])
        others = grants.exclude(share__client__in=clients).exclude(own)
        wrong = [f"{grant.team.name} has a right on {self.names[grant.council_id]}'s rows, by no share of theirs."
                 for grant in others.select_related("team").order_by("pk")]
        number = grants.count()
        words = f"{count(number, 'right')} on their rows, each by a share of the successor or on its own figures."
        return Check("granted", words, tuple(wrong[:MOST_TOLD]), number)


def _chain() -> Check:
    proof = verify()
    words = f"The journal's chain: {count(proof.blocks, 'block')} with {count(proof.entries, 'entry', 'entries')}."
    return Check("journal", words, tuple(finding.words for finding in proof.findings[:MOST_TOLD])
                 if not proof.holds else (), proof.entries)
