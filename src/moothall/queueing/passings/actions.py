"""What becomes of a passing. Each action is one step in its caller's transaction and one kind of the journal, which
holds ids alone: what the next must know stands in the row.
"""
from __future__ import annotations

from datetime import datetime
from typing import Any

from moothall.contacts.queries import ContactKey
from moothall.journal.actions import write
from moothall.queueing.models import Passing

State, Kind = Passing.State, Passing.Kind


def ask_passing(
    contact: ContactKey, *, by: int, kind: str, wanted: int, at: datetime, words: str, needs: list[int],
    team: int | None = None, person: int | None = None, number: str = "", name: str = "", consult: str = "",
) -> Passing:
    """Somebody asks to pass on the call that they have, or (`consult`) to ask there first. ProgrammingError where the
    database judges that they mustn't, IntegrityError where it is being passed on already.
    """
    passing = Passing.objects.create(
        council_id=contact.council, service_id=contact.service, contact_id=contact.id, by_id=by, kind=kind,
        wanted_id=wanted, team_id=team, person_id=person, number=number, name=name[:120], words=words, needs=needs,
        asked_at=at, consult=consult,
    )  # fmt: skip
    _write("passing.ask", passing, at, {
        "by": by, "to": kind, "wanted": wanted, "team": team, "person": person, "needs": needs, "first": bool(consult),
    })
    return passing


def find_passing(contact: ContactKey, *, by: int, at: datetime) -> Passing:
    """The call was passed on at the telephone itself: that is told of it, and no more is known."""
    passing = Passing.objects.create(
        council_id=contact.council, service_id=contact.service, contact_id=contact.id, by_id=by, kind=Kind.HANDSET,
        state=State.WAITING, wanted_id=contact.service, asked_at=at, passed_at=at,
    )  # fmt: skip
    _write("passing.find", passing, at, {"by": by})
    return passing


def refuse_passing(passing: Passing, *, why: str, at: datetime) -> None:
    """It wasn't done: the call is still with whoever asked."""
    _settle(passing, State.REFUSED, at, result=why[:40])
    _write("passing.refuse", passing, at, {"why": why[:40]})


def begin_passing(passing: Passing, *, at: datetime) -> None:
    """The call is out of the first's hands, and on its way."""
    passing.state, passing.passed_at = State.WAITING, at
    passing.save(update_fields=["state", "passed_at"])
    _write("passing.begin", passing, at, {"by": passing.by_id})


def take_passing(passing: Passing, *, person: int | None, at: datetime) -> None:
    """Somebody talks with the caller: whoever it was meant for, or else."""
    passing.taken_by_id = person
    _settle(passing, State.TAKEN, at)
    _write("passing.take", passing, at, {"person": person})


def lose_passing(passing: Passing, *, why: str, at: datetime) -> None:
    """The call ended before anybody took it."""
    _settle(passing, State.LOST, at, result=why[:40])
    _write("passing.lose", passing, at, {"why": why[:40]})


def leave_passing(passing: Passing, *, at: datetime) -> None:
    """It was put through to a number outside, where we follow it no more."""
    passing.passed_at = at
    _settle(passing, State.OUT, at)
    _write("passing.leave", passing, at, {})


def note_passing(passing: Passing, note: str) -> None:
    """What the first writes while they finish their part: the call's own notes are the next one's by now."""
    passing.note = note
    passing.save(update_fields=["note"])
    write("passing.note", council=passing.council_id, service=passing.service_id, contact=passing.contact_id,
          body={"passing": passing.pk, "characters": len(note)})


def finish_passing(passing: Passing, *, at: datetime) -> None:
    """The first has finished their part of the call."""
    passing.finished_at = at
    passing.save(update_fields=["finished_at"])
    _write("passing.finish", passing, at, {"by": passing.by_id})


def _settle(passing: Passing, state: str, at: datetime, *, result: str = "") -> None:
    passing.state, passing.settled_at, passing.result = state, at, result
    passing.save(update_fields=["state", "settled_at", "result", "taken_by", "passed_at"])


def _write(kind: str, passing: Passing, at: datetime, body: dict[str, Any]) -> None:
    write(kind, council=passing.council_id, service=passing.service_id, contact=passing.contact_id, at=at,
          body={"passing": passing.pk, **body})
