"""Where the parts of a text stand: each key, value and item from its first character to its last."""
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from moothall.agreements.document import Reading, parse

Path = tuple[str | int, ...]
ALIAS = re.compile(r"[^\n]*?(\*[\w-]+)")


class NotEdited(Exception):
    """The text can't be edited so; it is as it was."""


@lru_cache(maxsize=16)  # an edit looks at the same text several times; nobody changes the nodes
def read(text: str) -> Node | None:
    return parse(text, Reading())


def root_of(text: str) -> Node:
    root = read(text)
    if not isinstance(root, MappingNode):
        raise NotEdited("the text can't be read")
    return root


def is_flow(node: Node) -> bool:
    """Whether it is written in brackets."""
    return isinstance(node, CollectionNode) and bool(node.flow_style)


@dataclass(frozen=True, slots=True)
class Spot:
    """A node where it stands: from its own begin or its key's, to the end of what is written of it."""

    node: Node
    key: ScalarNode | None
    start: int
    value: int
    end: int


def spot_of(text: str, path: Path) -> tuple[Spot, Spot | None]:
    """The last node of a path that is there, and what holds it; raises where more than the last step is missing."""
    root = root_of(text)
    here = Spot(root, None, root.start_mark.index, root.start_mark.index, _end(text, root, root.start_mark.index))
    above: Spot | None = None
    for head in path:
        above, found = here, within(text, here, head)
        if found is None:
            raise NotEdited(f"there is no {head}")
        here = found
    return here, above


def within(text: str, spot: Spot, head: str | int) -> Spot | None:
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


def _place(text: str, key: ScalarNode, value: Node) -> Spot:
    start, after = key.start_mark.index, key.end_mark.index
    if value.start_mark.index < after:  # it stands elsewhere, under a name
        match = ALIAS.match(text, after)
        if match is None:
            raise NotEdited("a name stands for it that isn't found")
        return Spot(ScalarNode("", match[1]), key, start, match.start(1), match.end(1))
    begin = _anchored(text, value, after)
    return Spot(value, key, start, begin, _end(text, value, begin))


def _item(text: str, spot: Spot, index: int) -> Spot:
    node = spot.node.value[index]
    if not spot.value <= node.start_mark.index < spot.end:
        raise NotEdited("a name stands for it")
    return Spot(node, None, node.start_mark.index, node.start_mark.index, _end(text, node, node.start_mark.index))


def _anchored(text: str, value: Node, after: int) -> int:
    """Where a value begins, with the name that it may have."""
    begin: int = value.start_mark.index
    if value.anchor:
        named = text.rfind(f"&{value.anchor}", after, begin + len(value.anchor) + 1)
        begin = named if named >= 0 else begin
    return begin


def _end(text: str, node: Node, begin: int) -> int:
    """Where what is written of a node ends; a block's own mark stands behind the comments after it."""
    if isinstance(node, ScalarNode) or is_flow(node) or not node.value:
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


def plain(node: Node) -> Any:
    """The same of a node."""
    if isinstance(node, MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [plain(each) for each in node.value]
    return str(node.value)


def colon(text: str, spot: Spot) -> str:
    """From a key to behind its colon."""
    assert spot.key is not None
    return text[spot.key.end_mark.index: text.index(":", spot.key.end_mark.index) + 1]


def dash(text: str, node: Node) -> int:
    """The column of an item's dash."""
    line = text.rfind("\n", 0, node.start_mark.index) + 1
    return text.rindex("-", line, node.start_mark.index) - line


def heads(node: Node) -> list[str | int]:
    return [key.value for key, _ in node.value] if isinstance(node, MappingNode) else list(range(len(node.value)))


def line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def line_end(text: str, index: int) -> int:
    """Where the line ends, before its newline: the comment beside an entry is its own."""
    end = text.find("\n", index)
    end = len(text) if end < 0 else end
    return end - 1 if end and text[end - 1] == "\r" else end


def next_line(text: str, end: int) -> int:
    found = text.find("\n", end)
    return len(text) if found < 0 else found + 1


def newline_of(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
