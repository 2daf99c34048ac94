"""Articles: what is known about a matter, shown at the step where it matters. A pack's folder `knowledge` holds them.

An article is a text of plain paragraphs with a head, `title:` and, where the public may read it, `public: true`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moothall.domain.findings import Finding
from moothall.domain.interview.model import Script
from moothall.domain.interview.reading import nearest
from moothall.scripts.library import common_to
from moothall.scripts.yaml_files import LARGEST, top_of

_KEY = re.compile(r"[a-z][a-z0-9-]*")
_HEAD = re.compile(r"(title|public):\s*(.*)")


@dataclass(frozen=True, slots=True)
class Article:
    key: str
    title: str
    paragraphs: tuple[str, ...]
    public: bool = False


def article(pack: Path, key: str) -> Article | None:
    """The article of that key in the pack or in the common one; None where neither has it, or it can't be read."""
    if not _KEY.fullmatch(key):
        return None
    for folder in (pack / "knowledge", common_to(pack) / "knowledge"):
        path = folder / f"{key}.md"
        if path.is_file() and path.stat().st_size <= LARGEST:
            return read_article(key, path.read_text(errors="replace"))
    return None


def read_article(key: str, text: str) -> Article:
    """Head lines first (between lines of ---, or bare), then paragraphs with an empty line between."""
    head: dict[str, str] = {}
    lines = text.strip().split("\n")
    while lines and (lines[0].strip() in ("", "---") or _HEAD.fullmatch(lines[0].strip())):
        found = _HEAD.fullmatch(lines.pop(0).strip())
        if found:
            head[found[1]] = found[2].strip().strip("\"'")
    paragraphs = re.split(r"\n\s*\n", "\n".join(lines))
    return Article(
        key,
        head.get("title", key),
        tuple(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip()),
        head.get("public") == "true",
    )


def check_knowledge(script: Script, pack: Path) -> Iterator[Finding]:
    """A finding for each article that a step names and that isn't there, or has no title or nothing to read."""
    folders = (pack / "knowledge", common_to(pack) / "knowledge")
    known = [path.stem for folder in folders for path in sorted(folder.glob("*.md"))]
    for step in script.steps:
        if not step.know:
            continue
        found = article(pack, step.know)
        if found is None:
            words = f"“{step.key}” shows “{step.know}”, and there is no such article"
            remedy = nearest(step.know, known) if known else f"Add knowledge/{step.know}.md to the pack."
            yield Finding("knowledge", words, remedy, step.place)
        elif found.title == found.key or not found.paragraphs:
            words = f"The article “{step.know}” has no title or nothing to read"
            yield Finding("knowledge", words, "Begin it with title:, then plain paragraphs.", top_of(pack))
