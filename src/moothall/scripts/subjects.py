"""The switchboard's subjects and other bodies, as its pack lists them. Read once for each change of the files."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from moothall.domain.findings import Finding, Place, has_errors
from moothall.domain.plain_words import Entry, Match, best
from moothall.domain.signposting import LEVELS, Body, Subject, dangers, unknown_bodies
from moothall.scripts.packs import read_yaml
from moothall.scripts.versions import PackRefused, packs_folder

LANGUAGE = "en"
DANGER = (99, 0)  # before any other rank


@dataclass(frozen=True, slots=True)
class Signposts:
    """Subjects by key, in the order of their file, and bodies by key."""

    subjects: Mapping[str, Subject]
    bodies: Mapping[str, Body]

    def about(self, said: str, limit: int = 5, first_of: Iterable[Entry] = ()) -> list[Match]:
        """The subjects that fit what somebody said, best first; before them those where somebody may come to harm.
        `first_of`: what else may fit, and goes before a subject that fits as well."""
        urgent = [Match(subject.key, DANGER, subject.name) for subject in self.dangers(said)]
        named = (Entry(key, (subject.name, *subject.words)) for key, subject in self.subjects.items())
        entries = [*first_of, *named]
        first = {match.key for match in urgent}
        return [*urgent, *(match for match in best(said, entries, limit) if match.key not in first)][:limit]

    def dangers(self, said: str) -> list[Subject]:
        """The dangers that somebody's words tell of, at most three."""
        return dangers(said, self.subjects.values())[:3]


def signposts() -> Signposts:
    """What stands in the pack now. PackRefused with every finding where a file is wrong."""
    folder = packs_folder() / "switchboard"
    files = (folder / "subjects.yaml", folder / "bodies.yaml")
    return _read(folder, tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files))


@lru_cache(maxsize=2)
def _read(folder: Path, _changed: tuple[int, ...]) -> Signposts:
    found, findings = read_signposts(folder)
    if has_errors(findings):
        raise PackRefused(findings)
    return found


def read_signposts(folder: Path) -> tuple[Signposts, list[Finding]]:
    """The subjects and bodies in a folder, and what is wrong with them."""
    findings: list[Finding] = []
    told = read_yaml(folder / "subjects.yaml", findings) or {}
    bodies = read_yaml(folder / "bodies.yaml", findings) or {}
    subjects = {
        str(key): subject
        for key, each in (told.get("subjects") or {}).items()
        if (subject := _subject(str(key), each, findings, folder))
    }
    known = {str(key): _body(str(key), each) for key, each in (bodies.get("bodies") or {}).items()}
    findings += [
        Finding("body", f"“{key}” names a body that bodies.yaml doesn’t list", "", _at(folder))
        for key in unknown_bodies(subjects.values(), known)
    ]
    return Signposts(subjects, known), findings


def _subject(key: str, each: Mapping[str, Any], findings: list[Finding], folder: Path) -> Subject | None:
    level = each.get("level")
    if level not in LEVELS:
        remedy = f"There are {', '.join(LEVELS)}."
        findings.append(Finding("level", f"“{key}” has no level that we know", remedy, _at(folder)))
        return None
    if level == "team" and not each.get("role"):
        findings.append(Finding("role", f"“{key}” names no role of a team", "Add role:.", _at(folder)))
    words = _listed(each, "words")
    if not words:
        findings.append(Finding("words", f"Nobody can find “{key}”", "Add words: as people say them.", _at(folder)))
    return Subject(
        key, _text(each, "name"), words, level, str(each.get("service") or ""), str(each.get("role") or ""),
        str(each.get("body") or ""), bool(each.get("place", True)), bool(each.get("urgent", False)),
        _listed(each, "danger"), _text(each, "calm"), _listed(each, "more"), bool(each.get("discreet", False)),
        str(each.get("interrupt") or ""),
    )  # fmt: skip


def _body(key: str, each: Mapping[str, Any]) -> Body:
    area = frozenset(str(code) for code in each.get("area") or ())
    return Body(key, _text(each, "name"), str(each.get("phone") or ""), _text(each, "hours"), _text(each, "ask"), area,
                str(each.get("website") or ""))  # fmt: skip


def _listed(each: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(word) for word in each.get(name) or ())


def _text(each: Mapping[str, Any], name: str) -> str:
    return str((each.get(name) or {}).get(LANGUAGE) or "")


def _at(folder: Path) -> Place:
    return Place("", str(folder / "subjects.yaml"), 1, 1)
