"""What is wrong with a script before anybody follows it: its ways (proved), what it uses, and its words."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

from moothall.domain.findings import Finding
from moothall.domain.interview.deciding import Decider
from moothall.domain.interview.model import Script, gives, reads
from moothall.domain.interview.proof import Flaw, Proof, prove
from moothall.domain.interview.usage import unused
from moothall.domain.interview.wording import wording

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
    found = [*_keys(script), *_order(script), *wording(script, known), *unused(script, tells)]
    found += [_finding(flaw, script) for flaw in proof.flaws]
    found += [*_too_long(script, proof), *_discreet(script), *_protect(script)]
    return Checked(tuple(sorted(found, key=lambda finding: _WORST_FIRST.index(finding.severity))), proof)


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
        words = f"A way asks {proof.longest} questions, where {script.longest} are promised"
        remedy = "Ask fewer, or promise more under longest:."
        yield Finding("too-long", words, remedy, script.steps[0].place, "error", (_way(proof.longest_way),))


def _discreet(script: Script) -> Iterator[Finding]:
    """It is asked at every page, so whatever it reads might not be known yet."""
    if script.discreet and not Decider(script, {}, free=True).sure(script.discreet):
        words = "“discreet” reads what may not be known yet"
        yield Finding("unguarded", words, "Ask known(…) first of all that it reads.", script.steps[0].place)


def _protect(script: Script) -> Iterator[Finding]:
    """It is asked where a script breaks off as well, so whatever it reads might not be known yet."""
    for step in script.steps:
        asked = step.call.protect if step.call else None
        if asked and not Decider(script, {}, free=True).sure(asked):
            words = f"“protect” of “{step.key}” reads what may not be known where the script breaks off"
            yield Finding("unguarded", words, "Ask known(…) first of all that it reads.", step.place)


def _way(trail: tuple[str, ...]) -> str:
    return "; ".join(trail) or "from the start"


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
            words, remedy = "The script runs out of steps without an end", "Let the last end have no when."
    return Finding(flaw.kind, words, remedy, place, "error", (_way(flaw.example),))
