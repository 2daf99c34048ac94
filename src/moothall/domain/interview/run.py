"""Walking a script: each call replays it from the top and gives the first step that still wants something.

Going back, changing an answer, resuming and replaying years later cost nothing: there is no position to keep.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile

from moothall.domain.interview.answers import JSON, UPLOADED, accept, holds, value_of
from moothall.domain.interview.expressions import Condition, Refusal, evaluate
from moothall.domain.interview.model import CHANNELS, Script, Step, gives


@dataclass(frozen=True, slots=True)
class Ask:
    """Say it, or ask it and wait for the answer."""

    step: Step
    values: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class LookUp:
    """Look it up, without asking."""

    step: Step
    values: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Effect:
    """Do it, once."""

    step: Step
    values: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class End:
    """The need ends here."""

    step: Step
    values: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Stuck:
    """The script can't go on: a condition failed or the steps ran out. A person must take over."""

    key: str
    words: str
    values: Mapping[str, JSON]


Next = Ask | LookUp | Effect | End | Stuck


@dataclass(frozen=True, slots=True)
class Walk:
    """One replay: the steps that were passed, in order, and what comes next."""

    passed: tuple[Step, ...]
    next: Next


def next_step(
    script: Script,
    *,
    parameters: Mapping[str, JSON],
    facts: Mapping[str, JSON],
    answers: Mapping[str, str],
    effects: Mapping[str, Mapping[str, JSON]],
) -> Next:
    """The first step that applies and isn't done.

    `facts` holds what look-ups gave by name, None for "not known"; a fact that is absent wasn't looked up. The fact
    `holidays` (a list of ISO dates) is what working days are counted by; `channel` and `level` are the run's own.
    `effects` maps a step to its results.
    """
    return walk(script, parameters=parameters, facts=facts, answers=answers, effects=effects).next


def walk(
    script: Script,
    *,
    parameters: Mapping[str, JSON],
    facts: Mapping[str, JSON],
    answers: Mapping[str, str],
    effects: Mapping[str, Mapping[str, JSON]],
) -> Walk:
    """As `next_step`, with the steps passed on the way."""
    values: dict[str, JSON] = {**_built_in(facts), **script.defaults, **parameters}
    return _walk(script, script.steps, [], values, facts=facts, answers=answers, effects=effects)


def go_on(
    script: Script,
    before: Walk,
    *,
    facts: Mapping[str, JSON],
    answers: Mapping[str, str],
    effects: Mapping[str, Mapping[str, JSON]],
) -> Walk:
    """The walk from where another one stopped, once what its last step wanted is there.

    The same as a replay from the top as long as nothing else changed: whoever calls this must know that. `script` may
    be another reading of the same text, so steps are known by their keys.
    """
    stop = before.next
    assert not isinstance(stop, Stuck)
    rest = dropwhile(lambda step: step.key != stop.step.key, script.steps)
    return _walk(script, rest, list(before.passed), dict(stop.values), facts=facts, answers=answers, effects=effects)


def _walk(
    script: Script,
    steps: Iterable[Step],
    passed: list[Step],
    values: dict[str, JSON],
    *,
    facts: Mapping[str, JSON],
    answers: Mapping[str, str],
    effects: Mapping[str, Mapping[str, JSON]],
) -> Walk:
    holidays = frozenset(date.fromisoformat(day) for day in facts.get("holidays") or ())
    for step in steps:
        applies = _all_hold(script, step.conditions, values, holidays)
        if isinstance(applies, Refusal):
            return Walk(tuple(passed), Stuck(step.key, applies.words, values))
        if not applies:
            continue
        stop = _stop(script, step, values=values, facts=facts, answers=answers, effects=effects, holidays=holidays)
        if stop:
            return Walk(tuple(passed), stop)
        passed.append(step)
    return Walk(tuple(passed), Stuck("", "The script ran out of steps", values))


def _built_in(facts: Mapping[str, JSON]) -> dict[str, JSON]:
    """What every script may read: the channel, how far the caller is proved, and what was uploaded in this run."""
    channel = facts.get("channel")
    return {
        "channel": channel if channel in CHANNELS else CHANNELS[0],
        "level": facts.get("level") or 0,
        UPLOADED: facts.get(UPLOADED) or (),
    }


def _stop(
    script: Script,
    step: Step,
    *,
    values: dict[str, JSON],
    facts: Mapping[str, JSON],
    answers: Mapping[str, str],
    effects: Mapping[str, Mapping[str, JSON]],
    holidays: frozenset[date],
) -> Next | None:
    """What the step still wants; None when it is done, and then its values have been added to `values`."""
    if step.kind == "end":
        return End(step, values)
    if step.kind == "look_up":
        if any(name not in facts for name in gives(step)):
            return LookUp(step, values)
        values.update({name: facts[name] for name in gives(step)})
    elif step.kind == "effect":
        if step.key not in effects:
            return Effect(step, values)
        values.update({name: effects[step.key].get(name) for name in gives(step)})
    elif step.value:
        value = evaluate(step.value, values, script.kinds(), holidays)
        if isinstance(value, Refusal):
            return Stuck(step.key, value.words, values)
        values[step.key] = value.isoformat() if isinstance(value, date) else value
    else:
        kept = accept(script, step, answers[step.key], values, holidays) if step.key in answers else None
        if not isinstance(kept, str):
            return Ask(step, values)
        values[step.key] = value_of(script, step, kept, values)
    return None


def _all_hold(
    script: Script, conditions: tuple[Condition, ...], values: Mapping[str, JSON], holidays: frozenset[date]
) -> bool | Refusal:
    for condition in conditions:
        held = evaluate(condition, values, script.kinds(), holidays)
        if isinstance(held, Refusal):
            return held
        if not held:
            return False
    return True


def marks(script: Script, step: Step, values: Mapping[str, JSON]) -> list[str]:
    """The marks that an effect's case carries."""
    return [mark.word for mark in (step.call.marks if step.call else ()) if holds(script, mark.when, values)]


def protects(script: Script, step: Step, values: Mapping[str, JSON]) -> bool:
    """Whether whoever an effect's case is about is protected from then on. What can't be told isn't so."""
    asked = step.call.protect if step.call else None
    return asked is not None and holds(script, asked, values)


def by_phone_alone(script: Script, step: Step) -> bool:
    """Whether one of the step's conditions can't hold on the web, whatever else is known or isn't."""
    kinds, never = script.kinds(), (condition for condition in step.conditions if not condition.asks_known)
    return any(evaluate(condition, {"channel": "web"}, kinds) is False for condition in never)
