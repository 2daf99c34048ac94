"""The caller is on hold, and back again. Each follows the exchange's event, so it is harmless when it comes twice."""
from __future__ import annotations

from datetime import datetime

from moothall.contacts.queries import ContactKey, mark_held, mark_retrieved
from moothall.journal.actions import write


def hold_contact(contact: ContactKey, *, at: datetime) -> bool:
    """The caller hears music from now on. False: nobody talks in it, or it is held already."""
    if not mark_held(contact, at):
        return False
    write("contact.hold", council=contact.council, service=contact.service, contact=contact.id, at=at, body={})
    return True


def retrieve_contact(contact: ContactKey, *, at: datetime) -> bool:
    """The caller is back with the agent. False: it isn't held."""
    since = mark_retrieved(contact)
    if since is None:
        return False
    held = max(0, round((at - since).total_seconds()))
    write("contact.retrieve", council=contact.council, service=contact.service, contact=contact.id, at=at,
          body={"held_s": held})
    return True
