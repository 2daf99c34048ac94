"""The words that go out: packs/messages.yaml, packs/<pack>/messages.yaml, and a council's own under packs/messages/.

    messages:
      code-to-return:
        about: The code with which somebody goes on with what they saved
        secret: [code]
        sms: {en: "{council}: your code is {code}."}
        email: {subject: {en: …}, body: {en: …}}
        page: {en: …}  # what the page then tells, where it does

A council's file (packs/messages/<its GSS code>.yaml) has the same form and replaces what it names. `{council}`,
`{council_short}`, `{phone}` and `{website}` may stand in every template.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

PACKS = Path(__file__).resolve().parents[3] / "packs"
PLACE = re.compile(r"\{(\w+)\}")
OWN = frozenset({"council", "council_short", "phone", "website"})
MASK = "••••"


class MessageRefused(ValueError):
    """The message can't be written: no such template, words missing or left over, or an address that isn't one."""


@dataclass(frozen=True, slots=True)
class Words:
    """A template's words on one channel in one language, and which of its names are secret."""

    subject: str
    body: str
    secret: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(PLACE.findall(self.subject + self.body)) - OWN

    def filled(self, values: Mapping[str, str], *, masked: bool = False) -> tuple[str, str]:
        """Subject and body; `masked`: as they are kept, without what is secret."""

        def value(place: re.Match[str]) -> str:
            return MASK if masked and place[1] in self.secret else values[place[1]]

        return PLACE.sub(value, self.subject), PLACE.sub(value, self.body)


def words_of(template: str, channel: str, *, council: str, language: str = "en") -> Words:
    """The words of a council (its GSS code): in the language asked for, else in English. MessageRefused where there
    are none."""
    known = read_templates(PACKS, council)
    if template not in known:
        raise MessageRefused(f"There is no message '{template}'. There are: {', '.join(sorted(known))}.")
    entry = known[template]
    if channel not in entry:
        raise MessageRefused(f"The message '{template}' has no words for {channel}.")
    part = entry[channel]
    subject, body = part.get("subject", {}), part.get("body", part)
    chosen = language if language in body else "en"
    return Words(subject.get(chosen, subject.get("en", "")), body[chosen], frozenset(entry.get("secret", ())))


@functools.cache
def read_templates(packs: Path, council: str) -> dict[str, dict[str, Any]]:
    """Every template as this council has it."""
    found: dict[str, dict[str, Any]] = {}
    files = (packs / "messages.yaml", *sorted(packs.glob("*/messages.yaml")), packs / "messages" / f"{council}.yaml")
    for path in files:
        if path.exists():
            for key, entry in _read(path).items():
                found[key] = _merged(found.get(key, {}), entry)
    return found


def _read(path: Path) -> dict[str, Any]:
    return dict(YAML(typ="safe").load(path.read_text(encoding="utf-8"))["messages"])


def _merged(base: Any, over: Any) -> Any:
    """Word by word: what the council doesn't say stays."""
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    return {**base, **{key: _merged(base.get(key), value) for key, value in over.items()}}
