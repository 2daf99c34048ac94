"""Guarantees and caps that can't be kept, or that count for nothing."""
from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from moothall.domain.calendar import BANK_HOLIDAY, Hours, WeekHours, tidy
from moothall.domain.findings import Finding
from moothall.domain.responsibility.shares import Names, ShareTerms
from moothall.domain.responsibility.spans import Times, Window
from moothall.domain.responsibility.staffing import Staffing
from moothall.domain.responsibility.wording import keys_of, timed
from moothall.domain.weeks import Weeks, hours_over, joined

Holidays = Mapping[int, frozenset[date]]


def bound_findings(shares: Iterable[ShareTerms], times: Times, names: Names) -> Iterator[Finding]:
    """Each share whose guarantee or cap is at odds with itself, or never counts."""
    first = {times.table.plans[index].share for index in times.occurring()}
    for share in shares:
        if share.cap == 0:
            yield Finding(
                "cap-nothing", f"“{share.key}” has a cap of 0: nobody would ever answer {names.council(share.client)}.",
                "Leave the cap out, or end the share if nobody is to answer by it.", share.place,
            )
        elif share.cap is not None and share.guarantee > share.cap:
            yield Finding(
                "guarantee-over-cap",
                f"“{share.key}” guarantees {names.council(share.client)} {agents(share.guarantee)} at a time and gives "
                f"it at most {share.cap}.",
                "Lower the guarantee, or raise the cap.", share.place,
            )
        if (share.guarantee or share.cap) and (why := _never_counts(share, first)):
            what = " and ".join(word for word, said in (("guarantee", share.guarantee), ("cap", share.cap)) if said)
            yield Finding(
                "guarantee-nothing", f"The {what} of “{share.key}” never counts: {why}.",
                f"Leave the {what} out, or write it in the share that answers the calls first.", share.place, "warning",
            )


def _never_counts(share: ShareTerms, first: Collection[int]) -> str:
    if share.function != "answer" or "phone" not in share.channels:
        return "only calls are given to agents by it"
    return "" if share.id in first else "the share never answers first"


def agents(count: int) -> str:
    return "1 agent" if count == 1 else f"{count} agents"


def guaranteed_together(
    shares: Iterable[ShareTerms], staffing: Staffing, names: Names, holidays: Holidays
) -> Iterator[Finding]:
    """Teams that guarantee more agents at a time than they have members, with the hours at which that is so."""
    by_team: dict[str, list[ShareTerms]] = {}
    for share in shares:
        if share.guarantee and share.function == "answer" and not share.tier:
            by_team.setdefault(share.team, []).append(share)
    for team, guaranteeing in by_team.items():
        yield from _of_team(team, guaranteeing, staffing, names, holidays)


def _of_team(
    team: str, shares: Sequence[ShareTerms], staffing: Staffing, names: Names, holidays: Holidays
) -> Iterator[Finding]:
    members = staffing.teams.get(team, ())
    own = holidays.get(shares[0].client, frozenset())
    window = Window.of(min(share.starts for share in shares), max(share.ends for share in shares), own)
    found: dict[tuple[tuple[int, ...], int, int], list[Weeks]] = {}
    for starts, ends in _periods(shares, staffing.at, [m for member in members for m in (member.starts, member.ends)]):
        there = sum(member.starts <= starts and (member.ends is None or member.ends > starts) for member in members)
        alive = [share for share in shares if share.starts <= starts < share.ends]
        hours, most = too_many(alive, there)
        if there and most > there:  # of a team without anybody it is said already
            key = (tuple(share.id for share in alive), most, there)
            found.setdefault(key, []).extend(hours_over(hours, int(starts.timestamp()), int(ends.timestamp()), own))
    for (numbers, most, there), weeks in found.items():
        named = [share for share in shares if share.id in numbers]
        finding = Finding(
            "guarantee-team",
            f"{keys_of(named)} guarantee{'s' if len(named) == 1 else ''} {agents(most)} of {names.team(team)} at a "
            f"time, which has {'1 member' if there == 1 else f'{there} members'}.",
            "Lower the guarantees, or add people to the team for these times.", named[0].place, "warning",
        )
        yield timed(finding, joined(weeks), window)


def _periods(
    shares: Iterable[ShareTerms], at: datetime, moments: Iterable[datetime | None]
) -> Iterable[tuple[datetime, datetime]]:
    """From `at` on, the stretches in which no share or membership begins or ends."""
    cuts = {moment for share in shares for moment in (share.starts, share.ends)} | {m for m in moments if m is not None}
    later = sorted({max(moment, at) for moment in cuts})
    return pairwise(later)


def too_many(shares: Sequence[ShareTerms], most: int) -> tuple[WeekHours, int]:
    """The hours at which these shares together guarantee more than `most`, and how many they then do at most."""
    worst, kinds = 0, []
    for kind in range(BANK_HOLIDAY + 1):
        spans, height = _above([(share.hours.of_kind(kind), share.guarantee) for share in shares], most)
        worst = max(worst, height)
        kinds.append(spans)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday, holiday = kinds
    return WeekHours((monday, tuesday, wednesday, thursday, friday, saturday, sunday), holiday), worst


def _above(days: Iterable[tuple[Hours, int]], most: int) -> tuple[Hours, int]:
    """The minutes of a day at which the guarantees of open shares together are over `most`, and their greatest sum."""
    steps: dict[int, int] = {}
    for hours, guarantee in days:
        for start, end in hours:
            steps[start] = steps.get(start, 0) + guarantee
            steps[end] = steps.get(end, 0) - guarantee
    together, worst, spans, before = 0, 0, [], 0
    for minute in sorted(steps):
        if together > most:
            spans.append((before, minute))
        together += steps[minute]
        worst, before = max(worst, together), minute
    return tidy(spans), worst
