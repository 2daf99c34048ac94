"""Reading the shares of an agreement's text. A share for several clients becomes one share for each."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ruamel.yaml.nodes import Node, ScalarNode

from moothall.agreements.context import Context
from moothall.agreements.document import Entry, Reading, nearest
from moothall.agreements.hours import read_hours, read_minute
from moothall.agreements.register import CouncilEntry
from moothall.domain.calendar import ALWAYS
from moothall.domain.responsibility.shares import CHANNELS, FUNCTIONS, Notice, ShareTerms, StandardTerms
from moothall.domain.responsibility.succession import until_vesting

REQUIRED = ["services", "function", "team"]
OPTIONAL = ["client", "clients", "channels", "hours", "tier", "after_s", "standard", "price", "guarantee", "cap",
            "overrides", "from", "to", "purpose", "lawful_basis", "sees", "sight_confirmed_by", "notice_months",
            "notice_days"]
PRICES = ["per_contact_pence", "per_minute_pence", "per_month_pence"]
STANDARDS = ["answered_within_s", "for_percent", "resolved_within_working_days", "by"]
MOST_MONTHS, MOST_DAYS = 120, 3_650
LONGEST_KEY = 60
Body = dict[str, object]


class ShareReader:
    """Reads all shares, numbers them from 1, and resolves `overrides` from keys to numbers."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.reading = context.reading
        self.by_key: dict[str, list[ShareTerms]] = {}
        self.bodies: dict[int, Body] = {}

    def read(self, entry: Entry | None) -> tuple[tuple[ShareTerms, ...], dict[int, Body]]:
        wanted: list[tuple[ShareTerms, list[Node]]] = []
        for key, value in self.reading.mapping(entry[1] if entry else None, "shares", (), None).values():
            for share, nodes in self._shares(key, value):
                wanted.append((share, nodes))
                self.by_key.setdefault(str(key.value), []).append(share)
        shares = tuple(replace(share, overrides=self._overrides(share, nodes)) for share, nodes in wanted)
        for share in shares:
            named = {other.id: other.key for other in shares}
            self.bodies[share.id]["overrides"] = [named[number] for number in share.overrides]
        return shares, self.bodies

    def _shares(self, key: ScalarNode, value: Node) -> Iterator[tuple[ShareTerms, list[Node]]]:
        entries = self.reading.mapping(value, f"the share “{key.value}”", REQUIRED, OPTIONAL)
        clients = self.context.councils(entries.get("clients") or entries.get("client"))
        if not ("client" in entries or "clients" in entries):
            self.reading.add("missing-key", value, f"The share “{key.value}” has no “client”.", "Add a line client: …")
        plain = self._plain(key, entries)
        for client in clients:
            team = self._team(entries.get("team"), client)
            if plain is None or team is None:
                continue
            name = f"{key.value}.{client.slug}" if "clients" in entries else str(key.value)
            if len(name) > LONGEST_KEY:
                self.reading.add("too-long", key, f"“{name}” is longer than {LONGEST_KEY} characters.")
            share = replace(plain, id=len(self.bodies) + 1, key=name, client=client.number, team=team)
            if "to" not in entries:
                share = until_vesting(share, client.number, self.context.passed)
            self.bodies[share.id] = self._body(entries)
            yield share, self.reading.items(entries.get("overrides"))

    def _plain(self, key: ScalarNode, entries: dict[str, Entry]) -> ShareTerms | None:
        """Everything but the client and the team."""
        context, reading = self.context, self.reading
        services = context.services(entries.get("services"))
        functions = context.choices(entries.get("function"), FUNCTIONS, "function")
        function = next((known for known in FUNCTIONS if known in functions), None)
        resolves = function == "resolve"
        channels = context.choices(entries.get("channels"), CHANNELS, "channel") or (CHANNELS if resolves else ())
        if "channels" not in entries and not resolves and function:
            reading.add("missing-key", key, f"The share “{key.value}” has no “channels”.", "Add channels: [phone]")
        hours = read_hours(entries.get("hours"), reading, context.hours) or (ALWAYS if resolves else None)
        if hours is None and "hours" not in entries and function:
            reading.add("missing-key", key, f"The share “{key.value}” has no “hours”.", "Add a line hours: …")
        starts, ends = context.period(entries)
        tier = reading.whole(entries.get("tier"), 0, 9) or 0
        after = reading.whole(entries.get("after_s"), 0, 86_400) or 0
        standard, sight = read_standard(entries.get("standard"), reading), self._sight(entries)
        bounds = reading.whole(entries.get("guarantee"), 0, 1_000) or 0, reading.whole(entries.get("cap"), 0, 10_000)
        if function is None or hours is None:
            return None
        return ShareTerms(0, str(key.value), 0, services, channels, function, "", hours, starts, ends, tier, after,
                          (), standard, reading.place(key), *sight, read_notice(entries, reading), *bounds)

    def _sight(self, entries: dict[str, Entry]) -> tuple[tuple[int, ...], str]:
        """What the team may see beyond what it serves, and who has confirmed that."""
        confirmed = self.reading.text(entries.get("sight_confirmed_by"), longest=80) or ""
        if confirmed and "sees" not in entries:
            self.reading.add("nothing-confirmed", entries["sight_confirmed_by"][1],
                             "There is no “sees” here to confirm.",
                             "Add sees: with the services, or leave this line out.")
        return self.context.services(entries.get("sees")), confirmed

    def _team(self, entry: Entry | None, client: CouncilEntry) -> str | None:
        """A team of the text; “{client}” stands for the client's slug, so that each council may have its own."""
        text = self.reading.text(entry)
        if entry is None or text is None:
            return None
        slug = text.replace("{client}", client.slug)
        if slug not in self.context.teams:
            self.reading.add("unknown-team", entry[1], f"“{slug}” isn't a team of this agreement.",
                             nearest(slug, self.context.teams))
            return None
        return slug

    def _body(self, entries: dict[str, Entry]) -> Body:
        """What the text says beyond the terms: kept as it stands, for charging and the record."""
        reading = self.reading
        body: Body = {}
        price = reading.mapping(entries["price"][1], "a price", (), PRICES) if "price" in entries else {}
        if price:
            body["price"] = {name: reading.whole(entry, 0, 99_999_999) for name, entry in price.items()}
        for name in ("purpose", "lawful_basis"):
            if name in entries:
                body[name] = reading.text(entries[name])
        return body

    def _overrides(self, share: ShareTerms, nodes: list[Node]) -> tuple[int, ...]:
        found: list[int] = []
        for node in nodes:
            key = self.reading.text(node) or ""
            named = self.by_key.get(key, [])
            if not named:
                self.reading.add("unknown-share", node, f"No share is called “{key}” here.", nearest(key, self.by_key))
                continue
            others = [other.id for other in named if other.client == share.client and other.id != share.id]
            if not others:
                whose = "itself" if share in named else f"“{key}”, which isn't for the same client"
                self.reading.add("overrides-nothing", node, f"“{share.key}” overrides {whose}.",
                                 "Name a wider share of the same client, or leave it out.")
            found += others
        return tuple(found)


def read_standard(entry: Entry | None, reading: Reading) -> StandardTerms:
    """A promise of a share, or the least that a council lets a share promise."""
    found = reading.mapping(entry[1] if entry else None, "a standard", (), STANDARDS)
    by = read_minute(found["by"], reading) if "by" in found else None
    if by == 0:
        reading.add("midnight-end", found["by"][1], "Nothing can be due by 00:00, which is where the day begins.",
                    "Write 24:00 for midnight at the day's end.")
    return StandardTerms(
        reading.whole(found.get("answered_within_s"), 1, 86_400), reading.whole(found.get("for_percent"), 1, 100),
        reading.whole(found.get("resolved_within_working_days"), 0, 366), 17 * 60 if by is None else by,
    )


def read_notice(entries: dict[str, Entry], reading: Reading) -> Notice | None:
    """The notice that is agreed, None where nothing is said of it."""
    if not {"notice_months", "notice_days"} & set(entries):
        return None
    months = reading.whole(entries.get("notice_months"), 0, MOST_MONTHS)
    return Notice(months or 0, reading.whole(entries.get("notice_days"), 0, MOST_DAYS) or 0)


