"""A run is begun, and sent on the web; and how a run goes on. It is answered in answering.py, broken off and taken up
again in left_runs.py. Each action is one transaction and one kind of the journal; look-ups and effects follow by
themselves, so that a run always stands at a question, at an end, or where a person must take over.

A person sends `seen_version`, the run's version as they read it: where it has moved on, Stale is raised and nothing is
written, so that Enter twice answers once.
"""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from typing import Any

from moothall.cases.changes import AlreadyClosed
from moothall.cases.numbering import Ready
from moothall.contacts.models import Contact, Need
from moothall.domain.interview.model import Step
from moothall.domain.interview.run import Effect, End, LookUp, Stuck, protects
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.scripts import on_the_web, steps
from moothall.scripts.access import with_all
from moothall.scripts.models import Run
from moothall.scripts.promises import tell_at_end
from moothall.scripts.protecting import protect_in_run
from moothall.scripts.shared import stops
from moothall.scripts.steps import walk_of
from moothall.scripts.uploads import attach_uploads, wants_files
from moothall.scripts.versions import parameters_of, script_of, version_for
from moothall.tenancy.residents import keep_own_run
from moothall.tenancy.scope import current_person
from moothall.tenancy.together import hold_change, together, write_held


class Stale(Exception):
    """The run has moved on since it was read, or stands at another step; nothing was written."""

    def __init__(self, run: Run) -> None:
        super().__init__("The script has moved on")
        self.run = run


def start_run(*, contact: Contact, need: Need, script_key: str, parent: Run | None = None) -> Run:
    """Begin the script for a need, and go on to its first question. NotPublished where there is no such script.

    `parent` is the run that it interrupts, to which it returns when it is finished.
    """
    at = clock.now()
    version = version_for(script_key, contact.council.gss)
    run = Run.objects.create(
        council_id=need.council_id,
        service_id=need.service_id,
        contact=contact,
        need=need,
        script=version,
        channel=contact.channel,
        parent=parent,
        parameters=dict(parameters_of(version)),
        started_by_id=current_person(),
        started_at=at,
        changed_at=at,
    )
    write_entry("run.start", run, {"script": version.hash}, at=at, then=go_on(run))
    return run


def begin_run(run: Run) -> Run:
    """On the web: go on to the first question. The run and its key were made before (tenancy/residents.py)."""
    run = locked_run(run)
    write_entry("run.begin", run, {"script": run.script_id}, at=clock.now(), then=go_on(run))
    return run


def send_run(run: Run, *, seen_version: int, locked: bool = False, apart: bool = False) -> Run:
    """On the web: the answers were checked, so what waited for that is done, in this one transaction. Raises Stale.

    Where a case that it would lead to was closed meanwhile, nothing is sent and the script goes on.

    `locked`: the run was read to be changed (resident_run), and nothing was done since. `apart`: row by row, so that
    another reference can be tried; else IntegrityError where the first is taken.
    """
    run = run if locked else locked_run(run)
    if run.version != seen_version or not awaits_sending(run):
        raise Stale(run)
    if _closed_since(run):
        return look_again_run(run)
    with nullcontext() if apart else together():
        ready = on_the_web.attach(run, None if apart else steps.about_case(run))
        write_entry("run.send", run, {}, at=clock.now(), then=go_on(run, sent=True, ready=ready))
        if run.effects and wants_files(run):
            keep_own_run()
    return run


def look_again_run(run: Run) -> Run:
    """On the web: what they were to be led to is closed by now, so the script goes on from what was looked up anew."""
    write_entry("run.look_again", run, {}, at=clock.now(), then=go_on(run))
    return run


def awaits_sending(run: Run) -> bool:
    """Whether the next thing is to be done only when the answers have been checked, as on the web."""
    own = steps.speaks_for(run).pk == run.council_id  # another council's is sent on its own pages
    return run.channel == on_the_web.WEB and own and isinstance(walk_of(run).next, Effect)


def go_on(run: Run, *, sent: bool = False, ready: Ready | None = None) -> dict[str, Any]:
    """Go on to where the run stands next. Gives what the journal tells of it with the act that led there: which step is
    shown from then on, whether that is an end, and the script where the address led to another council's rules."""
    followed = run.script_id
    shown = _advance(run, sent=sent, ready=ready)
    more = {} if run.script_id == followed else {"script": run.script_id}
    end = {"end": True} if run.state == Run.State.DONE else {}
    return {**more, "to": shown, **end}


def _advance(run: Run, *, sent: bool = False, ready: Ready | None = None) -> str:
    """Do the look-ups and effects up to the next question or end, keep where the run came to, and tell that step. On a
    shared line it stops where it needs a council, or another one, and no step is told; on the web before an effect,
    until the answers were `sent`. `ready`: what was asked for the case that is opened first; whatever follows it may
    read what is held."""
    script = script_of(run)
    protected: list[int | None] = []  # cases that are about somebody who is from now on
    for _ in range(len(script.steps) + 1):
        stop = walk_of(run).next
        if stopped := stops(run, stop):
            break
        if ready is None and isinstance(stop, LookUp | Effect):
            write_held()
        if isinstance(stop, LookUp):
            steps.look_up(run, stop.step, stop.values)
        elif isinstance(stop, Effect) and (sent or run.channel != on_the_web.WEB):
            _do(run, stop, ready)
            if stop.step.key in run.effects and protects(script_of(run), stop.step, stop.values):
                protected.append(run.effects[stop.step.key]["case"])
        else:
            break
        ready = None
    end = stop.step if isinstance(stop, End) and not stopped else None
    run.state = Run.State.DONE if end else Run.State.OPEN
    if end and run.channel == on_the_web.WEB:
        on_the_web.settle(run, end)
    _suggest(run, end)
    if end:
        tell_at_end(run)
    save_run(run)
    if protected:
        protect_in_run(run, protected)
    return "" if stopped else stop.key if isinstance(stop, Stuck) else stop.step.key


def _do(run: Run, stop: Effect, ready: Ready | None) -> None:
    """Do an effect; or ask anew what named the case that it leads to, where that was closed since."""
    try:
        steps.do(run, stop.step, stop.values, ready)
    except AlreadyClosed:
        if not steps.look_again(run, stop.step):
            raise
    else:
        attach_uploads(run)


def _closed_since(run: Run) -> bool:
    """Whether a resident would be led to a case that isn't open any more: they don't see it, so it is looked up."""
    stop = walk_of(run).next
    if not isinstance(stop, Effect) or not steps.links(stop) or not steps.look_again(run, stop.step):
        return False
    return not steps.links(walk_of(run).next)


def _suggest(run: Run, end: Step | None) -> None:
    """At an end the need carries the outcome that the script suggests; going back takes it away."""
    if run.need is None or run.need.closed_at:
        return
    ending = end.ending if end else None
    told = (ending.outcome, ending.code) if ending else ("", "")
    if (run.need.outcome, run.need.outcome_code) != told:
        run.need.outcome, run.need.outcome_code = told
        run.need.save(update_fields=["outcome", "outcome_code"])


def locked_run(run: Run) -> Run:
    """The run as it stands, until the transaction ends. One that has no contact yet needs nothing but its council."""
    rows = Run.objects.select_for_update(of=("self",))
    if run.contact_id is None:
        found = rows.get(pk=run.pk)
        if found.contact_id is None and found.need_id is None:
            found.council = run.council
            return found
    return with_all(rows).get(pk=run.pk)


def save_run(run: Run) -> None:
    run.version += 1
    run.changed_at = clock.now()
    if not hold_change(run):
        run.save()


def write_entry(
    kind: str, run: Run, body: dict[str, Any], *, at: datetime | None = None, then: dict[str, Any] | None = None
) -> None:
    """What was done with a run, for the journal. `at`: when, read before it went on; `then`: where to it went on."""
    write(
        kind,
        council=run.council_id,
        service=run.service_id,
        contact=run.contact_id,
        need=run.need_id,
        at=at,
        body={"run": run.pk, **body, **(then or {})},
    )
