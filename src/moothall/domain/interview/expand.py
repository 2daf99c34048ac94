"""Short forms written out: `use` (a sub-script's steps stand here) and `repeat` (a group's steps stand several times).

Each turns names: what the steps bring is called with a prefix, so that twice the same never means the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moothall.domain.interview import grammar
from moothall.domain.interview.declare import NAME
from moothall.domain.interview.overlay import own_way
from moothall.domain.interview.reading import Data, PlaceOf, Reader, Turned, nearest
from moothall.domain.interview.words import PLACEHOLDER

MOST_STEPS = 2000
MOST_TURNS = 20
ORDINALS = {"en": "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
            "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"}  # fmt: skip
_TEXTS = frozenset({"say", "do", "why", "short", "page", "hint", "help", "missing", "told", "title", "label", "words",
                    "they", "you"})  # fmt: skip
_CEL = frozenset({"when", "work_out", "that", "protect"})
_QUOTED = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")
_IN_CEL = re.compile(r"\b[a-z][a-z0-9_]*\b(?!\s*\()")


@dataclass(frozen=True, slots=True)
class Used:
    """A sub-script's data, and where its keys stand in its own file."""

    data: Any
    place: PlaceOf


Library = Mapping[str, Used]


def expand(data: Data, library: Library, reader: Reader) -> tuple[Any, list[Data]]:
    """The steps without short forms, and every mapping of parameters: the script's own and its sub-scripts'."""
    parameters = reader.mapping(data, "parameters")
    steps, brought = write_out(data["steps"], library, reader)
    return steps, [parameters, *brought]


def write_out(steps: Any, library: Library, reader: Reader) -> tuple[Any, list[Turned]]:
    """Steps without short forms, and the parameters of the sub-scripts among them."""
    return _Expander(library, reader).steps(steps, ())


class _Expander:
    def __init__(self, library: Library, reader: Reader) -> None:
        self.library, self.reader = library, reader
        self.count = 0

    def steps(self, items: Any, within: tuple[str, ...]) -> tuple[Any, list[Turned]]:
        if not isinstance(items, list):
            return items, []
        found: list[Any] = []
        brought: list[Turned] = []
        for number, item in enumerate(items):
            if not self.reader.is_mapping(item, items, number, "steps"):
                continue
            self.count += 1
            verb = grammar.verb_of(item)
            if self.count > MOST_STEPS:
                self.too_many(item)
                break
            if verb not in ("use", "group"):
                found.append(item)
                continue
            step, parameters = self.used(item, within) if verb == "use" else self.group(item, within)
            found += step
            brought += parameters
        return found, brought

    def too_many(self, item: Any) -> None:
        if not any(finding.code == "too-many-steps" for finding in self.reader.findings):
            words = f"Written out, this script has more than {MOST_STEPS:,} steps"
            self.reader.find("too-many-steps", words, item, None, "Repeat less often, or split it.")

    def group(self, item: Data, within: tuple[str, ...]) -> tuple[list[Data], list[Turned]]:
        steps, brought = self.steps(item.get("steps"), within)
        if "repeat" not in item or not isinstance(steps, list):
            return [Turned({**item, "steps": steps}, item, self.reader.place)], brought
        repeat = self.reader.mapping(item, "repeat")
        self.reader.keys(repeat, grammar.REPEAT)
        over, prefix = repeat.get("over"), repeat.get("as")
        for key, told in (("over", over), ("as", prefix)):
            if not isinstance(told, str) or not NAME.fullmatch(told):
                self.reader.find("repeat", f"repeat: needs “{key}” with a name", item, "repeat", f"Add {key}:.")
                return [], brought
        most = self.reader.whole(repeat, "most", 1, 1, MOST_TURNS)
        names = list(_names(steps))
        self.count += _size(steps) * (most - 1)
        if self.count > MOST_STEPS:
            self.too_many(item)
            return [], brought
        turns = [
            self.turn(item, steps, _Turn(f"{prefix}_{number}_", names, number=number), str(over))
            for number in range(1, most + 1)
        ]
        whole = {key: told for key, told in item.items() if key != "repeat"}
        return [Turned({**whole, "steps": turns}, item, self.reader.place)], brought

    def turn(self, item: Data, steps: Any, turn: _Turn, over: str) -> Data:
        data = {"group": str(item.get("group", "")), "when": f"{over} >= {turn.number}"}
        place = self.reader.place
        return Turned({**data, "steps": [turn.mapping(step, place) for step in steps]}, item, place, {"when": "repeat"})

    def used(self, item: Data, within: tuple[str, ...]) -> tuple[list[Data], list[Turned]]:
        reader = self.reader
        reader.keys(item, grammar.allowed("use"))
        key = item["use"]
        used = self.library.get(key) if isinstance(key, str) else None
        if used is None:
            reader.find("sub-script", f"There is no sub-script “{key}”", item, "use", nearest(key, self.library))
            return [], []
        if key in within:
            reader.find("sub-script", f"“{key}” uses itself", item, "use", "Take it out of its own steps.")
            return [], []
        if not isinstance(used.data, Mapping) or used.data.get("sub") is not True:
            reader.find("sub-script", f"“{key}” isn't a sub-script", item, "use", "Write sub: true at its top.")
            return [], []
        prefix = item.get("as", key.replace("-", "_"))
        if not isinstance(prefix, str) or (prefix and not NAME.fullmatch(prefix)):
            reader.find("name", f"“{prefix}” can't be a name", item, "as", "Use small letters, digits and _.")
            return [], []
        return self.inlined(item, used, f"{prefix}_" if prefix else "", (*within, key))

    def inlined(self, item: Data, used: Used, prefix: str, within: tuple[str, ...]) -> tuple[list[Data], list[Turned]]:
        outer, self.reader.place = self.reader.place, used.place
        try:
            steps, inner = self.steps(used.data.get("steps"), within)
            own = self.reader.mapping(used.data, "parameters")
        finally:
            self.reader.place = outer
        if "texts" in item or "drop" in item:
            steps = own_way(steps, item, self.reader, used.place)
        told = self.reader.mapping(item, "with")
        for name in told:
            if name not in own:
                words = f"“{item['use']}” has no parameter “{name}”"
                self.reader.find("unknown-parameter", words, told, name, nearest(name, own))
        brought = [Turned(own, own, used.place), *inner]
        names = [*_names(steps), *(name for each in brought for name in each)]
        passed = {name: value["from"] for name, value in told.items() if _passes(value)}
        turn = _Turn(prefix, names, passed)
        data: dict[str, Any] = {"group": prefix.rstrip("_") or str(item["use"])}
        if "when" in item:
            data["when"] = item["when"]
        placed = [turn.mapping(step, used.place) for step in steps] if isinstance(steps, list) else steps
        fixed = {name: value for name, value in told.items() if not _passes(value)}
        group = Turned({**data, "steps": placed}, item, outer, {"group": "use"})
        return [group], _turned_parameters(brought, prefix, passed, fixed)


def _passes(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("from"), str)


def _turned_parameters(
    brought: list[Turned], prefix: str, passed: Mapping[str, str], fixed: Mapping[str, Any]
) -> list[Turned]:
    """Parameters under their new names; those that were told have that value, those passed on are the user's names."""
    found: list[Turned] = []
    for each in brought:
        told: dict[str, Any] = {}
        for name, short in each.items():
            own = {**short} if isinstance(short, Mapping) else {"kind": short}
            if name in fixed:
                own["fixed"] = fixed[name]
            if name not in passed:
                told[prefix + name] = Turned(own, short, each.place)
        found.append(Turned(told, each, each.place, {prefix + name: name for name in each}))
    return found


def _size(steps: Any) -> int:
    """How many steps stand there, those in groups included."""
    listed = steps if isinstance(steps, list) else []
    return sum(1 + _size(step.get("steps")) for step in listed if isinstance(step, Mapping))


def _names(steps: Any) -> Iterator[str]:
    """The names that steps bring."""
    for step in steps if isinstance(steps, list) else ():
        if not isinstance(step, Mapping):
            continue
        if isinstance(step.get("key"), str):
            yield step["key"]
        gives = step.get("gives")
        yield from (str(name) for name in gives) if isinstance(gives, Mapping) else ()
        yield from _names(step.get("steps"))


@dataclass(slots=True)
class _Turn:
    """One turn of names: those in `names` get the prefix, those in `passed` are the user's own."""

    prefix: str
    names: list[str]
    passed: Mapping[str, str] = field(default_factory=dict)
    number: int = 0
    _to: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._to = {**{name: self.prefix + name for name in self.names}, **self.passed}

    def name(self, told: Any) -> Any:
        return self._to.get(told, told) if isinstance(told, str) else told

    def mapping(self, data: Any, place: PlaceOf) -> Any:
        """A step, option, mark, reply or rule under its new names."""
        if not isinstance(data, Mapping):
            return data
        verb = grammar.verb_of(data)
        turned = {key: self.value(key, told, place) for key, told in data.items()}
        if verb and verb != "group":
            key = data.get("key", data[verb] if verb in ("look_up", "effect", "end") else None)
            if isinstance(key, str):
                turned["key"] = self.prefix + key
        return Turned(turned, data, place, {} if "key" in data else {"key": verb})

    def value(self, key: str, told: Any, place: PlaceOf) -> Any:
        if key in _CEL:
            return self.condition(told)
        if key in _TEXTS:
            return self.texts(told)
        if key == "options_from":
            return self.name(told)
        if key == "gives" and isinstance(told, Mapping):
            turned = {self.name(name): self.given(name, short, place) for name, short in told.items()}
            return Turned(turned, told, place, {self.name(name): name for name in told})
        if key == "with" and isinstance(told, Mapping):
            return Turned({argument: self.name(name) for argument, name in told.items()}, told, place)
        if key == "options" and isinstance(told, Mapping):
            return Turned({value: self.option(each, place) for value, each in told.items()}, told, place)
        if key in ("steps", "marks", "must", "if_they_say") and isinstance(told, list):
            return [self.mapping(each, place) for each in told]
        return told

    def given(self, name: str, short: Any, place: PlaceOf) -> Any:
        own = {**short} if isinstance(short, Mapping) else {"kind": short}
        return Turned({"from": name, **own}, short, place)

    def option(self, told: Any, place: PlaceOf) -> Any:
        return self.mapping(told, place) if isinstance(told, Mapping) and "label" in told else self.texts(told)

    def condition(self, told: Any) -> Any:
        if not isinstance(told, str):
            return told
        parts = _QUOTED.split(told)
        parts[::2] = [_IN_CEL.sub(lambda m: self._to.get(m[0], m[0]), part) for part in parts[::2]]
        return "".join(parts)

    def texts(self, told: Any) -> Any:
        if not isinstance(told, Mapping):
            return told
        return {language: self.text(str(language), text) for language, text in told.items()}

    def text(self, language: str, text: Any) -> Any:
        if not isinstance(text, str):
            return text
        if self.number:
            ordinals = ORDINALS.get(language, ORDINALS["en"]).split()
            text = text.replace("{number}", str(self.number)).replace("{ordinal}", ordinals[self.number - 1])
        return PLACEHOLDER.sub(
            lambda m: "{" + self._to.get(m[1], m[1]) + (f":{m[2]}" if m[2] else "") + "}", text
        )


