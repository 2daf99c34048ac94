"""What a check found: one type for agreement, script, workflow and doctor."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from moothall.domain.weeks import DAY_KEYS, Weeks

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was found: a file with 1-based line and column, or a named thing (`what`)."""

    what: str = ""
    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        position = f"line {self.line}, column {self.column}" if self.line else ""
        return ", ".join(part for part in (self.file, position, self.what) if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a stable code, where, in words what is wrong, and what to do about it.

    `times` says in words when it is so, `spans` says the same for a calendar.
    """

    code: str
    words: str
    remedy: str = ""
    place: Place = Place()
    severity: Severity = "error"
    times: tuple[str, ...] = ()
    spans: tuple[Weeks, ...] = ()


def as_dicts(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """For `--json` outputs. A span's `days` are keyed as in an agreement's hours; minutes count from midnight."""
    return [{**asdict(replace(each, spans=())), "spans": [_span(weeks) for weeks in each.spans]} for each in findings]


def _span(weeks: Weeks) -> dict[str, Any]:
    if weeks.first == weeks.last:
        return {"on": weeks.first.isoformat(), "hours": weeks.days[0]}
    days = {name: hours for name, hours in zip(DAY_KEYS, weeks.days, strict=True) if hours}
    return {"from": weeks.first.isoformat(), "through": weeks.last.isoformat(), "days": days}


def as_lines(findings: Iterable[Finding], again: str = "") -> list[str]:
    """For a terminal: one line a finding, its remedy on the line below. `again`: the words that stand for the times of
    a finding where an earlier one of the same place has told them."""
    lines: list[str] = []
    told: set[tuple[Place, tuple[str, ...]]] = set()
    for finding in findings:
        where = f"{finding.place}: " if str(finding.place) else ""
        lines.append(f"{finding.severity.upper():7} {where}{finding.words} [{finding.code}]")
        known = (finding.place, finding.times)
        times = (again,) if again and finding.times and known in told else finding.times
        told.add(known)
        lines.extend(f"        at {time}" for time in times)
        if finding.remedy:
            lines.append(f"        {finding.remedy}")
    return lines


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)
