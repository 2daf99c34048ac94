"""What agents do while one asks another about a call. The router does it, as with every button."""
from __future__ import annotations

from moothall.contacts.queries import ContactKey
from moothall.lib import clock
from moothall.people.models import Person
from moothall.queueing.desk import Asked, as_person, ask
from moothall.queueing.doorbell import ring
from moothall.queueing.models import Passing, Presence
from moothall.queueing.passings.desk import To, needs_that_go_along

State = Presence.State


def asks_somebody(contact: int) -> bool:
    """Whether somebody is asked about the call now. In an open scope."""
    under_way = (Passing.State.ASKED, Passing.State.CONSULT)
    return Passing.objects.filter(contact_id=contact, state__in=under_way).exclude(consult="").exists()


def ring_whoever_is_asked(contact: int) -> None:
    """What is known of the call has changed: whoever is asked about it reads it as it is now. In an open scope."""
    asked = Passing.objects.filter(contact_id=contact, state=Passing.State.CONSULT).exclude(person=None)
    for person in asked.values_list("person_id", flat=True):
        ring(person)


def ask_to_swap(person: Person, contact: int) -> Asked:
    """Talk with the other of the two: the caller, or whoever is asked."""
    return ask("swap", person, contact, states=(State.IN_CALL,))


def ask_to_give_up(person: Person, contact: int) -> Asked:
    """Back to the caller; whoever was asked is let go."""
    return ask("give_up", person, contact, states=(State.IN_CALL,))


def ask_to_complete(person: Person, contact: int, story: str = "") -> Asked:
    """Whoever was asked takes the call, with what is open of it by now; with its `story`, if nothing was written for
    them when they were asked: then they read the answers in their own sight, and now the call is theirs."""
    at = clock.now()
    with as_person(person, contact):
        asked = ask("complete", person, contact, states=(State.IN_CALL,))
        passing = Passing.objects.filter(contact_id=contact, by=person, state=Passing.State.CONSULT).first()
        if asked.ok and passing is not None:
            key = ContactKey(contact, passing.council_id, passing.service_id)
            to = To(passing.wanted_id, passing.team_id, passing.person_id if passing.team_id else None, passing.number)
            Passing.objects.filter(pk=passing.pk, state=Passing.State.CONSULT).update(
                needs=needs_that_go_along(key, to, at), words=passing.words or story
            )
    return asked


def ask_to_join(person: Person, contact: int) -> Asked:
    """Whoever is asked answers."""
    return ask("join", person, contact, states=(State.ASKED,))


def ask_to_part(person: Person, contact: int) -> Asked:
    """Whoever is asked can't now, or has said what they know."""
    return ask("part", person, contact, states=(State.ASKED,))
