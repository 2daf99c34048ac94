"""What is known while a text is being read: the register, and what the text itself has named so far."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ruamel.yaml.nodes import Node

from moothall.agreements.document import Entry, Reading, nearest
from moothall.agreements.hours import read_instant
from moothall.agreements.register import CouncilEntry, Register
from moothall.domain.calendar import WeekHours
from moothall.domain.responsibility.shares import TeamTerms
from moothall.domain.responsibility.succession import Passing


@dataclass
class Context:
    """Looks up what a text refers to; a finding where there is no such thing."""

    reading: Reading
    register: Register
    starts: datetime
    ends: datetime
    parties: dict[int, CouncilEntry] = field(default_factory=dict)
    teams: dict[str, TeamTerms] = field(default_factory=dict)
    hours: dict[str, WeekHours] = field(default_factory=dict)
    groups: dict[str, tuple[int, ...]] = field(default_factory=dict)
    passed: list[Passing] = field(default_factory=list)  # which council goes over to which, and when

    def council(self, entry: Entry | Node | None, *, party: bool = True) -> CouncilEntry | None:
        """A council that the text names; a finding where there is no such one, or it is no party."""
        node = entry[1] if isinstance(entry, tuple) else entry
        text = self.reading.text(node)
        if node is None or text is None:
            return None
        found = self.register.council(text)
        if found is None:
            shown = self.register.council_names()
            self.reading.add("unknown-council", node, f"“{text}” isn't a council here.", nearest(text, shown, shown))
        elif party and found.number not in self.parties:
            self.reading.add("no-party", node, f"{found.short_name} isn't a party to this agreement.",
                             f"Add {found.gss} under parties, or name another council.")
            return None
        return found

    def councils(self, entry: Entry | None) -> list[CouncilEntry]:
        """Several councils, each once; naming one twice is a finding."""
        found: dict[int, CouncilEntry] = {}
        for node in self.reading.items(entry):
            council = self.council(node)
            if council and council.number in found:
                self.reading.add("named-twice", node, f"{council.short_name} is named twice here.", "Leave one out.")
            elif council:
                found[council.number] = council
        return list(found.values())

    def services(self, entry: Entry | Node | None) -> tuple[int, ...]:
        """Service numbers, in the text's order, groups unfolded."""
        found: list[int] = []
        for node in self.reading.items(entry):
            text = self.reading.text(node) or ""
            service = self.register.service(text)
            if text in self.groups:
                found += self.groups[text]
            elif service:
                found.append(service.number)
            else:
                known = {s.slug: s.slug for s in self.register.services if s.number} | {g: g for g in self.groups}
                self.reading.add("unknown-service", node, f"“{text}” isn't a service here.", nearest(text, known))
        return tuple(dict.fromkeys(found))

    def choices(self, entry: Entry | None, known: tuple[str, ...], what: str) -> tuple[str, ...]:
        """Words of a closed list."""
        found: list[str] = []
        for node in self.reading.items(entry):
            text = self.reading.text(node) or ""
            if text in known:
                found.append(text)
            else:
                self.reading.add(f"unknown-{what}", node, f"“{text}” isn't a {what} here.", nearest(text, known))
        return tuple(dict.fromkeys(found))

    def period(self, entries: dict[str, Entry]) -> tuple[datetime, datetime]:
        """`from` and `to`, or the agreement's own; swapped dates are a finding at the later one."""
        starts, ends = (read_instant(entries.get(key), self.reading) for key in ("from", "to"))
        first, last = starts or self.starts, ends or self.ends
        if last <= first and (starts or ends):
            node = entries["to" if "to" in entries else "from"][1]
            self.reading.add("dates-swapped", node, "This ends before it begins, or at that moment.",
                             "Swap the two dates. “to” is the first day on which it no longer holds.")
        return first, last
