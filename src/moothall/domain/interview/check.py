"""What is wrong with a script before anybody follows it: its ways (proved), what it uses, and its words."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace

from moothall.domain.findings import Finding
from moothall.domain.interview.deciding import Decider
from moothall.domain.interview.model import Script, gives, reads
from moothall.domain.interview.proof import Flaw, Proof, Way, prove
from moothall.domain.interview.strayed import FOLLOWS, strayed
from moothall.domain.interview.usage import unused
from moothall.domain.interview.wording import wording

_MEANT = re.compile(r"Did you mean “(\w+)”\?")
_WORST_FIRST = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, worst first, and the proof that it rests on."""

    findings: tuple[Finding, ...]
    proof: Proof


def check(script: Script, tells: frozenset[str] | None = None, known: Container[str] = ()) -> list[Finding]:
    """Findings, worst first; a script with an error isn't published. See `checked`."""
    return list(checked(script, tells, known).findings)


def checked(script: Script, tells: frozenset[str] | None = None, known: Container[str] = ()) -> Checked:
    """`tells` names the effects that tell the answers so far (None: all do), `known` the words that need no ease."""
    proof = prove(script)
    found = [*_keys(script), *_order(script), *wording(script, known), *unused(script, tells), *_coded(script)]
    found += [_finding(flaw, script) for flaw in proof.flaws if not flaw.name or flaw.name in script.variables]
    found += [*_too_long(script, proof), *_discreet(script), *_protect(script)]
    stray = list(strayed(script))
    if stray:  # what nothing ever is leads nowhere: that follows from it, and would be told a dozen times
        found = [each for each in found if each.code not in FOLLOWS]
    found = _without_what_follows([*stray, *found], script)
    told = on_the_way(found, script, proof)
    return Checked(tuple(sorted(told, key=lambda finding: _WORST_FIRST.index(finding.severity))), proof)


def _without_what_follows(found: list[Finding], script: Script) -> list[Finding]:
    """Each once; that nobody uses a name isn't told where a text plainly meant it."""
    meant = {near[1] for each in found if each.code == "unknown-name" and (near := _MEANT.match(each.remedy))}
    keys = {f"“{step.key}”" for step in script.steps if step.key in meant}
    kept = [each for each in found
            if not (each.code in ("unused-answer", "unused-value") and any(key in each.words for key in keys))]
    return list(dict.fromkeys(kept))


def on_the_way(findings: Iterable[Finding], script: Script, proof: Proof) -> Iterator[Finding]:
    """The findings, each that is about a step with an example of the shortest way there, unless it shows one."""
    for each in findings:
        way = None if each.times else _way_to(each, script, proof)
        yield replace(each, times=(str(way),)) if way else each


def _way_to(finding: Finding, script: Script, proof: Proof) -> Way | None:
    """The steps of a sub-script that is used twice stand in one place, so the words tell which is meant."""
    named = [(at, step.key) for step in script.steps
             if (at := finding.words.find(f"“{step.key}”")) >= 0 and finding.place == step.place]  # fmt: skip
    return proof.ways.get(min(named)[1]) if named else None


def _coded(script: Script) -> Iterator[Finding]:
    for step in script.steps:
        if step.ending and not step.ending.code:
            yield Finding("outcome-code", f"The end “{step.key}” has no wrap-up code", "Add code:.", step.place)


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
                words = f"“{step.key}” reads “{name}”, which comes later"
                yield Finding("reads-later", words, "Move one of them.", step.place)
            else:
                yield Finding("unknown-name", f"“{step.key}” reads “{name}”, which nothing declares", "", step.place)
        given |= set(gives(step))


def _too_long(script: Script, proof: Proof) -> Iterator[Finding]:
    if script.longest and proof.longest > script.longest:
        step = script.step(proof.questions[script.longest]) or script.steps[0]
        words = f"A way asks {proof.longest} questions, where {script.longest} are promised"
        words += f"; “{step.key}” is the first too many"
        remedy = "Ask fewer, or promise more under longest:."
        yield Finding("too-long", words, remedy, step.place, "error", (str(Way(proof.longest_way, proof.longest)),))


def _discreet(script: Script) -> Iterator[Finding]:
    """It is asked at every page, so whatever it reads might not be known yet."""
    name = Decider(script, {}, free=True).unsure_of(script.discreet) if script.discreet else ""
    if name:
        first = script.steps[0]
        words = f"“discreet” reads “{name}”, which may not be known at a page: not at “{first.key}”"
        yield Finding("unguarded", words, f"Ask known({name}) first.", first.place)


def _protect(script: Script) -> Iterator[Finding]:
    """It is asked where a script breaks off as well, so whatever it reads might not be known yet."""
    for step in script.steps:
        asked = step.call.protect if step.call else None
        if asked and not Decider(script, {}, free=True).sure(asked):
            words = f"“protect” of “{step.key}” reads what may not be known where the script breaks off"
            yield Finding("unguarded", words, "Ask known(…) first of all that it reads.", step.place)


def _finding(flaw: Flaw, script: Script) -> Finding:
    step = flaw.step or script.steps[-1]  # where the steps ran out
    key, place = step.key, step.place
    match flaw.kind:
        case "unguarded":
            words, remedy = f"“{key}” reads “{flaw.name}” where it may not be known", f"Ask known({flaw.name}) first."
        case "unsaid":
            words = f"“{key}” says “{flaw.name}” where it might not be known"
            remedy = f"Ask known({flaw.name}) in its when."
        case "unreachable":
            return Finding("unreachable", f"Nothing leads to “{key}”", "Change its when, or take it out.", place)
        case "no-option":
            words, remedy = f"At “{key}” there may be nothing to choose", "Let one option have no when."
        case "no-answer":
            words, remedy = f"At “{key}” no answer can be right", "Change what stands under its must."
        case "too-large":
            return Finding("too-large", f"At “{key}” there are too many ways to check", "Split the script.", place)
        case _:
            words, remedy = f"Behind “{key}” the script runs out of steps", "Let the last end have no when."
    return Finding(flaw.kind, words, remedy, place, "error", (str(flaw.way),) if flaw.way else ())
