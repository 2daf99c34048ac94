"""The terms that a script's conditions ask for, and the classes into which its tests cut each of them.

Every truth without connectives is a test on one term: `sure > 3` tests `sure`, `today <= due` tests `today <=> due`
(which is below, at or above 0), `"x" in chosen` a truth of its own. Two values of a term that no test tells apart are
one class, and the first of them stands for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from moothall.domain.interview.expressions import KNOWN, Condition
from moothall.domain.interview.model import Script, Variable
from moothall.domain.interview.tree import Call, Const, Items, Name, Node

OTHER = "(another)"
VERSUS = " <=> "
Term = str
Settled = str | int | bool
Test = tuple[str, Settled | tuple[Settled, ...]]
IS_TRUE: Test = ("_==_", True)
_ORDER = {"_<_", "_<=_", "_>_", "_>=_"}
_COMPARE = {"_==_", "_!=_"} | _ORDER
_MIRROR = {"_<_": "_>_", "_<=_": "_>=_", "_>_": "_<_", "_>=_": "_<=_"}
AMONG = re.compile(r"@in\('(.*)', (\w+)\)")
_CONNECT = {"_&&_", "_||_", "!_", "_?_:_"}


def text_of(node: Node) -> Term:
    """One spelling of a term, so that the same comparison is the same everywhere."""
    match node:
        case Const(value):
            return repr(value)
        case Name(name):
            return f"known({name.removeprefix(KNOWN)})" if name.startswith(KNOWN) else name
        case Call(function, (left, right)) if function in _COMPARE:
            return f"{text_of(left)} {function.strip('_')} {text_of(right)}"
        case Call(function, args):
            return f"{function.strip('_')}({', '.join(text_of(arg) for arg in args)})"
        case Items(items):
            return f"[{', '.join(text_of(item) for item in items)}]"
    return "?"


def test_of(node: Node) -> tuple[Term, Test]:
    """The term that a truth without connectives is about, and what it asks of it."""
    match node:
        case Call("@in", (term, Items(items))) if all(isinstance(item, Const) for item in items):
            return text_of(term), ("@in", tuple(item.value for item in items if isinstance(item, Const)))
        case Call(function, (left, right)) if function in _COMPARE:
            return _comparison(function, left, right) or (text_of(node), IS_TRUE)
    return text_of(node), IS_TRUE


def _comparison(function: str, left: Node, right: Node) -> tuple[Term, Test] | None:
    literal, other = _literal(right), _literal(left)
    if literal is None and other is not None:
        function, left, right, literal = _MIRROR.get(function, function), right, left, other
    if literal is not None:
        ordered_text = function in _ORDER and not isinstance(literal, int)
        return None if ordered_text else (text_of(left), (function, literal))
    one, two = text_of(left), text_of(right)
    if two < one:
        one, two, function = two, one, _MIRROR.get(function, function)
    return f"{one}{VERSUS}{two}", (function, 0)


def _literal(node: Node) -> Settled | None:
    """A literal's value; a day's is its number, so that days are in order."""
    match node:
        case Const(value):
            return value
        case Call("date", (Const(str() as text),)):
            try:
                return date.fromisoformat(text).toordinal()
            except ValueError:
                return None
    return None


def compare(test: Test, value: Settled) -> bool:
    function, literal = test
    if isinstance(literal, tuple):
        return value in literal
    if function in ("_==_", "_!=_"):
        return (value == literal) is (function == "_==_")
    if not isinstance(value, int) or not isinstance(literal, int):
        return False
    below, same = value < literal, value == literal
    return {"_<_": below, "_<=_": below or same, "_>_": not below and not same, "_>=_": not below}[function]


def candidates(term: Term, tests: Iterable[Test], variable: Variable | None) -> tuple[Settled, ...]:
    """Values of a term that stand for all it can be, as far as the tests tell. `variable` is the term's own, if any."""
    number = variable is not None and variable.kind != "truth"  # as a branch of a sum it is no truth, and True equals 1
    literals = {
        value for _, literal in tests for value in (literal if isinstance(literal, tuple) else (literal,))
        if not (number and isinstance(value, bool))
    }  # fmt: skip
    if variable is not None and variable.values and variable.kind != "choices":
        return variable.values
    if all(isinstance(value, bool) for value in literals):
        return (True, False)
    if all(isinstance(value, int) for value in literals):
        found = _around({int(value) for value in literals}, variable)
        if VERSUS in term:
            return tuple(sorted(found))
        return tuple(value for value in found if value >= 0) if term.startswith("size(") else found
    return (*sorted(str(value) for value in literals), OTHER)


def _around(literals: set[int], variable: Variable | None) -> tuple[int, ...]:
    """One number from each stretch that the literals make, within what the variable can be."""
    least = variable.least if variable else None
    most = variable.most if variable else None
    found = {value + step for value in literals for step in (-1, 0, 1)} | ({least, most} - {None})
    within = (n for n in found if n is not None and (least is None or n >= least) and (most is None or n <= most))
    return tuple(sorted(within, key=lambda n: (n < 0, n)))  # the first of a class stands for it: a count if it can be


def classes(values: tuple[Settled, ...], tests: Iterable[Test]) -> Mapping[Settled, Settled]:
    """For each value the first one that no test tells from it."""
    asked = tuple(tests)
    first: dict[tuple[bool, ...], Settled] = {}
    return {value: first.setdefault(tuple(compare(test, value) for test in asked), value) for value in values}


def members(script: Script, term: Node) -> bool:
    """Whether `"x" in chosen` can be so at all: what may be chosen is known for many fields."""
    match term:
        case Call("@in", (Const(value), Name(name))):
            known = offered(script, name)
            return not known or value in known
    return True


def ticked_of(term: Term) -> str:
    """The name that `"x" in name` is about; "" for another term."""
    among = AMONG.fullmatch(term)
    return among[2] if among else ""


def offered(script: Script, name: str) -> tuple[Settled, ...]:
    """All that may be among a choice's or a fact's values; () where that isn't known beforehand."""
    step = script.step(name)
    if step is not None and not step.field.options_from and step.field.options:
        return tuple(option.value for option in step.field.options)
    return script.variables[name].values if name in script.variables else ()


def tests_in(condition: Condition) -> Iterator[tuple[Term, Test]]:
    for node in atoms(condition.tree):
        yield test_of(node)


def atoms(node: Node) -> Iterator[Node]:
    """The truths without connectives in a condition, `known(x)` aside."""
    if isinstance(node, Call) and node.function in _CONNECT:
        for arg in node.args:
            yield from atoms(arg)
    elif not isinstance(node, Const) and not (isinstance(node, Name) and node.name.startswith(KNOWN)):
        yield node
