"""YAML files of a pack: their data, and where each key stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.reader import ReaderError

from moothall.domain.findings import Finding, Place

LARGEST = 500_000  # bytes of one file
DEEPEST = 60


def read_yaml(path: Path, findings: list[Finding]) -> Any:
    """The data of a YAML 1.2 file; what is wrong with it goes to `findings`."""
    try:
        raw = path.read_bytes()
    except OSError:
        findings.append(Finding("no-file", "There is no such file", f"Add {path.name}.", top_of(path)))
        return None
    try:
        if len(raw) > LARGEST:
            raise ValueError(f"it has {len(raw):,} bytes; {LARGEST:,} are allowed")
        return yaml().load(raw.decode())
    except (UnicodeDecodeError, ReaderError):
        words = "This file can't be read: it holds bytes that are no text"
        findings.append(Finding("yaml", words, "Save it as plain text in UTF-8.", top_of(path)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place("", str(path), mark.line + 1, mark.column + 1) if mark else top_of(path)
        problem = error.problem or error.context or ""
        findings.append(Finding("yaml", f"This isn't YAML: {problem}", _remedy(problem), place))
    except (ValueError, YAMLError) as error:
        words = f"This file can't be read: {' '.join(str(error).split())[:200]}"
        findings.append(Finding("yaml", words, "Make it smaller and flatter.", top_of(path)))
    return None


_REMEDIES = {  # what a reader of YAML says, by what a person did
    "\\t": "Indent with spaces: a tab can't stand here.",
    "mapping values": "Put a text that has a colon in “quotes”, or begin the line where its neighbours begin.",
    "<block end>": "Begin this line in the same column as the lines that it belongs to.",
    "',' or '": "Put a text that has a colon or a comma in “quotes”, and close each quote and bracket before.",
    "duplicate key": "This name stands twice in one place: keep one of them.",
    "expected ':'": "Write a colon and a space behind the name, or close the quote before it.",
    "end of stream": "Close the quote or the bracket that was opened above.",
    "node content": "Something stands here that belongs to no name: write its name before it, and a colon.",
    "cannot start any token": "Put the text in “quotes”.",
}
_USUAL = "Compare it with its neighbours: a name, a colon, a space, a value; what belongs together, in one column."


def _remedy(problem: str) -> str:
    return next((remedy for said, remedy in _REMEDIES.items() if said in problem), _USUAL)


class _Bounded(Composer):
    """A few lines of aliases make billions of values, so a pack says each thing where it stands, and flatly."""

    nested = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        mark = self.parser.peek_event().start_mark
        if self.parser.check_event(AliasEvent):
            raise ComposerError(None, None, "an alias (*name) can't stand here; write it out", mark)
        if self.nested >= DEEPEST:
            raise ComposerError(None, None, f"this nests more than {DEEPEST} deep; write it flatter", mark)
        self.nested += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.nested -= 1


def yaml() -> YAML:
    return _bounded("rt")


def quick_yaml() -> YAML:
    """The same data without its comments and places, in two thirds of the time: for a text that was checked."""
    return _bounded("safe")


def _bounded(kind: str) -> YAML:
    reader = YAML(typ=kind, pure=True)
    reader.Composer = _Bounded
    reader.allow_duplicate_keys = False
    return reader


def top_of(path: Path) -> Place:
    return Place("", str(path), 1, 1)


def place_in(path: Path, item: Any, key: Any) -> Place:
    """Where a key of a mapping read by ruamel stands, 1-based."""
    mark = getattr(item, "lc", None)
    if mark is None:
        return top_of(path)
    try:
        line, column = mark.key(key) if key is not None else (mark.line, mark.col)
    except (KeyError, TypeError, AttributeError):
        line, column = mark.line, mark.col
    return Place("", str(path), line + 1, column + 1)
