"""Councils that become one, as stored: which are signed, what is behind a council, and the council that begins."""
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce, Greatest

from moothall.agreements.models import AgreementVersion, Share, Succession, TeamPassing
from moothall.domain.responsibility.shares import AgreementTerms
from moothall.domain.responsibility.succession import Passing, behind, succeeded
from moothall.lib import clock
from moothall.tenancy.models import Council, Grant


def passings_signed() -> list[Passing]:
    """Every succession that is signed, as succession.sql has it."""
    begins = Greatest("at", Coalesce("version__holds_from", "version__starts"))
    rows = Succession.objects.filter(version__state__in=AgreementVersion.SIGNED).annotate(begins=begins)
    found = rows.order_by("begins", "pk").values_list("predecessor_id", "successor_id", "begins", "version__ends")
    return [Passing(predecessor, successor, at) for predecessor, successor, at, ends in found if at < ends]


def successors_at(at: datetime) -> dict[int, int]:
    """Every council that has a successor at an instant, and the last one of these; by number."""
    return succeeded(passings_signed(), at)


def predecessors_of(council: int, at: datetime) -> tuple[int, ...]:
    """The councils that have become this one by an instant."""
    return behind(passings_signed(), council, at)


def councils_to_come(at: datetime, signed: Iterable[Passing] | None = None) -> set[int]:
    """Successors that aren't a council yet: drafted or signed, with nothing that anybody serves for them by now.
    `signed`: what `passings_signed` said, where it is known."""
    passed = passings_signed() if signed is None else signed
    named = set(Succession.objects.values_list("successor", flat=True)) - {
        each.successor for each in passed if each.at <= at}
    if not named:
        return named
    served = Share.objects.filter(client__in=named, starts__lte=at, version__in=AgreementVersion.objects.in_force(at))
    return named - set(served.values_list("client", flat=True))


def teams_behind(teams: Collection[int], at: datetime) -> set[int]:
    """These teams and those that have become one of them: what waits for the old ones waits for them."""
    rows = TeamPassing.objects.filter(
        becomes__in=teams, version__state__in=AgreementVersion.SIGNED, version__successions__at__lte=at,
        version__successions__successor=F("successor"),
    )
    return {*teams, *rows.values_list("team", flat=True)}


def to_come(councils: Iterable[int]) -> set[int]:
    """Those of which nobody may see or do anything yet, so that nobody could sign for them."""
    wanted = set(councils)
    begun = Grant.objects.filter(council__in=wanted, valid_from__lte=clock.now())
    return wanted - set(begun.values_list("council", flat=True))


def make_successors(terms: AgreementTerms) -> None:
    """The councils that a text lets begin, where they aren't known yet. A council by itself gives nobody a right."""
    for each in terms.successions:
        first = Council.objects.filter(number__in=each.predecessors).order_by("number").first()
        Council.objects.get_or_create(gss=each.gss, defaults={
            "number": each.number, "slug": each.slug, "name": each.name, "short_name": each.short_name,
            "tier": "unitary", "letters": each.letters[:2], "reference_prefix": each.letters,
            "division": first.division if first else "england-and-wales",
        })


def store_successions(version: AgreementVersion, terms: AgreementTerms, teams: Mapping[str, int]) -> None:
    """The rows of a draft's successions; `teams` are ids by slug."""
    Succession.objects.bulk_create(
        Succession(version=version, predecessor_id=number, successor_id=each.number, at=each.at)
        for each in terms.successions for number in each.predecessors
    )
    TeamPassing.objects.bulk_create(
        TeamPassing(version=version, successor_id=each.number, team_id=teams[team], becomes_id=teams[becomes])
        for each in terms.successions for team, becomes in each.teams
    )
