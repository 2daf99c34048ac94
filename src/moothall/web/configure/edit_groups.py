"""The groups of a draft: services under one name, so that a share or a promise names them all at once."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moothall.agreements.editing import Edit, Path, Put
from moothall.agreements.least_edits import least_edits
from moothall.agreements.yaml_words import Value
from moothall.domain.responsibility.times import listed
from moothall.web.configure.edit_fields import Called, Ticks
from moothall.web.configure.edit_forms import Group, NamedForm
from moothall.web.configure.edit_names import as_list
from moothall.web.configure.edit_told import Told, token
from moothall.web.configure.reading import Seen


class GroupForm(NamedForm):
    """Services under one name."""

    called = Called("Name", "Enter a name, like “waste”")
    services = Ticks("Which services", missing="Choose at least one service", choose="single_services")
    groups = (Group("The group", ("called", "services")),)
    part_key = "groups"

    @classmethod
    def opened(cls, raw: Any, head: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"called": head, "services": raw}

    def taken(self) -> set[str]:
        """A service's own name would mean the group then."""
        services = self.names.register.services
        return super().taken() | {name for each in services for name in (each.slug, str(each.number))}

    def edits(self, path: Path) -> list[Edit]:
        ticked: list[str] = self.cleaned_data["services"]
        raw = self.entry.get("services")
        stay = [str(each) for each in as_list(raw) if each in ticked]
        wanted: list[Value] = [*stay, *(each for each in ticked if each not in stay)]
        if not self.entry:
            return [Put(path, wanted)]
        return [] if "services" not in self.changed() else least_edits(path, raw, wanted)


def told_groups(seen: Seen, said: Mapping[str, Any]) -> Iterator[Told]:
    names = {name: each.name for each in seen.services.values() for name in (each.slug, str(each.number))}
    for key, inner in (said.get("groups") or {}).items():
        told = listed([names.get(str(each), f"all of “{each}”") for each in as_list(inner)])
        yield Told(f"“{key}”: {told}.", token(key), key)


