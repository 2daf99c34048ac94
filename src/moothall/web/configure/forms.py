"""What of an agreement is asked for: an instant, who answers or who resolves, on which way; and one cell of it.

What can't be read is as if it weren't asked for, so that a bad address shows the page and never breaks it.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms

from moothall.domain.calendar import BANK_HOLIDAY, MINUTES, NoSuchTime, instant_of, wall_clock
from moothall.domain.responsibility.shares import CHANNELS, FUNCTIONS, Cell
from moothall.web.configure.reading import Seen
from moothall.web.configure.words import WAYS, WHO, begins
from moothall.web.forms import Form

FIRST_HOUR = 10 * 60  # of a working day: where a version is looked at that doesn't hold now
FIRST_DAY, LAST_DAY = Day(2000, 1, 1), Day(2099, 12, 31)


class LookForm(Form):
    """The instant and the view of the matrix, by GET."""

    who = forms.ChoiceField(label="Who", required=False, choices=[(name, WHO[name]) for name in FUNCTIONS])
    way = forms.ChoiceField(label="How they come", required=False)
    date = forms.DateField(label="At", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(label="Time", required=False, widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, data: Any, *, ways: list[str]) -> None:
        super().__init__({name: data[name] for name in ("who", "way", "date", "time") if name in data})
        self.ways = ways
        self.fields["way"].choices = [(way, WAYS[way]) for way in ways]  # type: ignore[attr-defined]
        self.is_valid()


@dataclass(frozen=True, slots=True)
class Look:
    """How a version is looked at. `note` says what of the question could not be taken as it was."""

    form: LookForm
    who: str
    way: str
    at: datetime
    as_list: bool
    cell: Cell | None = None
    day: int = 0  # the kind of day that a phone shows of the week
    note: str = ""

    @property
    def does(self) -> str:
        return WHO[self.who]

    @property
    def way_words(self) -> str:
        return WAYS[self.way]

    def query(self, **changes: object) -> str:
        """The same look with something changed, as a query."""
        on, minute = wall_clock(self.at)
        told: dict[str, object] = {
            "who": self.who, "way": self.way, "date": on.isoformat(), "time": f"{minute // 60:02}:{minute % 60:02}",
        }  # fmt: skip
        if self.as_list:
            told["as"] = "list"
        return urlencode({name: value for name, value in {**told, **changes}.items() if value not in {"", None}})


def look(seen: Seen, data: Any, now: datetime) -> Look:
    """Read the question; `seen` must have been read."""
    who = data.get("who") if data.get("who") in FUNCTIONS else FUNCTIONS[0]
    ways = ways_of(seen, who)
    form = LookForm(data, ways=ways)
    told = form.cleaned_data
    way = told.get("way") or ways[0]
    at, note = _instant(seen, told.get("date"), told.get("time"), now)
    on, minute = wall_clock(at)
    form.data = {"who": who, "way": way, "date": on.isoformat(), "time": f"{minute // 60:02}:{minute % 60:02}"}
    return Look(
        form, who, way, at, data.get("as") == "list", _cell(seen, data, who, way), _kind(data.get("day"), on.weekday()),
        note,
    )  # fmt: skip


def ways_of(seen: Seen, who: str) -> list[str]:
    """The channels on which anything is promised, in the usual order; the phone where nothing is."""
    assert seen.proved
    promised = {cell.channel for cell in seen.proved.covers if cell.function == who}
    held = {cell.channel for cell in seen.proved.table.cells if cell.function == who}
    return [way for way in CHANNELS if way in (promised or held)] or [CHANNELS[0]]


def _instant(seen: Seen, day: Day | None, at: time | None, now: datetime) -> tuple[datetime, str]:
    if day is None and at is None:
        return usual_instant(seen, now), ""
    on = min(max(day or wall_clock(usual_instant(seen, now))[0], FIRST_DAY), LAST_DAY)
    minute = at.hour * 60 + at.minute if at else FIRST_HOUR
    try:
        found = instant_of(on, minute)
    except NoSuchTime:
        later = instant_of(on, (minute + 60) % MINUTES)
        return later.at, "The clocks jump over that hour, so the hour after it is shown."
    return found.at, "That hour comes twice when the clocks go back. The first is shown." if found.doubtful else ""


def usual_instant(seen: Seen, now: datetime) -> datetime:
    """Now, or for a version that doesn't hold now its first Monday to Friday, or its last, at ten."""
    starts, ends = begins(seen.version), seen.version.ends
    if starts <= now < ends:
        return now
    step = timedelta(days=1 if now < starts else -1)
    day = wall_clock(starts if now < starts else ends - timedelta(minutes=1))[0]
    while day.weekday() > 4:
        day += step
    found = instant_of(day, FIRST_HOUR).at
    return found if starts <= found < ends else starts


def _cell(seen: Seen, data: Any, who: str, way: str) -> Cell | None:
    """The cell to look at closely, where the agreement has it."""
    council = next((each.number for each in seen.councils.values() if each.gss == data.get("council")), None)
    service = next((each.number for each in seen.services.values() if each.slug == data.get("service")), None)
    if council is None or service is None or seen.proved is None:
        return None
    cell = Cell(council, service, way, who)
    return cell if cell in seen.proved.cells else None


def _kind(text: str | None, usual: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and int(text) <= BANK_HOLIDAY else usual
