"""The exhaustive part of the checker: every way through a script, over what its own conditions can tell apart.

A state is what a walk has settled so far: which variables were given, and the values of the terms that conditions
asked for. A term is settled when it is first asked, to one of the classes that the tests still to come make of it; what
nothing reads any more is dropped and classes that nothing tells apart any more are one, so that states stay few. What
is compared with another variable can be below, at or above it: some ways that this follows can't happen, so a script it
passes has no dead end, and a step that it calls unreachable is unreachable. It never samples: over its limits it
refuses, and names the step.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from moothall.domain.interview.deciding import Decider, State, Unknown
from moothall.domain.interview.expressions import Condition
from moothall.domain.interview.liveness import Live, live_after, options_decide, said
from moothall.domain.interview.model import Script, Step, gives
from moothall.domain.interview.plainly import settled
from moothall.domain.interview.terms import Settled, Term
from moothall.domain.plural import count

LIMIT = 30_000  # states behind one step
TOTAL = 300_000
Trail = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """An example of a way: what it settled, in words, and how many questions it asked."""

    settled: Trail = ()
    asked: int = 0

    def on(self, news: Trail, asked: int = 0) -> Way:
        return Way(self.settled + news, self.asked + asked) if news or asked else self

    @property
    def length(self) -> tuple[int, int]:
        """A way is as long as the questions that it asks; of two that ask as many, the one with less to tell."""
        return self.asked, len(self.settled)

    def __str__(self) -> str:
        told = "; ".join(self.settled) or "the start"
        return f"{told} (after {count(self.asked, 'question')})" if self.asked else told


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a way through the script met: `kind` is unguarded, unsaid, no-option, no-answer, dead-end, unreachable or
    too-large; `way` the shortest one that meets it."""

    kind: str
    step: Step | None
    name: str = ""
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """`longest` is the most questions that a way asks, `longest_way` an example of one, and `questions` the keys of
    what that asks. `ways` holds the shortest way to each step that can be reached."""

    flaws: tuple[Flaw, ...]
    states: int
    longest: int = 0
    longest_way: Trail = ()
    questions: Trail = ()
    ways: Mapping[str, Way] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways into one state: the shortest, and the one with the most questions, which it asks."""

    shortest: Way = Way()
    most: Trail = ()
    questions: Trail = ()

    def on(self, news: Trail, question: Trail = ()) -> Ways:
        if not news and not question:
            return self
        return Ways(self.shortest.on(news, len(question)), self.most + news, self.questions + question)

    def and_also(self, other: Ways) -> Ways:
        shortest = min(self.shortest, other.shortest, key=_length)
        longer = other if len(other.questions) > len(self.questions) else self
        return Ways(shortest, longer.most, longer.questions)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Where a step begins: the state, and the way there."""

    state: State
    way: Way


def _length(way: Way) -> tuple[int, int]:
    return way.length


def prove(script: Script) -> Proof:
    """Follow every way through the script."""
    return _Prover(script).prove()


class _Prover:
    def __init__(self, script: Script) -> None:
        self.script = script
        self.live = live_after(script)
        self.here = self.live[0]
        self.decider = Decider(script, {})
        self.flaws: dict[tuple[str, str, str], Flaw] = {}
        self.ways: dict[str, Way] = {}
        self.told: dict[tuple[Term, Settled], str] = {}
        self.count = 0
        self.end = Ways()

    def prove(self) -> Proof:
        given = frozenset(name for name, variable in self.script.variables.items() if variable.from_start)
        states: dict[State, Ways] = {self.cut(State(given, frozenset()), self.live[0]): Ways()}
        for index, step in enumerate(self.script.steps):
            self.here = self.live[index]
            self.decider = Decider(self.script, self.here.values)
            states = self.after(step, states, self.live[index + 1])
            self.count += len(states)
            if len(states) > LIMIT or self.count > TOTAL:
                self.flaw("too-large", step, way=self.ways.get(step.key))
                return self.proof()
        for ways in states.values() if not self.script.sub else ():
            self.flaw("dead-end", None, way=ways.shortest)
        return self.proof()

    def proof(self) -> Proof:
        longest = self.end.questions
        return Proof(tuple(self.flaws.values()), self.count, len(longest), self.end.most, longest, self.ways)

    def after(self, step: Step, states: Mapping[State, Ways], live: Live) -> dict[State, Ways]:
        """The states behind the step, cut down to what is still read."""
        found: dict[State, Ways] = {}
        reached = False
        question = (step.key,) if step.kind == "ask" else ()
        for before, ways in states.items():
            for held, state in self.decider.all_hold(step.conditions, before):
                here = ways.on(self.news(before, state))
                if isinstance(held, Unknown):
                    self.flaw("unguarded", step, held.name, here.shortest)
                    self.arrive(step, here.shortest)
                    continue
                if not held:
                    _keep(found, self.cut(state, live), here)
                    continue
                reached = True
                self.arrive(step, here.shortest)
                if step.kind == "end":
                    self.end = self.end.and_also(here)
                for outcome in self.taken(step, state, here.shortest):
                    _keep(found, self.cut(outcome, live), here.on(self.news(state, outcome), question))
        if not reached:
            self.flaw("unreachable", step)
        return found

    def taken(self, step: Step, state: State, way: Way) -> Iterable[State]:
        """The states after a step that applies; none after an end."""
        for name in sorted(said(step)):
            for known, _ in self.decider.known(name, state):
                if not known:
                    self.flaw("unsaid", step, name, way)
        for condition in self.here.sides:
            for answer, _ in self.decider.decide(condition.tree, state):
                if isinstance(answer, Unknown):
                    self.flaw("unguarded", step, answer.name, way)
        self.something_to_choose(step, state, way)
        if step.kind == "end":
            return ()
        if self.here.value:
            return self.worked_out(step, self.here.value, state, way)
        return self.ruled(step, State(state.given | set(gives(step)), state.settled), way)

    def ruled(self, step: Step, state: State, way: Way) -> Iterable[State]:
        """The states in which the answer fulfils what its step demands; one that was passed over needn't."""
        states = [state]
        for must in step.field.must:
            known = [found for each in states for found in self.decider.known(step.key, each)]
            given = [after for there, after in known if there]
            states = [after for there, after in known if not there]
            states += self.fulfilled(step, must.that, given, Arrived(state, way))
        return states

    def fulfilled(self, step: Step, rule: Condition, states: list[State], at: Arrived) -> list[State]:
        """Of the states that came of the rules before, those in which the answer fulfils this one, too. All of them
        together say whether an answer is left: one rule may have cut the answers into classes for the next."""
        kept: list[State] = []
        refused: list[State] = []
        for held, after in (found for state in states for found in self.decider.decide(rule.tree, state)):
            if isinstance(held, Unknown):
                self.flaw("unguarded", step, held.name, at.way)
            else:
                (kept if held else refused).append(after)
        about = re.compile(rf"\b{step.key}\b")
        beside = [{term: value for term, value in each.settled if not about.search(term)} for each in kept]
        for each in refused:  # what isn't the answer's own doing: does any answer go with it?
            facts = {term: value for term, value in each.settled if not about.search(term)}
            if not any(all(facts.get(term, value) == value for term, value in other.items()) for other in beside):
                self.flaw("no-answer", step, way=at.way.on(self.news(at.state, each)))
        return kept

    def something_to_choose(self, step: Step, state: State, way: Way) -> None:
        if not options_decide(step):
            return
        without = [state]
        for condition in self.here.sides:
            without = [after for at in without for held, after in self.decider.decide(condition.tree, at) if not held]
        if without:
            self.flaw("no-option", step, way=way.on(self.news(state, without[0])))

    def worked_out(self, step: Step, value: Condition, state: State, way: Way) -> Iterator[State]:
        """A truth is followed exactly; another sum's result is a new variable."""
        truth = self.script.variables[step.key].kind == "truth"
        ways = self.decider.decide if truth else self.decider.computable
        for result, after in ways(value.tree, state):
            if isinstance(result, Unknown):
                self.flaw("unguarded", step, result.name, way)
                continue
            given = State(after.given | {step.key}, after.settled)
            yield given.settle(step.key, result) if truth else given

    def cut(self, state: State, live: Live) -> State:
        alike = live.stands_for
        kept = ((term, alike.get(term, {}).get(value, value)) for term, value in state.settled if term in live.terms)
        return State(state.given & live.names, frozenset(kept))

    # telling

    def news(self, before: State, after: State) -> Trail:
        return tuple(sorted(self.words(*each) for each in after.settled - before.settled))

    def words(self, term: Term, value: Settled) -> str:
        """In words, and put together once: a proof meets the same many thousand times."""
        if (term, value) not in self.told:
            self.told[(term, value)] = settled(self.script, term, value)
        return self.told[(term, value)]

    def arrive(self, step: Step, way: Way) -> None:
        old = self.ways.get(step.key)
        if old is None or way.length < old.length:
            self.ways[step.key] = way

    def flaw(self, kind: str, step: Step | None, name: str = "", way: Way | None = None) -> None:
        identity = (kind, step.key if step else "", name)
        old = self.flaws.get(identity)
        if old is None or (way and old.way and way.length < old.way.length):
            self.flaws[identity] = Flaw(kind, step, name, way)


def _keep(found: dict[State, Ways], state: State, ways: Ways) -> None:
    old = found.get(state)
    found[state] = ways if old is None else old.and_also(ways)
