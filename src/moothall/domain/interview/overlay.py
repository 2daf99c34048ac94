"""A council's own way with a script: texts said otherwise, steps put in, steps left out. Data in, data out.

    texts: {bin.say: {en: …}, bin.options.food: {en: …}}
    insert: [{after: bin, steps: [...]}]      # or before:
    drop: [tag]
    keeps: {bin.say: kmbtrfgh}                # looked at what the base changed there, and stays with its own

It is laid over the steps when their short forms are written out, so that a sub-script's steps are reached too
(`identify_name.say`). What it names must be there: a step or text that is gone is a finding with the nearest name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moothall.domain.interview import grammar
from moothall.domain.interview.reading import Data, PlaceOf, Reader, Turned, nearest

TEXTS = frozenset({"say", "do", "why", "short", "page", "hint", "help", "missing", "told", "title"})
KEYS = frozenset({"texts", "insert", "drop", "keeps"})
_OPTIONS = "options"
Expand = Callable[[Any], Any]


def lay_over(steps: Any, overlay: Data, reader: Reader, expand: Expand = lambda steps: steps) -> Any:
    """The steps as the council has them; findings go to `reader`. `expand` writes out what it puts in."""
    return _laid(steps, overlay, _Layer(overlay, reader, steps), expand)


def own_way(steps: Any, use: Data, reader: Reader, place: PlaceOf) -> Any:
    """A sub-script's steps, with what the script that uses it says otherwise or drops; `place` finds them in their
    file."""
    overlay = Turned({key: use[key] for key in ("texts", "drop") if key in use}, use, reader.place)
    layer = _Layer(overlay, reader, steps, "This use", place)
    return _laid(steps, overlay, layer, lambda steps: steps)


def _laid(steps: Any, overlay: Data, layer: _Layer, expand: Expand) -> Any:
    if not isinstance(steps, list) or not isinstance(overlay, Mapping):
        return steps
    layer.reader.keys(overlay, KEYS)
    layer.drops()
    layer.texts()
    layer.inserts(expand)
    layer.keeps()
    return layer.laid(steps)


def key_of(step: Any) -> str:
    """The key by which a step is known; "" for a group."""
    verb = grammar.verb_of(step)
    if verb in ("", "group", "use"):
        return ""
    return str(step.get("key") or step.get(verb))


def leaves(steps: Any) -> Iterator[Any]:
    """The steps in order, those in groups included."""
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, Mapping):
            yield from leaves(step.get("steps")) if grammar.verb_of(step) == "group" else (step,)


class _Layer:
    def __init__(
        self, overlay: Data, reader: Reader, steps: Any, whose: str = "The council", place: PlaceOf | None = None
    ) -> None:
        self.overlay, self.reader, self.whose = overlay, reader, whose
        self.base = "script" if place is None else "sub-script"
        self.place = place or reader.place
        self.there = {key_of(step): step for step in leaves(steps)}
        self.dropped: set[str] = set()
        self.said: dict[str, dict[str, Any]] = {}
        self.before: dict[str, list[Any]] = {}
        self.behind: dict[str, list[Any]] = {}

    def drops(self) -> None:
        told = self.overlay.get("drop") or []
        if not isinstance(told, list):
            self.reader.find("overlay", "“drop” is a list of steps", self.overlay, "drop", "Write it as [one, other].")
            return
        for key in told:
            if self.known(str(key), self.overlay, "drop", "leaves out"):
                self.dropped.add(str(key))

    def texts(self) -> None:
        told = self.reader.mapping(self.overlay, "texts")
        for name in told:
            step, _, text = str(name).partition(".")
            if self.known(step, told, name, "changes what is said at") and self.replaceable(step, text, told, name):
                self.said.setdefault(step, {})[text] = told[name]

    def replaceable(self, key: str, text: str, told: Data, name: Any) -> bool:
        """Whether the step has that text, and the new one is keyed by language."""
        step = self.there[key]
        options = step.get(_OPTIONS) if isinstance(step.get(_OPTIONS), Mapping) else {}
        has = [each for each in TEXTS if each in step] + [f"{_OPTIONS}.{value}" for value in options]
        new = text in TEXTS and text not in ("told", "title")
        if text not in has and not new:
            self.reader.find("overlay-gone", f"“{key}” has no “{text}” any more", told, name, nearest(text, has))
            return False
        if key in self.dropped:
            self.reader.find("overlay", f"“{key}” is left out, so nothing is said there", told, name, "Take one out.")
            return False
        return bool(self.reader.words({name: told[name]}, name)) or self.wordless(told, name)

    def wordless(self, told: Data, name: Any) -> bool:
        if not told[name]:
            remedy = "Write it as en: with the text beneath."
            self.reader.find("overlay", f"“{name}” has no words", told, name, remedy)
        return False

    def inserts(self, expand: Expand) -> None:
        for item in self.reader.listed(self.overlay.get("insert"), self.overlay, "insert", "insertions"):
            self.reader.keys(item, {"after", "before", "steps"})
            where = [word for word in ("after", "before") if word in item]
            if len(where) != 1:
                words = "Steps are put in after one step, or before one"
                self.reader.find("overlay", words, item, None, "Write after: key.")
                continue
            key = str(item[where[0]])
            if self.known(key, item, where[0], f"puts steps in {where[0]}"):
                steps = expand(self.reader.listed(item.get("steps"), item, "steps"))
                place = self.behind if where[0] == "after" else self.before
                place.setdefault(key, []).extend(steps)

    def keeps(self) -> None:
        """What was decided must be about something that the council has otherwise."""
        told = self.reader.mapping(self.overlay, "keeps")
        own = [*self.reader.mapping(self.overlay, "texts"), *self.dropped]
        own += [f"after {key}" for key in self.behind] + [f"before {key}" for key in self.before]
        for name in told:
            if str(name) not in own:
                words = f"“{name}” is kept, and the council has nothing of its own there"
                self.reader.find("overlay", words, told, name, nearest(name, (str(each) for each in own)))

    def known(self, key: str, data: Any, at: Any, what: str) -> bool:
        if key in self.there:
            return True
        words = f"{self.whose} {what} “{key}”, which isn't in the {self.base} any more"
        self.reader.find("overlay-gone", words, data, at, nearest(key, self.there))
        return False

    def laid(self, steps: list[Any]) -> list[Any]:
        """The steps with all that done. What is put in by a step that is dropped stands where that one stood."""
        found: list[Any] = []
        for step in steps:
            key = key_of(step)
            found += self.before.get(key, []) if key else []
            if key in self.said:
                found.append(self.reworded(step, self.said[key]))
            elif isinstance(step, Mapping) and isinstance(step.get("steps"), list):
                found.append(Turned({**step, "steps": self.laid(step["steps"])}, step, self.place))
            elif key not in self.dropped:
                found.append(step)
            found += self.behind.get(key, []) if key else []
        return found

    def reworded(self, step: Data, said: Mapping[str, Any]) -> Data:
        new: dict[str, Any] = {text: words for text, words in said.items() if text in TEXTS}
        options = {text.partition(".")[2]: words for text, words in said.items() if text not in TEXTS}
        if options:
            old = step[_OPTIONS]
            new[_OPTIONS] = Turned({v: _relabelled(old[v], options.get(str(v))) for v in old}, old, self.place)
        return Turned({**step, **new}, step, self.place)


def _relabelled(option: Any, words: Any) -> Any:
    if words is None:
        return option
    return {**option, "label": words} if isinstance(option, Mapping) and "label" in option else words
