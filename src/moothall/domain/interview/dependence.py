"""What rests on what in a script: which answers an effect seals, and what one that changes touches."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from moothall.domain.interview.model import Script, Step, gives, reads
from moothall.domain.interview.words import needed


def outdated(script: Script, changed: str) -> frozenset[str]:
    """The look-up steps to be done anew when the answer `changed` changes: those that read it, directly or not."""
    return frozenset(step.key for step in touched(script, changed) if step.kind == "look_up")


def asked_anew(script: Script, changed: str, answered: Set[str]) -> tuple[str, ...]:
    """Those of the answers given that may be asked anew, or fall away, when `changed` changes; the others stay."""
    return tuple(step.key for step in touched(script, changed) if step.kind == "ask" and step.key in answered)


def touched(script: Script, changed: str) -> tuple[Step, ...]:
    """The steps that read the answer, directly or not."""
    stale = {changed}
    found: list[Step] = []
    for step in script.steps:  # in order, so one pass reaches everything: a step reads only what stands before it
        if step.key != changed and reads(step) & stale:
            stale.update(gives(step))
            found.append(step)
    return tuple(found)


def sealed(script: Script, effects: Mapping[str, Any]) -> frozenset[str]:
    """The answers that can't change any more, since something was done on them that nothing takes back.

    What was merely said before the last such effect is sealed with them: nobody goes back behind it to hear it again.
    """
    found: set[str] = set()
    for number, step in enumerate(script.steps):
        if step.kind == "effect" and step.key in effects and step.call and not step.call.undo:
            found |= rests_on(script, step)
            found |= {before.key for before in script.steps[:number] if before.kind == "say"}
    return frozenset(found)


def taken_back(script: Script, effects: Mapping[str, Any], changed: str) -> tuple[Step, ...]:
    """The effects that must be undone before the answer `changed` changes, the last one first."""
    done = [step for step in script.steps if step.kind == "effect" and step.key in effects]
    return tuple(step for step in reversed(done) if step.call and step.call.undo and changed in rests_on(script, step))


def rests_on(script: Script, effect: Step) -> frozenset[str]:
    """The answers that an effect read: its call, its marks, its conditions, those of the ends that were passed on the
    way, and, where it opens a case, all that the case tells."""
    before = script.steps[: script.steps.index(effect)]
    tells = bool(effect.call and effect.call.title)  # a case is given the answers with its title
    read = set(reads(effect)) | _said(effect)
    answers: set[str] = set()
    for step in reversed(before):
        if step.kind == "end":
            read |= reads(step)
        elif read & set(gives(step)) or (tells and step.kind == "ask" and step.short):
            read |= reads(step)
            answers |= {step.key} if step.kind in ("ask", "say") else set()
    return frozenset(answers)


def _said(effect: Step) -> set[str]:
    texts = (effect.call.title, effect.call.told) if effect.call else ()
    return {name for words in texts for text in words.values() for name in needed(text)}
