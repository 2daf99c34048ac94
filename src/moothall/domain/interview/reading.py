"""Reading a script's data with findings that say where and what: the parts that every part of the parser needs.

Data is what a YAML reader gives. Nothing that stands in it may raise here: what isn't as expected is a finding.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from moothall.domain.findings import Finding, Place
from moothall.domain.interview.expressions import KINDS, Condition, Kind, Refusal, Vocabulary
from moothall.domain.interview.model import NO_WORDS, Words

PlaceOf = Callable[[Any, Any], Place]  # (mapping, key) → where the key stands in its file
Data = Mapping[str, Any]
LARGEST = 2**31 - 1


class Turned(dict[str, Any]):
    """A mapping that stands in the place of one of a file, under other names: it knows where its keys came from."""

    def __init__(self, data: Data, origin: Any, place: PlaceOf, names: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self.origin, self.place, self.names = origin, place, names or {}


def place_of(place: PlaceOf, data: Any, key: Any) -> Place:
    """Where a key of the data stands in the file that it was first written in."""
    while isinstance(data, Turned):
        place, key, data = data.place, data.names.get(key, key), data.origin
    return place(data, key)


class Reader:
    def __init__(self, place: PlaceOf) -> None:
        self.place = place
        self.findings: list[Finding] = []
        self.vocabulary = Vocabulary({})
        self.within = ""  # the key of the step that is being read

    def find(self, code: str, words: str, data: Any, key: Any, remedy: str = "") -> None:
        place = self.located(data, key)
        step = f"step “{self.within}”" if self.within else ""
        what = ", ".join(part for part in (place.what, step) if part)
        self.findings.append(Finding(code, words, remedy, replace(place, what=what)))

    def located(self, data: Any, key: Any) -> Place:
        return place_of(self.place, data, key)

    def keys(self, data: Data, allowed: Iterable[str], meant: Iterable[str] = ()) -> None:
        """A finding for each key that isn't allowed; `meant` are others that a slip may have been."""
        known = list(allowed)
        for key in data:
            if key not in known:
                near = difflib.get_close_matches(str(key), meant, n=1)
                remedy = f"Did you mean “{near[0]}”?" if near else nearest(key, known)
                self.find("unknown-key", f"“{key}” isn't known here", data, key, remedy)

    def words(self, data: Data, key: str) -> Words:
        told = data.get(key)
        if told is None:
            return NO_WORDS
        if not isinstance(told, Mapping) or not all(isinstance(text, str) for text in told.values()):
            self.find("words", f"“{key}” isn't keyed by language", data, key, "Write it as en: with the text beneath.")
            return NO_WORDS
        return Words(tuple((str(language), " ".join(text.split())) for language, text in told.items()))

    def phrases(self, data: Data, key: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Lists of phrases by language."""
        languages = self.mapping(data, key)
        for language, told in languages.items():
            if isinstance(told, list) and all(isinstance(phrase, str) and phrase.strip() for phrase in told):
                yield str(language), tuple(told)
            else:
                remedy = "Write them in brackets: [bin not emptied, bin left full]."
                self.find("words", f"“{key}” isn't a list of phrases by language", languages, language, remedy)

    def condition(self, data: Data, key: str, result: Kind = "truth") -> tuple[Condition, ...]:
        if key not in data or result not in KINDS:
            return ()
        told = data[key]
        source = str(told).lower() if isinstance(told, bool) else str(told)
        compiled = self.vocabulary.compile(source, result)
        if isinstance(compiled, Refusal):
            where = f" (character {compiled.column})" if compiled.column else ""
            self.find("expression", f"{compiled.words}{where}: {told}", data, key, compiled.remedy)
            return ()
        return (compiled,)

    def listed(self, data: Any, within: Any, key: str, what: str = "steps") -> list[Data]:
        if data is None and what != "steps":
            return []
        if not isinstance(data, Sequence) or isinstance(data, str):
            self.find("script-form", f"A list of {what} is expected here", within, key, _each_of(what))
            return []
        return [item for number, item in enumerate(data) if self.is_mapping(item, data, number, what)]

    def is_mapping(self, item: Any, within: Any, number: int, what: str) -> bool:
        """Whether an item of a list is names with values; a finding at the item where it isn't."""
        if isinstance(item, Mapping):
            return True
        words = "Nothing stands here" if item is None else f"“{item}” has no name before it"
        self.find("script-form", words, within, number, _each_of(what))
        return False

    def mapping(self, data: Data, key: str) -> Data:
        """The mapping under a key, empty where there is none."""
        told = data.get(key)
        if told is None:
            return {}
        if not isinstance(told, Mapping):
            self.find("script-form", f"“{key}” holds names with what belongs to each", data, key, "Write name: value.")
            return {}
        return told

    def whole(self, data: Data, key: str, usual: int, least: int = 0, most: int = LARGEST) -> int:
        told = data.get(key, usual)
        if isinstance(told, int) and not isinstance(told, bool) and least <= told <= most:
            return told
        limit = f"from {least} to {most}" if most < LARGEST else f"of {least} or more"
        self.find("number", f"“{key}” is {told}; a whole number {limit} is expected", data, key)
        return usual

    def truth(self, data: Data, key: str, usual: bool = False) -> bool:
        told = data.get(key, usual)
        if not isinstance(told, bool):
            self.find("truth", f"“{key}” is {told}; true or false is expected", data, key)
            return usual
        return told


def _each_of(what: str) -> str:
    return f"Begin each of the {what} with a dash and a name: “- name: value”."


def nearest(key: Any, known: Iterable[str]) -> str:
    """What to do about a name that isn't known: the nearest that is, else all that there are."""
    known = list(known)
    near = difflib.get_close_matches(str(key), known, n=1)
    if not known:
        return "There is none: take it out."
    return f"Did you mean “{near[0]}”?" if near else f"There are {', '.join(sorted(known))}."
