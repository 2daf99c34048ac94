"""What happens to a run. Each action is one transaction and one kind of the journal; look-ups and effects follow by
themselves, so that a run always stands at a question, at an end, or where a person must take over.

A person sends `seen_version`, the run's version as they read it: where it has moved on, Stale is raised and nothing is
written, so that Enter twice answers once.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from moothall.cases.numbering import Ready
from moothall.contacts.actions import close_need, open_need
from moothall.contacts.models import Contact, Need
from moothall.domain.interview.answers import UPLOADED, accept, discreet
from moothall.domain.interview.dependence import sealed
from moothall.domain.interview.expressions import Refusal
from moothall.domain.interview.model import Step
from moothall.domain.interview.run import Ask, Effect, End, LookUp, Stuck
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.scripts import on_the_web, steps
from moothall.scripts.access import with_all
from moothall.scripts.cost import TOLD, price_in
from moothall.scripts.models import Run
from moothall.scripts.shared import decided, stops
from moothall.scripts.steps import walk_of
from moothall.scripts.uploads import attach_uploads, wants_files
from moothall.scripts.versions import Chosen, packs_folder, parameters_of, publish_pack, script_of, version_for
from moothall.tenancy.models import Council
from moothall.tenancy.residents import give_code, keep_own_run
from moothall.tenancy.scope import current_person
from moothall.tenancy.together import hold_change, together, write_held


class Stale(Exception):
    """The run has moved on since it was read, or stands at another step; nothing was written."""

    def __init__(self, run: Run) -> None:
        super().__init__("The script has moved on")
        self.run = run


class AnswerRefused(Exception):
    """The answer isn't one; `words` say what to do, in the field's own words. Nothing was written."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class AnswerSealed(Exception):
    """The answer went into what the script has done, so it stands. Nothing was written."""


def publish_packs(chosen: Chosen | None = None, folders: Sequence[Path] | None = None) -> list[str]:
    """Publish packs as they stand on disk (all, unless some are named), with the parameters that councils have chosen
    here; the hashes of all versions. PackRefused where a pack has errors."""
    at = clock.now()
    if folders is None:
        folders = sorted(path.parent for path in packs_folder().glob("*/pack.yaml"))
    return [address for folder in folders for address in publish_pack(folder, at=at, chosen=chosen)]


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
    _write("run.start", run, {"script": version.hash}, at=at, then=_go_on(run))
    return run


def begin_run(run: Run) -> Run:
    """On the web: go on to the first question. The run and its key were made before (tenancy/residents.py)."""
    run = _locked(run)
    _write("run.begin", run, {"script": run.script_id}, at=clock.now(), then=_go_on(run))
    return run


def send_run(run: Run, *, seen_version: int, locked: bool = False, apart: bool = False) -> Run:
    """On the web: the answers were checked, so what waited for that is done, in this one transaction. Raises Stale.

    `locked`: the run was read to be changed (resident_run), and nothing was done since. `apart`: row by row, so that
    another reference can be tried; else IntegrityError where the first is taken.
    """
    run = run if locked else _locked(run)
    made_elsewhere = run.contact_id is not None and run.contact is None
    if run.version != seen_version or made_elsewhere or not awaits_sending(run):
        raise Stale(run)
    with nullcontext() if apart else together():
        ready = on_the_web.attach(run, None if apart else steps.about_case(run))
        _write("run.send", run, {}, at=clock.now(), then=_go_on(run, sent=True, ready=ready))
        if run.effects and wants_files(run):
            keep_own_run()
    return run


def hand_over_run(run: Run, code: str) -> Run:
    """In a call: they go on by themselves, on the web, with a code. ValueError on a line that is no council's, and
    where the script isn't for the public to follow alone."""
    run = _locked(run)
    able = run.council.kind == Council.Kind.COUNCIL and on_the_web.may_be_followed(script_of(run))
    if not able or run.state == Run.State.DONE:
        raise ValueError("only what a council's script still asks can be gone on with on the web")
    give_code(run.pk, code)
    run.state = Run.State.LEFT
    _save(run)
    _write("run.hand_over", run, {})
    return run


def resume_run(run: Run) -> Run:
    """On the web: go on with a run by its code. One that was begun in a call leaves that call's contact."""
    run = _locked(run)
    if run.channel != on_the_web.WEB:
        run.contact = run.need = None
        run.contact_id = run.need_id = None  # a contact that isn't in sight
        run.channel = on_the_web.WEB
        if not run.effects:  # what an agent may know isn't all theirs: it is looked up anew in their own sight
            run.facts = {name: fact for name, fact in run.facts.items() if name == UPLOADED}
    _write("run.resume", run, {}, at=clock.now(), then=_go_on(run))
    return run


def awaits_sending(run: Run) -> bool:
    """Whether the next thing is to be done only when the answers have been checked, as on the web."""
    own = steps.speaks_for(run).pk == run.council_id  # another council's is sent on its own pages
    return run.channel == on_the_web.WEB and own and isinstance(walk_of(run).next, Effect)


def answer_step(run: Run, step_key: str, value: str, *, seen_version: int, shown: bool = True) -> Run:
    """Answer the question at which the run stands; at an end, close the need with the script's outcome.

    `shown`: whether a page asked it, or it was known before. Raises Stale or AnswerRefused, and AnswerSealed for
    another answer to a question that an effect has sealed.
    """
    run = _locked(run)
    _refuse_sealed(run, step_key, value)
    if run.version != seen_version:
        raise Stale(run)
    at = clock.now()
    stop = walk_of(run).next
    if stops(run, stop):
        raise Stale(run)
    if isinstance(stop, End) and stop.step.key == step_key:
        return _finish(run, stop.step)
    if not isinstance(stop, Ask) or stop.step.key != step_key:
        raise Stale(run)
    script = script_of(run)
    kept = accept(script, stop.step, value, stop.values)
    if isinstance(kept, Refusal):
        raise AnswerRefused(kept.words)
    before = run.answers.get(step_key)
    undone: list[str] = []
    if before is not None and before["value"] != kept:
        undone = steps.undo(run, step_key)
        steps.forget(run, step_key)
    price = price_in(script, stop.values)
    priced = {} if price is None else {TOLD: price}
    run.answers = {**run.answers, step_key: {"value": kept, "at": at.isoformat(), **priced}}
    told = {"undone": undone} if undone else {}
    told = {"step": step_key, **told, **({} if shown else {"known": True})}
    _write("step.answer", run, told, at=at, then=_go_on(run))
    return run


def reopen_step(run: Run, to: str = "") -> Run:
    """Ask the step before (or the step `to`) again; its answer and the later ones are kept until they are changed.

    Raises AnswerSealed where an effect has sealed the answer.
    """
    run = _locked(run)
    fixed = sealed(script_of(run), run.effects)
    passed = [step.key for step in walk_of(run).passed if step.kind in ("ask", "say")]
    asked = [key for key in passed if key not in fixed]
    if to in fixed or (passed and not asked):
        raise AnswerSealed
    if not asked or (to and to not in asked):
        return run
    key = to or asked[-1]
    if decided(run) is not None:  # another answer may name another council
        steps.forget(run, key)
    run.answers = {**run.answers, key: {**run.answers[key], "open": True}}
    _write("step.reopen", run, {"step": key}, at=clock.now(), then=_go_on(run))
    return run


def leave_run(run: Run, *, mistaken: bool = False) -> Run:
    """The call is over and the script isn't: keep it, to be taken up again. A run at its end is done already, and one
    on a shared line that stayed nobody's isn't taken up again, nor one that was begun by mistake. Nor is a discreet
    one: whoever rings next from that number, or is rung on it, may be the one who mustn't hear of it."""
    run = _locked(run)
    if run.state == Run.State.OPEN:
        stop = walk_of(run).next
        over = mistaken or run.council.kind == Council.Kind.PARTNERSHIP or discreet(script_of(run), stop.values)
        run.state = Run.State.DONE if over else Run.State.LEFT
        _save(run)
        _write("run.leave", run, {"step": stop.key if isinstance(stop, Stuck) else stop.step.key})
    return run


def take_up_run(run: Run, *, contact: Contact | None = None) -> Run:
    """Go on with a run that was left, in the same contact or in a new one of the same council.

    What was looked up is looked up anew, unless an effect was built on it: a day may have passed. A need that was
    closed as broken off stays so, and a new one goes on from here.
    """
    run = _locked(run)
    contact = contact or run.contact
    if contact is None or contact.council_id != run.council_id:
        raise ValueError("a run goes on in a contact of its own council")
    if run.need is None or run.need.closed_at or run.need.contact_id != contact.pk:
        script = script_of(run)
        title = script.title.get(steps.LANGUAGE)
        run.need = open_need(contact=contact, service=run.service_id, kind=script.key, title=title)
    run.contact, run.state, run.channel = contact, Run.State.OPEN, contact.channel
    if not run.effects:  # what was uploaded stays: it wasn't looked up
        run.facts = {name: fact for name, fact in run.facts.items() if name == UPLOADED}
    _write("run.take_up", run, {}, at=clock.now(), then=_go_on(run))
    return run


def _go_on(run: Run, *, sent: bool = False, ready: Ready | None = None) -> dict[str, Any]:
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
    for _ in range(len(script.steps) + 1):
        stop = walk_of(run).next
        if stopped := stops(run, stop):
            break
        if ready is None and isinstance(stop, LookUp | Effect):
            write_held()
        if isinstance(stop, LookUp):
            steps.look_up(run, stop.step, stop.values)
        elif isinstance(stop, Effect) and (sent or run.channel != on_the_web.WEB):
            steps.do(run, stop.step, stop.values, ready)
            attach_uploads(run)
        else:
            break
        ready = None
    end = stop.step if isinstance(stop, End) and not stopped else None
    run.state = Run.State.DONE if end else Run.State.OPEN
    if end and run.channel == on_the_web.WEB:
        on_the_web.settle(run, end)
    _suggest(run, end)
    _save(run)
    return "" if stopped else stop.key if isinstance(stop, Stuck) else stop.step.key


def _suggest(run: Run, end: Step | None) -> None:
    """At an end the need carries the outcome that the script suggests; going back takes it away."""
    if run.need is None or run.need.closed_at:
        return
    ending = end.ending if end else None
    told = (ending.outcome, ending.code) if ending else ("", "")
    if (run.need.outcome, run.need.outcome_code) != told:
        run.need.outcome, run.need.outcome_code = told
        run.need.save(update_fields=["outcome", "outcome_code"])


def _finish(run: Run, end: Step) -> Run:
    if run.need is not None and end.ending is not None:
        close_need(run.need, outcome=end.ending.outcome, code=end.ending.code)
    _save(run)
    _return(run)
    return run


def _return(run: Run) -> None:
    """An interrupt returns to where it was entered from: that run is the one at hand again, as it was."""
    if run.parent_id is not None:
        waits = Run.objects.filter(pk=run.parent_id, contact_id=run.contact_id, need__closed_at=None)
        waits.update(changed_at=clock.now())


def _refuse_sealed(run: Run, key: str, value: str) -> None:
    """What is sent for a sealed question is refused, but for the answer that it has: Enter twice sends that again."""
    script, stop = script_of(run), walk_of(run).next
    step = script.step(key)
    at_hand = isinstance(stop, Ask) and stop.step.key == key
    if step is None or at_hand or key not in sealed(script, run.effects):
        return
    if accept(script, step, value, stop.values) != run.answers.get(key, {}).get("value"):
        raise AnswerSealed


def _locked(run: Run) -> Run:
    """The run as it stands, until the transaction ends. One that has no contact yet needs nothing but its council."""
    rows = Run.objects.select_for_update(of=("self",))
    if run.contact_id is None:
        found = rows.get(pk=run.pk)
        if found.contact_id is None and found.need_id is None:
            found.council = run.council
            return found
    return with_all(rows).get(pk=run.pk)


def _save(run: Run) -> None:
    run.version += 1
    run.changed_at = clock.now()
    if not hold_change(run):
        run.save()


def _write(
    kind: str, run: Run, body: dict[str, Any], *, at: datetime | None = None, then: dict[str, Any] | None = None
) -> None:
    """`at`: when it was done, read before the run went on; `then`: where it went on to."""
    write(
        kind,
        council=run.council_id,
        service=run.service_id,
        contact=run.contact_id,
        need=run.need_id,
        at=at,
        body={"run": run.pk, **body, **(then or {})},
    )
