"""A checked CEL expression as frozen values.

The library hands its checked tree out as a serialised `cel.expr.CheckedExpr` (google/cel-spec, checked.proto and
syntax.proto). Reading those few fields takes no protobuf package, and frozen values are what the checker can reason on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_WRAPPED_VALUE = 2  # google.protobuf.Any
_EXPR, _SOURCE = 4, 5  # CheckedExpr
_POSITIONS = 4  # SourceInfo
_ID, _CONST, _IDENT, _SELECT, _CALL, _LIST, _STRUCT = 2, 3, 4, 5, 6, 7, 8  # Expr
_BOOL, _INT, _STRING = 2, 3, 6  # Constant


@dataclass(frozen=True, slots=True)
class Const:
    """A literal: bool, int or str."""

    value: bool | int | str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A function or operator by CEL's name: `_&&_`, `_==_`, `!_`, `@in`, `days_between`."""

    function: str
    args: tuple[Node, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Items:
    """A list literal."""

    items: tuple[Node, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something that the profile doesn't have, in words."""

    what: str
    at: int = 0


Node = Const | Name | Call | Items | Foreign


def decode(serialised: bytes) -> Node:
    """The tree of `Expression.serialize()`. `at` is the 0-based offset in the source."""
    checked = _one(_fields(serialised), _WRAPPED_VALUE)
    fields = _fields(checked)
    positions = dict(_position(entry) for number, entry in _fields(_one(fields, _SOURCE)) if number == _POSITIONS)
    return _node(_one(fields, _EXPR), positions)


def walk(node: Node) -> Iterator[Node]:
    """The node and all beneath it."""
    yield node
    for child in children(node):
        yield from walk(child)


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Call(_, args):
            return args
        case Items(items):
            return items
    return ()


def depth(node: Node) -> int:
    return 1 + max((depth(child) for child in children(node)), default=0)


def _node(data: bytes, positions: dict[int, int]) -> Node:
    fields = _fields(data)
    at = positions.get(_int(fields, _ID), 0)
    for number, value in fields:
        if number == _CONST:
            return _constant(_bytes(value), at)
        if number == _IDENT:
            return Name(_text(_fields(_bytes(value)), 1), at)
        if number == _CALL:
            return _call(_fields(_bytes(value)), positions, at)
        if number == _LIST:
            items = [_bytes(item) for n, item in _fields(_bytes(value)) if n == 1]
            return Items(tuple(_node(item, positions) for item in items), at)
        if number == _SELECT:
            return Foreign("a field after a dot", at)
        if number == _STRUCT:
            return Foreign("a map", at)
    return Foreign("a loop over a list", at)


def _call(fields: list[tuple[int, int | bytes]], positions: dict[int, int], at: int) -> Node:
    parts = [_bytes(value) for number, value in fields if number == 1]  # the target, then the arguments
    parts += [_bytes(value) for number, value in fields if number == 3]
    return Call(_text(fields, 2), tuple(_node(part, positions) for part in parts), at)


def _constant(data: bytes, at: int) -> Node:
    for number, value in _fields(data):
        if number == _BOOL:
            return Const(bool(value), at)
        if number == _INT and isinstance(value, int):
            return Const(value - (1 << 64) if value >= 1 << 63 else value, at)
        if number == _STRING:
            return Const(_bytes(value).decode(), at)
    return Foreign("a number that isn't whole, or null, or bytes", at)


def _position(entry: int | bytes) -> tuple[int, int]:
    fields = _fields(_bytes(entry))
    return _int(fields, 1), _int(fields, 2)


def _fields(data: bytes) -> list[tuple[int, int | bytes]]:
    """The fields of one protobuf message, in order: number and varint, or number and bytes."""
    found: list[tuple[int, int | bytes]] = []
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, place = _varint(data, place)
            found.append((number, value))
        elif wire == 2:
            length, place = _varint(data, place)
            found.append((number, data[place : place + length]))
            place += length
        else:  # fixed 64 or 32 bits: a double, which the profile refuses
            place += 8 if wire == 1 else 4
            found.append((number, 0))
    return found


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, place
        shift += 7


def _bytes(value: int | bytes) -> bytes:
    return value if isinstance(value, bytes) else b""


def _one(fields: list[tuple[int, int | bytes]], number: int) -> bytes:
    return next((_bytes(value) for n, value in fields if n == number), b"")


def _int(fields: list[tuple[int, int | bytes]], number: int) -> int:
    return next((value for n, value in fields if n == number and isinstance(value, int)), 0)


def _text(fields: list[tuple[int, int | bytes]], number: int) -> str:
    return _one(fields, number).decode()
