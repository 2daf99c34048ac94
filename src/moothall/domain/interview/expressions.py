"""Conditions of scripts: the profile of CEL that a script may use, compiled once and evaluated without surprises.

Variables are flat and typed; numbers are whole (pence, days, minutes after midnight); there are no loops, no regular
expressions, nothing that builds text. `known(x)` asks whether a fact is there. An error is a value, never an exception.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from cel_expr_python import cel

from moothall.domain.calendar import add_working_days
from moothall.domain.interview.direct import Direct, direct
from moothall.domain.interview.misread import in_words, sign
from moothall.domain.interview.postal import same_address
from moothall.domain.interview.tree import Call, Const, Foreign, Items, Name, Node, decode, depth, walk

Kind = Literal["text", "whole", "truth", "date", "time", "choices"]
Value = str | int | bool | date
KINDS: tuple[Kind, ...] = ("text", "whole", "truth", "date", "time", "choices")
KNOWN = "known_"
LONGEST = 500
DEEPEST = 12

_T = cel.Type
_TYPES = {
    "text": _T.STRING,
    "whole": _T.INT,
    "truth": _T.BOOL,
    "date": _T.TIMESTAMP,
    "time": _T.INT,
    "choices": _T.List(_T.STRING),
}
_RESULTS: dict[Kind, str] = {"text": "STRING", "whole": "INT", "truth": "BOOL", "date": "TIMESTAMP", "time": "INT"}
WORKING_DAYS = "add_working_days"
OWN = ("date", "days_between", "add_days", WORKING_DAYS, "same_address")
_OPERATORS = (
    "_&&_",
    "_||_",
    "!_",
    "_?_:_",
    "_==_",
    "_!=_",
    "_<_",
    "_<=_",
    "_>_",
    "_>=_",
    "@in",
    "_+_",
    "_-_",
    "-_",
    "size",
)
_ALLOWED = frozenset(OWN + _OPERATORS)
_KNOWN_CALL = re.compile(r"\bknown\(\s*([a-z][a-z0-9_]*)\s*\)")
_STRING = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")
_PLACE = re.compile(r"<input>:(\d+):(\d+):\s*(.*)")

_holidays: ContextVar[frozenset[date]] = ContextVar("moothall_holidays", default=frozenset())


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong with an expression, in words, and at which 1-based column; `remedy` may be empty."""

    words: str
    column: int = 0
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One compiled expression: its source, its checked tree, the variables it reads and those it asks to be known.

    `counts_days`: what it gives depends on which days are holidays.
    """

    source: str
    tree: Node
    reads: frozenset[str]
    asks_known: frozenset[str]
    counts_days: bool
    _program: cel.Expression = field(repr=False, compare=False)
    _direct: Direct = field(repr=False, compare=False)


class Vocabulary:
    """The variables that one script declares, by kind; it compiles expressions over them."""

    def __init__(self, declared: Mapping[str, Kind]) -> None:
        self.declared = dict(declared)
        variables = {name: _TYPES[kind] for name, kind in declared.items()}
        variables |= {KNOWN + name: _T.BOOL for name in declared}
        self._env = cel.NewEnv(variables=variables, functions=_functions())

    def compile(self, source: str, result: Kind = "truth") -> Condition | Refusal:
        """Compile and type-check; a Refusal says what the profile doesn't allow, with its column."""
        if len(source) > LONGEST:
            return Refusal(
                f"This expression has {len(source)} characters; {LONGEST} are allowed", 0, "Work a part out first."
            )
        try:
            program = self._env.compile(_ask_known(source))
            tree = decode(program.serialize())
        except RuntimeError as error:
            return self._refusal(str(error), source)
        refused = _outside_profile(tree, self.declared) or _wrong_result(program, result)
        if refused:
            return refused
        names = {node.name for node in walk(tree) if isinstance(node, Name)}
        asked = frozenset(name.removeprefix(KNOWN) for name in names if name.startswith(KNOWN))
        reads = frozenset(n for n in names if not n.startswith(KNOWN))
        counts = any(isinstance(node, Call) and node.function == WORKING_DAYS for node in walk(tree))
        return Condition(source, tree, reads, asked, counts, program, direct(tree, self.declared, KNOWN))

    def _refusal(self, error: str, source: str) -> Refusal:
        found = _PLACE.search(error)
        column = int(found[2]) if found else 0
        words = found[3].removesuffix(" [INVALID_ARGUMENT]").strip() if found else error.split(" [", maxsplit=1)[0]
        wrong, remedy = in_words(words, source, self.declared)
        return Refusal(wrong, column, remedy)


def evaluate(
    condition: Condition,
    values: Mapping[str, Any],
    declared: Mapping[str, Kind],
    holidays: frozenset[date] = frozenset(),
) -> Value | Refusal:
    """The value of a condition, or a Refusal: a variable that it reads isn't known, or the sum can't be done.

    `values` holds JSON values by name (dates as ISO text, times as minutes); None and absent are both "not known".
    """
    plain: str | int | bool | None = condition._direct(values)
    return _by_library(condition, values, declared, holidays) if plain is None else plain


def _by_library(
    condition: Condition, values: Mapping[str, Any], declared: Mapping[str, Kind], holidays: frozenset[date]
) -> Value | Refusal:
    data: dict[str, Any] = {KNOWN + name: values.get(name) is not None for name in condition.asks_known}
    for name in condition.reads:
        if (value := values.get(name)) is not None:
            kind = declared[name]
            data[name] = _to_cel(kind, value) if kind in ("date", "choices") else value
    result = _eval(condition, data, holidays) if condition.counts_days else condition._program.eval(data=data)
    if result.type().name() == "ERROR":
        return Refusal(_runtime_words(str(result.value())))
    value = result.value()
    return value.date() if isinstance(value, datetime) else value


def _eval(condition: Condition, data: dict[str, Any], holidays: frozenset[date]) -> Any:
    token = _holidays.set(holidays)
    try:
        return condition._program.eval(data=data)
    finally:
        _holidays.reset(token)


def _to_cel(kind: Kind, value: Any) -> Any:
    if kind == "date":
        return _midnight(value if isinstance(value, date) else date.fromisoformat(value))
    return [str(item[0]) for item in value]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _functions() -> list[cel.FunctionDecl]:
    def own(name: str, takes: list[cel.Type], gives: cel.Type, does: Callable[..., Any]) -> cel.FunctionDecl:
        overload = cel.Overload(id=f"{name}_own", return_type=gives, parameters=takes, is_member=False, impl=does)
        return cel.FunctionDecl(name, [overload])

    return [
        own("date", [_T.STRING], _T.TIMESTAMP, lambda text: _midnight(date.fromisoformat(text))),
        own("days_between", [_T.TIMESTAMP, _T.TIMESTAMP], _T.INT, lambda a, b: (b.date() - a.date()).days),
        own("add_days", [_T.TIMESTAMP, _T.INT], _T.TIMESTAMP, lambda day, n: day + timedelta(days=n)),
        own(WORKING_DAYS, [_T.TIMESTAMP, _T.INT], _T.TIMESTAMP, _add_working_days),
        own("same_address", [_T.STRING, _T.STRING], _T.BOOL, same_address),
    ]


def _add_working_days(day: datetime, count: int) -> datetime:
    return _midnight(add_working_days(day.date(), count, _holidays.get()))


def _ask_known(source: str) -> str:
    """`known(x)` becomes the declared boolean `known_x`, as long as before: columns stay. Texts are left alone."""
    parts = _STRING.split(source)
    parts[::2] = [_KNOWN_CALL.sub(lambda m: (KNOWN + m[1]).ljust(len(m[0])), part) for part in parts[::2]]
    return "".join(parts)


def _outside_profile(tree: Node, declared: Mapping[str, Kind]) -> Refusal | None:
    if depth(tree) > DEEPEST:
        return Refusal(f"This expression is more than {DEEPEST} deep", 1, "Work a part out first.")
    for node in walk(tree):
        match node:
            case Foreign(what, at):
                return Refusal(
                    f"A condition can't have {what}", at + 1, "Use names, whole numbers, texts and lists of texts."
                )
            case Call("_+_", args, at) if any(_builds(arg, declared) for arg in args):
                return Refusal("A condition can't join texts or lists", at + 1, "Say each in its own {name}.")
            case Call(function, _, at) if function not in _ALLOWED:
                return Refusal(
                    f"“{sign(function)}” isn't one of the functions here",
                    at + 1,
                    f"There are {', '.join(OWN)} and known.",
                )
    return None


def _builds(node: Node, declared: Mapping[str, Kind]) -> bool:
    """Whether a node is a text or a list, of which a sum would build a longer one."""
    match node:
        case Const(value):
            return isinstance(value, str)
        case Name(name):
            return declared.get(name) in ("text", "choices")
        case Call("_?_:_" | "_+_", args):
            return any(_builds(arg, declared) for arg in args[-2:])
    return isinstance(node, Items)


def _wrong_result(program: cel.Expression, result: Kind) -> Refusal | None:
    found = program.return_type().name()
    if found == _RESULTS[result]:
        return None
    given = next((kind for kind, name in _RESULTS.items() if name == found), "something else")
    remedy = "Compare it with something, or ask known(name)." if result == "truth" else "Write one that gives it."
    return Refusal(f"This gives {given}, where {result} is needed", 1, remedy)


def _runtime_words(error: str) -> str:
    missing = re.search(r'No value with name "([^"]*)"', error)
    return f"“{missing[1]}” isn't known" if missing else error.split(": ", 1)[-1]
