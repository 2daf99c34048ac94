"""What a pack's head names: its scripts, each in a file of its name. Nothing that stands in the folder is passed over
in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from moothall.domain.findings import Finding
from moothall.domain.interview.reading import nearest
from moothall.scripts.sources import Source
from moothall.scripts.yaml_files import place_in, top_of

_SUB = re.compile(r"^sub:\s*true\b", re.MULTILINE)


def script_keys(head: Mapping[str, Any], folder: Path, findings: list[Finding]) -> list[str]:
    """The scripts that a pack's head names; a finding where they are no list."""
    told = head.get("scripts") or []
    if isinstance(told, list):
        return [str(key) for key in told]
    place = place_in(folder / "pack.yaml", head, "scripts")
    findings.append(Finding("pack-form", "“scripts” is a list of scripts", "Write it as [one, other].", place))
    return []


def script_files(folder: Path, keys: list[str], findings: list[Finding]) -> Iterator[Path]:
    """The files of the scripts that a pack names; a finding for each that isn't there."""
    there = {path.stem: path for path in sorted((folder / "scripts").glob("*.yaml"))}
    for key in keys:
        if key in there:
            yield there[key]
            continue
        words = f"The pack names the script “{key}”, and scripts/ holds no {key}.yaml"
        findings.append(Finding("no-file", words, nearest(key, there), top_of(folder / "pack.yaml")))


def unnamed(folder: Path, keys: list[str]) -> Iterator[Finding]:
    """A warning for each script that the head doesn't name, so that nobody gets it; sub-scripts aren't named."""
    for path in sorted((folder / "scripts").glob("*.yaml")):
        if path.stem not in keys and not _SUB.search(path.read_text(encoding="utf-8", errors="replace")):
            words = "pack.yaml doesn't name this script, so nobody gets it"
            remedy = f"Add {path.stem} to scripts: in pack.yaml, or write sub: true where other scripts use it."
            yield Finding("unnamed", words, remedy, top_of(path), "warning")


def misnamed(source: Source) -> Iterator[Finding]:
    """A finding where a file's name and the script that stands in it are called otherwise."""
    key = source.base.key
    if key != source.path.stem:
        words = f"{source.path.name} holds the script “{key}”"
        remedy = f"Write script: {source.path.stem}, or call the file {key}.yaml and name it so in pack.yaml."
        yield Finding("script-name", words, remedy, place_in(source.path, source.data, "script"))
