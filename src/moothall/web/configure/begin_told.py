"""What is known before an agreement is begun: what its councils chose on their way to live, and what others say."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moothall.agreements.beginning import BegunLine
from moothall.agreements.beside import Claimed
from moothall.agreements.register import CouncilEntry, Register
from moothall.domain.responsibility.times import day_words, listed
from moothall.onboarding.queries import planned_lines, slugs_chosen


@dataclass(frozen=True, slots=True)
class Onboarded:
    """A council of which somebody is a manager, with the services (slugs) and the lines that it chose."""

    council: CouncilEntry
    services: tuple[str, ...]
    lines: tuple[BegunLine, ...]

    @property
    def words(self) -> str:
        short = self.council.short_name
        said = f"Ticked is what {short} chose on its way to live."
        if self.lines:
            names = listed([f"{line.name} ({line.number})" for line in self.lines])
            said += f" Of its lines, those for a service that stays ticked come into the draft: {names}."
        return said


def onboarded(register: Register, managed: Sequence[int]) -> list[Onboarded]:
    """The councils that somebody manages and that chose something; what others chose is theirs to say."""
    slugs = {each.number: each.slug for each in register.services}
    found = []
    for council in (each for each in register.councils if each.number in managed):
        one = Onboarded(
            council, slugs_chosen(council.number),
            tuple(BegunLine(row.number, row.public_number, council, slugs[row.service_id], row.name, row.greeting)
                  for row in planned_lines(council.number)),
        )  # fmt: skip
        if one.services or one.lines:
            found.append(one)
    return found


def ways_out(claimed: Sequence[Claimed]) -> tuple[str, str]:
    """What may be done about what others say: to begin later, or to leave it out."""
    first = day_words(max(each.free for each in claimed))
    ends = "that agreement ends" if len(claimed) == 1 else "those agreements have ended"
    return f"It begins on {first}, when {ends}", "It begins as chosen above, and leaves that out"
