"""What most conditions are (names compared with literals, joined by and, or, not) worked out without a call of the CEL
library: a walk asks a hundred of them. Whatever isn't plain here is left to the library, and so is every error.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from moothall.domain.interview.tree import Call, Const, Items, Name, Node

Direct = Callable[[Mapping[str, Any]], Any]  # of JSON values by name; None: the library must say

_KEPT_AS = {"text": str, "whole": int, "time": int, "truth": bool}
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "_==_": operator.eq, "_!=_": operator.ne, "_<_": operator.lt, "_<=_": operator.le, "_>_": operator.gt,
    "_>=_": operator.ge,
}  # fmt: skip


def direct(node: Node, declared: Mapping[str, str], known: str) -> Direct:
    """How a checked tree is worked out. `declared` holds the kinds of its names; one that begins with `known` asks
    whether the rest of it is there."""

    def made(part: Node) -> Direct:
        match part:
            case Const(value):
                return lambda _: value
            case Name(name) if name.startswith(known):
                asked = name.removeprefix(known)
                return lambda values: values.get(asked) is not None
            case Name(name) if declared.get(name) in _KEPT_AS:
                return _read(name, _KEPT_AS[declared[name]])
            case Call("_&&_", (left, right)):
                return _joined(False, made(left), made(right))
            case Call("_||_", (left, right)):
                return _joined(True, made(left), made(right))
            case Call("!_", (one,)):
                return _not(made(one))
            case Call("_?_:_", (asked_first, this, that)):
                return _either(made(asked_first), made(this), made(that))
            case Call("@in", (one, Items(items))) if all(isinstance(item, Const) for item in items):
                return _among(made(one), frozenset(item.value for item in items if isinstance(item, Const)))
            case Call(function, (left, right)) if function in _COMPARED:
                return _compared(_COMPARED[function], made(left), made(right))
        return lambda _: None

    return made(node)


def _read(name: str, kept_as: type) -> Direct:
    def read(values: Mapping[str, Any]) -> Any:
        value = values.get(name)
        return value if type(value) is kept_as else None

    return read


def _joined(stops: bool, left: Direct, right: Direct) -> Direct:
    """`and` stops at a False, `or` at a True, on either side: even where the other side can't be told."""

    def joined(values: Mapping[str, Any]) -> Any:
        one = left(values)
        if one is stops:
            return stops
        other = right(values)
        if other is stops:
            return stops
        return None if one is None or other is None else not stops

    return joined


def _not(one: Direct) -> Direct:
    def turned(values: Mapping[str, Any]) -> bool | None:
        value = one(values)
        return None if value is None else not value

    return turned


def _either(asked: Direct, this: Direct, that: Direct) -> Direct:
    def either(values: Mapping[str, Any]) -> Any:
        held = asked(values)
        return None if held is None else (this if held else that)(values)

    return either


def _among(one: Direct, items: frozenset[Any]) -> Direct:
    def among(values: Mapping[str, Any]) -> bool | None:
        value = one(values)
        return None if value is None else value in items

    return among


def _compared(how: Callable[[Any, Any], bool], left: Direct, right: Direct) -> Direct:
    def compared(values: Mapping[str, Any]) -> bool | None:
        one, other = left(values), right(values)
        return None if one is None or other is None else how(one, other)

    return compared
