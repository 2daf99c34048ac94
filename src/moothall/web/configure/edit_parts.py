"""The parts of a draft that are written by forms: where each stands in the text, and its entries."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from moothall.agreements.editing import Edit, Path, Put
from moothall.agreements.references import references
from moothall.web.configure.edit_emergency import WITHOUT, EmergencyForm, told_emergency
from moothall.web.configure.edit_forms import CoverForm, EntryForm, LineForm, PeriodForm, ShareForm
from moothall.web.configure.edit_groups import GroupForm, told_groups
from moothall.web.configure.edit_named_hours import HoursForm, told_hours
from moothall.web.configure.edit_names import Names, as_list
from moothall.web.configure.edit_page import EditPage, sentences_of
from moothall.web.configure.edit_parties import PartyForm, told_parties
from moothall.web.configure.edit_succession import SuccessionForm, told_successions
from moothall.web.configure.edit_teams import TeamForm, told_teams
from moothall.web.configure.edit_told import Told, key_of, token
from moothall.web.configure.reading import Seen

Sentences = Callable[[Seen, Mapping[str, Any]], Iterable[Told]]
WHOLE = "period"  # the text's own lines: they aren't removed


@dataclass(frozen=True, slots=True)
class Part:
    """What an address calls it, the text's key, and how its entries stand there: by name, in a list, or as one."""

    slug: str
    key: str
    form: type[EntryForm]
    kind: Literal["named", "listed", "one"]
    what: str  # what one entry is called
    title: str = ""
    told: Sentences | None = None
    marks: tuple[str, ...] = ()  # by which fields an entry of a list is known again
    without: str = ""  # what then is so where it is removed

    def entry(self, said: Mapping[str, Any], entry: str) -> tuple[Path | None, Mapping[str, Any]]:
        """Where an entry stands and what it says; a new one stands after the last."""
        if self.kind == "one":
            return ((self.key,), said.get(self.key) or {}) if self.key else ((), said)
        inside: Any = (said.get(self.key) or {}) if self.kind == "named" else as_list(said.get(self.key))
        if not entry:
            return (self.key, "" if self.kind == "named" else len(inside)), {}
        head: str | int = key_of(entry) if self.kind == "named" else _whole(entry)
        there = head in inside if isinstance(head, str) else 0 <= head < len(inside)
        return ((self.key, head), self.form.opened(inside[head], str(head), said)) if there else (None, {})

    def placed(self, form: EntryForm, path: Path, said: Mapping[str, Any]) -> tuple[list[Edit], str]:
        """The edits of a form, and which entry it then is; a new one gets its key, the first of a part its list."""
        if path and path[-1] == "":
            path = (path[0], form.new_key())
        found = form.edits(path)
        if len(path) == 2 and path[0] not in said:
            found = [Put(path[:1], {path[1]: each.value} if isinstance(path[1], str) else [each.value])
                     if isinstance(each, Put) and each.path == path else each for each in found]
        return found, token(str(path[-1])) if path else ""

    def again(
        self, names: Names, entry: str, before: Mapping[str, Any], same: Callable[[Any, Any], bool]
    ) -> tuple[str, Mapping[str, Any]]:
        """The same entry in the text as it is now; where it is gone, a new one. An index may be another's by now."""
        path, said = self.entry(names.said, entry)
        if self.kind != "listed" or not entry:
            return (entry, said) if path is not None else ("", {})
        for index in range(len(as_list(names.said.get(self.key)))):
            found = self.entry(names.said, str(index))[1]
            start = self.form(names=names, entry=found, sha256="").start_values
            if all(same(start.get(mark), before.get(mark, "")) for mark in self.marks):
                return str(index), found
        return "", {}


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


PARTS = {part.slug: part for part in (
    Part(WHOLE, "", PeriodForm, "one", "period and notice"),
    Part("parties", "parties", PartyForm, "listed", "party", "Parties", told_parties, ("council",)),
    Part("teams", "teams", TeamForm, "named", "team", "Teams", told_teams),
    Part("hours", "hours", HoursForm, "named", "set of hours", "Hours", told_hours),
    Part("groups", "groups", GroupForm, "named", "group of services", "Groups of services", told_groups),
    Part("shares", "shares", ShareForm, "named", "share"),
    Part("promises", "covers", CoverForm, "listed", "promise", marks=("councils", "services", "functions")),
    Part("lines", "lines", LineForm, "listed", "line", "Lines", marks=("number",)),
    Part("emergency", "emergency", EmergencyForm, "one", "emergency clause", "In an emergency", told_emergency,
         without=WITHOUT),
    Part("mergers", "succession", SuccessionForm, "listed", "merger", "Councils that become one", told_successions,
         ("successor",)),
)}  # fmt: skip
# Around what the councils agree.
BEFORE, AFTER = ("parties", "teams", "hours", "groups"), ("lines", "emergency", "mergers")
FEW = 3  # so many entries needn't be folded away
BY_KEY = {part.key: part for part in PARTS.values()}


@dataclass(frozen=True, slots=True)
class Hangs:
    """An entry that refers to what shall be removed: its sentences, and where it is changed."""

    sentences: tuple[str, ...]
    part: str
    entry: str


def told_of(seen: Seen, part: Part, page: EditPage, said: Mapping[str, Any], entry: str) -> list[str]:
    """What an entry says, in the overview's sentences."""
    if part.told is None:
        return sentences_of(page, part.slug, entry)
    return [told.sentence for told in part.told(seen, said) if told.entry == entry or part.kind == "one"]


def hanging(seen: Seen, part: Part, page: EditPage, names: Names, entry: str) -> list[Hangs]:
    """What refers to an entry."""
    found, said = [], names.said
    name = key_of(entry) if part.kind == "named" else str(part.entry(said, entry)[1].get("council", ""))
    for each in references(said, part.key, name, names.gss if part.key == "parties" else str):
        other = BY_KEY[each.key]
        at = token(each.entry) if other.kind == "named" else each.entry
        found.append(Hangs(tuple(told_of(seen, other, page, said, at)), other.slug, at))
    return found


@dataclass(frozen=True, slots=True)
class Section:
    """A part as the overview folds it: open where it is short, or was just saved."""

    part: Part
    told: tuple[Told, ...]
    count: int
    open: bool


def opened_parts(seen: Seen, page: EditPage, said: Mapping[str, Any], saved: tuple[str, str]) -> dict[str, Any]:
    """The overview's sections, and which councils' stand open."""

    def section(slug: str) -> Section:
        part = PARTS[slug]
        told = tuple(part.told(seen, said)) if part.told else page.lines
        count = 1 if part.kind == "one" and told else len(told)
        return Section(part, told, count, count <= FEW or saved[0] == slug)

    shown = {council.council.number for council in page.councils
             for each in [*(told for row in council.rows for told in row.shares), *council.promises]
             if each.entry == saved[1] and saved[0] in ("shares", "promises")}
    return {"before": [section(each) for each in BEFORE], "after": [section(each) for each in AFTER], "shown": shown}
