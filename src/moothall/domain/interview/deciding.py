"""How a condition can come out in a state of the proof: each way, with what it settles on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from moothall.domain.interview.expressions import KNOWN, Condition
from moothall.domain.interview.model import Script
from moothall.domain.interview.terms import Settled, Term, compare, members, test_of
from moothall.domain.interview.tree import Call, Const, Name, Node, walk


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


Way = tuple[bool | Unknown, State]


class Decider:
    """Conditions over states. `values` are the classes of each term; `free`: anything might not be known."""

    def __init__(self, script: Script, values: Mapping[Term, tuple[Settled, ...]], *, free: bool = False) -> None:
        self.script = script
        self.values = values
        self.free = free

    def all_hold(self, conditions: tuple[Condition, ...], state: State) -> Iterator[Way]:
        if not conditions:
            yield True, state
            return
        for held, after in self.decide(conditions[0].tree, state):
            if held is True:
                yield from self.all_hold(conditions[1:], after)
            else:
                yield held, after

    def decide(self, node: Node, state: State) -> Iterator[Way]:
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

    def connect(self, stops: bool, left: Node, right: Node, state: State) -> Iterator[Way]:
        for first, after in self.decide(left, state):
            if first is stops:
                yield stops, after
                continue
            for second, end in self.decide(right, after):
                yield (second if second is stops or first is (not stops) else first), end

    def known(self, name: str, state: State) -> Iterator[tuple[bool, State]]:
        if self.free:
            sure = self.script.variables[name].always and self.script.variables[name].from_start
            yield from ((True, state),) if sure else self.knowable(name, state)
        elif name not in state.given:
            yield False, state
        elif self.script.variables[name].always:
            yield True, state
        else:
            yield from self.knowable(name, state)

    def knowable(self, name: str, state: State) -> Iterator[tuple[bool, State]]:
        for value, after in self.settle(f"known({name})", (True, False), state):
            yield bool(value), after

    def computable(self, node: Node, state: State) -> Iterator[Way]:
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

    def all_known(self, node: Node, state: State) -> Iterator[Way]:
        names = sorted({n.name for n in walk(node) if isinstance(n, Name) and not n.name.startswith(KNOWN)})
        yield from self.known_from(names, state)

    def known_from(self, names: list[str], state: State) -> Iterator[Way]:
        if not names:
            yield True, state
            return
        for known, after in self.known(names[0], state):
            if known:
                yield from self.known_from(names[1:], after)
            else:
                yield Unknown(names[0]), after

    def atom(self, node: Node, state: State) -> Iterator[Way]:
        """A truth without connectives: exact where a term meets literals, each way where two terms meet."""
        if not members(self.script, node):
            yield False, state
            return
        term, test = test_of(node)
        values = ticked(self.script, node, state) or self.values.get(term, (True, False))
        for value, after in self.settle(term, values, state):
            yield compare(test, value), after

    def settle(self, term: Term, values: Iterable[Settled], state: State) -> Iterator[tuple[Settled, State]]:
        already = state.value(term)
        if already is not None:
            yield already, state
            return
        for value in values:
            yield value, state.settle(term, value)

    def sure(self, condition: Condition, *, truth: bool = True) -> bool:
        """Whether a condition never reads what isn't known, whatever stood before it: it asks for all that it reads."""
        return not self.unsure_of(condition, truth=truth)

    def unsure_of(self, condition: Condition, *, truth: bool = True) -> str:
        """A name that the condition reads where it might not be known; "" where there is none."""
        ways = (self.decide if truth else self.computable)(condition.tree, State(frozenset(), frozenset()))
        return next((value.name for value, _ in ways if isinstance(value, Unknown)), "")


def ticked(script: Script, node: Node, state: State) -> tuple[Settled, ...]:
    """What `"x" in chosen` can be by what else is ticked: something always is, and some options stand alone. ()
    where it may be either."""
    match node:
        case Call("@in", (Const(value), Name(name))):
            step = script.step(name)
            if step is None or step.kind != "ask" or step.field.options_from:
                return ()
            others = [option for option in step.field.options if option.value != value]
            known = {option.value: state.value(f"@in({option.value!r}, {name})") for option in others}
            alone = {option.value for option in step.field.options if option.alone}
            if any(told is True and (value in alone or other in alone) for other, told in known.items()):
                return (False,)
            if all(told is False for told in known.values()):
                return (True,)
    return ()
