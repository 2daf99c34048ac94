"""Whoever signs out leaves their desk at once: no call is laid before somebody who has gone."""
from __future__ import annotations

from typing import Any

from moothall.people.models import Person
from moothall.queueing.consults.desk import ask_to_part
from moothall.queueing.desk import decline, leave_desk
from moothall.queueing.models import Presence


def leave_at_sign_out(sender: object, user: Person | None = None, **signal: Any) -> None:
    """A call in hand stays theirs, to be finished when they sign in again; one that only rings goes on to the next,
    and a colleague who asks is told that they don't talk."""
    presence = Presence.objects.filter(person=user).first() if user is not None else None
    if user is None or presence is None:
        return
    if presence.state == Presence.State.RINGING and presence.contact_id is not None:
        decline(user, presence.contact_id)
    elif presence.state == Presence.State.ASKED and presence.contact_id is not None:
        ask_to_part(user, presence.contact_id)
    elif presence.state in (Presence.State.READY, Presence.State.PAUSED):
        leave_desk(user)
