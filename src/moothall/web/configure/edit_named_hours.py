"""The hours of a draft that have a name: weekdays, bank holidays, named days."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moothall.agreements.editing import Edit, Path, Put
from moothall.agreements.hours import day_numbers
from moothall.agreements.least_edits import least_edits
from moothall.agreements.yaml_words import Value
from moothall.web.configure.edit_fields import Called, hours_fields
from moothall.web.configure.edit_forms import OWN_HOURS, TIMES, Group, NamedForm
from moothall.web.configure.edit_hours import ALWAYS, DAYS, OWN, days_typed, named_typed, week_of, written_hours
from moothall.web.configure.edit_told import Told, token
from moothall.web.configure.hours_words import of_week
from moothall.web.configure.reading import Seen

ROUND_THE_CLOCK = {"daily": "00:00-24:00", "bank-holidays": "00:00-24:00"}


class HoursForm(NamedForm):
    """A week under one name."""

    called = Called("Name", "Enter a name, like “open” or “evenings”")
    locals().update(hours_fields(choice=False))
    groups = (Group("The hours", ("called", *OWN_HOURS), TIMES),)
    part_key = "hours"

    @classmethod
    def opened(cls, raw: Any, head: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"called": head, "hours": written_out(raw, said)}

    def taken(self) -> set[str]:
        return super().taken() | {ALWAYS, OWN}

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not self.errors and not any(given.get(name) for name in OWN_HOURS):
            self.add_error(DAYS[0], "Enter the hours of at least one day, like 09:00-17:00")
        return given

    def edits(self, path: Path) -> list[Edit]:
        whole = written_hours({**self.cleaned_data, "hours": OWN})
        if not self.entry:
            return [Put(path, whole)]
        changed = self.changed()
        if not changed:
            return []
        raw = self.names.said["hours"][path[-1]]
        finer = _finer(raw, self, changed) if isinstance(raw, Mapping) else None
        if finer and isinstance(whole, dict) and week_of(finer) == week_of(whole):
            return least_edits(path, raw, finer)
        return [Put(path, whole)]


def _finer(raw: Mapping[str, Any], form: HoursForm, changed: list[str]) -> dict[str, Value]:
    """The text's own lines with what has changed. A line of several days is changed where all of them have."""
    made: dict[str, Value] = dict(raw)
    days = days_typed(form.cleaned_data)
    left = {number: days[name] or "closed" for number, name in enumerate(DAYS[:-1]) if name in changed}
    told: set[int] = set()  # by a narrower line
    for key, numbers in sorted(day_numbers(raw), key=lambda pair: len(pair[1])):
        wanted = [left.get(number) for number in numbers if number not in told]
        told |= set(numbers)
        if wanted and wanted[0] is not None and all(each == wanted[0] for each in wanted):
            made[key] = wanted[0]
            left = {number: each for number, each in left.items() if number not in numbers}
    made |= {DAYS[number]: each for number, each in left.items()}
    if DAYS[-1] in changed:
        made["bank-holidays"] = days[DAYS[-1]] or "closed"
    if "named_days" in changed:
        before = named_typed(str(form.start_values["named_days"]))
        there = raw.get("on") or {}
        named = {day: there[day] if before.get(day) == each and day in there else each
                 for day, each in named_typed(form.cleaned_data["named_days"]).items()}
        made = {key: each for key, each in made.items() if key != "on"} | ({"on": named} if named else {})
    return made


def written_out(raw: Any, said: Mapping[str, Any]) -> Any:
    """Hours by another's name as those; the text's reader has seen that there is one."""
    for _ in range(len(said.get("hours") or {})):
        if not isinstance(raw, str) or raw == ALWAYS:
            break
        raw = (said.get("hours") or {}).get(raw)
    return ROUND_THE_CLOCK if raw == ALWAYS else raw


def told_hours(seen: Seen, said: Mapping[str, Any]) -> Iterator[Told]:
    for key, raw in (said.get("hours") or {}).items():
        found = week_of(written_out(raw, said) or {})
        yield Told(f"“{key}”: {of_week(found) if found else 'as the text says'}.", token(key), key)
