"""A pack's examples as they are read from its files: each knows where it stands, and what is misspelt in it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from moothall.domain.findings import Finding, Place
from moothall.domain.interview.examples import OWN, PLACE
from moothall.domain.interview.reading import nearest
from moothall.scripts.yaml_files import place_in, read_yaml, top_of

KEYS = ("name", "script", "council", "at", "channel", "level", "facts", "answers", "effects", "result", "asks", "marks",
        "says", "holidays")  # fmt: skip
NEEDED = ("name", "script", "at", "result")
REMEDY = "Give each example a name, a script, at: and result:."


def read_examples(path: Path, findings: list[Finding]) -> Iterator[Mapping[str, Any]]:
    """The examples of a file; what it gives as `home` and `holidays` holds for each."""
    before = len(findings)
    data = read_yaml(path, findings)
    if len(findings) > before:
        return
    told = data.get("examples") if isinstance(data, Mapping) else None
    if not isinstance(told, Sequence) or isinstance(told, str):
        findings.append(Finding("example", "This file holds no list of examples", REMEDY, top_of(path)))
        return
    for example in told:
        place = place_in(path, example, None)
        wrong = list(_wrong(path, example, place))
        findings += wrong
        if not wrong:
            own = example.get("facts") or {}
            facts = {**(data.get("home") or {}), **own}
            yield {"holidays": data.get("holidays") or [], **example, "facts": facts, PLACE: place, OWN: tuple(own)}


def _wrong(path: Path, example: Any, place: Place) -> Iterator[Finding]:
    """What keeps an example from being played."""
    if not isinstance(example, Mapping):
        yield Finding("example", "An example is a mapping", REMEDY, place)
        return
    named = f"Example “{example.get('name', '')}”"
    for key in example:
        if key not in KEYS:
            words = f"{named}: “{key}” isn't known here"
            yield Finding("unknown-key", words, nearest(key, KEYS), place_in(path, example, key))
    for key in NEEDED:
        if not example.get(key):
            yield Finding("example", f"{named} lacks {key}:", REMEDY, place)
    try:
        datetime.fromisoformat(str(example.get("at", "2026-11-25")))
    except ValueError:
        words = f"{named}: “{example['at']}” isn't a day and time"
        yield Finding("example", words, "Write it like 2026-11-25T10:00.", place_in(path, example, "at"))
    asks = example.get("asks")
    if "asks" in example and not (isinstance(asks, list) and all(isinstance(each, str) and each for each in asks)):
        remedy = "Write [postcode, property, …]."
        yield Finding("example", f"{named}: asks: lists questions", remedy, place_in(path, example, "asks"))
    for key in ("facts", "answers", "effects"):
        if not isinstance(example.get(key) or {}, Mapping):
            yield Finding("example", f"{named}: {key}: holds names with values", "Write {name: value}.", place)
