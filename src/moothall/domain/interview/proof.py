"""The exhaustive part of the checker: every way through a script, over what its own conditions can tell apart.

A state is what a walk has settled so far: which variables were given, and the values of the terms that conditions
asked for. A term is settled when it is first asked, to one of the classes that the script's literals make of it; a term
that nothing reads any more is dropped, so that states stay few. Comparisons between two variables count as free truths:
some ways that this follows can't happen, so a script it passes has no dead end, and a step that it calls unreachable is
unreachable. It never samples: over `LIMIT` states it refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from moothall.domain.interview.expressions import KNOWN, Condition
from moothall.domain.interview.model import Script, Step, gives, texts
from moothall.domain.interview.terms import (
    Settled,
    Term,
    against_literals,
    all_conditions,
    atoms,
    classes,
    compare,
    side_conditions,
    text_of,
)
from moothall.domain.interview.tree import Call, Const, Name, Node, walk
from moothall.domain.interview.words import needed

LIMIT = 60_000


@dataclass(frozen=True, slots=True)
class State:
    """`given` are the variables that steps brought; `settled` the terms with a value."""

    given: frozenset[str]
    settled: frozenset[tuple[Term, Settled]]

    def value(self, term: Term) -> Settled | None:
        return next((value for name, value in self.settled if name == term), None)

    def settle(self, term: Term, value: Settled) -> State:
        return State(self.given, self.settled | {(term, value)})


@dataclass(frozen=True, slots=True)
class Unknown:
    """A condition read a variable that isn't known."""

    name: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a way through the script met: `kind` is unguarded, unsaid, dead-end, unreachable or too-large."""

    kind: str
    step: Step | None
    name: str = ""
    example: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    flaws: tuple[Flaw, ...]
    states: int


def prove(script: Script) -> Proof:
    """Follow every way through the script."""
    return _Prover(script).prove()


class _Prover:
    def __init__(self, script: Script) -> None:
        self.script = script
        self.classes = classes(script)
        self.reads_after = _reads_after(script)
        self.flaws: dict[tuple[str, str, str], Flaw] = {}
        self.count = 0

    def prove(self) -> Proof:
        given = frozenset(v.name for v in self.script.variables.values() if v.from_start)
        states: dict[State, tuple[str, ...]] = {State(given, frozenset()): ()}
        for index, step in enumerate(self.script.steps):
            states = self.after(step, states, self.reads_after[index])
            self.count += len(states)
            if len(states) > LIMIT:
                self.flaw("too-large", step, example=())
                return Proof(tuple(self.flaws.values()), self.count)
        for example in list(states.values())[:1] if not self.script.sub else ():
            self.flaw("dead-end", None, example=example)
        return Proof(tuple(self.flaws.values()), self.count)

    def after(
        self, step: Step, states: Mapping[State, tuple[str, ...]], live: frozenset[str]
    ) -> dict[State, tuple[str, ...]]:
        """The states behind the step, cut down to what is still read."""
        found: dict[State, tuple[str, ...]] = {}
        reached = False
        for before, example in states.items():
            for held, state in self.all_hold(step.conditions, before):
                trail = example + self.news(before, state)
                if isinstance(held, Unknown):
                    self.flaw("unguarded", step, held.name, trail)
                    continue
                for outcome in self.taken(step, state, trail) if held else (state,):
                    _keep(found, _cut(outcome, live), trail + self.news(state, outcome))
                reached = reached or held
        if not reached:
            self.flaw("unreachable", step)
        return found

    def taken(self, step: Step, state: State, trail: tuple[str, ...]) -> Iterable[State]:
        """The states after a step that applies; none after an end."""
        for name in sorted(_said(step)):
            for known, _ in self.known(name, state):
                if not known:
                    self.flaw("unsaid", step, name, trail)
        for condition in side_conditions(step):
            for answer, _ in self.decide(condition.tree, state):
                if isinstance(answer, Unknown):
                    self.flaw("unguarded", step, answer.name, trail)
        if step.kind == "end":
            return ()
        if step.value:
            return self.worked_out(step, step.value, state, trail)
        return self.ruled(step, State(state.given | set(gives(step)), state.settled), trail)

    def ruled(self, step: Step, state: State, trail: tuple[str, ...]) -> Iterable[State]:
        """The states in which the answer fulfils what its step demands; one that was passed over needn't."""
        states = [state]
        for must in step.field.must:
            kept: list[State] = []
            for each in states:
                for known, after in self.known(step.key, each):
                    kept += self.fulfilled(step, must.that, after, trail) if known else [after]
            states = kept
        return states

    def fulfilled(self, step: Step, rule: Condition, state: State, trail: tuple[str, ...]) -> Iterator[State]:
        for held, after in self.decide(rule.tree, state):
            if isinstance(held, Unknown):
                self.flaw("unguarded", step, held.name, trail)
            elif held:
                yield after

    def worked_out(self, step: Step, value: Condition, state: State, trail: tuple[str, ...]) -> Iterator[State]:
        """A truth is followed exactly; another sum's result is a new variable."""
        truth = self.script.variables[step.key].kind == "truth"
        ways = self.decide(value.tree, state) if truth else self.computable(value.tree, state)
        for result, after in ways:
            if isinstance(result, Unknown):
                self.flaw("unguarded", step, result.name, trail)
                continue
            given = State(after.given | {step.key}, after.settled)
            yield given.settle(step.key, result) if truth else given

    # deciding conditions

    def all_hold(self, conditions: tuple[Condition, ...], state: State) -> Iterator[tuple[bool | Unknown, State]]:
        if not conditions:
            yield True, state
            return
        for held, after in self.decide(conditions[0].tree, state):
            if held is True:
                yield from self.all_hold(conditions[1:], after)
            else:
                yield held, after

    def decide(self, node: Node, state: State) -> Iterator[tuple[bool | Unknown, State]]:
        """Each way a truth can come out, with the state it settles. False && error is false, in either order."""
        match node:
            case Const(literal):
                yield bool(literal), state
            case Call("!_", (inner,)):
                for value, after in self.decide(inner, state):
                    yield (value if isinstance(value, Unknown) else not value), after
            case Call("_&&_" | "_||_", (left, right)):
                yield from self.connect(node.function == "_||_", left, right, state)
            case Call("_?_:_", (test, then, other)):
                for value, after in self.decide(test, state):
                    if isinstance(value, Unknown):
                        yield value, after
                    else:
                        yield from self.decide(then if value else other, after)
            case Name(name) if name.startswith(KNOWN):
                yield from self.known(name.removeprefix(KNOWN), state)
            case _:
                for known, after in self.all_known(node, state):
                    yield from ((known, after),) if isinstance(known, Unknown) else self.atom(node, after)

    def connect(self, stops: bool, left: Node, right: Node, state: State) -> Iterator[tuple[bool | Unknown, State]]:
        for first, after in self.decide(left, state):
            if first is stops:
                yield stops, after
                continue
            for second, end in self.decide(right, after):
                yield (second if second is stops or first is (not stops) else first), end

    def known(self, name: str, state: State) -> Iterator[tuple[bool, State]]:
        if name not in state.given:
            yield False, state
        elif self.script.variables[name].always:
            yield True, state
        else:
            for value, after in self.settle(f"known({name})", (True, False), state):
                yield bool(value), after

    def computable(self, node: Node, state: State) -> Iterator[tuple[bool | Unknown, State]]:
        """Whether a sum that isn't a truth can be done: of `a ? b : c` only the branch taken must be known."""
        if not (isinstance(node, Call) and node.function == "_?_:_"):
            yield from self.all_known(node, state)
            return
        test, then, other = node.args
        for value, after in self.decide(test, state):
            if isinstance(value, Unknown):
                yield value, after
            else:
                yield from self.computable(then if value else other, after)

    def all_known(self, node: Node, state: State) -> Iterator[tuple[bool | Unknown, State]]:
        names = sorted({n.name for n in walk(node) if isinstance(n, Name) and not n.name.startswith(KNOWN)})
        yield from self.known_from(names, state)

    def known_from(self, names: list[str], state: State) -> Iterator[tuple[bool | Unknown, State]]:
        if not names:
            yield True, state
            return
        for known, after in self.known(names[0], state):
            if known:
                yield from self.known_from(names[1:], after)
            else:
                yield Unknown(names[0]), after

    def atom(self, node: Node, state: State) -> Iterator[tuple[bool | Unknown, State]]:
        """A truth without connectives: exact where a term meets literals, free where two terms meet."""
        term, test = against_literals(node)
        if term not in self.classes:
            for value, after in self.settle(text_of(node), (True, False), state):
                yield bool(value), after
            return
        for value, after in self.settle(term, self.classes[term], state):
            yield compare(test, value), after

    def settle(self, term: Term, values: Iterable[Settled], state: State) -> Iterator[tuple[Settled, State]]:
        already = state.value(term)
        if already is not None:
            yield already, state
            return
        for value in values:
            yield value, state.settle(term, value)

    # telling

    def news(self, before: State, after: State) -> tuple[str, ...]:
        return tuple(sorted(f"{term} is {_told(value)}" for term, value in after.settled - before.settled))

    def flaw(self, kind: str, step: Step | None, name: str = "", example: tuple[str, ...] = ()) -> None:
        identity = (kind, step.key if step else "", name)
        old = self.flaws.get(identity)
        if old is None or len(example) < len(old.example):
            self.flaws[identity] = Flaw(kind, step, name, example)


def _told(value: Settled) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _keep(found: dict[State, tuple[str, ...]], state: State, example: tuple[str, ...]) -> None:
    old = found.get(state)
    if old is None or len(example) < len(old):
        found[state] = example


def _cut(state: State, live: frozenset[str]) -> State:
    return State(state.given & live, frozenset(item for item in state.settled if item[0] in live))


def _said(step: Step) -> set[str]:
    """The variables that a step's texts can't do without."""
    own = {step.key} if step.field.must else set()  # a rule's words may say the answer
    return {name for words in texts(step) for text in words.values() for name in needed(text)} - own


def _reads_after(script: Script) -> list[frozenset[str]]:
    """For each step, the names and terms that a later step still reads."""
    live: frozenset[str] = frozenset()
    found: list[frozenset[str]] = []
    for step in reversed(script.steps):
        found.append(live)
        said = _said(step)
        live |= said | {f"known({name})" for name in said}
        for condition in all_conditions(step):
            live |= _live(condition)
    return found[::-1]


def _live(condition: Condition) -> frozenset[str]:
    names = condition.reads | condition.asks_known
    terms = {text_of(node) for node in atoms(condition.tree)} | {against_literals(n)[0] for n in atoms(condition.tree)}
    return frozenset(names | {f"known({name})" for name in names} | terms)
