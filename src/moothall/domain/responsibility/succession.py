"""Councils that become one: whose the cells are from vesting day on, and what a text leaves open about it.

Rows stay where they are. What changes at the instant is who answers, resolves and sees: whoever serves the successor
serves what was its predecessors' too.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, TypeVar

from moothall.domain.calendar import wall_clock
from moothall.domain.findings import Finding
from moothall.domain.responsibility.shares import AgreementTerms, Cover, Names, ShareTerms, SuccessionTerms
from moothall.domain.responsibility.times import day_words, listed
from moothall.domain.responsibility.wording import services_of

Dated = TypeVar("Dated", ShareTerms, Cover)


class Passing(NamedTuple):
    """One council goes over to another at an instant."""

    predecessor: int
    successor: int
    at: datetime


def passings(successions: Iterable[SuccessionTerms]) -> list[Passing]:
    return [Passing(number, each.number, each.at) for each in successions for number in each.predecessors]


def pass_on(shares: Sequence[ShareTerms], passed: Iterable[Passing]) -> list[ShareTerms]:
    """The shares as they are compiled: a predecessor's end at the instant, and from then on its cells are its
    successor's. A successor's share stands then several times, once for each council, under its one id.

    The last to pass comes first, so that a successor's successor has all that is behind it.
    """
    found = list(shares)
    for predecessor, successor, at in sorted(passed, key=lambda each: each.at, reverse=True):
        after = [replace(each, client=predecessor, starts=max(each.starts, at))
                 for each in found if each.client == successor]
        before = [replace(each, ends=min(each.ends, at)) if each.client == predecessor else each for each in found]
        found = [each for each in (*before, *after) if each.starts < each.ends]
    return found


def succeeded(passed: Iterable[Passing], at: datetime) -> dict[int, int]:
    """Every council that has a successor at an instant, and the last one of these."""
    direct = {each.predecessor: each.successor for each in passed if each.at <= at}
    found = {}
    for first in direct:
        last, seen = first, {first}
        while last in direct and direct[last] not in seen:
            last = direct[last]
            seen.add(last)
        found[first] = last
    return found


def until_vesting(each: Dated, council: int, passed: Iterable[Passing]) -> Dated:
    """What says no end of its own ends with its council."""
    ends = min((p.at for p in passed if p.predecessor == council and p.at > each.starts), default=each.ends)
    return replace(each, ends=min(each.ends, ends))


def succession_findings(terms: AgreementTerms, names: Names) -> Iterator[Finding]:
    """What a text leaves open, or says at odds with itself, about its successions."""
    names = named(names, terms.successions)
    firsts: dict[int, SuccessionTerms] = {}
    for each in terms.successions:
        yield from _itself(each, terms, names)
        for number in each.predecessors:
            if number in firsts:
                yield Finding(
                    "two-successors",
                    f"{names.council(number)} goes over to {firsts[number].short_name} and to {each.short_name}.",
                    "A council has one successor. Name it in one of the two.", each.place,
                )
            firsts.setdefault(number, each)
        yield from _too_long(each, terms, names)
        yield from _carried(each, terms, names)
        yield from _left(each, terms, names)
        yield from _teams(each, terms, names)


def named(names: Names, successions: Iterable[SuccessionTerms]) -> Names:
    """With the successors, of which the register may know nothing yet."""
    return replace(names, councils={**{each.number: each.short_name for each in successions}, **names.councils})


def _itself(each: SuccessionTerms, terms: AgreementTerms, names: Names) -> Iterator[Finding]:
    day, minute = wall_clock(each.at)
    if minute:
        yield Finding(
            "vesting-not-midnight", f"{each.short_name} would begin in the middle of {day_words(day)}.",
            "A vesting day begins at midnight: write the day alone, without a time.", each.place,
        )
    if not terms.starts <= each.at < terms.ends:
        yield Finding(
            "vesting-outside", f"{each.short_name} begins on {day_words(day)}, when this agreement doesn't hold.",
            "Let the agreement run over that day, or write the succession into the version that does.", each.place,
        )
    if each.letters_of:
        yield Finding(
            "letters-taken", f"References with {each.letters} are {each.letters_of}'s already.",
            f"Choose other letters for {each.short_name}: references of before keep theirs.", each.place,
        )
    if each.number in each.predecessors:
        yield Finding(
            "own-successor", f"{each.short_name} can't be a predecessor of itself.",
            "Leave it out of predecessors: what is its own stays its own.", each.place,
        )
    if not any(cover.council == each.number and cover.ends > each.at for cover in terms.covers):
        yield Finding(
            "successor-covers-nothing",
            f"Nothing says what {each.short_name} promises its public from {day_words(day)} on.",
            f"Add lines for {each.short_name} under covers, from that day.", each.place,
        )


def _too_long(each: SuccessionTerms, terms: AgreementTerms, names: Names) -> Iterator[Finding]:
    """Shares and promises of a council that is no more."""
    day = wall_clock(each.at)[0]
    remedy = f"Let it end there (to: {day.isoformat()}); what {each.short_name} goes on with is its own."
    for share in terms.shares:
        if share.client in each.predecessors and share.ends > each.at:
            yield Finding(
                "after-vesting", f"The share “{share.key}” runs on after {day_words(day)}, when "
                f"{names.council(share.client)} is no more.", remedy, share.place,
            )
    for cover in terms.covers:
        if cover.council in each.predecessors and cover.ends > each.at:
            yield Finding(
                "after-vesting", f"{names.council(cover.council)} promises something after {day_words(day)}, when it "
                "is no more.", remedy, cover.place,
            )


def _carried(each: SuccessionTerms, terms: AgreementTerms, names: Names) -> Iterator[Finding]:
    """What the short form of carrying on comes to, said in full."""
    by_key = {share.key: share for share in terms.shares if share.client == each.number}
    for key in each.carries_on:
        share = by_key.get(carried_key(key, each))
        if share is None:
            continue
        does = "answers" if share.function == "answer" else "resolves"
        what = f"{names.team(share.team)} {does} {services_of(share.services, names)}"
        yield Finding(
            "carried-on", f"“{share.key}” carries on “{key}” for {each.short_name} from "
            f"{day_words(wall_clock(each.at)[0])}: {what}, in the hours and to the standard of before.", "",
            share.place, "note",
        )


def carried_key(key: str, each: SuccessionTerms) -> str:
    """Under which key a carried share stands."""
    return f"{key}.{each.slug}"


def _left(each: SuccessionTerms, terms: AgreementTerms, names: Names) -> Iterator[Finding]:
    """What a predecessor's shares do up to the instant and no share of the successor does from then on."""
    starts = {share.id: share for share in terms.shares if share.client == each.number and share.starts <= each.at}
    for share in terms.shares:
        if share.client not in each.predecessors or share.ends != each.at:
            continue
        served = {service for other in starts.values() if other.function == share.function and other.ends > each.at
                  for service in other.services}
        left = [service for service in share.services if service not in served]
        if not left:
            continue
        what = services_of(left, names)
        remedy = f"Name “{share.key.split('.')[0]}” under carries_on, or add a share of {each.short_name} for them."
        if share.function == "resolve":
            yield Finding(
                "open-cases-nobody", f"Nobody resolves {names.council(share.client)}'s open cases of {what} after "
                f"“{share.key}” has ended on vesting day.", remedy, each.place,
            )
        else:
            yield Finding(
                "not-carried-on", f"“{share.key}” ends on vesting day, and nobody answers about {what} for "
                f"{each.short_name} in its place.", remedy, each.place, "warning",
            )


def _teams(each: SuccessionTerms, terms: AgreementTerms, names: Names) -> Iterator[Finding]:
    """Teams of the predecessors of which the text doesn't say what becomes."""
    said = {team for team, _ in each.teams}
    left = [team.name for team in terms.teams if team.employer in each.predecessors and team.slug not in said]
    if left:
        yield Finding(
            "team-left", f"Nothing is said of {listed(left)}: from vesting day on they see nothing.",
            "Under teams, say which team each becomes, or stays.", each.place, "warning",
        )


def behind(passed: Iterable[Passing], council: int, at: datetime) -> tuple[int, ...]:
    """The councils whose successor, or successor's successor, a council is at an instant."""
    return tuple(sorted(first for first, last in succeeded(passed, at).items() if last == council))
