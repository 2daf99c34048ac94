"""The terms that a script's conditions ask for, and the classes into which its literals cut each of them."""

from __future__ import annotations

from collections.abc import Iterator

from moothall.domain.interview.expressions import KNOWN, Condition
from moothall.domain.interview.model import Script, Step, Variable
from moothall.domain.interview.tree import Call, Const, Items, Name, Node

OTHER = "(another)"
Term = str
Settled = str | int | bool
_COMPARE = {"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"}
_MIRROR = {"_<_": "_>_", "_<=_": "_>=_", "_>_": "_<_", "_>=_": "_<=_"}
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


def against_literals(node: Node) -> tuple[Term, tuple[str, object]]:
    """The term and the test of `term op literal`; ("", …) where the atom has another form."""
    match node:
        case Name(name):
            return name, ("_==_", True)
        case Call("@in", (term, Items(items))) if all(isinstance(item, Const) for item in items):
            return text_of(term), ("@in", tuple(item.value for item in items if isinstance(item, Const)))
        case Call(function, (term, Const(value))) if function in _COMPARE and not isinstance(term, Const):
            return text_of(term), (function, value)
        case Call(function, (Const(value), term)) if function in _COMPARE and not isinstance(term, Const):
            return text_of(term), (_MIRROR.get(function, function), value)
    return "", ("", None)


def compare(test: tuple[str, object], value: Settled) -> bool:
    function, literal = test
    if function == "@in":
        return value in literal  # type: ignore[operator]
    if function in ("_==_", "_!=_"):
        return (value == literal) is (function == "_==_")
    if not isinstance(value, int) or not isinstance(literal, int):
        return False
    below, same = value < literal, value == literal
    return {"_<_": below, "_<=_": below or same, "_>_": not below and not same, "_>=_": not below}[function]


def classes(script: Script) -> dict[Term, tuple[Settled, ...]]:
    """The classes into which the script's literals cut each term."""
    literals: dict[Term, set[Settled]] = {}
    ordered: set[Term] = set()
    for step in script.steps:
        for condition in all_conditions(step):
            for node in atoms(condition.tree):
                term, (function, value) = against_literals(node)
                if term and not (isinstance(node, Name) and script.variables[term].kind != "truth"):
                    literals.setdefault(term, set()).update(value if isinstance(value, tuple) else {value})  # type: ignore[arg-type]
                    ordered |= {term} if function not in ("_==_", "_!=_", "@in") else set()
    found: dict[Term, tuple[Settled, ...]] = {}
    for term, values in literals.items():
        variable = script.variables.get(term)
        if variable and variable.source == "fixed" and variable.values:
            found[term] = variable.values
        elif all(isinstance(value, bool) for value in values):
            found[term] = (True, False)
        elif all(isinstance(value, str) for value in values) and term not in ordered:
            closed = variable.values if variable else ()
            found[term] = closed or (*sorted(str(value) for value in values), OTHER)
        elif all(isinstance(value, int) for value in values):
            found[term] = _whole_classes({int(value) for value in values}, variable)
    return found


def _whole_classes(literals: set[int], variable: Variable | None) -> tuple[int, ...]:
    """One number from each stretch that the literals make, within what the variable can be."""
    least = variable.least if variable else None
    most = variable.most if variable else None
    found = {value + step for value in literals for step in (-1, 0, 1)} | ({least, most} - {None})
    return tuple(
        sorted(n for n in found if n is not None and (least is None or n >= least) and (most is None or n <= most))
    )


def atoms(node: Node) -> Iterator[Node]:
    if isinstance(node, Call) and node.function in _CONNECT:
        for arg in node.args:
            yield from atoms(arg)
    elif not isinstance(node, Const) and not (isinstance(node, Name) and node.name.startswith(KNOWN)):
        yield node


def side_conditions(step: Step) -> Iterator[Condition]:
    for option in step.field.options:
        if option.when:
            yield option.when
    for mark in step.call.marks if step.call else ():
        if mark.when:
            yield mark.when


def all_conditions(step: Step) -> Iterator[Condition]:
    """Every condition of a step, with what its answer must fulfil."""
    yield from (*step.conditions, *side_conditions(step), *(must.that for must in step.field.must))
    if step.value:
        yield step.value
