"""Structured edits of an agreement's text. All that isn't edited stays as it was, byte for byte.

The text is read as nodes that know where they stand, and only what an edit names is cut out and written anew; so comments,
order, quotes and spaces elsewhere can't change. After each edit the new text is read again and compared with what it
should say: an edit that would say anything else isn't made.
"""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from moothall.agreements.document import Reading, parse
from moothall.agreements.yaml_words import Value, entry, flow

Path = tuple[str | int, ...]
ALIAS = re.compile(r"[^\n]*?(\*[\w-]+)")


class NotEdited(Exception):
    """The text can't be edited so; it is as it was."""


@dataclass(frozen=True, slots=True)
class Put:
    """What stands at `path` becomes `value`. A key that isn't there is added at the end, as is the index after the last."""

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
    data = plain(_root(text))
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
    root = _read(made.on(text))
    if root is None or plain(root) != wanted:
        raise NotEdited(f"{'.'.join(map(str, one.path))} can't be edited where it stands")
    return made


def values(text: str) -> Any:
    """What a text says, as texts, lists and mappings; every scalar is as it is written. Raises NotEdited."""
    return plain(_root(text))


def plain(node: Node) -> Any:
    """The same of a node."""
    if isinstance(node, MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [plain(each) for each in node.value]
    return str(node.value)


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
    there = head in data if isinstance(data, dict) else isinstance(data, list) and isinstance(head, int) and head < len(data)
    if not there:
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


# -- where it stands --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)  # an edit looks at the same text several times; nobody changes the nodes
def _read(text: str) -> Node | None:
    return parse(text, Reading())


def _root(text: str) -> Node:
    root = _read(text)
    if not isinstance(root, MappingNode):
        raise NotEdited("the text can't be read")
    return root


@dataclass(frozen=True, slots=True)
class _Spot:
    """A node where it stands: from its own begin or its key's, to the end of what is written of it."""

    node: Node
    key: ScalarNode | None
    start: int
    value: int
    end: int


def _spot(text: str, path: Path) -> tuple[_Spot, _Spot | None]:
    """The last node of a path that is there, and what holds it; raises where more than the last step is missing."""
    root = _root(text)
    here = _Spot(root, None, root.start_mark.index, root.start_mark.index, _end(text, root, root.start_mark.index))
    above: _Spot | None = None
    for head in path:
        above, found = here, _within(text, here, head)
        if found is None:
            raise NotEdited(f"there is no {head}")
        here = found
    return here, above


def _within(text: str, spot: _Spot, head: str | int) -> _Spot | None:
    node = spot.node
    if isinstance(head, str) and isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == head:
                return _place(text, key, value)
    if isinstance(head, int) and isinstance(node, SequenceNode) and head < len(node.value):
        return _item(text, spot, head)
    if head == 0 and isinstance(node, ScalarNode | MappingNode):
        return spot  # one alone counts as a list of one
    return None


def _place(text: str, key: ScalarNode, value: Node) -> _Spot:
    start, after = key.start_mark.index, key.end_mark.index
    if value.start_mark.index < after:  # it stands elsewhere, under a name
        match = ALIAS.match(text, after)
        if match is None:
            raise NotEdited("a name stands for it that isn't found")
        return _Spot(ScalarNode("", match[1]), key, start, match.start(1), match.end(1))
    begin = _anchored(text, value, after)
    return _Spot(value, key, start, begin, _end(text, value, begin))


def _item(text: str, spot: _Spot, index: int) -> _Spot:
    node = spot.node.value[index]
    if not spot.value <= node.start_mark.index < spot.end:
        raise NotEdited("a name stands for it")
    return _Spot(node, None, node.start_mark.index, node.start_mark.index, _end(text, node, node.start_mark.index))


def _anchored(text: str, value: Node, after: int) -> int:
    """Where a value begins, with the name that it may have."""
    begin: int = value.start_mark.index
    if value.anchor:
        named = text.rfind(f"&{value.anchor}", after, begin + len(value.anchor) + 1)
        begin = named if named >= 0 else begin
    return begin


def _end(text: str, node: Node, begin: int) -> int:
    """Where what is written of a node ends; a block's own mark stands behind the comments after it."""
    if isinstance(node, ScalarNode) or node.flow_style or not node.value:
        end: int = max(begin, node.end_mark.index)
        while end > begin and text[end - 1] in " \r\n":
            end -= 1
        return end
    last = node.value[-1]
    if isinstance(last, tuple):
        return _place(text, *last).end
    if last.start_mark.index < begin:
        raise NotEdited("a name stands for it")
    return _end(text, last, last.start_mark.index)


# -- cutting and writing ----------------------------------------------------------------------------------------------


def _splice(text: str, one: Edit) -> Splice:
    start, end, new = _replace(text, one) if isinstance(one, Put) else _cut(text, one.path)
    return Splice(start, text[start:end], new)


def _replace(text: str, one: Put) -> tuple[int, int, str]:
    above, _ = _spot(text, one.path[:-1])
    head = one.path[-1]
    spot = _within(text, above, head)
    if spot is None:
        return _added(text, above, head, one.value)
    if spot is above or spot.key is None:
        return spot.value, spot.end, flow(one.value)
    if above.node.flow_style:
        return spot.value, spot.end, flow(one.value)
    column = spot.key.start_mark.column
    written = entry("x", one.value, column, _newline(text)).removeprefix("x:")
    return spot.key.end_mark.index + len(_colon(text, spot)), spot.end, written


def _colon(text: str, spot: _Spot) -> str:
    """From a key to behind its colon."""
    assert spot.key is not None
    return text[spot.key.end_mark.index: text.index(":", spot.key.end_mark.index) + 1]


def _added(text: str, above: _Spot, head: str | int, value: Value) -> tuple[int, int, str]:
    node, newline = above.node, _newline(text)
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
        return above.key.end_mark.index + len(_colon(text, above)), above.end, pad + made
    if node.flow_style:
        return above.end - 1, above.end - 1, (", " if node.value else "") + written
    at = _line_end(text, above.end)
    first = node.value[0][0] if isinstance(node, MappingNode) else node.value[0]
    column = first.start_mark.column if isinstance(node, MappingNode) else _dash(text, first)
    made = entry(head, value, column, newline) if isinstance(head, str) else f"- {flow(value)}"
    gap = newline if _spaced(text, above) else ""
    return at, at, f"{newline}{gap}{' ' * column}{made}"


def _dash(text: str, node: Node) -> int:
    """The column of an item's dash."""
    line = text.rfind("\n", 0, node.start_mark.index) + 1
    return text.rindex("-", line, node.start_mark.index) - line


def _spaced(text: str, above: _Spot) -> bool:
    """Whether an empty line stands between the last two entries."""
    node = above.node
    if not isinstance(node, MappingNode) or len(node.value) < 2:
        return False
    line = _lead(text, _line_start(text, node.value[-1][0].start_mark.index), node.value[-1][0].start_mark.column)
    return _blank_above(text, line) < line


def _cut(text: str, path: Path) -> tuple[int, int, str]:
    spot, above = _spot(text, path)
    assert above is not None
    if spot is above:
        raise NotEdited("what stands alone can't be taken out of a list")
    node = above.node
    if len(node.value) == 1 and above.key is not None and not node.flow_style:
        empty = " {}" if isinstance(node, MappingNode) else " []"
        return above.key.end_mark.index + len(_colon(text, above)), above.end, empty
    if node.flow_style:
        return (*_flow_cut(text, above, path[-1], spot), "")
    first = spot.start if spot.key else spot.start - 1
    column = spot.key.start_mark.column if spot.key else _dash(text, spot.node)
    start, end = _lead(text, _line_start(text, first), column), _line_end(text, spot.end)
    if _is_first(node, spot):
        begun = spot.key and text[_line_start(text, first): first].strip()  # the dash of the item whose first key it is
        return first if begun else start, _next_key(node) if begun else _next_line(text, end), ""
    start = _blank_above(text, start) if spot.key else start
    return (_line_end(text, start - 1), end, "") if start else (0, _next_line(text, end), "")


def _flow_cut(text: str, above: _Spot, head: str | int, spot: _Spot) -> tuple[int, int]:
    spots = [_within(text, above, each) for each in _heads(above.node)]
    index = _heads(above.node).index(head)
    before, after = spots[index - 1] if index else None, spots[index + 1] if index + 1 < len(spots) else None
    if before:
        return before.end, spot.end
    return (spot.start, after.start) if after else (spot.start, spot.end)


def _heads(node: Node) -> list[str | int]:
    return [key.value for key, _ in node.value] if isinstance(node, MappingNode) else list(range(len(node.value)))


def _next_key(node: Node) -> int:
    start: int = node.value[1][0].start_mark.index
    return start


def _is_first(node: Node, spot: _Spot) -> bool:
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


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _line_end(text: str, index: int) -> int:
    """Where the line ends, before its newline: the comment beside an entry is its own."""
    end = text.find("\n", index)
    end = len(text) if end < 0 else end
    return end - 1 if end and text[end - 1] == "\r" else end


def _next_line(text: str, end: int) -> int:
    found = text.find("\n", end)
    return len(text) if found < 0 else found + 1


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


# -- names that stand for parts ---------------------------------------------------------------------------------------

NAMED = re.compile(r"(?<![\w&*])&([\w-]+) ")


def _unfold(text: str) -> str:
    """Every `*name` written out, and the `&name`s left out: a part that several share can then be edited in one place."""
    edited = text
    for match in NAMED.finditer(text):
        edited = _written_out(edited, match[1])
    root = _read(edited)
    if edited == text or root is None or plain(root) != plain(_root(text)):
        raise NotEdited("a name that stands for it can't be written out")
    return edited


def _written_out(text: str, name: str) -> str:
    node = _anchor(_root(text), name)
    if node is None:
        return text
    shown = flow(plain(node))
    if isinstance(node, SequenceNode | MappingNode) and node.flow_style:
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
