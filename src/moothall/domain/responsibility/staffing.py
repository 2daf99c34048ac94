"""Whether somebody is there: teams without members, and services for which nobody in the team has the skill."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from moothall.domain.findings import Finding
from moothall.domain.responsibility.shares import AgreementTerms, Names, ShareTerms
from moothall.domain.responsibility.spans import Window
from moothall.domain.responsibility.wording import services_of, timed
from moothall.domain.weeks import Weeks, hours_over, joined

Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Member:
    """One person's time in a team (`ends` None: for good) and the services that they have a skill for."""

    starts: datetime
    ends: datetime | None
    services: frozenset[int]


@dataclass(frozen=True, slots=True)
class Staffing:
    """Who serves in which team, as it is known `at` an instant; what lies before that isn't asked about."""

    at: datetime
    teams: Mapping[str, tuple[Member, ...]]


def unstaffed(
    shares: Iterable[ShareTerms], staffing: Staffing, names: Names, holidays: Mapping[int, frozenset[date]]
) -> Iterator[Finding]:
    """Hours of a share in which its team has nobody, or nobody who can answer a service. Cases ask for no skill."""
    for share in shares:
        window = Window.of(share.starts, share.ends, holidays.get(share.client, frozenset()))
        members = staffing.teams.get(share.team, ())
        empty = tuple(_uncovered(share, members, staffing.at))
        if times := _within_hours(share, empty, window.holidays):
            yield timed(_nobody(share, names), times, window)
        lacking: dict[tuple[Weeks, ...], list[int]] = {}
        for service in share.services if share.function == "answer" else ():
            skilled = [member for member in members if service in member.services]
            without = tuple(_uncovered(share, skilled, staffing.at))
            times = _within_hours(share, without, window.holidays) if without != empty else ()
            if times:
                lacking.setdefault(times, []).append(service)
        for times, services in lacking.items():
            yield timed(_unskilled(share, services, names), times, window)


def unstaffed_fallbacks(terms: AgreementTerms, staffing: Staffing, names: Names) -> Iterator[Finding]:
    """Teams to which calls go in an emergency, and that have nobody then: an emergency comes at any hour."""
    for client, team in terms.emergency.fallback:
        starts = max(terms.starts, staffing.at)
        members = staffing.teams.get(team, ())
        if starts < terms.ends and next(_gaps(starts, terms.ends, members), None):
            council = names.council(client)
            yield Finding(
                "team-empty", f"{names.team(team)} has no members at times when {council}'s calls would go to it in an "
                "emergency.", "Add people to the team, or name another one in the emergency clause.", terms.place,
                "warning",
            )


def _uncovered(share: ShareTerms, members: Iterable[Member], at: datetime) -> Iterator[Period]:
    """The parts of a share's period, from `at` on, in which none of these people is a member."""
    return _gaps(max(share.starts, at), share.ends, members)


def _gaps(reached: datetime, ends: datetime, members: Iterable[Member]) -> Iterator[Period]:
    """The parts of a period in which none of these people is a member."""
    for member in sorted(members, key=lambda member: member.starts):
        if reached < min(member.starts, ends):
            yield reached, min(member.starts, ends)
        reached = max(reached, member.ends or ends)
    if reached < ends:
        yield reached, ends


def _within_hours(share: ShareTerms, periods: Iterable[Period], holidays: frozenset[date]) -> tuple[Weeks, ...]:
    return joined(
        weeks
        for starts, ends in periods
        for weeks in hours_over(share.hours, int(starts.timestamp()), int(ends.timestamp()), holidays)
    )


def _nobody(share: ShareTerms, names: Names) -> Finding:
    return Finding(
        "team-empty", f"{names.team(share.team)} has no members at hours of “{share.key}”.",
        "Add people to the team for these times, or name another team.", share.place, "warning",
    )


def _unskilled(share: ShareTerms, services: list[int], names: Names) -> Finding:
    what = services_of(services, names)
    return Finding(
        "team-unskilled", f"Nobody in {names.team(share.team)} has the skill for {what} at hours of “{share.key}”.",
        f"Give people of the team the skill for {what}, or let another team answer it.", share.place, "warning",
    )
