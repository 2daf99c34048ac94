"""What is still read behind each step of a script, so that the proof can forget the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from moothall.domain.interview.deciding import Decider
from moothall.domain.interview.expressions import Condition
from moothall.domain.interview.model import Script, Step, texts
from moothall.domain.interview.terms import Settled, Term, Test, candidates, classes, tests_in, ticked_of
from moothall.domain.interview.words import needed

FEW = 6  # options of one field, whose ticks are remembered together


@dataclass(frozen=True, slots=True)
class Live:
    """Before a step: the names and terms that it or a later one reads, and the classes that their tests make.

    `values` are a term's classes, `stands_for` the class of each value that an earlier step may have settled. Of the
    step's own conditions beside its when, `sides` and `value` are those that must be followed.
    """

    names: frozenset[str]
    terms: frozenset[Term]
    values: Mapping[Term, tuple[Settled, ...]] = field(repr=False)
    stands_for: Mapping[Term, Mapping[Settled, Settled]] = field(repr=False)
    sides: tuple[Condition, ...] = ()
    value: Condition | None = None


def live_after(script: Script) -> list[Live]:
    """One `Live` before each step, and a last one behind them all."""
    every = _Tests()
    for step in script.steps:
        for condition in _all_conditions(step):
            every.add(condition)
    values = {term: candidates(term, tests, script.variables.get(term)) for term, tests in every.tests.items()}
    free = Decider(script, values, free=True)
    reading = _Tests()
    found = [_live(reading, values)]
    for step in reversed(script.steps):
        sides, value = _followed(script, step, reading, free)
        rules = (must.that for must in step.field.must)
        for condition in (*sides, *rules, *step.conditions, *((value,) if value else ())):
            reading.add(condition)
        reading.names |= said(step)
        found.append(replace(_live(reading, values), sides=sides, value=value))
    return found[::-1]


class _Tests:
    """The tests that are asked of each term, and the names that are read."""

    def __init__(self) -> None:
        self.tests: dict[Term, set[Test]] = {}
        self.names: set[str] = set()

    def add(self, condition: Condition) -> None:
        self.names |= condition.reads | condition.asks_known
        for term, test in tests_in(condition):
            self.tests.setdefault(term, set()).add(test)


def _followed(
    script: Script, step: Step, later: _Tests, free: Decider
) -> tuple[tuple[Condition, ...], Condition | None]:
    """The side conditions and the sum that must be followed: one that asks for all it reads, and decides nothing,
    needs no remembering."""
    value = step.value
    if value:
        truth = script.variables[step.key].kind == "truth"
        if not (truth and step.key in later.tests) and free.sure(value, truth=truth):
            value = None
    every = options_decide(step)
    return tuple(c for c in side_conditions(step) if every or not free.sure(c)), value


def _live(reading: _Tests, values: Mapping[Term, tuple[Settled, ...]]) -> Live:
    stands_for = {term: classes(values[term], tests) for term, tests in reading.tests.items()}
    few = {term: tuple(dict.fromkeys(found.values())) for term, found in stands_for.items()}
    known = {f"known({name})" for name in reading.names}
    terms = known | set(reading.tests) | _ticked_beside(reading.tests, values)
    return Live(frozenset(reading.names), frozenset(terms), few, stands_for)


def _ticked_beside(asked: Iterable[Term], every: Iterable[Term]) -> set[Term]:
    """What was ticked beside what is still asked for: it hangs together, and is kept where there are few."""
    names = {ticked_of(term) for term in asked} - {""}
    beside: dict[str, set[Term]] = {}
    for term in every:
        beside.setdefault(ticked_of(term), set()).add(term)
    return set().union(*(beside[name] for name in names if len(beside[name]) <= FEW))


def options_decide(step: Step) -> bool:
    """Whether it hangs on conditions alone that there is something to choose."""
    options = step.field.options
    return bool(options) and not step.field.options_from and all(option.when for option in options)


def _all_conditions(step: Step) -> Iterator[Condition]:
    yield from (*step.conditions, *side_conditions(step), *(must.that for must in step.field.must))
    if step.value:
        yield step.value


def side_conditions(step: Step) -> Iterator[Condition]:
    """Conditions within a step that don't decide whether it applies."""
    for option in step.field.options:
        if option.when:
            yield option.when
    for mark in step.call.marks if step.call else ():
        if mark.when:
            yield mark.when
    if step.call and step.call.protect:
        yield step.call.protect


def said(step: Step) -> set[str]:
    """The variables that a step's texts can't do without."""
    own = {step.key} if step.field.must else set()  # a rule's words may say the answer
    return {name for words in (*texts(step), step.short) for text in words.values() for name in needed(text)} - own
