"""A script as a picture: its steps in order as boxes, each with the words of its when. SVG, or Mermaid's text.

Boxes carry `data-step`, so that a page can paint them by where calls hurt. Nothing in it runs or is fetched.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from html import escape

from moothall.domain.interview.model import Script, Step
from moothall.domain.interview.plainly import LANGUAGE, plainly, sum_of
from moothall.domain.interview.words import OPTIONAL, unfilled

WIDTH, BOX, LEFT, GAP = 920, 520, 330, 18  # pixels
LINE, LETTERS_WHEN, LETTERS = 18, 44, 68
_KINDS = {
    "ask": "Ask", "say": "Say", "look_up": "Look up", "work_out": "Work out", "effect": "Do", "end": "End", "group": "",
}  # fmt: skip
_FILLS = {
    "ask": "#ffffff", "say": "#ffffff", "look_up": "#eef5fb", "work_out": "#f3f2f1", "effect": "#fff4d6",
    "end": "#e8f3ec",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Box:
    """One step: what it does, what it says, under which conditions, and where it stands."""

    key: str
    kind: str
    head: str
    lines: tuple[str, ...]
    when: tuple[str, ...]
    top: int
    height: int


def boxes(script: Script) -> list[Box]:
    """The steps from top to bottom, with their heights."""
    found: list[Box] = []
    top = 60
    for step in script.steps:
        lines = tuple(textwrap.wrap(_words(step, script), LETTERS))
        said = (f"if {plainly(each, script)}" for each in step.conditions)
        whens = [line for each in said for line in textwrap.wrap(each, LETTERS_WHEN)]
        height = max(LINE * (len(lines) + 1), LINE * len(whens)) + 16
        head = f"{_KINDS[step.kind]}: {name_of(step)}"
        found.append(Box(step.key, step.kind, head, lines, tuple(whens), top, height))
        top += height + GAP
    return found


def svg(script: Script) -> str:
    """The picture as SVG, with its title for screen readers."""
    drawn = boxes(script)
    height = drawn[-1].top + drawn[-1].height + 30 if drawn else 100
    title = escape(script.title.get(LANGUAGE))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="sans-serif" font-size="13" aria-labelledby="title">',
        f'<title id="title">{title}: the steps in order</title>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="34" font-size="20" font-weight="bold">{title}</text>',
    ]
    for before, box in zip([None, *drawn], drawn, strict=False):
        parts += _arrow(before, box) if before else []
        parts += _box(box)
    return "\n".join([*parts, "</svg>", ""])


def _box(box: Box) -> list[str]:
    round_ = 14 if box.kind == "end" else 3
    parts = [
        f'<g data-step="{escape(box.key, quote=True)}" data-kind="{box.kind}">',
        f'<rect x="{LEFT}" y="{box.top}" width="{BOX}" height="{box.height}" rx="{round_}" '
        f'fill="{_FILLS.get(box.kind, "#ffffff")}" stroke="#0b0c0c"/>',
        _text(LEFT + 12, box.top + 20, box.head, ' font-weight="bold"'),
    ]
    parts += [_text(LEFT + 12, box.top + 20 + LINE * (n + 1), line) for n, line in enumerate(box.lines)]
    parts += [_text(16, box.top + 20 + LINE * n, line, ' fill="#484949"') for n, line in enumerate(box.when)]
    return [*parts, "</g>"]


def _arrow(before: Box, box: Box) -> list[str]:
    """From one box down to the next; dashed where the next has a condition, none behind an end without one."""
    if before.kind == "end" and not before.when:
        return []
    x, top = LEFT + 24, before.top + before.height
    dashes = ' stroke-dasharray="4 3"' if box.when else ""
    return [
        f'<path d="M{x} {top} V{box.top - 6}" stroke="#0b0c0c" fill="none"{dashes}/>',
        f'<path d="M{x - 4} {box.top - 7} L{x + 4} {box.top - 7} L{x} {box.top} Z" fill="#0b0c0c"/>',
    ]


def _text(x: int, y: int, words: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}"{more}>{escape(words)}</text>'


def mermaid(script: Script) -> str:
    """The same as the text of a Mermaid flow chart."""
    lines = ["flowchart TD"]
    for number, step in enumerate(script.steps):
        label = _quoted(f"{_KINDS[step.kind]}: {name_of(step)}")
        lines.append(f'  s{number}(["{label}"])' if step.kind == "end" else f'  s{number}["{label}"]')
        if number and not (script.steps[number - 1].kind == "end" and not script.steps[number - 1].conditions):
            when = _quoted("; ".join(f"if {plainly(each, script)}" for each in step.conditions))
            lines.append(f'  s{number - 1} -.->|"{when}"| s{number}' if when else f"  s{number - 1} --> s{number}")
    return "\n".join([*lines, ""])


def _quoted(words: str) -> str:
    return words.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def name_of(step: Step) -> str:
    """What a step is called where people read of it: ends have no name but their key, which is written in capitals."""
    return unfilled(step.short.get(LANGUAGE)) or step.key.replace("_", " ").lower().capitalize()


def read_name(step: Step) -> str:
    """What a step is called on a page beside no text of its own: an end by the first thing that it says."""
    said = unfilled(step.say.get(LANGUAGE)) if step.kind == "end" and not step.short else ""
    first = re.split(r"[.?!](?:\s|$)", said, maxsplit=1)[0].strip(" ,")
    return first or name_of(step)


def _words(step: Step, script: Script) -> str:
    said = OPTIONAL.sub(r"\1", step.say.get(LANGUAGE))
    options = " / ".join(option.label.get(LANGUAGE) for option in step.field.options)
    told = " ".join(part for part in (said, f"[{options}]" if options else "") if part)
    if step.call and step.call.name != step.key:
        told = f"{told} {step.call.name.replace('_', ' ')}"
    if step.call and step.call.protect:
        told = f"{told}; protects whoever it is about if {plainly(step.call.protect, script)}"
    if step.value:
        told = f"{told} {sum_of(step.value, script, truth=script.variables[step.key].kind == 'truth')}"
    if step.ending:
        told = f"{told} ({step.ending.outcome.replace('_', ' ')}, code {step.ending.code})"
    return told.strip()
