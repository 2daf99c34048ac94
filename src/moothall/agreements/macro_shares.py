"""What each short form becomes: shares as plain values, each with the place of the words that it came from."""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from moothall.agreements.document import Entry, Reading, nearest
from moothall.agreements.register import CouncilEntry, Register
from moothall.agreements.yaml_words import Value

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FORMS = ("hub_and_client", "many_together")
TITLES = {"hub_and_client": "hub and client", "many_together": "many together"}
AS_IT_IS = ["channels", "standard", "price", "guarantee", "cap", "from", "to", "purpose", "lawful_basis"]
HUB = (["key", "hub", "clients", "team", "services", "hours"], [*AS_IT_IS, "overflow", "resolved"])
MANY = (["key", "councils", "team", "services", "hours"], [*AS_IT_IS, "pooled", "own_team", "after_s", "resolved"])
OVERFLOW = (["team", "after_s"], ["services"])
RESOLVED = (["services", "team"], ["standard", "from", "to", "purpose", "lawful_basis"])
OF_CLIENTS = {"price", "guarantee", "cap", "purpose", "lawful_basis"}  # a hub owes itself none of these
Spot = tuple[int, int]
Fields = dict[str, tuple[Value, Spot]]


@dataclass(slots=True)
class Made:
    """A share that a short form stands for."""

    key: str
    comment: str
    spot: Spot
    fields: Fields = field(default_factory=dict)


def shares_of(form: str, key: ScalarNode, value: Node, reading: Reading, register: Register) -> Iterator[Made]:
    """The shares of one short form; none where a line of it is missing or unknown, which is told."""
    known = len(reading.findings)
    entries = reading.mapping(value, f"the macro “{form}”", *(HUB if form == "hub_and_client" else MANY))
    stem = reading.text(entries.get("key"), longest=40)
    if stem is not None and not KEY.fullmatch(stem):
        reading.add("not-a-key", entries["key"][1], f"“{stem}” must be small letters, digits and hyphens.")
    if len(reading.findings) > known or stem is None:
        return
    yield from _Form(form, stem, entries, reading, register).shares(_spot(key))


class _Form:
    def __init__(
        self, form: str, stem: str, entries: dict[str, Entry], reading: Reading, register: Register
    ) -> None:
        self.form, self.stem, self.entries = form, stem, entries
        self.reading, self.register = reading, register
        self.found: dict[str, list[tuple[str, CouncilEntry]]] = {}

    def shares(self, spot: Spot) -> Iterator[Made]:
        self.spot = spot
        yield from self._hub() if self.form == "hub_and_client" else self._many()
        yield from self._resolved()

    def _hub(self) -> Iterator[Made]:
        hub = self._councils("hub")
        for name, council in [*hub, *self._councils("clients")]:
            own = council in [each for _, each in hub]
            made = self._share(f"{self.stem}-{council.slug}", "client", name, "hub" if own else "clients")
            left = OF_CLIENTS if own else set()
            self._answered(made, "team", self._hours(council), left)
            yield made
            if "overflow" in self.entries and not own:
                yield from self._overflow(made)

    def _overflow(self, made: Made) -> Iterator[Made]:
        node = self.entries["overflow"][1]
        entries = self.reading.mapping(node, "an overflow", *OVERFLOW)
        if not all(name in entries for name in OVERFLOW[0]):
            return
        more = Made(f"{made.key}-overflow", made.comment, _spot(node))
        kept = {name: made.fields[name] for name in ("client", "services", "function", "channels", "hours")}
        more.fields = {**kept, "team": _of(entries["team"]), "tier": (1, _spot(node))}
        more.fields["after_s"] = _of(entries["after_s"])
        if "services" in entries:
            more.fields["services"] = _of(entries["services"])
        more.fields |= {name: made.fields[name] for name in ("from", "to") if name in made.fields}
        yield more

    def _many(self) -> Iterator[Made]:
        """Pooled: one team takes all calls. Not pooled: each council's own people first, then the others'."""
        together = self.reading.text(self.entries.get("pooled")) or "true"
        if together not in ("true", "false"):
            self.reading.add("not-a-truth", self.entries["pooled"][1], f"“{together}” must be true or false.")
            return
        apart = together == "false"
        wanted = {"own_team", "after_s"}
        if apart != bool(wanted & set(self.entries)) or (apart and not wanted <= set(self.entries)):
            self.reading.add("macro-pooled", self.entries.get("pooled", self.entries["key"])[1],
                             "Own people first need own_team and after_s; a pool that takes all calls has neither.",
                             "Write pooled: false with own_team: and after_s:, or leave all three out.")
            return
        names: Value = [name for name, _ in self._councils("councils")]
        for suffix, team in (("own", "own_team"), ("joined", "team")) if apart else (("", "team"),):
            made = self._share(f"{self.stem}-{suffix}" if suffix else self.stem, "clients", names, "councils")
            hours = self.entries["hours"]
            self._answered(made, team, _of(hours), {"standard", *OF_CLIENTS} if suffix == "joined" else set())
            if suffix == "joined":
                made.fields |= {"tier": (1, _spot(self.entries["after_s"][1])), "after_s": _of(self.entries["after_s"])}
            yield made

    def _resolved(self) -> Iterator[Made]:
        """What each council of the form resolves itself, by kind: `{waste: {services: …, team: "{client}-waste"}}`."""
        entry = self.entries.get("resolved")
        names: Value = [name for key in ("hub", "clients", "councils") for name, _ in self._councils(key)]
        for kind, (key, node) in self.reading.mapping(entry[1] if entry else None, "resolved", (), None).items():
            entries = self.reading.mapping(node, f"“{kind}” of resolved", *RESOLVED)
            made = Made(f"{self.stem}-{kind}-resolved", self._comment(), _spot(key))
            made.fields = {"clients": (names, _spot(key)), "function": ("resolve", _spot(key))}
            made.fields |= {name: _of(each) for name, each in entries.items()}
            yield made

    def _share(self, key: str, head: str, value: Value, origin: str) -> Made:
        made = Made(key, self._comment(), self.spot)
        made.fields[head] = (value, _at(self.entries[origin]))
        return made

    def _answered(self, made: Made, team: str, hours: tuple[Value, Spot], left: set[str]) -> None:
        made.fields["services"] = _of(self.entries["services"])
        made.fields["function"] = ("answer", self.spot)
        channels = self.entries.get("channels")
        made.fields["channels"] = _of(channels) if channels else (["phone"], self.spot)
        made.fields["team"] = _of(self.entries[team])
        made.fields["hours"] = hours
        for name in AS_IT_IS:
            if name in self.entries and name not in {"channels", *left}:
                made.fields[name] = _of(self.entries[name])

    def _hours(self, council: CouncilEntry) -> tuple[Value, Spot]:
        """One for all, or one for each council by its name."""
        node = self.entries["hours"][1]
        if isinstance(node, MappingNode):
            for key, value in node.value:
                found = self.register.council(str(key.value))
                if found is not None and found.number == council.number:
                    return _value(value), _spot(value)
            if any(self.register.council(str(key.value)) for key, _ in node.value):
                self.reading.add("macro-hours", node, f"No hours are said for {council.short_name} here.",
                                 f"Add a line {council.short_name}: …")
        return _value(node), _spot(node)

    def _councils(self, key: str) -> list[tuple[str, CouncilEntry]]:
        """Those that are known, each once; of the others is told what is wrong, once."""
        if key not in self.found:
            self.found[key] = list(self._named(key))
        return self.found[key]

    def _named(self, key: str) -> Iterator[tuple[str, CouncilEntry]]:
        seen = {each.number for _, each in self._councils("hub")} if key == "clients" else set()
        shown = self.register.council_names()
        for node in self.reading.items(self.entries.get(key)):
            text = self.reading.text(node) or ""
            council = self.register.council(text)
            if council is None:
                words = f"“{text}” isn't a council here."
                self.reading.add("unknown-council", node, words, nearest(text, shown, shown))
            elif council.number in seen:
                self.reading.add("named-twice", node, f"{council.short_name} is named twice here.", "Leave one out.")
            else:
                seen.add(council.number)
                yield text, council

    def _comment(self) -> str:
        return f"From the macro “{self.stem}” ({TITLES[self.form]})."


def _of(entry: Entry) -> tuple[Value, Spot]:
    return _value(entry[1]), _at(entry)


def _at(entry: Entry) -> Spot:
    """Where a value stands; its key, where a name (*…) stands for it."""
    key, value = entry
    return _spot(value if value.start_mark.index > key.start_mark.index else key)


def _value(node: Node) -> Value:
    """What a node says: a whole number that stands bare is one, all else is a text."""
    if isinstance(node, MappingNode):
        return {str(key.value): _value(each) for key, each in node.value}
    if isinstance(node, SequenceNode):
        return [_value(each) for each in node.value]
    said = str(node.value)
    bare = isinstance(node, ScalarNode) and not node.style
    return int(said) if bare and re.fullmatch(r"0|[1-9]\d{0,8}", said) else said


def _spot(node: Node) -> Spot:
    return node.start_mark.line + 1, node.start_mark.column + 1
