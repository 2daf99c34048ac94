"""Reading which councils of a text become one: the new council, its day, its teams, the shares that it carries on."""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ruamel.yaml.nodes import MappingNode, Node

from moothall.agreements.context import Context
from moothall.agreements.document import Entry, nearest
from moothall.agreements.hours import read_instant
from moothall.agreements.register import CouncilEntry
from moothall.agreements.share_reader import LONGEST_KEY, Body, ShareReader
from moothall.domain.responsibility.shares import ShareTerms, SuccessionTerms
from moothall.domain.responsibility.succession import carried_key

SUCCESSION = (["successor", "name", "letters", "vesting_day", "predecessors", "teams"], ["short_name", "carries_on"])
STAYS = "stays"
GSS = re.compile(r"[A-Z][0-9]{8}")
LETTERS = re.compile(r"[A-Z]{2,3}")


class SuccessionReader:
    """First `declare` the successors, so that the rest of the text may name them; then `read` what becomes of whom."""

    def __init__(self, context: Context, entry: Entry | None) -> None:
        self.context, self.reading = context, context.reading
        self.found: list[tuple[SuccessionTerms, dict[str, Entry]]] = []
        for node in self.reading.items(entry):
            self._declare(node)

    def _declare(self, node: Node) -> None:
        reading, context = self.reading, self.context
        entries = reading.mapping(node, "a succession", *SUCCESSION)
        gss, name = reading.text(entries.get("successor"), longest=9), reading.text(entries.get("name"), longest=120)
        letters = reading.text(entries.get("letters"), longest=20)
        at = read_instant(entries.get("vesting_day"), reading)
        if gss is not None and not GSS.fullmatch(gss):
            reading.add("not-a-code", entries["successor"][1], f"“{gss}” isn't a council's code.",
                        "Write the code of the order, like E06000063.")
            return
        if letters is not None and not LETTERS.fullmatch(letters):
            reading.add("not-letters", entries["letters"][1], f"“{letters}” must be two or three capital letters.")
            return
        if not (gss and name and letters and at):
            return
        short = reading.text(entries.get("short_name"), longest=60) or name[:60]
        there = context.register.council(gss)
        number = there.number if there else max(each.number for each in context.register.councils) + 1
        taken = next((each.shown for each in context.register.councils if each.prefix == letters and each != there), "")
        each = SuccessionTerms(number, gss, name, short, letters, (), at, known=there is not None,
                               letters_of=taken, place=reading.place(node))
        council = there or CouncilEntry(number, gss, each.slug, name, short, prefix=letters)
        if there is None:
            context.register = replace(context.register, councils=(*context.register.councils, council))
        context.parties[number] = council
        self.found.append((each, entries))

    def read(self) -> tuple[SuccessionTerms, ...]:
        """Once the text's parties and teams are known."""
        self.found = [(self._whole(each, entries), entries) for each, entries in self.found]
        return tuple(each for each, _ in self.found)

    def _whole(self, each: SuccessionTerms, entries: dict[str, Entry]) -> SuccessionTerms:
        predecessors = tuple(council.number for council in self.context.councils(entries.get("predecessors")))
        keys = tuple(self.reading.text(node) or "" for node in self.reading.items(entries.get("carries_on")))
        return replace(each, predecessors=predecessors, teams=tuple(self._teams(entries.get("teams"))), carries_on=keys)

    def _teams(self, entry: Entry | None) -> Iterator[tuple[str, str]]:
        known = self.context.teams
        node = entry[1] if entry else None
        named = self.reading.mapping(node, "teams of a succession", (), None) if isinstance(node, MappingNode) else {}
        if node is not None and not isinstance(node, MappingNode):
            self.reading.mapping(node, "teams of a succession")
        for slug, (key, value) in named.items():
            becomes = self.reading.text(value) or ""
            becomes = slug if becomes == STAYS else becomes
            for each, where in ((slug, key), (becomes, value)):
                if each not in known:
                    self.reading.add("unknown-team", where, f"“{each}” isn't a team of this agreement.",
                                     nearest(each, [*known, STAYS]))
            if slug in known and becomes in known:
                yield slug, becomes

    def carry_on(self, shares: ShareReader, found: tuple[ShareTerms, ...]) -> tuple[ShareTerms, ...]:
        """The shares with those that successors carry on: from vesting day to the agreement's end."""
        more: list[ShareTerms] = []
        for each, entries in self.found:
            for node in self.reading.items(entries.get("carries_on")):
                more += self._carried(each, node, shares, len(found) + len(more))
        return (*found, *more)

    def _carried(self, each: SuccessionTerms, node: Node, shares: ShareReader, count: int) -> list[ShareTerms]:
        key, reading = self.reading.text(node) or "", self.reading
        named = [share for share in shares.by_key.get(key, []) if share.client in each.predecessors]
        if not named:
            reading.add("unknown-share", node, f"No share of {each.short_name}'s predecessors is called “{key}”.",
                        nearest(key, shares.by_key))
            return []
        teams = dict(each.teams)
        serving = {teams.get(share.team, share.team) for share in named}
        if len(serving) > 1:
            several = " and by ".join(sorted(serving))
            reading.add("carried-by-several", node, f"“{key}” would be carried on by {several}.",
                        f"Write a share of {each.short_name} with one team, or let their teams become one.")
            return []
        made = replace(named[0], id=count + 1, key=carried_key(key, each)[:LONGEST_KEY], client=each.number,
                       team=serving.pop(), starts=each.at, ends=self.context.ends, overrides=(),
                       place=reading.place(node))
        shares.bodies[made.id] = body_without_overrides(shares.bodies[named[0].id])
        return [made]


def body_without_overrides(body: Mapping[str, object]) -> Body:
    return {**body, "overrides": []}
