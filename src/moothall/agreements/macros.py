"""Short forms in an agreement's text, written out as plain shares. What is hashed, shown and signed is what is written
out.

`hub_and_client`: one council's team answers for others too. `many_together`: several pool their people. Each share that
comes of one says so in a comment; a finding about it points at the line of the short form that it came from.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ruamel.yaml.nodes import MappingNode, Node

from moothall.agreements.document import LARGEST, Entry, Reading, nearest, parse
from moothall.agreements.macro_shares import FORMS, Made, shares_of
from moothall.agreements.register import Register
from moothall.agreements.spots import NotEdited, newline_of, spot_of
from moothall.agreements.yaml_words import flow

KEY = "macros"
Spot = tuple[int, int]  # line and column, from 1


@dataclass(frozen=True, slots=True)
class Expanded:
    """A text without short forms. `moved` says where a place of it stands in the text that was written."""

    text: str
    moved: Callable[[int, int], Spot]


def expand(text: str, *, register: Register, reading: Reading) -> Expanded:
    """Write the short forms out; the text itself where it has none. What is wrong with one goes to `reading`."""
    root = parse(text, reading) if KEY in text else None
    entry = _macros(root)
    if entry is None:
        return Expanded(text, lambda line, column: (line, column))
    known = len(reading.findings)
    made = [share for node in reading.items(entry) for share in _one(node, reading, register)]
    if _anchored(entry[1], entry[0].start_mark.index):
        reading.add("macro-anchor", entry[1], "A name (&…) is given within the macros, which aren't there afterwards.",
                    "Give it where it stands first outside of them.")
    try:
        if len(reading.findings) == known and _size(made) <= LARGEST:
            return _written(text, root, made, newline_of(text))
        if len(reading.findings) == known:
            reading.add("too-large", entry[0], f"What the macros stand for has more than {LARGEST // 1024} kB.",
                        "Name fewer councils or services in one.")
        return Expanded(text, lambda line, column: (line, column))
    except NotEdited:
        reading.add("macro-place", entry[0], "The macros can't be written out here.",
                    "Let macros: and shares: each begin a line of their own, with what they hold below, indented.")
        return Expanded(text, lambda line, column: (line, column))


def _macros(root: Node | None) -> Entry | None:
    pairs = root.value if isinstance(root, MappingNode) else []
    return next(((key, value) for key, value in pairs if key.value == KEY), None)


def _one(node: Node, reading: Reading, register: Register) -> Iterator[Made]:
    """One item: a form's name with its lines."""
    entries = reading.mapping(node, "a macro", (), None)
    if isinstance(node, MappingNode) and len(entries) != 1:
        reading.add("macro-form", node, "A macro is one form with its lines.",
                    f"Write - {FORMS[0]}: and its lines below.")
        return
    for name, (key, value) in entries.items():
        if name in FORMS:
            yield from shares_of(name, key, value, reading, register)
        else:
            reading.add("unknown-macro", key, f"“{name}” isn't a macro here.", nearest(name, FORMS))


def _anchored(node: Node, begin: int) -> bool:
    """Whether a name is given here, not only used."""
    if node.start_mark.index < begin:
        return False
    inner = [part for pair in node.value for part in pair] if isinstance(node, MappingNode) else node.value
    return bool(node.anchor) or (isinstance(inner, list) and any(_anchored(each, begin) for each in inner))


def _written(text: str, root: Node | None, made: list[Made], newline: str) -> Expanded:
    assert isinstance(root, MappingNode)
    lines = text.splitlines(keepends=True)
    macros = spot_of(text, (KEY,))[0]
    first, last = _line(text, macros.start), _line(text, macros.end) + 1
    while last < len(lines) and not lines[last].strip():
        last += 1  # the empty lines below it go too
    shares = next((value for key, value in root.value if key.value == "shares"), None)
    indent, at, heads = 2, first, [f"shares:{newline}"] if made else []
    if shares is not None:
        if not isinstance(shares, MappingNode) or shares.flow_style or not shares.value:
            raise NotEdited("the shares stand on one line")
        indent, heads = shares.value[0][0].start_mark.column, []
        at = _line(text, spot_of(text, ("shares",))[0].end) + 1
    if macros.start > sum(map(len, lines[:first])) or first < at < last:
        raise NotEdited("the macros don't begin a line")
    out: list[tuple[str, Spot | None]] = []
    for number in range(len(lines) + 1):
        if number == at:
            out += [(head, (first + 1, 1)) for head in heads]
            out += list(_lines_of(made, " " * indent, newline, blank=not heads))
        if number < len(lines) and not first <= number < last:
            whole = lines[number] if lines[number].endswith("\n") else lines[number] + newline
            out.append((whole, (number + 1, 0)))

    def moved(line: int, column: int) -> Spot:
        found = out[line - 1][1] if 0 < line <= len(out) else None
        if found is None:
            return line, column
        return (found[0], column) if found[1] == 0 else found

    return Expanded("".join(words for words, _ in out), moved)


def _lines_of(made: list[Made], pad: str, newline: str, *, blank: bool) -> Iterator[tuple[str, Spot]]:
    """A share's lines, each with where its words were written."""
    for number, share in enumerate(made):
        if number or blank:
            yield newline, share.spot
        yield f"{pad}# {share.comment}{newline}", share.spot
        yield f"{pad}{share.key}:{newline}", share.spot
        for name, (value, spot) in share.fields.items():
            yield f"{pad}  {name}: {flow(value)}{newline}", spot


def _size(made: list[Made]) -> int:
    """Of what is written out, looked at no further than it may be."""
    size = 0
    for share in made:
        size += sum(len(flow(value)) for value, _ in share.fields.values())
        if size > LARGEST:
            break
    return size


def _line(text: str, index: int) -> int:
    return text.count("\n", 0, index)
