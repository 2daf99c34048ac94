"""Example conversations as tests of a script: facts and answers in, steps and outcome out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from moothall.domain.findings import Finding, Place
from moothall.domain.interview.answers import accept
from moothall.domain.interview.expected import difference, misnamed
from moothall.domain.interview.model import Script, Step
from moothall.domain.interview.reading import nearest
from moothall.domain.interview.run import Ask, Effect, End, LookUp, Stuck, Walk, marks, walk
from moothall.domain.interview.words import fill

RESULTS = {"text": "HB-10001-K", "truth": True, "date": "2030-01-02", "whole": 1, "time": 0, "choices": []}


PLACE, OWN = "_place", "_own"  # beside an example's keys: where it stands, and the facts that it tells itself
Sum = Callable[[Mapping[str, Any]], Mapping[str, Any]]
Sums = Mapping[str, Sum]  # look-ups that only count, by name


def play(
    script: Script,
    example: Mapping[str, Any],
    parameters: Mapping[str, Any],
    state: dict[str, Any] | None = None,
    sums: Sums = MappingProxyType({}),
) -> tuple[Walk, list[Finding]]:
    """Walk the script with an example's facts and answers; findings where it comes out otherwise than expected.

    An example names `at` (the wall clock of the call), `facts`, `answers` (a list where several are chosen), `result`
    (the end's key) and, if it cares, `asks` (the questions in their order, see `expected`), `channel`, `level`, `marks`
    of the case and `says`, a part of the last words.
    Facts that it doesn't list are not known; `effects` (by step) tells what an effect gives, where that matters.
    What the last replay was made of is left in `state`.
    """
    at = datetime.fromisoformat(str(example["at"]))
    facts: dict[str, Any] = {name: None for name, v in script.variables.items() if v.source == "fact"}
    facts |= _clock_of(script, at) | dict(example.get("facts") or {})
    facts |= {"holidays": example.get("holidays") or []}
    facts |= {name: example[name] for name in ("channel", "level") if name in example}
    counted = _counted(script, example, sums)
    facts = {name: value for name, value in facts.items() if name not in counted}
    answers: dict[str, str] = {}
    told = {str(key): _as_kept(value) for key, value in (example.get("answers") or {}).items()}
    effects: dict[str, Mapping[str, Any]] = {}
    carried: list[str] = []
    if state is not None:
        state |= {"parameters": parameters, "facts": facts, "answers": answers, "effects": effects}
    for _ in range(len(script.steps) + 1):
        walked = walk(script, parameters=parameters, facts=facts, answers=answers, effects=effects)
        match walked.next:
            case LookUp(step, values) if step.call and step.call.name in sums:
                facts |= _sum(step, sums[step.call.name], values)
            case Effect(step, values):
                carried += marks(script, step, values)
                effects[step.key] = {**_results(script, step), **(example.get("effects") or {}).get(step.key, {})}
            case Ask(step, values):
                if step.kind == "say":
                    answers[step.key] = "said"
                    continue
                if step.key not in told:
                    break
                kept = accept(script, step, told[step.key], values)
                if not isinstance(kept, str):
                    return walked, [_finding(example, f"the answer to “{step.key}” isn't taken: {kept.words}")]
                answers[step.key] = kept
            case _:
                break
    return walked, _judge(script, example, walked, carried, set(told) - set(answers))


def _clock_of(script: Script, at: datetime) -> dict[str, Any]:
    """The day and the minute under every name by which the script, or one that it uses, looks them up."""
    now = {"today": at.date().isoformat(), "now_minute": at.hour * 60 + at.minute}
    given = (pair for step in script.steps if step.call and step.call.name == "today" for pair in step.call.gives)
    return {**now, **{name: now[result] for name, result in given if result in now}}


def _as_kept(value: Any) -> str:
    return "\n".join(str(each) for each in value) if isinstance(value, list) else str(value)


def _results(script: Script, step: Step) -> Mapping[str, Any]:
    names = [name for name, _ in step.call.gives] if step.call else []
    return {name: RESULTS[script.variables[name].kind] for name in names}


def _counted(script: Script, example: Mapping[str, Any], sums: Sums) -> set[str]:
    """The facts that are counted in the walk itself, but for those that the example tells."""
    counted = (step.call for step in script.steps if step.kind == "look_up" and step.call and step.call.name in sums)
    return {name for call in counted for name, _ in call.gives} - set(example.get("facts") or {})


def _sum(step: Step, count: Sum, values: Mapping[str, Any]) -> dict[str, Any]:
    assert step.call is not None
    given = {**dict(step.call.fixed), **{name: values.get(variable) for name, variable in step.call.with_}}
    results = count(given)
    return {name: results.get(result) for name, result in step.call.gives}


def _judge(
    script: Script, example: Mapping[str, Any], walked: Walk, carried: list[str], unused: set[str]
) -> list[Finding]:
    """The first difference alone, since the rest follows from it: what can't be meant, then the questions in their
    order, then the end, and what is said and marked there."""
    found = [*_misspelt(script, example), *_asked(script, example, walked)]
    came = where(walked)
    if came != example.get("result"):
        found.append(_finding(example, f"it comes to {came}, not {example.get('result')}"))
    found += [_finding(example, f"“{name}” is never asked") for name in sorted(unused)]
    if "marks" in example and sorted(example["marks"]) != sorted(carried):
        found.append(_finding(example, f"the case is marked {', '.join(carried) or 'with nothing'}"))
    says = str(example.get("says", ""))
    if says and isinstance(walked.next, End):
        step = walked.next.step
        read = step.page.get("en") if example.get("channel") == "web" else ""
        words = fill(read or step.say.get("en"), walked.next.values, script.kinds())
        if says not in words:
            found.append(_finding(example, f"it says: {words}"))
    return found[:1]


def _asked(script: Script, example: Mapping[str, Any], walked: Walk) -> list[Finding]:
    """Where the questions that were put aren't those that the example lists."""
    asks = example.get("asks")
    if asks is None:
        return []
    wrong = misnamed(asks, [step.key for step in script.steps if step.kind == "ask"])
    if wrong:
        return [_finding(example, *wrong)]
    last = [walked.next.step] if isinstance(walked.next, Ask) else []
    told = difference(asks, [step.key for step in (*walked.passed, *last) if step.kind == "ask"])
    came, result = where(walked), example.get("result")
    ends = f"; it comes to {came}, not {result}" if came != result else ""
    return [_finding(example, told + ends)] if told else []


def at_another_end(script: str, ends: Sequence[tuple[str, str]]) -> list[Finding]:
    """Of all examples of a script: at which step many of them end that shouldn't, the most first. One wrong condition
    turns many, and the step says where to look. `ends` holds where each came to, and where it should have."""
    wrong = Counter(came for came, wanted in ends if came != wanted)
    return [
        Finding("examples-end", f"{number} of {len(ends)} examples of “{script}” now end at {came}",
                "Look first at what leads there.", severity="note")
        for came, number in wrong.most_common() if number > 1
    ]  # fmt: skip


def _misspelt(script: Script, example: Mapping[str, Any]) -> list[Finding]:
    """What the example tells of facts and effects that the script doesn't have: it would be left out unseen."""
    facts = [name for name, variable in script.variables.items() if variable.source == "fact"]
    effects = [step.key for step in script.steps if step.kind == "effect"]
    told = [("fact", name, facts) for name in example.get(OWN) or ()]
    told += [("effect", name, effects) for name in example.get("effects") or ()]
    return [
        _finding(example, f"there is no {what} “{name}”", nearest(name, names)) for what, name, names in told
        if name not in names
    ]  # fmt: skip


def where(walked: Walk) -> str:
    """The step at which a walk stands: an end's key, or a question, a stop or what is done there, in words."""
    match walked.next:
        case End(step, _):
            return step.key
        case Stuck(key, words, _):
            return f"a stop at “{key}” ({words})"
        case Ask(step, _):
            return f"the question “{step.key}”"
        case LookUp(step, _) | Effect(step, _):
            return f"“{step.key}”"


def _finding(example: Mapping[str, Any], words: str, remedy: str = "Change the script or the example.") -> Finding:
    name = str(example.get("name", "example"))
    return Finding("example", f"Example “{name}”: {words}", remedy, example.get(PLACE, Place()))
