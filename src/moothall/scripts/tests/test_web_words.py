"""What residents read on the web is written to them: nobody is "they" there, nothing is said by an "I", nothing is
spelled out for the ear, and no error speaks of what somebody said."""
from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from moothall.domain.interview.answers import MISSING
from moothall.domain.interview.model import Script, Step
from moothall.domain.interview.words import read_not_heard
from moothall.scripts.knowledge import read_article
from moothall.scripts.tests.checked import loaded_once
from moothall.scripts.versions import packs_folder

OF_A_CALL = re.compile(
    r"\b(they|them|their|theirs|they're|the caller|callers?|read (it )?out|read back|on the line|as you say it|"
    r"what (was|you) said|I|I'm|I'll|I've|I'd|me|my)\b|:spelled",
    re.IGNORECASE,
)
# Where "they" are others than the reader, who stand in the same text or in its question.
OF_OTHERS = frozenset({
    "My own or our joint account", "We collect {total} {things} on {slot_day}. Put them outside by {out_by} that day.",
    "Our crew can't take those. The tip takes most of them: look on the county council's website before you go. "
    "Don't touch asbestos: ask the tip first. A shop that sells gas bottles takes them back.",
    "No, nobody can carry them out",
    "So that the crew finds them and takes nothing else.",
    "A photo of each is enough. You can claim now and send them later. You have {proof_days} days.",
    "We don't have the bin days for that address here. They are on the council's website.",
    "The crew comes from {out_by}, so they won't have seen it. [We come next on {next_day}.] You can put it out the"
    " evening before. What can't wait can go to the tip.",
    "The crew may still come today. They can work until {crew_finish}. Leave it out, and come back to this page"
    " after that.",
    "The crew couldn't get into your road that day. They will try again. Leave the bin out, please.",
    "The crew found the wrong things in the bin[ at {crew_time}]. Please take them out. [We come next on {next_day}.]"
    " What can't wait can go to the tip. If you think that the crew is wrong, ring us.",
    "The tag means that the wrong things were in it. Please take them out. [We come next on {next_day}.] "
    "What can't wait can go to the tip. If you think that the tag is wrong, ring us.",
    "They are the ones we write to.", "On which day did they die?", "Nothing is asked of them from that day on.",
    "What was their full name?",
    "We tell people about their own account, and nobody else's.",
    "Some things need a crew of their own.", "We clear roads, paths and parks. Owners clear their own land.",
    "We can't take the rubble, tyres, gas bottles, paint and so on. Most of them can go to the tip. We "
    "can take the rest.",
    "That is for {doer_name}.[ Ring {doer_phone}.][ Hours: {doer_hours}.][ Look for {doer_ask}.][ Their "
    "website is {doer_website}.]",
    "That place is looked after by {place_council}. They can help you with this.[ Their website is {place_website}.]",
})  # fmt: skip


@functools.cache
def scripts() -> dict[str, Script]:
    found: dict[str, Script] = {}
    for folder in sorted(path.parent for path in packs_folder().glob("*/pack.yaml")):
        pack, _ = loaded_once(folder)
        assert pack is not None, folder
        found |= {text.key: text.script for text in pack.scripts}
        found |= {f"{key}/{gss}": text.script for (key, gss), text in pack.variants.items()}
    return {key: script for key, script in found.items() if script.web and not (script.sub or script.interrupt)}


def read_on_the_web(step: Step) -> Iterator[str]:
    """Every text of a step that its page shows."""
    if any('channel == "phone"' in str(condition) for condition in step.conditions):
        return
    if step.kind == "effect":
        yield step.page.get("en")
    if step.kind in ("ask", "say", "end"):
        yield step.page.get("en") or read_not_heard(step.say.get("en"))
        yield from (words.get("en") for words in (step.short, step.hint, step.help, step.why))
        yield step.field.missing.get("en")
        yield from (text.get("en") for option in step.field.options for text in (option.label, option.why))
        yield from (must.words.get("en") for must in step.field.must)
    if step.call is not None:
        yield from (step.call.title.get("en"), step.call.told.get("en"))


def test_whatever_the_page_hints_at_the_agent_is_told_in_words_of_their_own() -> None:
    """The desk doesn't show a hint: it speaks to whoever types."""
    steps = {(key, step.key): step for key, script in scripts().items() for step in script.steps if step.hint}
    untold = [at for at, step in steps.items() if step.kind == "ask" and not step.do]
    assert steps and not untold, untold


def test_no_text_of_the_web_speaks_of_they_or_as_i() -> None:
    assert len(scripts()) > 5
    found = {
        (key, text) for key, script in scripts().items() for step in script.steps for text in read_on_the_web(step)
        if OF_A_CALL.search(text) and text not in OF_OTHERS
    }  # fmt: skip
    assert not found, sorted(found)


def test_what_is_said_of_others_is_still_shown_somewhere() -> None:
    shown = {text for script in scripts().values() for step in script.steps for text in read_on_the_web(step)}
    assert shown >= OF_OTHERS, sorted(OF_OTHERS - shown)


def test_what_has_no_answer_says_which_question_that_is() -> None:
    """The field's own words ("Enter an answer") are for fields whose kind says it all."""
    kinds = ("text", "notes", "radio", "choices", "file")
    bare = {
        (key, step.key) for key, script in scripts().items() for step in script.steps if step.kind == "ask"
        and step.field.kind in kinds and not (step.field.optional or step.field.missing) and list(read_on_the_web(step))
    }  # fmt: skip
    assert not bare, sorted(bare)


def test_the_fields_own_errors_fit_whoever_reads_them() -> None:
    assert not [words for words in MISSING.values() if OF_A_CALL.search(words)]


def test_what_the_public_may_read_of_knowledge_is_written_to_them() -> None:
    """Some that are for agents alone speak of callers: so it would be seen."""
    of_a_call = re.compile(r"\b(the caller|callers?|ask them|tell them|read out)\b")
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for path in packs_folder().glob("*/knowledge/*.md"):
        article = read_article(path.stem, path.read_text())
        if of_a_call.search(" ".join((article.title, *article.paragraphs))):
            found[article.public].add(path.stem)
    assert found[False] and not found[True]
