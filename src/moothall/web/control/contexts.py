"""What the control room shows: how our contacts are being handled by them, now and since the share began."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import (
    BigIntegerField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, Extract
from django.urls import reverse

from moothall.agreements.control import councils_without, without
from moothall.agreements.halt_words import cuts_at
from moothall.agreements.models import Halt, Share
from moothall.agreements.queries import stopped
from moothall.agreements.schema import hours_from_json
from moothall.contacts.models import Contact, Leg
from moothall.contacts.next_legs import PASSED_ON
from moothall.domain.proportions import Proportion
from moothall.people.queries import how_many_of_council, how_many_of_team
from moothall.reports.queries import day_of, in_time_by_share, percent_of
from moothall.tenancy.models import Council
from moothall.tenancy.queries import service_names
from moothall.web.configure.hours_words import of_week
from moothall.web.control.access import named_by_clause, shares_across
from moothall.web.formats import wait
from moothall.web.reports.words import VERDICTS

STATES = {"paused": ("warn", "Paused"), "taken_back": ("bad", "Taken back"), "cut_off": ("bad", "Cut off")}
NEWEST = 100  # contacts on a page
FEW = 2  # services that a name of a share tells
WAITING = ("waiting", "offered")
NONE = Proportion(0, 0)


class Handled(NamedTuple):
    """Contacts of a share: how many had a promise and when it was kept."""

    kept: Proportion
    promise: int | None

    @property
    def verdict(self) -> tuple[str, str]:
        return VERDICTS[self.kept.against(self.promise)]


@dataclass(frozen=True, slots=True)
class Line:
    """One share: who does it, how it stands, and how its contacts fare. `address` opens the contacts of today."""

    share: Share
    waiting: int
    longest: str
    talking: int
    today: Handled
    since: Handled
    promise: str
    address: str
    services: str = ""
    all_services: tuple[str, ...] = ()
    state: tuple[str, str] = ("good", "In force")
    counted: bool = False  # whether the reader may count it
    acts: bool = False  # whether another council's manager may pause it or take it back, by the clause
    halts: tuple[Halt, ...] = ()

    @property
    def hours(self) -> str:
        """When it holds: the share of the day and that of the night are otherwise alike."""
        said = self.share.body.get("hours")
        return of_week(hours_from_json(said)) if said else ""


@dataclass(frozen=True, slots=True)
class Party:
    """The shares with one other council."""

    council: Council
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """`ours` is what others do for us, `theirs` what our teams do for others."""

    council: Council
    others: tuple[Council, ...]
    ours: tuple[Party, ...]
    theirs: tuple[Party, ...]
    at: datetime
    cut: Halt | None

    @property
    def acting(self) -> tuple[str, ...]:
        """Of what our teams do for others, what the clause lets this reader pause or take back."""
        lines = [line for party in self.theirs for line in party.lines]
        return tuple(f"{line.services} for {line.share.client.short_name}" for line in lines if line.acts)

    @property
    def all_acting(self) -> bool:
        return all(line.acts for party in self.theirs for line in party.lines)

    @property
    def worst(self) -> Line | None:
        """The share whose callers wait, or fare, worst now."""
        lines = [line for party in self.ours for line in party.lines if line.waiting or line.today.verdict[0] == "bad"]
        return max(lines, key=lambda line: (line.waiting, line.today.kept.of - line.today.kept.met), default=None)


class Late(NamedTuple):
    """How many contacts weren't answered in time, and the newest of them with what they waited."""

    count: int
    rows: tuple[tuple[Contact, str], ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a halt would do, in numbers: where each service goes, and who stops seeing it."""

    waiting: int
    talking: int
    people: int
    goes: tuple[str, ...]


def room_of(
    council: Council, others: Sequence[Council], at: datetime, keys: frozenset[tuple[int, int]], managed: Sequence[int]
) -> Room:
    """In an open scope. `keys` are what the reader may count, `managed` the councils that they manage."""
    lines = [replace(line, acts=named_by_clause(managed, line.share))
             for line in lines_of(list(shares_across(council.number, at)), at, keys)]  # fmt: skip
    cut = cuts_at(at).filter(council=council).first()
    return Room(
        council, tuple(other for other in others if other != council),
        _parties(lines, council.number, ours=True), _parties(lines, council.number, ours=False), at, cut,
    )


def _parties(lines: Iterable[Line], council: int, *, ours: bool) -> tuple[Party, ...]:
    found: dict[Council, list[Line]] = {}
    for line in lines:
        if (line.share.client_id == council) is ours:
            other = line.share.team.employer if ours else line.share.client
            if other is not None:
                found.setdefault(other, []).append(line)
    return tuple(Party(other, tuple(each)) for other, each in sorted(found.items(), key=lambda pair: pair[0].name))


def lines_of(shares: Sequence[Share], at: datetime, keys: frozenset[tuple[int, int]]) -> list[Line]:
    """The shares with their figures, in an open scope."""
    names = service_names()
    why, waits, since = stopped(), _waiting(shares, at), _since(shares, at)
    today = in_time_by_share(day_of(at), at=at, keys=keys)
    halts: dict[int, list[Halt]] = {}
    for halt in Halt.objects.to_come(at).filter(share__in=shares).select_related("by"):
        halts.setdefault(halt.share_id or 0, []).append(halt)
    found = []
    for share in shares:
        services = {int(number): names[number] for number in share.body.get("services", ())}
        found.append(replace(
            _line(share, waits.get(share.pk, {}), at, today.get(share.pk, NONE), since.get(share.pk, NONE)),
            services=few(list(services.values())), all_services=tuple(services.values()),
            state=STATES.get(why.get(share.pk, ""), ("good", "In force")), halts=tuple(halts.get(share.pk, ())),
            counted=any((share.client_id, number) in keys for number in services),
        ))  # fmt: skip
    return found


def _line(share: Share, waits: Mapping[str, object], at: datetime, today: Proportion, since: Proportion) -> Line:
    """Its figures alone."""
    promise = percent_of(share.body)
    within = (share.body.get("standard") or {}).get("answered_within_s")
    longest = waits.get("longest")
    told = {"what": "promised", "council": share.client_id, "share": share.pk, "date": day_of(at).isoformat(),
            "to": f"{at.timestamp():.6f}"}  # fmt: skip
    return Line(
        share=share, waiting=int(str(waits.get("waiting") or 0)), talking=int(str(waits.get("talking") or 0)),
        longest=wait((at - longest).total_seconds()) if isinstance(longest, datetime) else "–",
        today=Handled(today, promise), since=Handled(since, promise),
        promise=f"{promise}% in {wait(within)}" if promise and within else "no promise",
        address=f"{reverse('reports:contacts')}?{urlencode(told)}",
    )


# A contact with a promise that was kept or broken, and one whose promise was kept.
OVER = Q(answered_at__isnull=False) | Q(state__in=("abandoned", "cut_off")) | Q(age__gt=F("answer_within_s"))
PROMISED = Q(answer_within_s__isnull=False) & OVER
MET = Q(waited_s__lte=F("answer_within_s"))


def _timed(shares: Sequence[Share], at: datetime) -> QuerySet[Contact]:
    """The contacts whose answer these shares promised, with their waits in seconds. One that was passed on is now
    another share's (reports.facts counts it so too): the leg that passed it on names whose promise it was."""
    waited = ExpressionWrapper(F("answered_at") - F("offered_at"), output_field=DurationField())
    since = ExpressionWrapper(at - F("offered_at"), output_field=DurationField())
    passed = Leg.objects.filter(contact=OuterRef("pk"), cause=PASSED_ON).order_by("pk").values("share_id")[:1]
    return Contact.objects.annotate(
        waited_s=Extract(waited, "epoch"), age=Extract(since, "epoch"),
        promiser=Coalesce(Subquery(passed), F("share_id"), output_field=BigIntegerField()),
    ).filter(
        Q(share__in=shares) | Q(pk__in=Leg.objects.filter(share__in=shares, cause=PASSED_ON).values("contact_id")),
        promiser__in=[share.pk for share in shares],
    )  # fmt: skip


def late_of(share: Share, at: datetime) -> Late:
    """The contacts behind "since it began" whose promise was broken, newest first; in an open scope."""
    rows = _timed([share], at).filter(PROMISED).exclude(MET & Q(waited_s__isnull=False)).order_by("-offered_at", "-pk")
    shown = [
        (contact, wait(contact.waited_s) if contact.waited_s is not None else "–")  # type: ignore[attr-defined]
        for contact in rows.select_related("service")[:NEWEST]
    ]
    return Late(rows.count(), tuple(shown))


def _waiting(shares: Sequence[Share], at: datetime) -> dict[int, dict[str, object]]:
    """By share: who waits for it and since when, and who talks."""
    rows = Contact.objects.filter(share__in=shares, state__in=(*WAITING, "answered")).values("share_id").annotate(
        waiting=Count("pk", filter=Q(state__in=WAITING)), longest=Min("offered_at", filter=Q(state__in=WAITING)),
        talking=Count("pk", filter=Q(state="answered")),
    ).order_by()  # fmt: skip
    return {int(row["share_id"]): dict(row) for row in rows}


def _since(shares: Sequence[Share], at: datetime) -> dict[int, Proportion]:
    """By share: whose promise was kept since it began."""
    rows: Any = _timed(shares, at).values("promiser")  # type: ignore[misc]  # the types know no annotations
    rows = rows.annotate(
        of=Count("pk", filter=PROMISED), met=Count("pk", filter=MET),
    ).order_by()  # fmt: skip
    return {row["promiser"]: Proportion(row["met"], row["of"]) for row in rows}


def effect_of(line: Line, at: datetime) -> Effect:
    """What pausing or taking back would do now."""
    names = service_names()
    people = how_many_of_team(line.share.team_id, at)
    where: dict[tuple[str, ...], list[str]] = {}
    for cell, teams in without(line.share, at):
        if names[cell.service] not in where.setdefault(teams, []):
            where[teams].append(names[cell.service])
    return Effect(line.waiting, line.talking, people, tuple(
        f"{few(services)}: {_who(teams, line.share.function)}" for teams, services in where.items()))


def few(services: Sequence[str]) -> str:
    """`Bins and recycling, Council tax and 7 more`."""
    if len(services) <= FEW + 1:
        return ", ".join(services)
    return f"{', '.join(services[:FEW])} and {len(services) - FEW} more"


def _who(teams: tuple[str, ...], function: str) -> str:
    if teams:
        return f"new contacts go to {', then '.join(dict.fromkeys(teams))}"
    return "nobody answers now, so new calls end unanswered" if function == "answer" else "nobody resolves new cases"


def severed(council: Council, at: datetime) -> tuple[int, int, int]:
    """What cutting a council off would do: who is signed out, which calls end, how many councils lose sight."""
    people = how_many_of_council(council, at)
    live = Contact.objects.filter(council=council, state__in=WAITING).count()
    return people, live, councils_without(council.number, at)
