"""Sentences about cover, promised hours and sight: who answers and resolves when, and who sees what for it."""
from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from moothall.domain.plural import count
from moothall.domain.responsibility.diff import CoverChange, Tiers
from moothall.domain.responsibility.phrases import (
    Block,
    Phrases,
    cover_name,
    end_words,
    from_words,
    upper,
)
from moothall.domain.responsibility.shares import Cell, LineTerms
from moothall.domain.responsibility.sight import Sight, SightChange
from moothall.domain.responsibility.told import Change
from moothall.domain.responsibility.wording import seconds

GROUP_OF = {"answer": "calls", "resolve": "cases"}
VERBS = {"answer": "answers", "resolve": "resolves"}
AT_ALL_TIMES = ("Every day all day",)


def cover_sentences(found: Iterable[CoverChange], phrases: Phrases, lines: Iterable[LineTerms]) -> Iterator[Change]:
    """One sentence for each block of cells that changes alike. `lines`: those that lead to calls of some cell."""
    by_cell: dict[tuple[int, int, str], list[LineTerms]] = {}
    for line in lines:
        by_cell.setdefault((line.council, line.service, line.channel), []).append(line)
    for change in found:
        kind, times = _kind(change.before, change.after), _times(change.times)
        for block in phrases.blocks(change.cells):
            led = _lines_to(block, by_cell) if kind != "tiers-moved" else []
            words = _cover_words(kind, change, times, block, phrases)
            teams = dict.fromkeys(team for _, team in (*change.before, *change.after))
            yield Change(
                kind, GROUP_OF[block.function], words, times, block.councils, block.services, block.channels,
                block.function, tuple(teams), lines=tuple(line.number for line in led),
                before=change.before, after=change.after, note=_line_words(led),
            )


def _kind(before: Tiers, after: Tiers) -> str:
    if not before:
        return "cover-added"
    if not after:
        return "cover-removed"
    return "first-moved" if before[0][1] != after[0][1] else "tiers-moved"


def _times(times: tuple[str, ...]) -> tuple[str, ...]:
    return () if times == AT_ALL_TIMES else times


def _cover_words(kind: str, change: CoverChange, times: tuple[str, ...], block: Block, phrases: Phrases) -> str:
    subject, does = phrases.subject(block), VERBS[block.function]
    was, becomes = (phrases.team(tiers[0][1]) if tiers else "" for tiers in (change.before, change.after))
    if kind == "cover-added":
        rest = "".join(f", {part}" for part in _joining(((0, change.after[0][1]),), change.after, phrases))
        return f"{cover_name(times)} is added for {subject}: {becomes} {does} them{rest}."
    if kind == "cover-removed":
        return f"{cover_name(times)} is removed for {subject}: {was} no longer {does} them, and nobody else does."
    parts = _joining(change.before, change.after, phrases)
    rest = "".join(f", {part}" for part in parts)
    if kind == "first-moved":
        first = " first" if len(change.after) > 1 else ""
        return f"{becomes} {does} {subject}{first} instead of {was}{rest}."
    return f"For {subject}, {', '.join(parts) or _whole(change.after, phrases)}."


def _joining(before: Tiers, after: Tiers, phrases: Phrases) -> list[str]:
    """What differs behind the first team: "Northby joins after 2 minutes instead of 3 minutes"."""
    gone, come = Counter(before[1:]) - Counter(after[1:]), Counter(after[1:]) - Counter(before[1:])
    parts: list[str] = []
    for after_s, team in sorted(come):
        earlier = next((tier for tier in sorted(gone) if tier[1] == team), None)
        if earlier:
            del gone[earlier]
        instead = f" instead of {seconds(earlier[0])}" if earlier else ""
        parts.append(f"{phrases.team(team)} joins {_after(after_s)}{instead}")
    promoted = after[0][1]  # who is first now has been told of already
    return parts + [f"{phrases.team(team)} no longer joins" for _, team in sorted(gone) if team != promoted]


def _after(after_s: int) -> str:
    return f"after {seconds(after_s)}" if after_s else "at once"


def _whole(tiers: Tiers, phrases: Phrases) -> str:
    """The whole order, where only the order of teams that join together differs."""
    first, *rest = tiers
    return ", then ".join([f"{phrases.team(first[1])} is first", *(phrases.team(team) for _, team in rest)])


def _lines_to(block: Block, by_cell: Mapping[tuple[int, int, str], list[LineTerms]]) -> list[LineTerms]:
    if block.function != "answer":
        return []
    cells = ((c, s, channel) for c in block.councils for s in block.services for channel in block.channels)
    found = {line.number: line for cell in cells for line in by_cell.get(cell, ())}
    return list(found.values())


def _line_words(lines: list[LineTerms]) -> str:
    named = [f"{line.name} ({line.number})" for line in lines]
    if not named:
        return ""
    return f"{'Line' if len(named) == 1 else 'Lines'}: {', '.join(named)}."


def promise_sentences(found: Iterable[CoverChange], phrases: Phrases, known: Collection[Cell]) -> Iterator[Change]:
    """What councils promise their public, compared as if the promises were shares of one team. `known`: the cells of
    which something was promised before.
    """
    for change in found:
        times, more = _times(change.times), not change.before
        for block in phrases.blocks(change.cells):
            also = "also " if any(cell in known for cell in change.cells) else ""
            says = f"{also}promises" if more else "no longer promises"
            what = f"{block.function} {phrases.things(block)}"
            words = f"{upper(phrases.each(block.councils))} {says} its public to {what}."
            yield Change(
                "promise-added" if more else "promise-removed", "promises", words, times, block.councils,
                block.services, block.channels, block.function,
            )


def sight_sentences(
    found: Iterable[SightChange], phrases: Phrases, people: Mapping[str, int], period: tuple[datetime, datetime]
) -> Iterator[Change]:
    """Who gains and who loses sight. `people`: how many belong to each team, where that is known."""
    for change in found:
        who, what = _who(change.team, phrases, people), _sight_words(change, phrases)
        since = f", from {from_words(change.starts)}" if change.starts > period[0] else ""
        until = f", until {end_words(change.ends)}" if change.ends < period[1] else ""
        gains = "gained" if change.gains else "lost"
        yield Change(
            f"sight-{gains}", "gain-sight" if change.gains else "lose-sight", f"{who} will {what}{since}{until}.",
            councils=(change.council,), services=change.services, teams=(change.team,),
            people=people.get(change.team), shares=change.shares, before=int(change.before), after=int(change.after),
            starts=change.starts, ends=change.ends, beyond=change.beyond, confirmed_by=change.confirmed_by,
            note=_beyond(change),
        )


def _beyond(change: SightChange) -> str:
    if not change.beyond:
        return ""
    confirmed = f"{change.confirmed_by} has confirmed it." if change.confirmed_by else "Nobody has confirmed that yet."
    return f"They will not serve it. {confirmed}"


def _who(team: str, phrases: Phrases, people: Mapping[str, int]) -> str:
    name, number = phrases.team(team), people.get(team)
    if number is None:
        return upper(name)
    return f"{count(number, 'person', 'people')} in {name}" if number else f"{name}, with nobody in it yet,"


def _sight_words(change: SightChange, phrases: Phrases) -> str:
    whose, about = phrases.whose([change.council]), f"about {phrases.services(change.services)}"
    match change.before, change.after:
        case (Sight.CASES, Sight.CALLS_AND_CASES):
            return f"see {whose} calls {about} too, not only the cases"
        case (Sight.CALLS_AND_CASES, Sight.CASES):
            return f"no longer see {whose} calls {about}, only the cases"
        case (Sight.NOTHING, _):
            return f"see {whose} {SEEN[change.after]} {about}"
        case _:
            return f"no longer see {whose} {SEEN[change.before]} {about}"


SEEN = {Sight.CASES: "cases", Sight.CALLS_AND_CASES: "calls and cases"}
