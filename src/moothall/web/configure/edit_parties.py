"""The parties of a draft: which councils agree, and who signs for each."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moothall.agreements.editing import Edit, Path, Put
from moothall.agreements.least_edits import least_edits
from moothall.agreements.queries import councils_alone
from moothall.agreements.yaml_words import Value
from moothall.web.configure.edit_fields import OneCouncil, Verbatim
from moothall.web.configure.edit_forms import EntryForm, Group
from moothall.web.configure.edit_names import as_list
from moothall.web.configure.edit_told import Told
from moothall.web.configure.reading import Seen


class PartyForm(EntryForm):
    """A council that agrees."""

    council = OneCouncil("Council", "Choose the council")
    signatory = Verbatim("Who signs for it", hint="The office, like Director of Communities.")
    groups = (Group("Who agrees", ("council", "signatory")),)
    fixed = ("council",)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        there = self.start_values["council"]
        alone = councils_alone()
        known = [each for each in self.names.everybody if each[0] == there or each[0] in alone]
        self.fields["council"].choices = [("", "Choose"), *known]  # type: ignore[attr-defined]

    @classmethod
    def opened(cls, raw: Any, head: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
        return raw if isinstance(raw, Mapping) else {"council": raw}

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        wanted = given.get("council", "")
        if not self.entry and wanted in [gss for gss, _ in self.names.parties]:
            self.add_error("council", f"{self.names.short(wanted)} is a party already: choose another council")
        return given

    def edits(self, path: Path) -> list[Edit]:
        name, signs = str(self.entry.get("council", "")), self.cleaned_data["signatory"]
        if not self.entry:
            name = self.names.short(self.cleaned_data["council"])
        made: Value = {"council": name, "signatory": signs} if signs else name
        if not self.entry:
            return [Put(path, made)]
        raw = as_list(self.names.said["parties"])[int(path[-1])]
        return least_edits(path, raw, {"council": name} if isinstance(raw, dict) and not signs else made)


def told_parties(seen: Seen, said: Mapping[str, Any]) -> Iterator[Told]:
    by_name = {name.casefold(): each.short_name for each in seen.councils.values()
               for name in (each.gss, each.slug, each.short_name, each.name)}
    for index, each in enumerate(as_list(said.get("parties"))):
        raw = PartyForm.opened(each, "", said)
        name = by_name.get(str(raw["council"]).casefold(), str(raw["council"]))
        signs = f"signed by its {raw['signatory']}" if raw.get("signatory") else "nobody is named who signs"
        yield Told(f"{name}: {signs}.", str(index), name)
