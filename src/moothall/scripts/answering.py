"""Answering a run: the question at which it stands, or one that was answered before. What follows goes on by itself."""

from __future__ import annotations

from moothall.contacts.actions import close_need
from moothall.domain.interview.answers import accept
from moothall.domain.interview.dependence import sealed
from moothall.domain.interview.expressions import Refusal
from moothall.domain.interview.model import Step
from moothall.domain.interview.run import Ask, End
from moothall.lib import clock
from moothall.scripts import steps
from moothall.scripts.actions import Stale, go_on, locked_run, save_run, write_entry
from moothall.scripts.cost import TOLD, price_in
from moothall.scripts.models import Run
from moothall.scripts.shared import decided, stops
from moothall.scripts.steps import walk_of
from moothall.scripts.versions import script_of


class AnswerRefused(Exception):
    """The answer isn't one; `words` say what to do, in the field's own words. Nothing was written."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class AnswerSealed(Exception):
    """The answer went into what the script has done, so it stands. Nothing was written."""


def answer_step(run: Run, step_key: str, value: str, *, seen_version: int, shown: bool = True) -> Run:
    """Answer the question at which the run stands; at an end, close the need with the script's outcome.

    `shown`: whether a page asked it, or it was known before. Raises Stale or AnswerRefused, and AnswerSealed for
    another answer to a question that an effect has sealed.
    """
    run = locked_run(run)
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
    write_entry("step.answer", run, told, at=at, then=go_on(run))
    return run


def answer_any(run: Run, step_key: str, value: str, *, seen_version: int) -> Run:
    """On the web: answer the question at which the run stands or, as long as nothing was done, one that was answered
    before, which is asked anew for it. Raises what `answer_step` does."""
    at_hand = _stands_at(run, step_key)
    if run.effects and not at_hand:
        raise Stale(run)
    if not at_hand and run.version == seen_version and run.answers.get(step_key):
        run = reopen_step(run, step_key)
        seen_version = run.version
    return answer_step(run, step_key, value, seen_version=seen_version)


def _stands_at(run: Run, step_key: str) -> bool:
    """Whether the run asks this question next, in its own council's name."""
    stop = walk_of(run).next
    own = steps.speaks_for(run).pk == run.council_id
    return own and isinstance(stop, Ask) and stop.step.key == step_key


def lost_of(run: Run, step_key: str, value: str) -> tuple[str, str] | None:
    """The question in short and what was answered, where a run moved on before the answer came; None where nothing is
    lost: there was no answer, or it is the one that stands."""
    script = script_of(run)
    step = script.step(step_key)
    if step is None or step.kind != "ask" or not value.strip():
        return None
    values = walk_of(run, whole=True).next.values
    kept, stands = accept(script, step, value, values), run.answers.get(step_key, {}).get("value")
    said = value if isinstance(kept, Refusal) else steps.answer_in_words(script, step, {**values, step_key: kept})
    return None if kept == stands else (steps.short_of(script, step, values), said)


def reopen_step(run: Run, to: str = "") -> Run:
    """Ask the step before (or the step `to`) again; its answer and the later ones are kept until they are changed.

    Raises AnswerSealed where an effect has sealed the answer.
    """
    run = locked_run(run)
    passed = steps.pages_passed(run)
    asked = [key for key, fixed in passed if not fixed]
    if to in sealed(script_of(run), run.effects) or (passed and not asked):
        raise AnswerSealed
    if not asked or (to and to not in asked):
        return run
    key = to or asked[-1]
    if decided(run) is not None:  # another answer may name another council
        steps.forget(run, key)
    run.answers = {**run.answers, key: {**run.answers[key], "open": True}}
    write_entry("step.reopen", run, {"step": key}, at=clock.now(), then=go_on(run))
    return run


def _finish(run: Run, end: Step) -> Run:
    if run.need is not None and end.ending is not None:
        close_need(run.need, outcome=end.ending.outcome, code=end.ending.code)
    save_run(run)
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
