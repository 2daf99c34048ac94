"""Questions to the agreements in force: who answers, who resolves, which line is this, how is it greeted."""
from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from moothall.agreements.in_force import InForce, LineRow, current, line_row
from moothall.agreements.models import AgreementVersion, Line
from moothall.agreements.reader import read_agreement
from moothall.agreements.register import register_from_database
from moothall.domain.responsibility.compile import ResponsibilityMap
from moothall.domain.responsibility.lookup import Stretch, next_plan, stretch_at
from moothall.domain.responsibility.shares import NO_STANDARD, Cell, Cover, StandardTerms
from moothall.domain.responsibility.wording import heard
from moothall.tenancy.models import Council

__all__ = ["Answer", "Gap", "LineRow", "SightBeyond", "councils_alone", "covers_of", "greeting", "is_cut_off", "line",
           "line_of", "lines_there", "members", "own_line", "responsibility", "responsible", "sight_beyond", "stopped"]


NOBODY = "nobody_answers"


@dataclass(frozen=True, slots=True)
class Answer:
    """Who is responsible. `tiers` are (after seconds, team id), `teams` their slugs; `until` None has no known end."""

    share_id: int
    share_key: str
    version_id: int
    tiers: tuple[tuple[int, int], ...]
    teams: tuple[str, ...]
    until: datetime | None
    standard: StandardTerms = NO_STANDARD
    guarantee: int = 0
    cap: int | None = None

    @property
    def answer_within_s(self) -> int | None:
        return self.standard.answered_within_s


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody is responsible; `next_at` is when somebody is again, by `next_share`. `code` says why: nobody answers
    then, or the share that would is paused, taken back, or of a council that is cut off."""

    next_at: datetime | None = None
    next_share: str = ""
    code: str = NOBODY
    message: str = ""  # what the agreement's clause lets callers hear then

USUAL_GREETING = "Hello, {council}. My name is {agent}. How can I help?"


def responsibility() -> ResponsibilityMap:
    """The compiled map of all agreements in force. Its plans name shares by primary key and teams by slug."""
    return current().table


def responsible(council: int, service: int, channel: str, function: str, at: datetime) -> Answer | Gap:
    """Who answers (or resolves) at an instant. `council` and `service` are numbers. No query while the set stands."""
    now = current()
    cell = Cell(council, service, channel, function)
    stretch = _stretch(now, cell, at)
    if stretch.plan is None:
        following, (code, message) = next_plan(now.table, cell, at), now.gaps.get(cell, (NOBODY, ""))
        if following is None or following.plan is None:
            return Gap(code=code, message=message)
        return Gap(following.starts, now.shares[following.plan.share].key, code, message)
    return _answer(now, stretch.plan.share, stretch.plan.tiers, stretch.ends)


def _stretch(now: InForce, cell: Cell, at: datetime) -> Stretch:
    """`stretch_at`, from memory while the same stretch goes on: every page asks, and days take looking through."""
    kept = now.stretches.get(cell)
    if kept is None or at < kept.starts or (kept.ends is not None and at >= kept.ends):
        kept = now.stretches[cell] = stretch_at(now.table, cell, at)
    return kept


def _answer(now: InForce, share_id: int, tiers: tuple[tuple[int, str], ...], until: datetime | None) -> Answer:
    share = now.shares[share_id]
    return Answer(
        share_id=share_id,
        share_key=share.key,
        version_id=now.version_of[share_id],
        tiers=tuple((after, now.team_ids[team]) for after, team in tiers),
        teams=tuple(team for _, team in tiers),
        until=until,
        standard=share.standard,
        guarantee=share.guarantee,
        cap=share.cap,
    )


def stopped() -> Mapping[int, str]:
    """The shares whose team is offered nothing now, each with why: paused, taken_back, cut_off."""
    return current().stopped


def is_cut_off(council: int, at: datetime) -> bool:
    """Whether the council itself is cut off: nobody sees anything that is its own, its residents included. No query."""
    return any(halt.kind == "cut" and halt.council == council and halt.holds(at) for halt in current().halts)


def line(number: str | None) -> LineRow | None:
    """The line with this number, as the exchange or as the public dials it, in the agreements in force."""
    return current().lines.get(number or "")


def members(partnership: int) -> tuple[int, ...]:
    """The councils that a partnership's line may be about: the clients of the agreements in force that give it one."""
    now = current()
    versions = {row.version_id for row in now.lines.values() if row.council == partnership}
    clients = {share.client for number, share in now.shares.items() if now.version_of[number] in versions}
    return tuple(sorted(clients - {partnership}))


def line_of(council: int, service: int) -> LineRow | None:
    """The number in whose name a council rings about a service: that service's, else one of the council's others."""
    found = {row.number: row for row in current().lines.values() if row.council == council}
    return own_line(council, service) or (found[min(found)] if found else None)


def own_line(council: int, service: int) -> LineRow | None:
    """The number that a council publishes for a service itself; the lowest where there are several."""
    found = {row.number: row for row in current().lines.values() if (row.council, row.service) == (council, service)}
    return found[min(found)] if found else None


def lines_there(councils: Collection[int], channel: str, at: datetime) -> list[Line]:
    """The lines of these councils in the agreements in force at an instant, by number."""
    held = AgreementVersion.objects.in_force(at)
    found = Line.objects.filter(council__in=councils, channel=channel, version__in=held)
    return list(found.select_related("service", "council").order_by("number"))


@lru_cache(maxsize=64)
def covers_of(version: int) -> tuple[Cover, ...]:
    """What the councils promise in a version. Its text never changes, so it is read once."""
    text = AgreementVersion.objects.values_list("text", flat=True).get(pk=version)
    terms = read_agreement(text, register=register_from_database()).terms
    return terms.covers if terms else ()


def councils_alone() -> frozenset[str]:
    """The ONS codes of those that are councils, not partnerships of several."""
    return frozenset(Council.objects.filter(kind=Council.Kind.COUNCIL).values_list("gss", flat=True))


def greeting(
    line: LineRow | str, share_id: int | None, agent_first_name: str, *, usual: str = "", council: str = ""
) -> str:
    """What the agent says first: the line's words in the version by which the contact was stamped, filled in.

    A line without words of its own has its council's `usual` ones, and where that has none, those of all. `council` is
    the council's name as it is now.
    """
    found = _stamped_line(line if isinstance(line, str) else line.number, share_id)
    if found is None and not isinstance(line, str):
        found = line
    if found is None:
        return f"Hello. My name is {agent_first_name}. How can I help?"
    words = found.greeting or usual or USUAL_GREETING
    return heard(words, council or found.council_name, agent_first_name)


@lru_cache(maxsize=4096)
def _stamped_line(number: str, share_id: int | None) -> LineRow | None:
    """Versions never change once loaded, so what was found once may be kept."""
    if share_id is None:
        return None
    row = Line.objects.filter(number=number, version__shares=share_id).select_related("council").first()
    if row is None:
        return None
    return line_row(row, council_of_share(share_id, row.council))


def council_of_share(share_id: int | None, council: Council) -> Council:
    """In whose name what is stamped with a share is done: the successor's, where the share is one of its own."""
    now = current()
    share, following = now.shares.get(share_id or 0), now.following.get(council.pk)
    return following if share and following and share.client == following.pk else council


def council_now(council: Council) -> Council:
    """In whose name is done now what a council did: its own, or its successor's when it has one. No query."""
    return current().following.get(council.pk, council)


def ring_every_desk() -> None:
    """At commit: what open desks may see has changed. The live process hears it and lets each fetch its state anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('moothall_desk', 'rights')")


def enact(version: int, since: datetime) -> int | None:
    """Put a version in the place of those before it, without asking for signatures: the owner's alone."""
    replaced: int | None = ask("enact", version, since)[0][0]
    return replaced


@dataclass(frozen=True, slots=True)
class SightBeyond:
    """By a share its team sees a service of a council without serving it: what `function` would see of it."""

    share: str
    team: str  # by its slug
    council: int
    function: str
    service: int


def sight_beyond(version: int) -> tuple[SightBeyond, ...]:
    """What the shares of a version let their teams see without serving it, as the database counts it."""
    return tuple(SightBeyond(*row) for row in ask("sight_beyond", version))


def ask(function: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a function of the database."""
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM moothall.{function}({marks})", values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
