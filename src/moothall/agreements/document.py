"""An agreement's YAML as nodes that know their line and column, and a reader that collects findings instead of raising.

Scalars are taken as they are written, never as YAML guesses them: 0114 stays a text. A bare time is refused, though we
would read it rightly: other programs read 17:30 as the number 1,050, and what is signed must say the same to everybody.
"""
from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from moothall.domain.findings import Finding, Place, Severity

LARGEST = 256 * 1024  # bytes; the largest real agreement seen is a twentieth of it
LARGEST_KEPT, MOST_KEPT = 32 * 1024, 4  # bytes, and texts: nodes take a hundred times the room of their text
DEEPEST = 12
DEEPEST_ALIAS = 3
MOST_NODES = 50_000
MOST_FINDINGS = 200  # nobody reads more of them; a hostile text could bring thousands
BARE_TIME = re.compile(r"\d{1,2}:\d\d(:\d\d)?(\s*(-|–|to)\s*\d{1,2}:\d\d(:\d\d)?)?")

Entry = tuple[ScalarNode, Node]


class TooMany(Exception):
    """So much is wrong with a text that reading on helps nobody."""


@dataclass
class Reading:
    """One file being read. `findings` grows; a value that couldn't be read is None. Raises TooMany past its bound."""

    file: str = ""
    findings: list[Finding] = field(default_factory=list)
    moved: Callable[[int, int], tuple[int, int]] | None = None  # where in the file a place of the read text stands

    def place(self, node: Node) -> Place:
        """Where a node begins, from line 1 and column 1."""
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        if self.moved:
            line, column = self.moved(line, column)
        return Place(file=self.file, line=line, column=column)

    def add(self, code: str, at: Node | Place, words: str, remedy: str = "", severity: Severity = "error") -> None:
        place = at if isinstance(at, Place) else self.place(at)
        if len(self.findings) >= MOST_FINDINGS:
            words, remedy = f"There are more than {MOST_FINDINGS} findings.", "Mend these first, and check again."
            self.findings.append(Finding("too-many", words, remedy, place))
            raise TooMany
        self.findings.append(Finding(code, words, remedy, place, severity))

    def mapping(
        self, node: Node | None, what: str, required: Iterable[str] = (), optional: Iterable[str] | None = ()
    ) -> dict[str, Entry]:
        """The entries of a mapping by key; `optional` None allows any. Unknown, double and missing keys are told."""
        if not isinstance(node, MappingNode):
            if node is not None:
                self.add("not-a-mapping", node, f"{what} must be lines of the form name: value.")
            return {}
        needed = list(required)
        known = None if optional is None else [*needed, *optional]
        found: dict[str, Entry] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else "?"
            if name in found:
                first = self.place(found[name][0]).line
                self.add("duplicate-key", key, f"“{name}” is written twice in {what}; the first is on line {first}.",
                         "Leave one of them out.")
            elif known is not None and name not in known:
                self.add("unknown-key", key, f"“{name}” isn't known in {what}.", nearest(name, known))
            else:
                found[name] = (key, value)
        for name in needed:
            if name not in found:
                self.add("missing-key", node, f"{what} has no “{name}”.", f"Add a line {name}: …")
        return found

    def items(self, entry: Entry | Node | None) -> list[Node]:
        """The items of a list; one value alone counts as a list of one."""
        node = entry[1] if isinstance(entry, tuple) else entry
        if node is None:
            return []
        return list(node.value) if isinstance(node, SequenceNode) else [node]

    def text(self, entry: Entry | Node | None, *, longest: int = 200) -> str | None:
        """A scalar as it is written. None for an absent one, for a list and for one too long (a finding)."""
        node = entry[1] if isinstance(entry, tuple) else entry
        if node is None:
            return None
        if not isinstance(node, ScalarNode):
            self.add("not-a-value", node, "One value is expected here, not a list or a group of lines.")
            return None
        value = str(node.value).strip()
        if len(value) > longest:
            self.add("too-long", node, f"This text has {len(value)} characters; at most {longest} are allowed.")
            return None
        return value

    def quoted(self, entry: Entry | Node | None) -> str | None:
        """A text that holds a time; a bare one is a finding."""
        node = entry[1] if isinstance(entry, tuple) else entry
        value = self.text(node)
        if value is not None and isinstance(node, ScalarNode) and not node.style and BARE_TIME.search(value):
            self.add(
                "time-unquoted", node, f"The time {value} isn't in quotes. Some programs would read it as a number.",
                f'Write "{value}".',
            )
            return None
        return value

    def whole(self, entry: Entry | Node | None, least: int, most: int) -> int | None:
        """A whole number within bounds."""
        node = entry[1] if isinstance(entry, tuple) else entry
        value = self.text(node)
        if node is None or value is None:
            return None
        if not re.fullmatch(r"\d{1,9}", value) or not least <= int(value) <= most:
            self.add("not-a-number", node, f"“{value}” must be a whole number from {least} to {most:,}.")
            return None
        return int(value)


MANY = 30  # more names than anybody would read


def nearest(word: str, known: Iterable[str], shown: Mapping[str, str] | None = None) -> str:
    """"Did you mean …?", or the words that are known."""
    by_fold = {name.casefold(): name for name in known}
    begins = [name for name in by_fold if len(word) > 3 and name.startswith(word.casefold())]  # a letter was left off
    close = begins or get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    if close:
        name = by_fold[close[0]]
        return f"Did you mean {(shown or {}).get(name, name)}?"
    if len(by_fold) > MANY:
        return "Check how it is spelt."
    return f"Known are: {', '.join(sorted(set(by_fold.values())))}."


def parse(text: str, reading: Reading) -> Node | None:
    """The root node, or None with a finding: not YAML, too large, too deep, or knotted."""
    size = len(text.encode(errors="surrogatepass"))  # the YAML reader then says where the odd character stands
    if size > LARGEST:
        reading.add("too-large", Place(file=reading.file),
                    f"The file has {size // 1024:,} kB; an agreement has at most {LARGEST // 1024} kB.")
        return None
    if (kept := _composed.get(text)) is not None:
        return kept
    try:
        if not _is_modest(text, reading):
            return None
        root: Node | None = _yaml().compose(text)
    except YAMLError as problem:
        _not_yaml(problem, text, reading)
        return None
    if root is None:
        reading.add("empty", Place(file=reading.file, line=1, column=1), "The file is empty.")
    elif size <= LARGEST_KEPT:
        if len(_composed) >= MOST_KEPT:
            _composed.clear()
        _composed[text] = root
    return root


# Texts that were read last: one page and one change ask the same text for its parts up to ten times. Nobody changes
# the nodes.
_composed: dict[str, Node] = {}


def _yaml() -> Any:
    return YAML(typ="rt", pure=True)


def _is_modest(text: str, reading: Reading) -> bool:
    """Looks at the events before anything is built: how deep it nests, how aliases hang on aliases and unfold."""
    open_nodes: list[_Open] = [_Open("", 0, 0)]
    anchors: dict[str, tuple[int, int]] = {}  # name → (alias depth, nodes within)
    for event in _yaml().parse(text):
        if getattr(event, "tag", None):
            words = f"The tag {event.tag} isn't allowed: programs read it differently."
            reading.add("tag", _mark(event, reading), words, "Leave it out.")
            return False
        if isinstance(event, AliasEvent):
            if event.anchor not in anchors:
                return _refuse(event, f"“*{event.anchor}” stands for nothing that is written above it.", reading)
            depth, size = anchors[event.anchor]
            open_nodes[-1].take(depth + 1, size)
        elif isinstance(event, CollectionStartEvent):
            open_nodes.append(_Open(event.anchor or "", 0, 1))
        elif isinstance(event, CollectionEndEvent):
            closed = open_nodes.pop()
            if closed.anchor:
                anchors[closed.anchor] = (closed.depth, closed.size)
            open_nodes[-1].take(closed.depth, closed.size)
        elif isinstance(event, NodeEvent):
            if event.anchor:
                anchors[event.anchor] = (0, 1)
            open_nodes[-1].take(0, 1)
        if len(open_nodes) > DEEPEST or open_nodes[-1].depth > DEEPEST_ALIAS or open_nodes[-1].size > MOST_NODES:
            return _refuse(event, "This nests too deeply or unfolds to too much.", reading)
    return True


@dataclass
class _Open:
    anchor: str
    depth: int
    size: int

    def take(self, depth: int, size: int) -> None:
        self.depth = max(self.depth, depth)
        self.size += size


def _refuse(event: Any, words: str, reading: Reading) -> bool:
    reading.add("too-deep" if "nests" in words else "unknown-alias", _mark(event, reading), words)
    return False


def _mark(event: Any, reading: Reading) -> Place:
    return Place(file=reading.file, line=event.start_mark.line + 1, column=event.start_mark.column + 1)


def _not_yaml(problem: YAMLError, text: str, reading: Reading) -> None:
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else _position(text, getattr(problem, "position", 0) or 0)
    why = str(getattr(problem, "problem", None) or getattr(problem, "reason", "") or "it can't be read")
    reading.add("not-yaml", Place(file=reading.file, line=line, column=column), f"This isn't YAML: {why}.",
                "Look at this line and the one above it: indentation, quotes, brackets and colons.")


def _position(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
