"""The telephone numbers that a script tells an agent at a step: a duty team's, a helpline's.

Those of its published text and of the council's own choices alone. What a caller gave or a look-up found stands in the
same sentences, and is nobody to whom a call goes on.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moothall.domain.interview.model import Script, Step
from moothall.domain.telephone import may_be_rung, national

LANGUAGE = "en"
TELEPHONE_OF = "Telephone of "  # as a parameter's label begins
_NUMBER = re.compile(r"(?<![0-9])(?:\+44|0)[ ()-]*(?:[0-9][ ()-]*){7,11}[0-9](?![0-9])")


@dataclass(frozen=True, slots=True)
class NumberTold:
    """As it is dialled within the country, and as it is `written`; `name` is whose, where the script says it."""

    number: str
    written: str
    name: str = ""


def numbers_told(script: Script, step: Step, parameters: Mapping[str, Any], *said: str) -> tuple[NumberTold, ...]:
    """The numbers of a step that can be rung, each once; `said` are its texts as they are shown."""
    found: dict[str, NumberTold] = {}
    for number, name in (*_chosen(script, parameters, said), *_written(step)):
        if may_be_rung(number):
            found.setdefault(national(number), NumberTold(national(number), number, name))
    return tuple(found.values())


def _chosen(script: Script, parameters: Mapping[str, Any], said: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for key, value in parameters.items():
        asked = script.asked.get(key)
        if asked and asked.field == "phone" and value and any(str(value) in each for each in said):
            label = asked.label.get(LANGUAGE)
            name = label.removeprefix(TELEPHONE_OF).removeprefix("the ").replace("'", "’")
            yield str(value), name[:1].upper() + name[1:]


def _written(step: Step) -> Iterator[tuple[str, str]]:
    """In the text itself, before anything is filled in."""
    for text in (step.say, step.do):
        for match in _NUMBER.findall(text.get(LANGUAGE)):
            yield match, ""
