"""Three ways of one script: the base as it was, the base as it is, and each council's own way with it.

What changed beneath, what each council keeps, and what conflicts: what a council has otherwise and the base changed
too. A council that looked at the change and stays with its own says so under `keeps`, with the mark of what it saw:
when the base changes again, that isn't the base's mark any more, and the council is asked again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from moothall.domain.interview.model import Script, Step, Words
from moothall.domain.interview.words import unfilled

LANGUAGE = "en"
Bearing = Literal["keeps", "choose", "same", "settled"]
_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjkmnpqrstv")
_TEXTS = ("say", "page", "hint", "help", "do", "why", "short")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the new base has otherwise: `part` is a text's name, or added, removed, moved, when, rules or
    code, or protect."""

    step: str
    called: str
    part: str
    old: str = ""
    new: str = ""

    @property
    def words(self) -> str:
        match self.part:
            case "added":
                return f"{self.called} is new"
            case "removed":
                return f"{self.called} is gone"
            case "moved":
                return f"{self.called} stands elsewhere"
            case "when":
                new, old = self.new or "always", self.old or "always"
                return f"{self.called} stands under another condition: {new}; before: {old}"
            case "rules":
                return f"{self.called} works otherwise"
            case "protect":
                new, old = self.new or "never", self.old or "never"
                return f"{self.called} protects whoever it is about where: {new}; before: {old}"
            case "code":
                return f"{self.called} ends as {self.new}; before: {self.old}"
            case "say":
                return f"{self.called} says “{self.new}”; before: “{self.old}”"
        part = self.part.replace("options.", "the option ")
        return f"{self.called} has {part} “{self.new}”; before: “{self.old}”"


@dataclass(frozen=True, slots=True)
class Held:
    """What comes of one thing that a council has otherwise: keeps; choose (a conflict); same (the base says it too
    now); settled (the base changed, and the council has looked at it since). `where` is the part of its overlay and the
    name in it; `remedy` says how to decide."""

    bearing: Bearing
    words: str
    where: tuple[str, str] = ("", "")
    remedy: str = ""


def changes(old: Script, new: Script) -> list[Change]:
    """What changed from the old base to the new one, in the new one's order; what is gone comes last."""
    before = {step.key: step for step in old.steps}
    after = {step.key: step for step in new.steps}
    found: list[Change] = []
    stays = [key for key in before if key in after]
    moved = _moved(stays, [key for key in after if key in before])
    for key, step in after.items():
        if key not in before:
            found.append(Change(key, called(step), "added"))
            continue
        if key in moved:
            found.append(Change(key, called(before[key]), "moved"))
        found += _within(before[key], step)
    return found + [Change(key, called(step), "removed") for key, step in before.items() if key not in after]


def judge(
    name: str, overlay: Mapping[str, Any], before: Mapping[str, Any] | None, found: list[Change], new: Script
) -> list[Held]:
    """What comes of a council's overlay; `before` is the one that is published, None where it had none."""
    return list(_Judge(name, overlay, before or {}, found, new).all())


def called(step: Step) -> str:
    """A step as people know it: by its question or first sentence."""
    said = unfilled(step.short.get(LANGUAGE)) or step.say.get(LANGUAGE).split(". ")[0]
    return f"“{said}”" if said else f"“{step.key.replace('_', ' ')}”"


def mark(seen: object) -> str:
    """What stands for what a council saw when it decided: letters alone, which no YAML reader takes for a number."""
    digits = hashlib.sha256(repr(seen).encode()).hexdigest()[:8]
    return digits.translate(_LETTERS)


def _moved(before: list[str], after: list[str]) -> set[str]:
    """The fewest that must have moved: all that aren't in the longest run which kept its order."""
    place = {key: number for number, key in enumerate(after)}
    best: list[list[str]] = [[]]
    for key in before:
        runs = [run for run in best if not run or place[run[-1]] < place[key]]
        longest: list[str] = max(runs, key=len)
        best.append([*longest, key])
    stayed: list[str] = max(best, key=len)
    return set(before) - set(stayed)


def _within(old: Step, new: Step) -> Iterator[Change]:
    told = called(old)
    for part, was, now in _texts_of(old, new):
        if was.by_language != now.by_language:
            yield Change(old.key, told, part, was.get(LANGUAGE), now.get(LANGUAGE))
    was_when, now_when = _when(old), _when(new)
    if was_when != now_when:
        yield Change(old.key, told, "when", was_when, now_when)
    if _rules(old) != _rules(new):
        yield Change(old.key, told, "rules")
    if _protect(old) != _protect(new):
        yield Change(old.key, told, "protect", _protect(old), _protect(new))
    if old.ending != new.ending:
        yield Change(old.key, told, "code", *(_ending(each) for each in (old, new)))


def _texts_of(old: Step, new: Step) -> Iterator[tuple[str, Words, Words]]:
    for part in _TEXTS:
        yield part, getattr(old, part), getattr(new, part)
    yield "missing", old.field.missing, new.field.missing
    labels = [{option.value: option.label for option in step.field.options} for step in (old, new)]
    for value in dict.fromkeys([*labels[0], *labels[1]]):
        yield f"options.{value}", labels[0].get(value, Words()), labels[1].get(value, Words())
    if old.call and new.call:
        yield "told", old.call.told, new.call.told
        yield "title", old.call.title, new.call.title


def _when(step: Step) -> str:
    return " && ".join(condition.source for condition in step.conditions)


def _protect(step: Step) -> str:
    return step.call.protect.source if step.call and step.call.protect else ""


def _ending(step: Step) -> str:
    return f"{step.ending.outcome} ({step.ending.code})" if step.ending else "no end"


def _rules(step: Step) -> tuple[object, ...]:
    field, call = step.field, step.call
    return (
        step.kind, field.kind, field.options_from, field.optional, field.longest, field.least, field.most,
        tuple(must.that.source for must in field.must), step.value.source if step.value else "",
        (call.name, call.with_, call.fixed, call.gives, call.undo) if call else (),
    )  # fmt: skip


class _Judge:
    def __init__(
        self, name: str, overlay: Mapping[str, Any], before: Mapping[str, Any], found: list[Change], new: Script
    ) -> None:
        self.name, self.overlay, self.before, self.new = name, overlay, before, new
        self.changed = {(change.step, change.part): change for change in found}
        self.gone = {change.step: change for change in found if change.part == "removed"}

    def all(self) -> Iterator[Held]:
        for key, words in _mapping(self.overlay, "texts").items():
            yield self.text(str(key), words)
        for key in self.overlay.get("drop") or ():
            yield self.dropped(str(key))
        for item in self.overlay.get("insert") or ():
            yield self.inserted(item)

    def text(self, key: str, words: Any) -> Held:
        step, _, part = key.partition(".")
        told, base = self.told(step), self.new.step(step)
        if base is None:
            gone = f"{self.name} changed what is said at {told}, which is gone"
            return Held("choose", f"{gone}: take it out, or move it", ("texts", key))
        change = self.changed.get((step, part))
        if change is None:
            return Held("keeps", f"{self.name} keeps its own words at {told} ({part})")
        if isinstance(words, dict) and words.get(LANGUAGE) == change.new:
            return Held("same", f"The base says at {told} what {self.name} says: its own words can go")
        if _mapping(self.before, "texts").get(key) != words:
            return Held("settled", f"{self.name} has newer words of its own at {told} ({part})")
        own = words.get(LANGUAGE) if isinstance(words, dict) else words
        return self.conflict(
            ("texts", key),
            next((now.by_language for each, _, now in _texts_of(base, base) if each == part), ()),
            f"{self.name} changed what is said at {told} ({part}); the base changed it too: choose. "
            f"{self.name}: “{own}”. The base now: “{change.new}”. Before: “{change.old}”",
            f"For the base's words take {key} out. For other words write them there.",
        )

    def dropped(self, key: str) -> Held:
        told, step = self.told(key), self.new.step(key)
        if step is None:
            return Held("same", f"{self.name} leaves out {told}, and so does the base now: its line can go")
        touched = sorted({part for step, part in self.changed if step == key and part not in ("added", "moved")})
        if touched and key in (self.before.get("drop") or ()):
            words = f"{self.name} leaves out {told}, which the base changed ({', '.join(touched)})"
            seen = ([now for _, now, _ in _texts_of(step, step)], _when(step), _rules(step), step.ending)
            remedy = f"To have the step take {key} out of drop:."
            return self.conflict(("drop", key), seen, f"{words}: look whether it still should", remedy)
        return Held("keeps", f"{self.name} leaves out {told}")

    def inserted(self, item: Any) -> Held:
        side = "after" if "after" in item else "before"
        anchor = str(item.get(side))
        where = ("insert", f"{side} {anchor}")
        keys = [str(step.get("key", "")) for step in item.get("steps") or () if isinstance(step, dict)]
        what = ", ".join(f"“{key}”" for key in keys if key) or "steps"
        told = self.told(anchor)
        if self.new.step(anchor) is None:
            words = f"{self.name} puts {what} in at {told}, which is gone: say where it belongs now"
            return Held("choose", words, where)
        twice = [key for key in keys if (key, "added") in self.changed]
        if twice:
            words = f"{self.name} puts {what} in, and the base now has a step of that name: choose one"
            return Held("choose", words, where)
        if (anchor, "moved") in self.changed and item in (self.before.get("insert") or ()):
            words = f"{self.name} puts {what} in at {told}, which stands elsewhere now: look at the order"
            order = [step.key for step in self.new.steps]
            at = order.index(anchor)
            return self.conflict(where, order[max(at - 1, 0) : at + 2], words, "Or put it in at another step.")
        return Held("keeps", f"{self.name} puts {what} in at {told}")

    def conflict(self, where: tuple[str, str], seen: object, words: str, remedy: str) -> Held:
        """What must be chosen, unless the council has decided already, of just this, that it stays with its own."""
        key = where[1]
        if str(_mapping(self.overlay, "keeps").get(key)) == mark(seen):
            return Held("settled", f"{self.name} has looked at what changed at {self.told(_step_of(key))}, and stays")
        stay = f"To stay with it write keeps: {{{key}: {mark(seen)}}} beside {where[0]}:."
        return Held("choose", words, where, f"{stay} {remedy}")

    def told(self, key: str) -> str:
        step = self.new.step(key)
        if step:
            return called(step)
        return self.gone[key].called if key in self.gone else f"“{key}”"


def _step_of(key: str) -> str:
    """The step of `bin.say`, `tag` and `after tag`."""
    return key.rpartition(" ")[2].partition(".")[0]


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    return found if isinstance(found, Mapping) else {}
