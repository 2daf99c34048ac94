"""One script as a pack's files have it: the base, and each council's own way with it; each is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from time import perf_counter
from typing import Any

from moothall import data as lists
from moothall.domain.findings import Finding, Place
from moothall.domain.interview.check import checked, on_the_way
from moothall.domain.interview.model import Script
from moothall.domain.interview.parse import parse
from moothall.domain.interview.proof import Proof
from moothall.scripts.knowledge import check_knowledge
from moothall.scripts.library import Shelf, with_used
from moothall.scripts.ports import TELLING, check_ports
from moothall.scripts.yaml_files import place_in, read_yaml

WORDS = "words.yaml"  # beside the packs: words of the field that everybody at that door knows


@dataclass(frozen=True, slots=True)
class ScriptText:
    """One script of a pack: its text is what is published, `script` what was made of it."""

    key: str
    text: str
    script: Script


@dataclass(frozen=True, slots=True)
class Looked:
    """What a check looked at: `council` is "" for the base, `longest` the most questions that a way asks."""

    script: str
    council: str
    states: int
    longest: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Source:
    """A script's file: its data, what was made of it, and what was found."""

    path: Path
    data: Any
    base: ScriptText
    looked: Looked
    findings: tuple[Finding, ...]
    proof: Proof


def read_source(path: Path, findings: list[Finding]) -> Source | None:
    """The script of a file, checked; None when it can't be made. What is wrong goes to `findings`."""
    read = _read(path, findings)
    if read is None:
        return None
    data, text, found = read
    looked, more, proof = _check(text.script, path.parents[1], "")
    findings += more
    return Source(path, data, text, looked, (*found, *more), proof)


def script_text(path: Path, findings: list[Finding]) -> ScriptText | None:
    """The script of a file, read and not checked."""
    read = _read(path, findings)
    return read[1] if read else None


def _read(path: Path, findings: list[Finding]) -> tuple[Any, ScriptText, list[Finding]] | None:
    """What stands in a file, its script, and what was found in it by itself."""
    before = len(findings)
    data = read_yaml(path, findings)
    if len(findings) > before:
        return None
    shelf = Shelf(path.parents[1], findings)
    script, found = parse(data, partial(place_in, path), shelf)
    findings += found
    if script is None:
        return None
    return data, ScriptText(script.key, with_used(path.read_text(), shelf.taken), script), found


def varied(source: Source, council: Path, overlay: Any, findings: list[Finding]) -> tuple[ScriptText, Looked] | None:
    """The script as one council has it: its overlay stands in `council`, whose name is its code."""
    shelf = Shelf(pack := source.path.parents[1], findings)
    own = {id(each) for each in _containers(overlay)}

    def place(item: Any, key: Any) -> Place:
        found = place_in(council if id(item) in own else source.path, item, key)
        return replace(found, what=f"as {council_name(council.stem)} has it")

    script, found = parse(source.data, place, shelf, overlay)
    if script is None:
        findings += found
        return None
    looked, more, _ = _check(script, pack, council.stem)
    known = {(each.code, each.words) for each in source.findings}
    own_texts = overlay.get("texts") if isinstance(overlay, Mapping) else None
    for each in (*found, *more):
        if (each.code, each.words) not in known:
            findings.append(_at_its_text(each, own_texts, council))
    return ScriptText(script.key, with_used(source.path.read_text(), shelf.taken), script), looked


def _at_its_text(finding: Finding, texts: Any, council: Path) -> Finding:
    """The finding at the council's own text, where it is about a step that has one."""
    for name in texts if isinstance(texts, Mapping) else ():
        if f"“{str(name).partition('.')[0]}”" in finding.words and finding.place.file != str(council):
            return replace(finding, place=replace(place_in(council, texts, name), what=finding.place.what))
    return finding


def _check(script: Script, pack: Path, council: str) -> tuple[Looked, list[Finding], Proof]:
    began = perf_counter()
    result = checked(script, TELLING, known_words(pack.parent))
    looked = Looked(script.key, council, result.proof.states, result.proof.longest, perf_counter() - began)
    called = on_the_way([*check_ports(script), *check_knowledge(script, pack)], script, result.proof)
    return looked, [*result.findings, *called], result.proof


@cache
def council_name(gss: str) -> str:
    """What people call the council of a file; its code where the lists have none such."""
    return next((row["short_name"] for row in lists.rows("councils.csv") if row["gss"] == gss), None) or next(
        (row["name"] for row in lists.rows("authorities.csv") if row["gss"] == gss), gss
    )


@cache
def known_words(packs: Path) -> frozenset[str]:
    """The words that a reader is taken to know: `known:` of words.yaml beside the packs; none without that file."""
    path = packs / WORDS
    told = read_yaml(path, []) if path.is_file() else None
    listed = told.get("known") if isinstance(told, Mapping) else None
    return frozenset(str(word).lower() for word in listed or ())


def _containers(data: Any) -> Iterator[Any]:
    """Every mapping and list of the data, so that a place can be told from another file's."""
    if isinstance(data, Mapping):
        yield data
        for each in data.values():
            yield from _containers(each)
    elif isinstance(data, list):
        yield data
        for each in data:
            yield from _containers(each)
