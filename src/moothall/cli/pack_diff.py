"""`moothall pack diff`: what changed beneath each council's own way with a pack's scripts, in words."""
from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

from moothall.cli import given
from moothall.cli.main import set_up_django
from moothall.domain.findings import Finding, as_lines, has_errors
from moothall.domain.interview.threeway import Held, changes
from moothall.scripts.opened import Opened, held_by, open_pack

_SIGNS = {"choose": "CHOOSE ", "keeps": "keeps  ", "same": "same   ", "settled": "settled"}


def diff(folder: Path, before: str) -> int:
    """Print it; 1 where a council must choose, or something can't be read."""
    findings: list[Finding] = []
    new = open_pack(folder, findings)
    old = _published(folder) if before == "published" else _of_folder(Path(before), findings)
    sys.stdout.writelines(f"{line}\n" for line in as_lines(findings))
    if has_errors(findings):
        return 1
    lines = list(told(old, new))
    sys.stdout.writelines(f"{line}\n" for line in lines or ["Nothing changed, and no council has a way of its own."])
    return 1 if any(line.strip().startswith("CHOOSE") for line in lines) else 0


def told(old: Opened, new: Opened) -> Iterator[str]:
    """A line a change beneath, then a line for each thing that a council has otherwise; conflicts come first."""
    for key in dict.fromkeys([*new.scripts, *old.scripts]):
        before, after = old.scripts.get(key), new.scripts.get(key)
        if before is None or after is None:
            yield f"{key}: {'a new script' if before is None else 'this script is gone'}"
        if after is None:
            continue
        found = changes(before, after) if before else []
        if found:
            yield f"{key}: what changed beneath"
            yield from (f"  {change.words}" for change in found)
        for gss, held in held_by(old, new, key):
            yield f"{key}: {new.names.get(gss, gss)}"
            for each in _worst_first(held):
                yield f"  {_SIGNS[each.bearing]} {each.words}"
                yield from (f"          {remedy}" for remedy in [each.remedy] if remedy)


def _worst_first(held: list[Held]) -> list[Held]:
    return sorted(held, key=lambda each: list(_SIGNS).index(each.bearing))


def _published(folder: Path) -> Opened:
    from moothall.scripts.yaml_files import read_yaml

    set_up_django(SimpleNamespace(ROLE="owner"))  # type: ignore[arg-type]  # it asks for the role alone
    from moothall.scripts.conflicts import published_pack

    head = read_yaml(folder / "pack.yaml", [])
    slug = str(head.get("pack")) if isinstance(head, dict) else folder.name
    found = published_pack(slug)
    if not found.scripts:
        raise given.Refused(f"Nothing of “{slug}” is published here. Name an older folder: --from FOLDER.")
    return found


def _of_folder(folder: Path, findings: list[Finding]) -> Opened:
    if not folder.is_dir():
        raise given.Refused(f"There is no folder {folder}. Name one that holds the older pack, or: published.")
    return open_pack(folder, findings)
