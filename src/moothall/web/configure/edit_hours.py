"""Hours in a form: by name, always, or written out day by day; and as the text says them."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moothall.agreements.document import Reading, parse
from moothall.agreements.hours import DAY_NAMES, read_hours
from moothall.agreements.yaml_words import Value, flow
from moothall.domain.calendar import ALL_DAY, Hours, WeekHours
from moothall.web.configure.hours_words import clock

OWN, ALWAYS = "own", "always"
DAYS = (*DAY_NAMES, "bank_holiday")
_WEEK_RUNS = (("weekdays", range(5)), ("mon-thu", range(4)))


def initial_hours(found: Any) -> dict[str, str]:
    """What the fields show of what the text says."""
    if isinstance(found, str) or found is None:
        return {"hours": found or "", **dict.fromkeys((*DAYS, "named_days"), "")}
    week = week_of(found)
    if week is None:
        return {"hours": OWN}
    return {"hours": OWN, **days_of_week(week)}


def days_of_week(week: WeekHours) -> dict[str, str]:
    """The days' fields."""
    days = dict(zip(DAYS, (*(spans(day) for day in week.weekdays), spans(week.bank_holiday)), strict=True))
    return {**days, "named_days": "\n".join(f"{day} {spans(each) or 'closed'}" for day, each in week.exceptions)}


def week_of(found: Mapping[str, Any]) -> WeekHours | None:
    """Hours as they are written, read; None where they can't be."""
    reading = Reading()
    week = read_hours(parse(flow(dict(found)), reading), reading, {})
    return None if reading.findings else week


def written_hours(given: Mapping[str, Any]) -> Value:
    """What the text shall say of what was filled in. What was typed stays as it was typed; the reader judges it."""
    if given["hours"] != OWN:
        return str(given["hours"])
    days = days_typed(given)
    made: dict[str, Value] = {}
    left = list(DAY_NAMES)
    for name, run in _WEEK_RUNS:
        wanted = [days[DAY_NAMES[day]] for day in run]
        if wanted[0] and all(each == wanted[0] for each in wanted) and DAY_NAMES[0] in left:
            made[name] = wanted[0]
            left = [day for day in left if day not in {DAY_NAMES[number] for number in run}]
    made |= {name: days[name] for name in left if days[name]}
    made["bank-holidays"] = days["bank_holiday"] or "closed"
    if named := named_typed(given["named_days"]):
        made["on"] = named
    return made


def days_typed(given: Mapping[str, Any]) -> dict[str, Value]:
    """What was typed of each day, as the text says it."""
    return {name: _typed(given[name]) for name in DAYS}


def _typed(text: str) -> Value:
    parts = [part.strip().replace("–", "-").replace(" to ", "-") for part in text.split(",") if part.strip()]
    return parts[0] if len(parts) == 1 else list(parts) if parts else ""


def named_typed(text: str) -> dict[str, Value]:
    """What was typed of named days, a day a line."""
    found: dict[str, Value] = {}
    for line in text.splitlines():
        if line.strip():
            day, _, rest = line.strip().partition(" ")
            found[day] = _typed(rest) or "closed"
    return found


def spans(hours: Hours) -> str:
    """`08:45-17:00`; as a field shows a day."""
    if hours == ALL_DAY:
        return "00:00-24:00"
    return ", ".join(f"{clock(start)}-{clock(end)}" for start, end in hours)


def judge_times(text: str, *, named: bool = False) -> str:
    """What is wrong with hours typed for a day, or for named days, by the text's own reader; nothing if none is."""
    reading = Reading()
    made: Value = {"on": dict(named_typed(text))} if named else {DAY_NAMES[0]: _typed(text)}
    if text.strip():
        read_hours(parse(flow(made), reading), reading, {})
    return " ".join(f"{each.words} {each.remedy}".strip() for each in reading.findings[:1])
