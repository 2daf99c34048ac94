"""Building the router's picture from rows: at its start, and whenever a transaction had to be undone."""
from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from moothall.contacts.actions import wrap_up_contact
from moothall.contacts.models import Contact
from moothall.contacts.queries import live_contacts
from moothall.people.models import Person
from moothall.queueing.actions import change_presence, end_offer, requeue_contact
from moothall.queueing.models import Offer, Passing, Presence
from moothall.queueing.passings.route import recall
from moothall.queueing.picture import Call, Picture, agents_from
from moothall.queueing.queries import (
    broken_desks,
    broken_offers,
    end_lease,
    live_offers,
    presences,
    roster,
    watched_lines,
    wrap_ups_of_nobody,
)
from moothall.queueing.queues import QueueKey, milliseconds
from moothall.queueing.stamp import queue_of

State = Presence.State


def mend_rows(now: datetime) -> None:
    """Take back offers that ring nowhere and calls that desks only believe in, so that the picture can be true."""
    for contact in broken_offers():
        end_offer(contact, state=Offer.State.WITHDRAWN, at=now)
    for person in Person.objects.filter(pk__in=broken_desks()).order_by("pk"):
        change_presence(person, state=State.READY, at=now, leaves=tuple(State.values), reason="mended")
    finish_for_nobody(now)


def finish_for_nobody(now: datetime) -> None:
    """End the calls that no desk holds any more and none will: they would be "finishing" for ever."""
    for contact, agent in wrap_ups_of_nobody(now):
        wrap_up_contact(contact, person=agent, outcomes={}, note="", at=now)
        if agent is not None:
            end_lease(contact.id, agent, now)


def take_up(now: datetime, *, ring_limit: timedelta) -> Picture:
    """Everything that the rows say, in an open scope of the router."""
    mend_rows(now)
    picture = Picture(agents_from(roster(now)))
    picture.know_queues(key for line in watched_lines(now) if (key := queue_of(line, at=now)))
    since = {}
    for row in presences():
        since[row.person] = milliseconds(row.idle_since)
        if row.state == State.READY:
            picture.ready(row.person, since[row.person])
    passed = {row.contact_id: row for row in live_passings()}
    offers = {contact: (person, at) for contact, person, at in live_offers()}
    for contact in live_contacts():
        tiers = tuple((int(after), int(team)) for after, team in contact.tiers)
        queue = QueueKey(contact.key.council, contact.wanted, tiers)
        call = Call(contact.call, contact.key, queue, milliseconds(contact.offered_at), home=contact.line)
        picture.add(call)
        if contact.key.id in passed:
            recall(call, passed[contact.key.id])
        if contact.state == Contact.State.ANSWERED:
            call.answered, call.person, call.held = True, contact.agent, contact.held
            call.calling = contact.calling
        elif contact.key.id in offers:
            call.person, offered = offers[contact.key.id]
            call.person_since = since.get(call.person, 0)
            call.rings_until = milliseconds(offered + ring_limit)
        else:
            if contact.state == Contact.State.OFFERED:
                requeue_contact(contact.key, at=now)
            picture.wait(call)
    return picture


def live_passings() -> QuerySet[Passing]:
    """What was passed on of the calls that still stand, the latest last."""
    return Passing.objects.filter(
        state__in=(Passing.State.WAITING, Passing.State.TAKEN),
        contact__state__in=(Contact.State.WAITING, Contact.State.OFFERED, Contact.State.ANSWERED),
    ).order_by("pk")
