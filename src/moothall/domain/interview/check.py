"""What is wrong with a script before anybody follows it: its ways (proved) and its words (INTERFACE section 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from moothall.domain.findings import Finding
from moothall.domain.interview.model import Script, Step, Words, gives, reads, texts
from moothall.domain.interview.proof import Flaw, prove
from moothall.domain.interview.words import MANNERS, placeholders

LANGUAGE = "en"
SENTENCE = 15  # words of a spoken sentence
DO_LENGTH = 150  # two lines of the desk
REPLIES = 3
_NEVER = ("may not", "tenant", "disposition", "SLA", "customer journey")


def check(script: Script) -> list[Finding]:
    """Findings, worst first; a script with an error isn't published."""
    found = [*_keys(script), *_order(script), *_words(script)]
    found += [_finding(flaw) for flaw in prove(script).flaws]
    return sorted(found, key=lambda finding: ("error", "warning", "note").index(finding.severity))


def _keys(script: Script) -> Iterator[Finding]:
    seen: set[str] = set()
    for step in script.steps:
        if step.key in seen:
            yield Finding("duplicate-key", f"Two steps are called “{step.key}”", "Rename one.", step.place)
        seen.add(step.key)
    if not script.sub and not any(step.kind == "end" for step in script.steps):
        yield Finding("no-end", "The script has no end", "Add a step with end:, outcome: and code:.")


def _order(script: Script) -> Iterator[Finding]:
    """A step can only read what stands before it: a walk never looks ahead."""
    given = {variable.name for variable in script.variables.values() if variable.from_start}
    for step in script.steps:
        for name in sorted(reads(step) - given):
            if name in script.variables:
                yield Finding(
                    "reads-later", f"“{step.key}” reads “{name}”, which comes later", "Move one of them.", step.place
                )
            else:
                yield Finding("unknown-name", f"“{step.key}” reads “{name}”, which nothing declares", "", step.place)
        given |= set(gives(step))


def _finding(flaw: Flaw) -> Finding:
    key = flaw.step.key if flaw.step else ""
    place = flaw.step.place if flaw.step else Finding("", "").place
    way = "; ".join(flaw.example) or "from the start"
    match flaw.kind:
        case "unguarded":
            words, remedy = f"“{key}” reads “{flaw.name}” where it may not be known", f"Ask known({flaw.name}) first."
        case "unsaid":
            words, remedy = (
                f"“{key}” says “{flaw.name}” where it might not be known",
                f"Ask known({flaw.name}) in its when.",
            )
        case "unreachable":
            return Finding("unreachable", f"Nothing leads to “{key}”", "Change its when, or take it out.", place)
        case "no-option":
            words, remedy = f"At “{key}” there may be nothing to choose", "Let one option have no when."
        case "no-answer":
            words, remedy = f"At “{key}” no answer can be right", "Change what stands under its must."
        case "too-large":
            return Finding("too-large", f"At “{key}” there are too many ways to check", "Split the script.", place)
        case _:
            words, remedy = "The script runs out of steps without an end", "Let the last end have no when."
    return Finding(flaw.kind, words, remedy, place, "error", (way,))


def _words(script: Script) -> Iterator[Finding]:
    for step in script.steps:
        yield from _spoken(step)
        yield from _done(step)
        for words in _texts(step):
            for name, manner in placeholders(words.get(LANGUAGE)):
                if name not in script.variables:
                    yield Finding("unknown-name", f"“{step.key}” says “{name}”, which nothing declares", "", step.place)
                if manner and manner not in MANNERS:
                    yield Finding(
                        "manner",
                        f"“{manner}” isn't a way to say it",
                        f"There are {', '.join(sorted(MANNERS))}.",
                        step.place,
                    )
            for word in _NEVER:
                if re.search(rf"\b{word}\b", words.get(LANGUAGE)):
                    yield Finding(
                        "word", f"“{step.key}” uses “{word}”", "Use the words of the interface guide.", step.place
                    )


def _spoken(step: Step) -> Iterator[Finding]:
    if step.kind in ("ask", "say", "end") and not step.say.get(LANGUAGE):
        yield Finding("nothing-said", f"“{step.key}” has nothing to say", "Add say: with whole sentences.", step.place)
    said = step.say.get(LANGUAGE).replace("[", "").replace("]", "")
    for sentence in re.split(r"(?<=[.?!])\s+", said):
        count = len(sentence.split())
        if count > SENTENCE:
            yield Finding(
                "long-sentence",
                f"“{step.key}” says {count} words in one sentence: {sentence}",
                f"It is heard, not read: {SENTENCE} words at most.",
                step.place,
            )
    if said and said[-1] not in ".?!":
        yield Finding("half-sentence", f"“{step.key}” says no whole sentence", "End it with . or ?", step.place)
    if said.count("?") > 1:
        yield Finding("two-questions", f"“{step.key}” asks two questions at once", "Make two steps of it.", step.place)
    if step.kind == "ask" and "?" not in said:
        yield Finding("no-question", f"“{step.key}” asks nothing aloud", "Write the question.", step.place, "warning")


def _done(step: Step) -> Iterator[Finding]:
    do = step.do.get(LANGUAGE)
    if "?" in do:
        yield Finding("question-in-do", f"“{step.key}” asks in Do, which isn't read out", "Move it to Say.", step.place)
    if len(do) > DO_LENGTH:
        yield Finding(
            "long-do", f"“{step.key}” has {len(do)} characters in Do", f"Two lines are {DO_LENGTH}.", step.place
        )
    if len(step.if_they_say) > REPLIES:
        yield Finding("replies", f"“{step.key}” has {len(step.if_they_say)} replies", f"{REPLIES} at most.", step.place)


def _texts(step: Step) -> Iterator[Words]:
    yield step.short
    yield from texts(step)
