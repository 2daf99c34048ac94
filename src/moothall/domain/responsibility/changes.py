"""What a text would change, before anybody signs it: in sentences, each with its values for programs.

Both texts are compared from the day on which the new one holds to its end. What begins or ends with its agreement is
taken to run as long as the new agreement does: that the agreement itself is longer or shorter is told once.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from moothall.domain.calendar import midnight, wall_clock
from moothall.domain.responsibility.compile import ResponsibilityMap, compile_shares
from moothall.domain.responsibility.cover_words import cover_sentences, promise_sentences, sight_sentences
from moothall.domain.responsibility.diff import cover_changes, meetings
from moothall.domain.responsibility.figure_words import figure_sentences, minimum_sentences
from moothall.domain.responsibility.figures import figure_changes
from moothall.domain.responsibility.lookup import next_plan, plan_at
from moothall.domain.responsibility.phrases import Phrases
from moothall.domain.responsibility.shares import CHANNELS, AgreementTerms, Cell, Cover, Names, ShareTerms
from moothall.domain.responsibility.sight import sight_changes
from moothall.domain.responsibility.succession import pass_on, passings
from moothall.domain.responsibility.text_changes import agreement_sentences, first_sentences, line_sentences
from moothall.domain.responsibility.told import HEADINGS, MOVING, Change, Changes, Moved

__all__ = ["Change", "Changes", "Known", "Moved", "aligned", "changes_of"]

Holidays = Mapping[int, frozenset[date]]
Tables = tuple[ResponsibilityMap, ResponsibilityMap]  # before, after
Period = tuple[datetime, datetime]
Dated = TypeVar("Dated", ShareTerms, Cover)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the texts: names, bank holidays by council number, how many people each team has (by slug),
    and the shares of the other agreements that hold, by which a team may see the same.
    """

    names: Names
    holidays: Holidays
    people: Mapping[str, int]
    beside: tuple[ShareTerms, ...] = ()


def changes_of(
    before: AgreementTerms | None, after: AgreementTerms, *, known: Known, since: datetime | None = None
) -> Changes:
    """Everything that `after` changes, grouped by heading and in the order of its text. Without `before`: all that it
    brings. `since`: nothing that changes on earlier dates is told. Equal texts give no changes, nor do shares that only
    have other keys, stand elsewhere in the text, or are divided without an effect.
    """
    starts = after.starts
    if since is not None and since > starts:
        starts = midnight(wall_clock(since)[0])  # the whole day, or its rest would be told as a time of its own
    period: Period = (starts, after.ends)
    old = aligned(before or replace(after, covers=(), shares=(), lines=(), successions=()), after)
    old, after = _passed_on(old), _passed_on(after)
    tables = (compile_shares(old.shares, known.holidays), compile_shares(after.shares, known.holidays))
    phrases = Phrases(known.names, (after, before or old))
    told = [change for part in _parts((old, after), tables, phrases, known, period) for change in part]
    told += agreement_sentences(before, after, phrases) if before else first_sentences(after, phrases)
    order = list(HEADINGS)
    told.sort(key=lambda change: order.index(change.group))
    return Changes(*period, tuple(told), _moved(told, tables, starts))


def aligned(terms: AgreementTerms, other: AgreementTerms) -> AgreementTerms:
    """The terms as if their agreement ran as long as the other: what ends with the one, ends with the other."""
    return replace(
        terms, starts=other.starts, ends=other.ends, shares=tuple(_aligned(terms.shares, terms, other)),
        covers=tuple(_aligned(terms.covers, terms, other)),
    )


def _passed_on(terms: AgreementTerms) -> AgreementTerms:
    """With a successor's shares for what was its predecessors', as they are compiled."""
    return replace(terms, shares=tuple(pass_on(terms.shares, passings(terms.successions))))


def _aligned(dated: Iterable[Dated], terms: AgreementTerms, other: AgreementTerms) -> Iterator[Dated]:
    for each in dated:
        starts = other.starts if each.starts == terms.starts else each.starts
        ends = other.ends if each.ends == terms.ends else each.ends
        if starts < ends:
            yield replace(each, starts=starts, ends=ends)


def _parts(
    texts: tuple[AgreementTerms, AgreementTerms], tables: Tables, phrases: Phrases, known: Known, period: Period
) -> Iterator[Iterable[Change]]:
    (old, new), holidays, met = texts, known.holidays, meetings(*tables, *period)
    lines = {line.number: line for line in (*old.lines, *new.lines)}.values()
    seen = sight_changes((*old.shares, *known.beside), (*new.shares, *known.beside), *period)
    yield sight_sentences(seen, phrases, known.people, period)
    yield line_sentences(old, new, phrases)
    yield sorted(cover_sentences(cover_changes(met, holidays, *period), phrases, lines), key=phrases.place)
    yield sorted(_promises((_promised(old), _promised(new)), phrases, holidays, period), key=phrases.place)
    yield sorted(figure_sentences(figure_changes(old, new, met, period, holidays), phrases), key=phrases.place)


def _promises(
    texts: tuple[AgreementTerms, AgreementTerms], phrases: Phrases, holidays: Holidays, period: Period
) -> Iterator[Change]:
    """What councils promise their public, and which standard they ask for."""
    tables = [compile_shares(terms.shares, holidays) for terms in texts]
    met = meetings(tables[0], tables[1], *period)
    yield from promise_sentences(cover_changes(met, holidays, *period), phrases, tables[0].cells)
    yield from minimum_sentences(figure_changes(*texts, met, period, holidays), phrases)


def _promised(terms: AgreementTerms) -> AgreementTerms:
    """The promises as shares: one team of no name keeps each, so that only hours and standards can differ."""
    promises = [(cover, function) for cover in terms.covers for function in cover.functions]
    shares = (
        ShareTerms(
            number, "", cover.council, cover.services, cover.channels, function, "", cover.hours, cover.starts,
            cover.ends, standard=cover.standard,
        )
        for number, (cover, function) in enumerate(promises, 1)
    )
    return replace(terms, shares=tuple(shares), bodies={})


def _moved(told: Iterable[Change], tables: Tables, at: datetime) -> tuple[Moved, ...]:
    moving = (change for change in told if change.kind in MOVING)
    found = dict.fromkeys((council, service) for c in moving for council in c.councils for service in c.services)
    return tuple(Moved(*key, *(_resolver(table, *key, at) for table in tables)) for key in found)


def _resolver(table: ResponsibilityMap, council: int, service: int, at: datetime) -> str:
    """The team that resolves a service's cases at an instant, or else the next one that does."""
    for channel in CHANNELS:
        cell = Cell(council, service, channel, "resolve")
        plan = plan_at(table, cell, at)
        following = None if plan else next_plan(table, cell, at)
        if plan := plan or (following.plan if following else None):
            return plan.tiers[0][1]
    return ""
