"""What becomes of a consultation. Each action is one step in its caller's transaction and one kind of the journal,
which holds ids alone.
"""
from __future__ import annotations

from datetime import datetime
from typing import Any

from moothall.contacts.queries import ContactKey
from moothall.journal.actions import write
from moothall.queueing.models import Passing, Presence
from moothall.queueing.queries import end_lease, presences, set_presence

State, Kind, Consult = Passing.State, Passing.Kind, Passing.Consult


def ring_consult(passing: Passing, *, at: datetime) -> None:
    """It rings at whoever is asked; the caller is on hold."""
    passing.state, passing.consult = State.CONSULT, Consult.RINGING
    passing.save(update_fields=["state", "consult"])
    _write("consult.ring", passing, at, {"by": passing.by_id, "person": passing.person_id})


def find_consult(contact: ContactKey, *, by: int, person: int | None, number: str, at: datetime) -> Passing:
    """It was begun at the telephone itself, at which no more is known of it. `person` is who sits where it rings."""
    passing = Passing.objects.create(
        council_id=contact.council, service_id=contact.service, contact_id=contact.id, by_id=by, kind=Kind.HANDSET,
        state=State.CONSULT, consult=Consult.RINGING, wanted_id=contact.service, person_id=person, number=number[:20],
        asked_at=at,
    )  # fmt: skip
    _write("consult.find", passing, at, {"by": by, "person": person})
    return passing


def answer_consult(passing: Passing, *, at: datetime) -> None:
    passing.consult, passing.talked_at = Consult.TALKING, at
    passing.save(update_fields=["consult", "talked_at"])
    _write("consult.answer", passing, at, {"person": passing.person_id})


def swap_consult(passing: Passing, *, with_caller: bool, at: datetime) -> None:
    """Whoever asks talks with the caller now, or with whom they asked again."""
    passing.consult = Consult.CALLER if with_caller else Consult.TALKING
    passing.save(update_fields=["consult"])
    _write("consult.swap", passing, at, {"with_caller": with_caller})


def end_consult(passing: Passing, *, why: str, at: datetime) -> None:
    """It is over, and the call was not passed on by it."""
    talked = round((at - passing.talked_at).total_seconds()) if passing.talked_at else 0
    passing.state, passing.settled_at, passing.result = State.ENDED, at, why[:40]
    passing.save(update_fields=["state", "settled_at", "result"])
    _write("consult.end", passing, at, {"why": why[:40], "talk_s": max(0, talked)})


def ask_agent(contact: ContactKey, person: int, *, at: datetime) -> bool:
    """The desk of somebody who is free shows that a colleague asks them: no call comes meanwhile. False: not free."""
    values = {"state": Presence.State.ASKED.value, "at": at, "contact": contact.id, "council": contact.council}
    if set_presence(person, values, states=(Presence.State.READY.value,)) is None:
        return False
    _write_agent("agent.ask", contact, person, at, {})
    return True


def release_agent(
    contact: ContactKey, person: int, *, at: datetime, notice: str = "", paused: bool = False, talked: bool = False
) -> datetime | None:
    """The desk of whoever was asked is as before, or on a pause, and sees the call no more. Since when they are free
    for the next call; None where they aren't."""
    values = {
        "state": Presence.State.PAUSED.value if paused else Presence.State.READY.value, "at": at, "notice": notice,
        "only_contact": contact.id, "idle_since": at if talked else None, "reason": "no_answer" if paused else "",
    }
    if set_presence(person, values, states=(Presence.State.ASKED.value,)) is None:
        return None
    end_lease(contact.id, person, at)
    _write_agent("agent.release", contact, person, at, {"state": values["state"]})
    return None if paused else presences(person)[0].idle_since


def _write(kind: str, passing: Passing, at: datetime, body: dict[str, Any]) -> None:
    write(kind, council=passing.council_id, service=passing.service_id, contact=passing.contact_id, at=at,
          body={"passing": passing.pk, **body})


def _write_agent(kind: str, contact: ContactKey, person: int, at: datetime, body: dict[str, Any]) -> None:
    write(kind, council=contact.council, service=contact.service, contact=contact.id, at=at,
          body={"person": person, **body})
