"""What an agent does to pass a call on, and to finish their part of it. The router does it, as with every button."""
from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.db import IntegrityError, ProgrammingError, transaction

from moothall.contacts.actions import close_need
from moothall.contacts.models import Contact, Need
from moothall.contacts.queries import ContactKey
from moothall.lib import clock
from moothall.people.models import Person
from moothall.queueing.actions import finish_call
from moothall.queueing.desk import Asked, as_person, ask
from moothall.queueing.doorbell import ring
from moothall.queueing.models import Passing, Presence
from moothall.queueing.passings.actions import ask_passing, finish_passing
from moothall.queueing.passings.queries import Receiver, receivers

State = Presence.State


@dataclass(frozen=True, slots=True)
class To:
    """Where a call is to go: to a `team`, or a `person` of it, for a `service` of its council; or to a `number`
    outside, which is `name`'s."""

    service: int
    team: int | None = None
    person: int | None = None
    number: str = ""
    name: str = ""

    @property
    def kind(self) -> str:
        if self.number:
            return Passing.Kind.OUTSIDE
        return Passing.Kind.PERSON if self.person is not None else Passing.Kind.TEAM


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team for one service: how many of its people are at a desk, and how many are free."""

    team: int
    name: str
    service: int
    service_name: str
    there: int = 0
    free: int = 0
    people: list[Receiver] = field(default_factory=list)


def teams_to_pass_to(contact: ContactKey, *, person: int, at: datetime) -> list[TeamChoice]:
    """Every team that may take the call, with its people; the call's own service first. In an open scope."""
    by_team: dict[tuple[int, int], list[Receiver]] = {}
    for row in receivers(contact.council, person=person, at=at):
        by_team.setdefault((row.team, row.service), []).append(row)
    choices = [
        TeamChoice(
            team, rows[0].team_name, service, rows[0].service_name,
            there=sum(row.state != State.AWAY for row in rows), free=sum(row.state == State.READY for row in rows),
            people=rows,
        )
        for (team, service), rows in by_team.items()
    ]  # fmt: skip
    return sorted(choices, key=lambda choice: choice.service != contact.service)


def ask_to_pass_on(person: Person, contact: int, to: To, *, words: str, first: bool = False) -> Asked:
    """Leave it to the router; `first`: let them be asked first, while the caller is on hold. Refused at once where
    nobody is there to take it, and where they mustn't have it: then the code is not_theirs."""
    at = clock.now()
    with as_person(person, contact), transaction.atomic():
        row = Contact.objects.filter(pk=contact).values_list("pk", "council_id", "service_id").first()
        if row is None:
            return Asked(False, "gone")
        key = ContactKey(*row)
        refused = _nobody(key, to, person.pk, at, first=first)
        if refused:
            return Asked(False, refused)
        asked = ask("consult" if first else "pass_on", person, contact, states=(State.IN_CALL,))
        if not asked.ok:
            return asked
        needs = needs_that_go_along(key, to, at)
        try:
            with transaction.atomic():
                ask_passing(
                    key, by=person.pk, kind=to.kind, wanted=to.service, at=at, words=words, needs=needs, team=to.team,
                    person=to.person, number=to.number, name=to.name, consult=Passing.Consult.ASKED if first else "",
                )
        except IntegrityError:
            code = "passing_already"
        except ProgrammingError:
            code = "not_theirs"
        else:
            return asked
        transaction.set_rollback(True)
    return Asked(False, code)


def _nobody(contact: ContactKey, to: To, person: int, at: datetime, *, first: bool) -> str:
    """Why nobody is there to take it; "" where somebody is. Who is asked first must be free: nobody waits for that."""
    if to.kind == Passing.Kind.OUTSIDE:
        return ""
    found = [row for row in receivers(contact.council, person=person, at=at)
             if row.service == to.service and row.team == to.team and to.person in {None, row.person}]
    if not found:
        return "not_theirs"
    if to.person is not None:
        return "" if found[0].state == State.READY else "not_free"
    if first:
        return "" if any(row.state == State.READY for row in found) else "nobody_free"
    return "" if any(row.state != State.AWAY for row in found) else "nobody_there"


def needs_that_go_along(contact: ContactKey, to: To, at: datetime) -> list[int]:
    """The needs that are still open, with the scripts that were begun for them, as far as the next may see them: a
    call's other needs are whoever's who dealt with them. None goes outside. In an open scope."""
    if to.kind == Passing.Kind.OUTSIDE:
        return []
    mine = {row.service for row in receivers(contact.council, person=0, at=at)
            if row.team == to.team and to.person in {None, row.person}}
    still = Need.objects.filter(contact_id=contact.id, closed_at=None, service_id__in=mine)
    return list(still.exclude(runs__state="done").order_by("pk").values_list("pk", flat=True))


def unfinished_part(person: int, contact: int) -> Passing | None:
    """What this person passed on in the contact and hasn't finished their part of. In an open scope."""
    return Passing.objects.filter(
        by_id=person, contact_id=contact, finished_at=None, passed_at__isnull=False, state__in=(
            Passing.State.WAITING, Passing.State.TAKEN,
        )
    ).order_by("-pk").first()  # fmt: skip


def own_needs(passing: Passing) -> list[Need]:
    """The needs of the call that are the first's to finish."""
    rows = Need.objects.filter(contact_id=passing.contact_id, created_at__lte=passing.passed_at)
    return list(rows.exclude(pk__in=passing.needs).select_related("case").order_by("pk"))


def needs_of_others(contact: int, person: int) -> set[int]:
    """The needs that somebody else, who passed the call on, is still finishing. In an open scope."""
    rows = Passing.objects.filter(contact_id=contact, finished_at=None, passed_at__isnull=False, state__in=(
        Passing.State.WAITING, Passing.State.TAKEN,
    )).exclude(by_id=person)
    return {need.pk for passing in rows for need in own_needs(passing) if need.closed_at is None}


def finish_part(
    person: Person, passing: Passing, *, outcomes: Mapping[int, str], then: Literal["ready", "pause"] = "ready"
) -> Asked:
    """Close what the first dealt with, end their lease, and go on or pause; the call itself goes on elsewhere.
    ValueError for an outcome that isn't one."""
    at = clock.now()
    with as_person(person, passing.contact_id):
        _close(own_needs(passing), outcomes)
        finish_passing(passing, at=at)
        key = ContactKey(passing.contact_id, passing.council_id, passing.service_id)
        state = State.READY if then == "ready" else State.PAUSED
        version = finish_call(person, key, state=state, at=at, reason="" if then == "ready" else "pause")
        return Asked(True, version=version if version is not None else ring(person.pk))


def _close(needs: Collection[Need], outcomes: Mapping[int, str]) -> None:
    for need in needs:
        if need.closed_at is None and need.pk in outcomes:
            close_need(need, outcome=outcomes[need.pk])
