"""Walking a script: each call replays it from the top and gives the first step that still wants something.

Going back, changing an answer, resuming and replaying years later cost nothing: there is no position to keep.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from moothall.domain.interview.expressions import Condition, Refusal, evaluate
from moothall.domain.interview.model import Field, Script, Step, gives, reads
from moothall.domain.typed import CARD_TAKEN_OUT, holds_card_number, without_unseen

JSON = Any  # a text, whole number, truth, ISO date, list of (value, label), or None for "looked up, not known"
SAID = "said"  # the answer of a step that only says something
NOTHING = ""  # the answer to an optional question that was passed over


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
    `holidays` (a list of ISO dates) is what working days are counted by. `effects` maps a step to its results.
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
    values: dict[str, JSON] = {**script.defaults, **parameters}
    holidays = frozenset(date.fromisoformat(day) for day in facts.get("holidays") or ())
    passed: list[Step] = []
    for step in script.steps:
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
        if step.key not in answers or isinstance(accept(script, step, answers[step.key], values), Refusal):
            return Ask(step, values)
        values[step.key] = answers[step.key] or None
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


def holds(script: Script, condition: Condition | None, values: Mapping[str, JSON]) -> bool:
    """Whether an option's or mark's condition holds; one that can't be told doesn't."""
    if condition is None:
        return True
    held = evaluate(condition, values, script.kinds())
    return held is True


def choices(script: Script, field: Field, values: Mapping[str, JSON]) -> list[tuple[str, Any]]:
    """What may be chosen: values with labels (texts keyed by language, or plain ones from a fact)."""
    listed: list[tuple[str, Any]] = (
        [(str(v), label) for v, label in (values.get(field.options_from) or ())] if field.options_from else []
    )
    return listed + [(option.value, option.label) for option in field.options if holds(script, option.when, values)]


_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_SLIPS = str.maketrans("OIL", "011")  # a letter where only a digit can stand
_PHONE = re.compile(r"(\+[1-9]\d{7,14}|0\d{9,10}|\d{3,6})")  # short ones are the council's own extensions
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def accept(script: Script, step: Step, value: str, values: Mapping[str, JSON]) -> str | Refusal:
    """The answer as it is kept, or what to say about it in the field's own words."""
    field = step.field
    if field.kind == "none":
        return SAID
    text = without_unseen(value.replace("\r\n", "\n").replace("\r", "")).strip()
    if not text:
        return NOTHING if field.optional else Refusal(field.missing.get("en") or _MISSING[field.kind])
    if len(text) > field.longest:
        return Refusal(f"Use {field.longest:,} characters or fewer")
    if holds_card_number(text):
        return Refusal(CARD_TAKEN_OUT)
    if field.kind in ("radio", "property"):
        allowed = {choice for choice, _ in choices(script, field, values)}
        return text if text in allowed else Refusal(field.missing.get("en") or _MISSING[field.kind])
    if field.kind == "postcode":
        key = re.sub(r"[^A-Z0-9]", "", text.upper())
        key = key[:-3] + key[-3:-2].translate(_SLIPS) + key[-2:]
        return key if _POSTCODE.fullmatch(key) else Refusal(_MISSING["postcode"])
    if field.kind == "date":
        return _day(text)
    if field.kind in ("phone", "email", "reach"):
        return _way_to_reach(field.kind, " ".join(text.split()))
    return text


_MISSING = {
    "radio": "Choose one of these",
    "property": "Choose the address, or say that it isn't in the list",
    "postcode": "Enter a full postcode, like LE16 7AA",
    "date": "Enter a day, like 24/12/2026",
    "text": "Enter what they said",
    "notes": "Enter what they said",
    "phone": "Enter a telephone number, like 07700 900123",
    "email": "Enter an e-mail address, like name@example.org",
    "reach": "Enter a telephone number, like 07700 900123, or an e-mail address, like name@example.org",
}


def _way_to_reach(kind: str, text: str) -> str | Refusal:
    """A telephone number or an e-mail address, kept as people write it."""
    phone = _PHONE.fullmatch(re.sub(r"[\s().\-]", "", text.replace("(0)", "")))
    email = _EMAIL.fullmatch(text)
    fits = {"phone": phone, "email": email}.get(kind, phone or email)
    return text if fits else Refusal(_MISSING[kind])


def _day(text: str) -> str | Refusal:
    british = re.fullmatch(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})", text)
    try:
        day = date(int(british[3]), int(british[2]), int(british[1])) if british else date.fromisoformat(text)
    except ValueError:
        return Refusal(_MISSING["date"])
    return day.isoformat()


def outdated(script: Script, changed: str) -> frozenset[str]:
    """The look-up steps to be done anew when the answer `changed` changes: those that read it, directly or not."""
    stale = {changed}
    look_ups: set[str] = set()
    for step in script.steps:  # in order, so one pass reaches everything: a step reads only what stands before it
        if reads(step) & stale:
            stale.update(gives(step))
            if step.kind == "look_up":
                look_ups.add(step.key)
    return frozenset(look_ups)


def sealed(script: Script, effects: Mapping[str, Any]) -> frozenset[str]:
    """The answers that an effect of this run rests on: they can't change any more.

    That is every answer given before it, not only what its call reads: a case tells them all, and had one been another,
    the script might never have come to the effect.
    """
    done = [number for number, step in enumerate(script.steps) if step.kind == "effect" and step.key in effects]
    before = script.steps[: done[-1]] if done else ()
    return frozenset(step.key for step in before if step.kind in ("ask", "say"))


def marks(script: Script, step: Step, values: Mapping[str, JSON]) -> list[str]:
    """The marks that an effect's case carries."""
    return [mark.word for mark in (step.call.marks if step.call else ()) if holds(script, mark.when, values)]
