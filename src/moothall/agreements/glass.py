"""Break glass: seeing what is another council's, outside every share, for a stated emergency and a limited time.

The database's functions decide (glass.sql), and such a scope writes nothing (open_scope.sql). The council whose records
they are is told of each by its journal, and of each thing that was looked at before it is shown; its managers are told
of each by e-mail too.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from moothall.agreements.life import Refused, ask_for
from moothall.agreements.models import AgreementVersion, BreakGlass
from moothall.agreements.queries import ask
from moothall.journal.actions import write
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.lib.jobs import leave
from moothall.people.models import Person
from moothall.tenancy.models import CORE, Council
from moothall.tenancy.principals import Emergency, System
from moothall.tenancy.scope import scope


def break_glass(council: Council, *, by: Person, reason: str, minutes: int) -> BreakGlass:
    """Begin at once. Refused without a reason, over the agreed minutes, for who leads no team of another party."""
    at = clock.now()
    until = at + timedelta(minutes=minutes)
    with scope(System("sign")):
        _ask("break_glass", council.number, by.pk, reason, until, at, done="broken")
        made = BreakGlass.objects.get(person=by, council=council, starts=at)
        for told in _told(made):
            write("glass.break", council=told, service=CORE, at=at, body=_body(
                made, person=by.pk, reason=made.reason, until=until.isoformat(),
            ))
        leave("moothall.messages.tasks.tell_of_look", glass=made.pk)  # the council's managers, by e-mail
    return made


def end_glass(glass: BreakGlass, *, by: Person) -> None:
    """End it now: by whoever looks, or by a manager of the council whose records they are."""
    at = clock.now()
    with scope(System("sign")):
        _ask("end_glass", glass.pk, by.pk, at, done="ended")
        for told in _told(glass):
            write("glass.end", council=told, service=CORE, at=at, body=_body(glass, person=by.pk))


def look_glass(glass: BreakGlass, *, what: str, key: str = "", case: int | None = None) -> None:
    """Say in the council's journal what is about to be shown, in a transaction of its own: what can't be written isn't
    shown. `key` is a code or a reference, never a name."""
    with scope(System("glass", glass.council_id)):
        write("glass.look", council=glass.council_id, service=CORE, case=case, body=_body(
            glass, person=glass.person_id, what=what, key=key,
        ))


@contextmanager
def through_glass(glass: BreakGlass, *, what: str, key: str = "") -> Iterator[None]:
    """Journal the look, then open the scope that reads."""
    look_glass(glass, what=what, key=key)
    with scope(Emergency(glass.person_id, glass.pk)):
        yield


def looks_through(glass: BreakGlass) -> list[Entry]:
    """What was looked at, the first thing first, from the journal."""
    with scope(System("glass", glass.council_id)):
        found = Entry.objects.filter(council=glass.council_id, service=CORE, kind="glass.look", body__glass=glass.pk)
        return list(found.filter(at__gte=glass.starts, at__lte=glass.ends + timedelta(minutes=1)).order_by("id"))


def minutes_allowed(council: int, person: int, at: datetime) -> int | None:
    """The most minutes that this person may look at that council's records; None where they may not."""
    found: int | None = ask("glass_minutes", council, person, at)[0][0]
    return found


def councils_behind_glass(person: int, at: datetime) -> list[tuple[Council, int]]:
    """The councils whose records this person may see in an emergency, each with the most minutes."""
    parties = AgreementVersion.objects.in_force(at).values_list("parties", flat=True)
    numbers = {number for each in parties for number in each}
    rows = [(each, minutes_allowed(each.number, person, at)) for each in Council.objects.filter(number__in=numbers)]
    return [(each, minutes) for each, minutes in rows if minutes]


def _ask(function: str, *values: object, done: str) -> None:
    answer = ask_for(function, *values)
    if answer != done:
        raise Refused(answer)


def _told(glass: BreakGlass) -> list[int]:
    """The council whose records they are, and the one that the person works for."""
    return sorted({glass.council_id, glass.person.employer_id or glass.council_id})


def _body(glass: BreakGlass, **more: object) -> dict[str, object]:
    return {"glass": glass.pk, "council": glass.council_id, **more}
