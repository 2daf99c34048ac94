"""Structured edits of an agreement's text. All that isn't edited stays as it was, byte for byte.

The text is read as nodes that know where they stand, and only what an edit names is cut out and written anew; so
comments, order, quotes and spaces elsewhere can't change. After each edit the new text is read again and compared with
what it should say: an edit that would say anything else isn't made.
"""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from moothall.agreements.spots import (
    NotEdited,
    Path,
    Spot,
    colon,
    dash,
    heads,
    is_flow,
    line_end,
    line_start,
    newline_of,
    next_line,
    plain,
    read,
    root_of,
    spot_of,
    within,
)
from moothall.agreements.yaml_words import Value, entry, flow

__all__ = ["Drop", "Edit", "NotEdited", "Path", "Put", "Splice", "edit", "plain", "splices", "values"]



@dataclass(frozen=True, slots=True)
class Put:
    """What stands at `path` becomes `value`. A key that isn't there is added at the end, as is the next index."""

    path: Path
    value: Value


@dataclass(frozen=True, slots=True)
class Drop:
    """What stands at `path` is taken out, with the comment lines that stand directly above it."""

    path: Path


Edit = Put | Drop


@dataclass(frozen=True, slots=True)
class Splice:
    """`new` in the place of the `old` that begins at `start`. `undo` of it gives the same bytes again."""

    start: int
    old: str
    new: str

    def on(self, text: str) -> str:
        if not text.startswith(self.old, self.start):
            raise NotEdited("the text is another one")
        return text[: self.start] + self.new + text[self.start + len(self.old):]

    @property
    def undo(self) -> Splice:
        return Splice(self.start, self.new, self.old)


def edit(text: str, edits: Sequence[Edit]) -> str:
    """The text after these edits, one after the other. Raises NotEdited, and then none is made."""
    for each in edits:
        for splice in splices(text, each):
            text = splice.on(text)
    return text


def splices(text: str, one: Edit) -> list[Splice]:
    """What an edit cuts and writes, in order: more than one where a part that others refer to is written out first."""
    data = plain(root_of(text))
    wanted = _put(data, one.path, one.value) if isinstance(one, Put) else _dropped(data, one.path)
    try:
        return [_proved(text, one, wanted)]
    except NotEdited:
        if not NAMED.search(text):
            raise
    unfolded = Splice(0, text, _unfold(text))
    return [unfolded, _proved(unfolded.new, one, wanted)]


def _proved(text: str, one: Edit, wanted: Any) -> Splice:
    made = _splice(text, one)
    root = read(made.on(text))
    if root is None or plain(root) != wanted:
        raise NotEdited(f"{'.'.join(map(str, one.path))} can't be edited where it stands")
    return made


def values(text: str) -> Any:
    """What a text says, as texts, lists and mappings; every scalar is as it is written. Raises NotEdited."""
    return plain(root_of(text))


# -- what it should say -----------------------------------------------------------------------------------------------


def _put(data: Any, path: Path, value: Value) -> Any:
    if not path:
        return _written(value)
    head, rest = path[0], path[1:]
    if isinstance(head, str) and not isinstance(data, dict):
        raise NotEdited(f"{head} can't be added there")
    if isinstance(head, int):
        found = list(data) if isinstance(data, list) else [data]
        if head == len(found) and not rest:
            return [*found, _written(value)]
        return [_put(each, rest, value) if index == head else each for index, each in enumerate(found)]
    return {**data, head: _put(data.get(head, {}), rest, value)}


def _dropped(data: Any, path: Path) -> Any:
    head, rest = path[0], path[1:]
    if not (head in data if isinstance(data, dict) else isinstance(data, list) and head in range(len(data))):
        raise NotEdited(f"there is no {head}")
    if rest:
        return _put(data, (head,), _dropped(data[head], rest))
    if isinstance(head, int):
        return [each for index, each in enumerate(data) if index != head]
    return {key: each for key, each in data.items() if key != head}


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _written(each) for key, each in value.items()}
    return [_written(each) for each in value] if isinstance(value, list) else str(value)


# -- cutting and writing ----------------------------------------------------------------------------------------------


def _splice(text: str, one: Edit) -> Splice:
    start, end, new = _replace(text, one) if isinstance(one, Put) else _cut(text, one.path)
    return Splice(start, text[start:end], new)


def _replace(text: str, one: Put) -> tuple[int, int, str]:
    above, _ = spot_of(text, one.path[:-1])
    head = one.path[-1]
    spot = within(text, above, head)
    if spot is None:
        return _added(text, above, head, one.value)
    if spot is above or spot.key is None:
        return spot.value, spot.end, flow(one.value)
    if is_flow(above.node):
        return spot.value, spot.end, flow(one.value)
    column = spot.key.start_mark.column
    written = entry("x", one.value, column, newline_of(text)).removeprefix("x:")
    return spot.key.end_mark.index + len(colon(text, spot)), spot.end, written


def _added(text: str, above: Spot, head: str | int, value: Value) -> tuple[int, int, str]:
    node, newline = above.node, newline_of(text)
    if isinstance(node, MappingNode | ScalarNode) and head == 1:  # one alone becomes a list of two
        return above.value, above.end, f"[{text[above.value:above.end]}, {flow(value)}]"
    if isinstance(node, ScalarNode) or isinstance(node, MappingNode) != isinstance(head, str):
        raise NotEdited(f"{head} can't be added there")
    if isinstance(node, SequenceNode) and head != len(node.value):
        raise NotEdited(f"there is no {head}")
    written = flow({head: value})[1:-1] if isinstance(head, str) else flow(value)
    if not node.value and above.key is not None:
        indent = above.key.start_mark.column + 2
        pad = newline + " " * indent
        made = entry(head, value, indent, newline) if isinstance(head, str) else f"- {flow(value)}"
        return above.key.end_mark.index + len(colon(text, above)), above.end, pad + made
    if is_flow(node):
        return above.end - 1, above.end - 1, (", " if node.value else "") + written
    at = line_end(text, above.end)
    first = node.value[0][0] if isinstance(node, MappingNode) else node.value[0]
    column = first.start_mark.column if isinstance(node, MappingNode) else dash(text, first)
    made = entry(head, value, column, newline) if isinstance(head, str) else f"- {flow(value)}"
    gap = newline if _spaced(text, above) else ""
    return at, at, f"{newline}{gap}{' ' * column}{made}"


def _spaced(text: str, above: Spot) -> bool:
    """Whether an empty line stands between the last two entries."""
    node = above.node
    if not isinstance(node, MappingNode) or len(node.value) < 2:
        return False
    line = _lead(text, line_start(text, node.value[-1][0].start_mark.index), node.value[-1][0].start_mark.column)
    return _blank_above(text, line) < line


def _cut(text: str, path: Path) -> tuple[int, int, str]:
    spot, above = spot_of(text, path)
    assert above is not None
    if spot is above:
        raise NotEdited("what stands alone can't be taken out of a list")
    node = above.node
    if len(node.value) == 1 and above.key is not None and not is_flow(node):
        empty = " {}" if isinstance(node, MappingNode) else " []"
        return above.key.end_mark.index + len(colon(text, above)), above.end, empty
    if is_flow(node):
        return (*_flow_cut(text, above, path[-1], spot), "")
    first = spot.start if spot.key else spot.start - 1
    column = spot.key.start_mark.column if spot.key else dash(text, spot.node)
    start, end = _lead(text, line_start(text, first), column), line_end(text, spot.end)
    if _is_first(node, spot):
        begun = spot.key and text[line_start(text, first): first].strip()  # the dash of the item whose first key it is
        return first if begun else start, _next_key(node) if begun else next_line(text, end), ""
    start = _blank_above(text, start) if spot.key else start
    return (line_end(text, start - 1), end, "") if start else (0, next_line(text, end), "")


def _flow_cut(text: str, above: Spot, head: str | int, spot: Spot) -> tuple[int, int]:
    spots = [within(text, above, each) for each in heads(above.node)]
    index = heads(above.node).index(head)
    before, after = spots[index - 1] if index else None, spots[index + 1] if index + 1 < len(spots) else None
    if before:
        return before.end, spot.end
    return (spot.start, after.start) if after else (spot.start, spot.end)


def _next_key(node: Node) -> int:
    start: int = node.value[1][0].start_mark.index
    return start


def _is_first(node: Node, spot: Spot) -> bool:
    first = node.value[0]
    return (first[0] is spot.key) if isinstance(first, tuple) else first is spot.node


def _lead(text: str, line: int, column: int) -> int:
    """The line of the first comment of those that stand directly above a line, as far to the right."""
    pad = " " * column + "#"
    while line and text.startswith(pad, above := text.rfind("\n", 0, line - 1) + 1):
        line = above
    return line


def _blank_above(text: str, line: int) -> int:
    """The line of the one empty line above a line, or that line itself."""
    above = text.rfind("\n", 0, line - 1) + 1 if line else 0
    return above if line and not text[above: line].strip() else line


# -- names that stand for parts ---------------------------------------------------------------------------------------

NAMED = re.compile(r"(?<![\w&*])&([\w-]+) ")


def _unfold(text: str) -> str:
    """Every `*name` written out, and the `&name`s left out: what several share can then be edited in one place."""
    edited = text
    for match in NAMED.finditer(text):
        edited = _written_out(edited, match[1])
    root = read(edited)
    if edited == text or root is None or plain(root) != plain(root_of(text)):
        raise NotEdited("a name that stands for it can't be written out")
    return edited


def _written_out(text: str, name: str) -> str:
    node = _anchor(root_of(text), name)
    if node is None:
        return text
    shown = flow(plain(node))
    if isinstance(node, SequenceNode | MappingNode) and is_flow(node):
        shown = text[node.start_mark.index: node.end_mark.index]
        shown = shown.split(f"&{name} ", 1)[-1]
    text = re.sub(rf"(?<![\w&*])\*{re.escape(name)}(?![\w-])", lambda _: shown, text)
    return re.sub(rf"(?<![\w&*])&{re.escape(name)} ", "", text)


def _anchor(node: Node, name: str) -> Node | None:
    if node.anchor == name:
        return node
    inner = [part for pair in node.value for part in pair] if isinstance(node, MappingNode) else \
        list(node.value) if isinstance(node, SequenceNode) else []
    return next((found for each in inner if (found := _anchor(each, name)) is not None), None)
