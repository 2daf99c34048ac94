"""An agreement's text read into AgreementTerms. Every finding has the line and column of the words that it is about."""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter

from ruamel.yaml.nodes import Node, ScalarNode

from moothall.agreements.context import Context
from moothall.agreements.document import Entry, Reading, TooMany, parse
from moothall.agreements.emergency import read_emergency
from moothall.agreements.hours import read_hours
from moothall.agreements.macros import expand
from moothall.agreements.register import CouncilEntry, Register
from moothall.agreements.share_reader import ShareReader, read_notice, read_standard
from moothall.agreements.succession_reader import SuccessionReader
from moothall.domain.findings import Finding, Place, has_errors
from moothall.domain.responsibility.shares import (
    CHANNELS,
    FUNCTIONS,
    NO_NOTICE,
    AgreementTerms,
    Cover,
    LineTerms,
    TeamTerms,
)
from moothall.domain.responsibility.spans import ANY_DATES
from moothall.domain.responsibility.succession import passings, until_vesting

FORMAT = "1"
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TOP = (["moothall", "agreement", "name", "from", "to", "parties", "teams", "covers", "shares"],
       ["partnership", "notice_months", "notice_days", "hours", "groups", "lines", "emergency", "succession"])
PARTY = (["council"], ["signatory"])
TEAM = (["name"], ["employer"])
COVER = (["services", "hours"], ["council", "councils", "channels", "functions", "from", "to", "standard"])
LINE = (["number", "council", "service", "name"], ["public", "channel", "greeting", "aliases"])


@dataclass(frozen=True, slots=True)
class ReadAgreement:
    """A text as it was read. `terms` is None where a finding is an error."""

    terms: AgreementTerms | None
    findings: tuple[Finding, ...]
    text: str = ""  # as it stands without short forms


def read_agreement(text: str, *, register: Register, file: str = "") -> ReadAgreement:
    """Read an agreement's text. Never raises for what a text holds: what is wrong with it is in the findings."""
    reading = Reading(file)
    terms = None
    try:
        expanded = expand(text, register=register, reading=reading)
        if not has_errors(reading.findings):  # else what is missing would be told twice
            text, reading.moved = expanded.text, expanded.moved
            root = parse(text, reading)
            terms = _Reader(reading, register).read(root) if root is not None else None
    except TooMany:
        pass  # the findings say so
    return ReadAgreement(None if has_errors(reading.findings) else terms, tuple(reading.findings), text)


class _Reader:
    def __init__(self, reading: Reading, register: Register) -> None:
        self.reading = reading
        self.context = Context(reading, register, *ANY_DATES)

    def read(self, root: Node) -> AgreementTerms:
        reading, context = self.reading, self.context
        top = reading.mapping(root, "the agreement", *TOP)
        self._format(top)
        context.starts, context.ends = context.period(top)
        succession = SuccessionReader(context, top.get("succession"))
        self._named(top)
        successions = succession.read()
        context.passed = passings(successions)
        slug = reading.text(top.get("agreement"), longest=60) or ""
        if "agreement" in top and not KEY.fullmatch(slug):
            reading.add("not-a-key", top["agreement"][1], f"“{slug}” must be small letters, digits and hyphens.")
        covers = tuple(self._covers(top))
        sharing = ShareReader(context)
        shares, bodies = sharing.read(top.get("shares"))
        shares = succession.carry_on(sharing, shares)
        return AgreementTerms(
            slug, reading.text(top.get("name"), longest=120) or "", context.starts, context.ends,
            tuple(context.parties), tuple(context.teams.values()), covers, shares, tuple(self._lines(top)), bodies,
            self._place(top, "agreement"), read_notice(top, reading) or NO_NOTICE,
            read_emergency(top.get("emergency"), context),
            successions,
        )

    def _format(self, top: dict[str, Entry]) -> None:
        version = self.reading.text(top.get("moothall"))
        if version is not None and version != FORMAT:
            self.reading.add("unknown-format", top["moothall"][1], f"This is written in format {version}; "
                             f"format {FORMAT} is understood here.")

    def _place(self, top: dict[str, Entry], key: str) -> Place:
        return self.reading.place(top[key][0]) if key in top else Place(file=self.reading.file)

    def _named(self, top: dict[str, Entry]) -> None:
        """Parties, teams, hours and groups: what the rest may refer to."""
        context, reading = self.context, self.reading
        for node in reading.items(top.get("parties")):
            party = self._party(node)
            if party:
                context.parties[party.number] = party
        if owner := context.council(top.get("partnership"), party=False):
            context.parties[owner.number] = owner
        for key, value in reading.mapping(_value(top, "teams"), "teams", (), None).values():
            self._team(key, value)
        for name, (_, value) in reading.mapping(_value(top, "hours"), "hours", (), None).items():
            found = read_hours(value, reading, context.hours)
            if found:
                context.hours[name] = found
        for name, entry in reading.mapping(_value(top, "groups"), "groups", (), None).items():
            context.groups[name] = context.services(entry)

    def _party(self, node: Node) -> CouncilEntry | None:
        if isinstance(node, ScalarNode):
            return self.context.council(node, party=False)
        entries = self.reading.mapping(node, "a party", *PARTY)
        self.reading.text(entries.get("signatory"))
        return self.context.council(entries.get("council"), party=False)

    def _team(self, key: ScalarNode, value: Node) -> None:
        slug = str(key.value)
        if not KEY.fullmatch(slug) or len(slug) > 60:
            self.reading.add("not-a-key", key, f"“{slug}” must be small letters, digits and hyphens, at most 60.")
            return
        entries = self.reading.mapping(value, "a team", *TEAM)
        name = self.reading.text(entries.get("name"), longest=80) or slug
        employer = self.context.council(entries.get("employer"))
        self.context.teams[slug] = TeamTerms(slug, name, employer.number if employer else None)

    def _covers(self, top: dict[str, Entry]) -> Iterator[Cover]:
        context = self.context
        for node in self.reading.items(top.get("covers")):
            entries = self.reading.mapping(node, "covers", *COVER)
            councils = context.councils(entries.get("councils") or entries.get("council"))
            if not ("council" in entries or "councils" in entries):
                self.reading.add("missing-key", node, "covers has no “council”.", "Add a line council: …")
            hours = read_hours(entries.get("hours"), self.reading, context.hours)
            wanted = context.choices(entries.get("functions"), FUNCTIONS, "function") or FUNCTIONS
            functions = tuple(function for function in FUNCTIONS if function in wanted)
            channels = context.choices(entries.get("channels"), CHANNELS, "channel") or ("phone",)
            services, (starts, ends) = context.services(entries.get("services")), context.period(entries)
            least = read_standard(entries.get("standard"), self.reading)
            for council in councils if hours else ():
                assert hours is not None
                cover = Cover(
                    council.number, services, channels, functions, hours, starts, ends, self.reading.place(node), least
                )
                yield cover if "to" in entries else until_vesting(cover, council.number, context.passed)

    def _lines(self, top: dict[str, Entry]) -> Iterator[LineTerms]:
        seen: dict[str, int] = {}
        for node in self.reading.items(top.get("lines")):
            line = self._line(node)
            for number in (line.number, *line.aliases) if line else ():
                if number in seen:
                    self.reading.add("line-twice", node, f"The line {number} stands here and on line {seen[number]}.",
                                     "Each number leads to one service of one council.")
                seen[number] = self.reading.place(node).line
            if line:
                yield line

    def _line(self, node: Node) -> LineTerms | None:
        context, reading = self.context, self.reading
        entries = reading.mapping(node, "a line", *LINE)
        number, name = reading.text(entries.get("number"), longest=20), reading.text(entries.get("name"), longest=80)
        council, services = context.council(entries.get("council")), context.services(entries.get("service"))
        channel = context.choices(entries.get("channel"), CHANNELS, "channel") or ("phone",)
        aliases = tuple(reading.text(item, longest=20) or "" for item in reading.items(entries.get("aliases")))
        greeting, public = self._greeting(entries.get("greeting")), reading.text(entries.get("public"), longest=20)
        if not (number and name and council and services):
            return None
        return LineTerms(number, council.number, services[0], channel[0], name, public or "", aliases, greeting,
                         reading.place(node))

    def _greeting(self, entry: Entry | None) -> str:
        text = self.reading.text(entry) or ""
        try:
            names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError:
            names = {"{"}
        if entry and names - {"agent", "council"}:
            self.reading.add("unknown-placeholder", entry[1], "A greeting may hold {agent} and {council}, no more.")
        return text


def _value(entries: dict[str, Entry], key: str) -> Node | None:
    return entries[key][1] if key in entries else None
