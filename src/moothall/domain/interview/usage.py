"""What a script asks and never uses, and codes that say two things."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from moothall.domain.findings import Finding
from moothall.domain.interview.model import Script, Step, reads, texts
from moothall.domain.interview.words import placeholders

_STORY = frozenset({"referred", "callback"})  # outcomes that hand the answers so far to somebody


def unused(script: Script, tells: frozenset[str] | None = None) -> Iterator[Finding]:
    """Answers and sums that nobody uses. `tells` names the effects that tell the answers so far; None: all do.

    An answer is used where a condition, call, mark or text reads it, and, if it has a `short`, where a later effect
    tells it or a later end hands the story on.
    """
    if script.sub:
        return  # whoever uses it may read what it brings
    read = _read(script)
    for place, step in enumerate(script.steps):
        if step.kind not in ("ask", "work_out") or step.key in read:
            continue
        if step.kind == "work_out":
            words = f"Nothing uses what “{step.key}” works out"
            yield Finding("unused-value", words, "Take it out, or use it.", step.place)
        elif not (step.short and any(_told(later, tells) for later in script.steps[place:])):
            words = f"Nobody uses the answer to “{step.key}”"
            remedy = "Take the question out. Or give it a short:, so that the case or the officer is told it."
            yield Finding("unused-answer", words, remedy, step.place)


def _read(script: Script) -> set[str]:
    found: set[str] = set(script.discreet.reads | script.discreet.asks_known) if script.discreet else set()
    for step in script.steps:
        found |= reads(step)
        told = (text for words in (*texts(step), step.short) for text in words.values())
        said = {name for text in told for name, _ in placeholders(text)}
        found |= said - {step.key}
    return found


def _told(step: Step, tells: frozenset[str] | None) -> bool:
    if step.kind == "effect" and step.call:
        return tells is None or step.call.name in tells
    return bool(step.ending) and step.ending.outcome in _STORY  # type: ignore[union-attr]


def codes(scripts: Iterable[Script]) -> Iterator[Finding]:
    """A wrap-up code that stands for two outcomes: whoever counts it couldn't tell what came of the need."""
    first: dict[str, tuple[str, Step]] = {}
    for script in scripts:
        for step in script.steps:
            if step.ending and step.ending.code:
                outcome, before = first.setdefault(step.ending.code, (step.ending.outcome, step))
                if outcome != step.ending.outcome:
                    words = (
                        f"The code “{step.ending.code}” means {step.ending.outcome} at “{step.key}”"
                        f" and {outcome} at “{before.key}”"
                    )
                    yield Finding("code-twice", words, "Give one of them a code of its own.", step.place)
