"""What somebody sent and didn't get through, as they read it: a choice by the words of its label, never by its code."""
from __future__ import annotations

import re
from collections.abc import Iterator

from moothall.contacts.models import Need
from moothall.domain.interview.model import Step
from moothall.domain.interview.words import unfilled
from moothall.scripts.steps import LANGUAGE
from moothall.scripts.versions import published_scripts
from moothall.web.kept import Typed
from moothall.web.public.addresses import veiled

ANSWER = "value"  # the field of a question of a script
OUTCOMES: dict[str, str] = {str(code): str(words) for code, words in Need.Outcome.choices}
CHOSEN = "What you chose"  # of a list that stood on the page alone: addresses, days
_CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")  # nobody types underscores
_QUESTION = re.compile(r"/form/(\d+)/q/(\w+)/")


def told(typed: Typed) -> list[tuple[str, str]]:
    """What each field is called, and what was sent in it."""
    steps = _asked(typed)
    said: list[tuple[str, str]] = []
    for field, name, value in typed.named:
        if field == ANSWER:
            said.append((_question(steps) or name, _answer(steps, value)))
        else:
            said.append((name, _said(value)))
    return said


def _asked(typed: Typed) -> list[Step]:
    """The steps of that key in the published scripts: the run itself isn't read for somebody who isn't signed in."""
    found = _QUESTION.match(typed.path)
    run, key = found.groups() if found else ("", dict(typed.fields).get("step", ""))
    if not key:
        return []
    steps = [(script, step) for script in published_scripts().values() for step in script.steps]
    return [step for script, step in steps if (veiled(run, step.key) if run and script.discreet else step.key) == key]


def _question(steps: list[Step]) -> str:
    shorts = {unfilled(step.short.get(LANGUAGE)) for step in steps}
    return shorts.pop() if len(shorts) == 1 else ""


def _answer(steps: list[Step], value: str) -> str:
    labels = set(_labels(steps, value))
    if len(labels) == 1 and "{" not in (label := labels.pop()):
        return label
    if value.isdecimal() and any(step.field.options_from for step in steps):
        return CHOSEN
    return _said(value)


def _labels(steps: list[Step], value: str) -> Iterator[str]:
    for step in steps:
        yield from (option.label.get(LANGUAGE) for option in step.field.options if option.value == value)


def _said(value: str) -> str:
    """Words as they are; a code as a person would say it."""
    if value in OUTCOMES:
        return OUTCOMES[value]
    return value.replace("_", " ").capitalize() if _CODE.fullmatch(value) else value
