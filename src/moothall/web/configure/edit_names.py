"""What a draft may name, and how its forms call it: the text says keys, people read words."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moothall.agreements.register import Register
from moothall.domain.responsibility.times import counted, listed
from moothall.domain.responsibility.wording import seconds
from moothall.web.configure.edit_hours import ALWAYS, OWN
from moothall.web.configure.words import WAYS

NEW_TEAM = "new"
CLIENT = "{client}"


@dataclass(frozen=True, slots=True)
class Names:
    """What a draft may name, and what it says."""

    register: Register
    said: Mapping[str, Any]

    @property
    def parties(self) -> list[tuple[str, str]]:
        parties = as_list(self.said.get("parties"))
        return self._named(each.get("council", "") if isinstance(each, dict) else each for each in parties)

    @property
    def councils(self) -> list[tuple[str, str]]:
        """The parties, the partnership, and the councils that come of them."""
        return [*self.parties, *self._named([self.said.get("partnership", "")]), *self.coming]

    @property
    def coming(self) -> list[tuple[str, str]]:
        """Councils of which the register may know nothing yet: the text alone says that they will be."""
        told = [each for each in as_list(self.said.get("succession")) if isinstance(each, dict)]
        return [(str(each.get("successor")), str(each.get("short_name") or each.get("name"))) for each in told]

    @property
    def employers(self) -> list[tuple[str, str]]:
        return [("", "People of several councils"), *self.councils]

    def _named(self, told: Iterable[Any]) -> list[tuple[str, str]]:
        found = [self.register.council(str(name)) for name in told]
        return [(each.gss, each.short_name) for each in found if each]

    @property
    def everybody(self) -> list[tuple[str, str]]:
        """Every council that takes part here."""
        return [(each.gss, each.short_name) for each in self.register.councils]

    @property
    def services(self) -> list[tuple[str, str]]:
        named = dict(self.single_services)
        groups = self.said.get("groups") or {}
        told = [(name, f"All of “{name}”: {', '.join(named.get(each, each) for each in as_list(inner))}")
                for name, inner in groups.items()]
        return [*told, *named.items()]

    @property
    def single_services(self) -> list[tuple[str, str]]:
        return [(each.slug, each.name) for each in self.register.services if each.number]

    @property
    def teams(self) -> list[tuple[str, str]]:
        found = self.said.get("teams") or {}
        named = {slug: team.get("name", slug) if isinstance(team, dict) else slug for slug, team in found.items()}
        return [*((slug, str(name)) for slug, name in named.items()), (NEW_TEAM, "A new team, named below")]

    @property
    def hours(self) -> list[tuple[str, str]]:
        named = [(name, f"“{name}”") for name in self.said.get("hours") or {}]
        return [*named, (ALWAYS, "Always, day and night"), (OWN, "Hours of its own, written below")]

    @property
    def shares(self) -> list[tuple[str, str]]:
        """Each by what it says: "Northby: Bins, answered by phone by Northby contact centre"."""
        told = {key: self.share_words(str(key)) for key in self.said.get("shares") or {}}
        twice = [words for words, count in Counter(told.values()).items() if count > 1]
        return [(key, f"{words} (“{key}”)" if words in twice else words) for key, words in told.items()]

    @property
    def keyed_shares(self) -> list[tuple[str, str]]:
        """With the key, by which findings call it: "“day”: Northby: Bins, answered …"."""
        return [(key, f"“{key}”: {self.share_words(str(key))}") for key in self.said.get("shares") or {}]

    def share_words(self, key: str) -> str:
        """What a share of the text is for, who serves it, and how; the key itself where it says nothing."""
        entry = (self.said.get("shares") or {}).get(key)
        if not isinstance(entry, dict):
            return f"“{key}”"
        teams, services = dict(self.teams), {**dict(self.single_services), **self._grouped}
        team = str(entry.get("team", ""))
        by = teams.get(team, "each council’s own team" if CLIENT in team else team)
        ways = listed([WAYS.get(str(each), str(each)) for each in as_list(entry.get("channels"))])
        done = {"resolve": "resolved"}.get(str(entry.get("function")), "answered")
        later = f", after {seconds(int(entry['after_s']))}" if str(entry.get("after_s", "")).isdecimal() else ""
        what = counted([services.get(str(each), str(each)) for each in as_list(entry.get("services"))], "services")
        whose = listed([self._shown(str(each)) for each in as_list(entry.get("clients") or entry.get("client"))])
        return f"{whose}: {what}, {f'{done} {ways}'.strip()} by {by}{later}"

    def _shown(self, name: str) -> str:
        found = self.register.council(name)
        return found.short_name if found else dict(self.coming).get(name, name)

    @property
    def _grouped(self) -> dict[str, str]:
        return {name: f"all of “{name}”" for name in self.said.get("groups") or {}}

    def gss(self, name: str) -> str:
        found = self.register.council(name)
        return found.gss if found else next((gss for gss, short in self.coming if short == name), name)

    def short(self, gss: str) -> str:
        """What the text calls it; of one that is to come, the code, under which it is found from the first line on."""
        found = self.register.council(gss)
        return found.short_name if found else gss


def as_list(found: Any) -> list[Any]:
    return [] if found is None else found if isinstance(found, list) else [found]
