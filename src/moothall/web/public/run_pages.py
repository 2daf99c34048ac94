"""What the pages of a run show: one question, the answers to be checked, what came of it."""
from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moothall.cases.queries import cases_numbered
from moothall.domain.interview.answers import discreet
from moothall.domain.interview.model import Script, Step
from moothall.domain.interview.run import Ask, Effect, End
from moothall.domain.interview.words import fill, placeholders, unquoted
from moothall.domain.telephone import telephone
from moothall.places.postcodes import PostcodeError, normalise_postcode
from moothall.places.queries import council_of_postcode, postcode_known
from moothall.scripts.cost import Cost, cost_of
from moothall.scripts.models import Run
from moothall.scripts.queries import StepView, current
from moothall.scripts.steps import LANGUAGE, Said, so_far, speaks_for, walk_of
from moothall.scripts.versions import script_of
from moothall.tenancy.models import Council
from moothall.web.maps import MapPart
from moothall.web.public.contexts import council_now

CHECK, DONE, STUCK, ELSEWHERE = "check", "done", "stuck", "elsewhere"
ANOTHERS = "signposted_other_council"  # the code of an end that sends them to another council


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `back` is the step before, empty at the first."""

    step: StepView
    back: str
    map: MapPart | None = None  # where a place is asked for
    named: tuple[str, ...] = ()  # the questions whose postcodes it names, to be changed where one is wrong


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the run ended. `reference` is its case's, empty where none was opened. `pay` is the link to pay, and `paid`
    what is said instead of `words` once that is done. `booked`: a day was kept for them."""

    words: str
    reference: str
    sealed: bool
    last: str  # the question before, to change an answer
    pay: str = ""
    paid: str = ""
    booked: bool = False


def place_of(run: Run) -> str:
    """Where the run stands: `q:` and the key of a question, or CHECK, DONE, STUCK, ELSEWHERE (the address is another
    council's, or their postcode; where the script ends there in its own words, it says itself what is to be done)."""
    if theirs_of(run) is not None:
        return ELSEWHERE
    stop = walk_of(run).next
    if isinstance(stop, Ask):
        return f"q:{stop.step.key}"
    return CHECK if isinstance(stop, Effect) else DONE if isinstance(stop, End) else STUCK


def theirs_of(run: Run) -> Council | None:
    """The other council whose pages here they are led to, since their address is its, or their postcode; None where
    there is none, or it has no pages here."""
    council, stop = speaks_for(run), walk_of(run).next
    if council.pk != run.council_id and not isinstance(stop, End):
        return council_now(council)[0]
    ending = stop.step.ending if isinstance(stop, End) else None
    key = postcode_said(run) if ending is not None and ending.code == ANOTHERS else ""
    where = council_of_postcode(key) if key else None
    found = council_now(where.council)[0] if where and where.council else None
    return None if found == council_now(run.council)[0] else found


def postcode_said(run: Run) -> str:
    """The key of the postcode that they gave last; empty where none was asked for."""
    said = [run.answers.get(step.key, {}).get("value") for step in walk_of(run).passed if step.field.kind == "postcode"]
    return next((key for key in reversed(said) if key), "")


def is_unknown_postcode(run: Run, key: str, typed: str) -> bool:
    """Whether nobody knows the postcode that answers the question `key`. What isn't one at all is another matter."""
    step = script_of(run).step(key)
    if step is None or step.field.kind != "postcode":
        return False
    try:
        return not postcode_known(normalise_postcode(typed))
    except PostcodeError:
        return False


def asked(run: Run, key: str) -> Asked | None:
    """The question `key`, whether it is the next or was answered before; None where it isn't on the way, or stands."""
    walked = walk_of(run)
    fixed = {said.step for said in so_far(run, walked) if said.sealed}
    passed = [step.key for step in walked.passed if step.kind in ("ask", "say")]
    if key in fixed or (run.effects and key in passed):  # what was sent stands, also where an agent could undo it
        return None
    if isinstance(walked.next, Ask) and walked.next.step.key == key:
        named = _postcodes(script_of(run), walked.next.step, {*passed} - fixed)
        return Asked(current(run), _last(passed, fixed), named=named)
    if key not in passed:
        return None
    view = current(asked_again(run, key))
    return Asked(view, _last(passed[: passed.index(key)], fixed))


def _postcodes(script: Script, step: Step, passed: set[str]) -> tuple[str, ...]:
    """The questions for a postcode that were answered with one which this question names."""
    names = [name for name, _ in placeholders(step.page.get(LANGUAGE)) if name in passed]
    return tuple(name for name in names if (told := script.step(name)) and told.field.kind == "postcode")


def discreet_now(run: Run) -> bool:
    """Whether nobody beside the reader should see what the run is about, where it stands."""
    return discreet(script_of(run), walk_of(run).next.values)


def asked_again(run: Run, key: str) -> Run:
    """A copy of the run that stands at a question which was answered; nothing is written."""
    again = copy.copy(run)
    again.answers = {**run.answers, key: {**run.answers[key], "open": True}}
    return again


def _last(passed: list[str], fixed: set[str]) -> str:
    left = [key for key in passed if key not in fixed]
    return left[-1] if left else ""


def answers_of(run: Run) -> list[Said]:
    return [said for said in so_far(run) if not said.sealed]


def cost_now(run: Run) -> Cost | None:
    """What it is going to cost, and what was told before an answer changed."""
    return cost_of(run, script_of(run), walk_of(run))


def declared_by(run: Run) -> str:
    """What whoever sends it says with that: the page text of the effect that comes next."""
    stop, script = walk_of(run).next, script_of(run)
    return fill(stop.step.page.get(LANGUAGE), stop.values, script.kinds()) if isinstance(stop, Effect) else ""


def form_of(run: Run) -> str:
    """The script that its end leads on to, where a look-up named one as `form`."""
    return str(run.facts.get("form", {}).get("value") or "") if not run.effects else ""


def title_of(run: Run) -> str:
    return script_of(run).title.get(LANGUAGE)


def outcome_of(run: Run) -> Outcome:
    pay = next((found["pay_link"] for found in run.effects.values() if found.get("pay_link")), "")
    words = unquoted(current(run).page)
    paid = said_when_paid(run) if pay else ""
    return Outcome(words, _reference(run), bool(run.effects), last_asked(run), pay, paid, is_booked(run.effects))


def is_booked(effects: Mapping[str, Any]) -> bool:
    """Whether a day was kept for them."""
    return any(found.get("hold") for found in effects.values())


def rings(words: str) -> bool:
    """Whether a page's words send somebody to the telephone: then the number stands there with its hours."""
    return "ring us" in words.casefold()


def said_when_paid(run: Run) -> str:
    """The words of the effect that asked for the money, for once it is paid."""
    script, values = script_of(run), walk_of(run).next.values
    asked = [step.call for step in script.steps if step.call and run.effects.get(step.key, {}).get("pay_link")]
    return fill(asked[-1].told.get(LANGUAGE), values, script.kinds()) if asked else ""


def last_asked(run: Run) -> str:
    """The last question that can still be answered otherwise; empty where there is none."""
    walked = walk_of(run)
    fixed = {said.step for said in so_far(run, walked) if said.sealed}
    return _last([step.key for step in walked.passed if step.kind in ("ask", "say")], fixed)


def _reference(run: Run) -> str:
    return (references_of(run) or [""])[-1]


def references_of(run: Run) -> list[str]:
    """Of all cases that came of it, the last one last."""
    cases = cases_numbered([found["case"] for found in run.effects.values() if found.get("case")])
    return [cases[number].reference for number in sorted(cases)]


def number_told(run: Run) -> str:
    """The telephone number that they gave in their answers, the last one; nobody types it twice."""
    told = ""
    for step in script_of(run).steps:
        given = run.answers.get(step.key, {}).get("value", "")
        if given and (step.field.kind in ("phone", "mobile") or (step.field.kind == "reach" and "@" not in given)):
            told = given
    return telephone(told) if told else ""
