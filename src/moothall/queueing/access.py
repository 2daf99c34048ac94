"""Getting at what the queue holds: the object, or 404. Never a hint that something else exists."""
from __future__ import annotations

from django.http import Http404

from moothall.contacts.models import Contact
from moothall.people.models import Person
from moothall.queueing.models import Lease, Presence


def access_contact(contact: int) -> Contact:
    """The contact as the open scope sees it."""
    found = Contact.objects.filter(pk=contact).first()
    if found is None:
        raise Http404("contact")
    return found


def access_contact_in_hand(person: Person, contact: int) -> Contact:
    """The contact that rings, talks or is being finished at this person's desk; not one about which they are asked."""
    there = Presence.objects.filter(person=person, contact_id=contact)
    if not there.exclude(state=Presence.State.ASKED).exists():
        raise Http404("contact")
    return access_contact(contact)


def access_contact_in_call(person: Person, contact: int) -> Contact:
    """The contact in which this person talks now, with its council."""
    there = Presence.objects.filter(person=person, contact_id=contact, state=Presence.State.IN_CALL)
    found = Contact.objects.filter(pk=contact).select_related("council").first() if there.exists() else None
    if found is None:
        raise Http404("contact")
    return found


def access_contact_to_change(person: Person, contact: int) -> Contact:
    """The contact in hand, locked: what is pressed twice at once comes one after the other, and the later sees both."""
    access_contact_in_hand(person, contact)
    rows = Contact.objects.select_for_update(of=("self",), no_key=True).select_related("council")
    found = rows.filter(pk=contact).first()
    if found is None:
        raise Http404("contact")
    return found


def has_left(person: Person, contact: int) -> bool:
    """Whether this person talked in the contact and it is at their desk no more: pressed again, it is finished."""
    if Presence.objects.filter(person=person, contact_id=contact).exists():
        return False
    return Lease.objects.filter(person=person, contact_id=contact).exists()
