"""The proof against brute force: small scripts by chance, each walked with every value that there is.

The other side is the walk itself, over every combination of facts and answers; it shares no code with the proof.
"""

from itertools import product
from math import prod

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from moothall.domain.interview.model import Variable
from moothall.domain.interview.parse import parse
from moothall.domain.interview.proof import prove
from moothall.domain.interview.run import Ask, End, Stuck, walk
from moothall.domain.interview.terms import candidates

VALUES = {"text": ["x", "y", "z"], "choices": ["x", "y"]}
MOST_WALKS = 400
CHOSEN = [[], ["x"], ["y"], ["x", "y"]]
RANGES = {"whole": [0, 1, 2, 3], "truth": [True, False], "text": VALUES["text"], "choices": CHOSEN}
OPTIONS = {"x": {"en": "X"}, "y": {"en": "Y"}}
SAY = {"say": {"en": "Which?"}}
KINDS = [("n", "whole"), ("m", "whole"), ("b", "truth"), ("t", "text"), ("c", "choices")]


@st.composite
def conditions(draw, names, compared, depth=2):
    """A condition over `names` (name → kind), two wholes compared only where that is wanted."""
    if depth and draw(st.integers(0, 2)):
        part = conditions(names, compared, depth - 1)
        match draw(st.sampled_from(["&&", "||", "!", "?"])):
            case "!":
                return f"!({draw(part)})"
            case "?":
                return f"(({draw(part)}) ? ({draw(part)}) : ({draw(part)}))"
            case sign:
                return f"({draw(part)}) {sign} ({draw(part)})"
    name = draw(st.sampled_from(sorted(names)))
    if draw(st.booleans()):
        return f"known({name})"
    sign = draw(st.sampled_from(["<", "<=", "==", "!=", ">", ">="]))
    number = draw(st.integers(1, 2))
    match names[name]:
        case "whole" if compared and draw(st.booleans()):
            return f"n {sign} m" if {"n", "m"} <= set(names) else f"{number} {sign} {name}"
        case "whole":
            return f"{name} {sign} {number}"
        case "truth":
            return name
        case "choices":
            return f'"{draw(st.sampled_from("xyz"))}" in {name}'
    return draw(st.sampled_from([f'{name} == "x"', f'{name} != "y"', f'{name} in ["x", "z"]']))


@st.composite
def scripts(draw, compared):
    """The data of a script: a look-up or two, then steps under conditions over what stands before them."""
    facts = {name: draw(st.booleans()) for name, _ in draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3))}
    names = {name: kind for name, kind in KINDS if name in facts}
    gives = {
        name: {"kind": kind, "always": facts[name], **({"values": VALUES[kind]} if kind in VALUES else {})}
        for name, kind in names.items()
    }
    steps = [{"look_up": "look", "gives": gives}]
    for number in range(draw(st.integers(1, 6))):
        # what is ticked hangs together (never nothing), which the proof only partly sees
        kinds = ["ask", "ask", "count", "work_out", "end", *(["tick"] if compared else [])]
        kind, key = draw(st.sampled_from(kinds)), f"s{number}"
        step = {"when": draw(conditions(names, compared))} if draw(st.integers(0, 3)) else {}
        if kind == "end":
            step |= {"end": key, "outcome": "resolved", "code": "done", **SAY}
        elif kind == "work_out":
            step |= {"key": key, "work_out": draw(conditions(names, compared))}
            names = {**names, key: "truth"}
        elif kind == "count":
            step |= {"key": key, "ask": "whole", "least": draw(st.integers(0, 1)), "most": 3, **SAY}
            if compared and draw(st.booleans()):
                rule = draw(conditions({**names, key: "whole"}, compared, 1))
                step |= {"must": [{"that": rule, "words": {"en": "Not so"}}]}
            names = {**names, key: "whole"}
        elif kind == "tick":
            step |= {"key": key, "ask": "choices", "options": OPTIONS, "optional": draw(st.booleans()), **SAY}
            names = {**names, key: "choices"}
        else:
            step |= {"key": key, "ask": "radio", "options": OPTIONS, "optional": draw(st.booleans()), **SAY}
            names = {**names, key: "text"}
        steps.append(step)
    return {"script": "s", "service": "x", "title": {"en": "S"}, "steps": steps}


class Seen:
    """What brute force met: steps that a walk reached, where one got stuck, the most questions."""

    def __init__(self, script):
        self.reached, self.stuck, self.most = set(), set(), 0
        variables = [v for v in script.variables.values() if v.source in ("fact", "answer")]
        possible = [self.possible(script, v) for v in variables]
        assume(prod(map(len, possible)) < MOST_WALKS)
        for values in product(*possible):
            known = dict(zip((v.name for v in variables), values, strict=True))
            self.walk(script, {v.name: known[v.name] for v in variables if v.source == "fact"}, known)

    def possible(self, script, variable):
        if variable.source == "answer":
            field = script.step(variable.name).field
            typed = {"whole": [str(number) for number in range(field.least or 0, 4)], "choices": ["x", "y", "x\ny"]}
            return [*typed.get(field.kind, ["x", "y"]), *([""] if field.optional else [])]
        values = [[[v, v] for v in each] for each in RANGES["choices"]] if variable.kind == "choices" else None
        return (values or RANGES[variable.kind]) + ([] if variable.always else [None])

    def walk(self, script, facts, known):
        answers = {step.key: known[step.key] for step in script.steps if step.kind == "ask"}
        walked = walk(script, parameters={}, facts=facts, answers=answers, effects={})
        self.reached |= {step.key for step in walked.passed}
        if isinstance(walked.next, End):
            self.reached.add(walked.next.step.key)
            self.most = max(self.most, sum(step.kind == "ask" for step in walked.passed))
        elif isinstance(walked.next, Stuck):
            self.stuck.add(walked.next.key)
        elif isinstance(walked.next, Ask):  # a rule refused the answer: another combination goes on from here
            self.reached.add(walked.next.step.key)


def both(data):
    script, findings = parse(data)
    assert script is not None, findings
    proof = prove(script)
    told = {kind: {flaw.step.key if flaw.step else "" for flaw in proof.flaws if flaw.kind == kind}
            for kind in ("dead-end", "unguarded", "unreachable")}  # fmt: skip
    return script, proof, told, Seen(script)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(scripts(compared=True))
def test_nothing_that_a_walk_can_meet_escapes_the_proof(data):
    _, proof, told, seen = both(data)
    assert seen.stuck - {""} <= told["unguarded"]
    assert seen.stuck & {""} <= told["dead-end"]
    assert not seen.reached & told["unreachable"]
    assert proof.longest >= seen.most


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(scripts(compared=False))
def test_without_comparisons_of_two_variables_the_proof_says_just_what_walks_meet(data):
    script, proof, told, seen = both(data)
    assert seen.stuck == told["unguarded"] | told["dead-end"]
    stopped = {step.key for step in script.steps} - seen.reached
    assert told["unreachable"] - told["unguarded"] == stopped - seen.stuck - told["unguarded"]
    assert proof.longest == seen.most


@pytest.mark.parametrize("order", [0, 1])
def test_a_count_that_is_also_a_branch_of_a_sum_stays_a_count(order):
    """`known(x) ? n - x : n` has `n` for a branch: as a test that would be True, which is the same to Python as 1."""
    tests = [("_>_", 1), ("_==_", True)]
    counted = Variable("n", "whole", "answer", True, least=1, most=40)
    assert candidates("n", tests[::-1] if order else tests, counted) == (1, 2, 40)
