"""A call on a partnership's line becomes a council's: who answers there by the agreement, and how the call goes on."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from moothall.agreements.queries import Gap, line, own_line, responsible
from moothall.contacts.actions import PHONE, Stamp
from moothall.contacts.legs import begin_leg, pass_contact
from moothall.contacts.models import Contact
from moothall.contacts.queries import ContactKey
from moothall.people.models import Person, Team
from moothall.people.queries import teams_of
from moothall.queueing.doorbell import wake_router
from moothall.queueing.models import Presence
from moothall.queueing.queries import end_lease, lease_on, set_presence
from moothall.tenancy.models import Council, Grant, Service

State = Presence.State


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """This person doesn't answer for the council: `teams` do; or nobody does now, but again at `opens` (None: never).

    `number` is what the caller can ring, as the council publishes it.
    """

    council: Council
    service: str
    teams: tuple[str, ...]
    opens: datetime | None
    number: str


def partnership_of(contact: Contact) -> int | None:
    """The partnership on whose line the call came, also after it has gone on for a council; None on a council's own."""
    row = line(contact.line)
    if row is not None and row.council != contact.council_id:
        return row.council  # only a partnership's line takes calls about others
    return contact.council_id if contact.council.kind == Council.Kind.PARTNERSHIP else None


def who_answers(person: int, council: int, service: int, at: datetime) -> Stamp | Elsewhere:
    """The stamp of a leg that this person begins for the council's service now; else who answers it."""
    plan = responsible(council, service, channel=PHONE, function="answer", at=at)
    teams = set(teams_of(person, at))
    if isinstance(plan, Gap):
        return _elsewhere(council, service, (), plan.next_at)
    mine = teams & {team for _, team in plan.tiers}
    granted = Grant.objects.open_at(at).filter(
        council_id=council, service_id=service, right=Grant.Right.ANSWER, team_id__in=mine
    )
    if not granted.exists():
        names = Team.objects.filter(slug__in=plan.teams).order_by("name").values_list("name", flat=True)
        return _elsewhere(council, service, tuple(names), None)
    return Stamp(plan.version_id, plan.share_id, plan.tiers, plan.answer_within_s)


def _elsewhere(council: int, service: int, teams: tuple[str, ...], opens: datetime | None) -> Elsewhere:
    body = Council.objects.get(pk=council)
    published = own_line(council, service)
    number = published.public_number if published else ""
    name = Service.objects.values_list("name", flat=True).get(pk=service)
    return Elsewhere(body, name, teams, opens, number or body.phone)


def go_on_for(
    person: Person, contact: Contact, following: tuple[int, int], stamp: Stamp, *, at: datetime, mistaken: bool = False
) -> ContactKey | None:
    """The call that this person has goes on for (council, service) `following`; None where it is over already.

    In the person's own scope that names no contact: with the call's own they see nothing of that council yet, and
    without a grant the database refuses. The contact is changed before the desk, as the router does it.
    """
    before = ContactKey(contact.pk, contact.council_id, contact.service_id)
    council, service = following
    shared = contact.council.kind == Council.Kind.PARTNERSHIP
    passed = pass_contact(before, person=person.pk, council=council, at=at, shared=shared, mistaken=mistaken)
    if passed is None:
        return None
    key = begin_leg(passed, stamp, council=council, service=service, person=person.pk, at=at)
    lease_on(person.pk, before.id, key)
    end_lease(before.id, person.pk, at)
    values = {"state": State.IN_CALL.value, "at": at, "contact": key.id, "council": council, "only_contact": before.id}
    if set_presence(person.pk, values, states=(State.IN_CALL.value,)) is None:
        transaction.set_rollback(True)  # the desk shows another call by now
        return None
    wake_router(f"presence:{person.pk}")  # from now on it counts as that council's
    return key
