"""A script's words against the interface guide: what is heard, what is done, what the public reads."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from difflib import get_close_matches

from moothall.domain.findings import Finding
from moothall.domain.interview.model import Script, Step, Words, texts
from moothall.domain.interview.raw_names import raw_names
from moothall.domain.interview.readability import count, reading_age
from moothall.domain.interview.run import by_phone_alone
from moothall.domain.interview.words import MANNERS, placeholders

LANGUAGE = "en"
SENTENCE = 15  # words of a spoken sentence
DO_LENGTH = 150  # two lines of the desk
REPLIES = 3
SAY_AGE, PUBLIC_AGE = 9, 11
_OF_A_CALL = re.compile(r"\b(callers?|calling|ringing|(what|that) they say|they said)\b", re.IGNORECASE)
_NEVER = ("may not", "disposition", "SLA", "customer journey")


def wording(script: Script, known: Container[str] = ()) -> Iterator[Finding]:
    """Findings about the words. `known` are words of the field that everybody at that door knows."""
    languages = [language for language, _ in script.title.by_language]
    for step in script.steps:
        yield from _spoken(step)
        yield from _done(step)
        yield from _readable(script, step, known)
        yield from _told_of_a_call(script, step)
        for words in (step.short, *texts(step)):
            yield from _one(script, step, words)
            yield from _languages(step, words, languages)
            yield from raw_names(script, step, words)


def _one(script: Script, step: Step, words: Words) -> Iterator[Finding]:
    for name, manner in placeholders(words.get(LANGUAGE)):
        if name not in script.variables:
            near = get_close_matches(name, script.variables, n=1)
            remedy = f"Did you mean “{near[0]}”?" if near else "Declare it as a fact, a parameter or an earlier step."
            yield Finding("unknown-name", f"“{step.key}” says “{name}”, which nothing declares", remedy, step.place)
        if manner and manner not in MANNERS:
            remedy = f"There are {', '.join(sorted(MANNERS))}."
            yield Finding("manner", f"“{manner}” isn't a way to say it", remedy, step.place)
    for word in _NEVER:
        if re.search(rf"\b{word}\b", words.get(LANGUAGE)):
            yield Finding("word", f"“{step.key}” uses “{word}”", "Use the words of the interface guide.", step.place)


def _told_of_a_call(script: Script, step: Step) -> Iterator[Finding]:
    """What is said where nothing was given, read by residents too: it can't speak of a caller."""
    if not script.web or script.interrupt or by_phone_alone(script, step):
        return
    words = step.field.missing.get(LANGUAGE)
    if found := _OF_A_CALL.search(words):
        told = f"“{step.key}” says “{words}” to residents, too: “{found[0]}” fits a call alone"
        yield Finding("words-of-a-call", told, "Write it so that both can read it.", step.place)


def _languages(step: Step, words: Words, languages: list[str]) -> Iterator[Finding]:
    """A text that lacks a language of the script's title: somebody would hear it in another."""
    have = {language for language, text in words.by_language if text}
    for language in languages:
        if words and language not in have:
            said = next(iter(words.values()), "")
            yield Finding(
                "missing-text", f"“{step.key}” has no {language}: for “{said[:60]}”", f"Add {language}:.", step.place
            )


def _readable(script: Script, step: Step, known: Container[str]) -> Iterator[Finding]:
    public = {"page": step.page, "hint": step.hint, "help": step.help} if script.web else {}
    for what, words in public.items():
        yield from _age(step, what, words, PUBLIC_AGE, known)
    yield from _age(step, "say", step.say, SAY_AGE, known)


def _age(step: Step, what: str, words: Words, most: int, known: Container[str]) -> Iterator[Finding]:
    text = words.get(LANGUAGE)
    age = reading_age(text, known)
    if age > most:
        hard = count(text, known).hardest
        remedy = f"Use shorter words than {', '.join(hard)}." if hard else "Make two sentences of it."
        told = f"“{step.key}” needs a reading age of {age:.0f} in {what}, where {most} is the most: {text}"
        yield Finding("reading-age", told, remedy, step.place)


def _spoken(step: Step) -> Iterator[Finding]:
    if step.kind in ("ask", "say", "end") and not step.say.get(LANGUAGE):
        yield Finding("nothing-said", f"“{step.key}” has nothing to say", "Add say: with whole sentences.", step.place)
    said = step.say.get(LANGUAGE).replace("[", "").replace("]", "")
    for sentence in re.split(r"(?<=[.?!])\s+", said):
        number = len(sentence.split())
        if number > SENTENCE:
            words = f"“{step.key}” says {number} words in one sentence: {sentence}"
            yield Finding("long-sentence", words, f"It is heard, not read: {SENTENCE} words at most.", step.place)
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
        words = f"“{step.key}” has {len(do)} characters in Do"
        yield Finding("long-do", words, f"Two lines are {DO_LENGTH}.", step.place)
    if len(step.if_they_say) > REPLIES:
        yield Finding("replies", f"“{step.key}” has {len(step.if_they_say)} replies", f"{REPLIES} at most.", step.place)
