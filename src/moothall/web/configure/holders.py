"""How whoever answers or resolves is shown: letters and a word in a cell, a sentence beside it."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moothall.domain.responsibility.compile import Plan
from moothall.domain.responsibility.shares import TeamTerms
from moothall.tenancy.models import Council

OWN, SHARED = "own", "shared"
LONGEST_WORD = 20  # a longer name of a team stands under the table


@dataclass(frozen=True, slots=True)
class Holder:
    """A team as a cell shows it. `council` is its employer, None for a team of several councils' people."""

    letters: str
    word: str
    team: str
    council: Council | None


@dataclass(frozen=True, slots=True)
class Holders:
    """The councils of this installation and the teams of one agreement."""

    councils: Mapping[int, Council]
    teams: Mapping[str, TeamTerms]

    def of(self, team: str, client: int) -> Holder:
        """A team, seen from the council for which it works: its own one is `own`."""
        terms = self.teams[team]
        employer = self.councils.get(terms.employer) if terms.employer is not None else None
        if employer is None:
            word = terms.name if len(terms.name) <= LONGEST_WORD else SHARED
            return Holder(_initials(terms.name), word, terms.name, None)
        word = OWN if employer.number == client else employer.short_name
        return Holder(employer.letters, word, terms.name, employer)

    def first(self, plan: Plan, client: int) -> Holder:
        """Whoever takes it first."""
        return self.of(plan.tiers[0][1], client)

    def sentence(self, plan: Plan) -> str:
        """`Northby contact centre, then Southby customer services after 2 minutes`."""
        names = [self.teams[team].name for _, team in plan.tiers]
        joins = [f"then {name}{_after(after)}" for name, (after, _) in zip(names[1:], plan.tiers[1:], strict=True)]
        return ", ".join([names[0], *joins])


def _initials(name: str) -> str:
    """`SP` of Staffordshire pool, `PO` of Pool."""
    words = name.split()
    return "".join(word[0] for word in words[:2]).upper() if len(words) > 1 else name[:2].upper()


def _after(seconds: int) -> str:
    if not seconds:
        return " at once"
    minutes, rest = divmod(seconds, 60)
    if rest:
        return f" after {seconds} seconds"
    return f" after {minutes} minute{'s' if minutes != 1 else ''}"
