"""A pack opened for comparing: its scripts and what councils have otherwise, read and not checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moothall.domain.findings import Finding
from moothall.domain.interview.model import Script
from moothall.domain.interview.threeway import Held, changes, judge
from moothall.scripts.pack_heads import script_keys
from moothall.scripts.packs import overlays_of
from moothall.scripts.sources import script_text
from moothall.scripts.yaml_files import read_yaml


@dataclass(frozen=True, slots=True)
class Opened:
    """A pack's scripts as far as they can be read, for comparing: nothing is checked. `names` are the councils';
    `followed` the base that a council's own version holds, by council and script, where it is a published one."""

    scripts: Mapping[str, Script]
    overlays: Mapping[str, Mapping[str, Any]]  # by council, by script
    names: Mapping[str, str]
    followed: Mapping[tuple[str, str], Script] = field(default_factory=dict)


def open_pack(folder: Path, findings: list[Finding]) -> Opened:
    """The scripts and the councils' own ways of a folder; what can't be read goes to `findings`."""
    head = read_yaml(folder / "pack.yaml", findings)
    keys = script_keys(head, folder, findings) if isinstance(head, Mapping) else []
    scripts: dict[str, Script] = {}
    for key in keys:
        text = script_text(folder / "scripts" / f"{key}.yaml", findings)
        if text is not None:
            scripts[text.key] = text.script
    told = {path.stem: read_yaml(path, findings) for path in sorted((folder / "parameters").glob("*.yaml"))}
    return Opened(
        scripts,
        {gss: overlays_of(data) for gss, data in told.items()},
        {gss: council_name(gss, data) for gss, data in told.items()},
    )


def council_name(gss: str, data: Any) -> str:
    told = data.get("parameters") if isinstance(data, Mapping) else None
    return str(told.get("council_name", gss)) if isinstance(told, Mapping) else gss


def held_by(old: Opened, new: Opened, key: str) -> Iterator[tuple[str, list[Held]]]:
    """For each council that has something otherwise in a script, what comes of it."""
    after = new.scripts[key]
    for gss, overlays in new.overlays.items():
        if key in overlays:
            before = old.followed.get((gss, key)) or old.scripts.get(key)
            found = changes(before, after) if before else []
            published = old.overlays.get(gss, {}).get(key)
            yield gss, judge(new.names.get(gss, gss), overlays[key], published, found, after)
