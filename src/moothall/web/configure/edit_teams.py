"""The teams of a draft: what each is called, and whose people it has."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moothall.web.configure.edit_fields import NEW_TEAM, Employer, Verbatim, slug_of
from moothall.web.configure.edit_forms import EntryForm, Group
from moothall.web.configure.edit_told import Told, token
from moothall.web.configure.reading import Seen


class TeamForm(EntryForm):
    """A team that shares may name."""

    name = Verbatim("Name", 60, required="Enter a name, like “Northern contact centre”")
    employer = Employer("Whose people they are")
    groups = (Group("The team", ("name", "employer")),)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        key = slug_of(given.get("name", ""))
        if "name" in given and not key:
            self.add_error("name", "Use letters or digits in the name")
        elif "name" in given and not self.entry and (key in (self.names.said.get("teams") or {}) or key == NEW_TEAM):
            self.add_error("name", f"“{given['name']}” is taken: choose another name")
        return given

    def new_key(self) -> str:
        return slug_of(self.cleaned_data["name"])


def told_teams(seen: Seen, said: Mapping[str, Any]) -> Iterator[Told]:
    assert seen.proved
    known = {team.slug: team for team in seen.proved.terms.teams}
    for key in said.get("teams") or {}:
        team = known[key]
        council = seen.councils.get(team.employer) if team.employer else None
        whose = f"people of {council.short_name}" if council else "people of several councils"
        yield Told(f"{team.name}: {whose}.", token(key), team.name)
