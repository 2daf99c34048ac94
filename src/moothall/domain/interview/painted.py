"""A script's flow picture for a page, painted by a measure: the steps of `pack graph` from top to bottom, each with its
bar, its figure and a link. The measure is told by fill, by the width of the edge, by the bar and in words.

Colours are the page's own (classes): it is part of the page, in light, dark and high contrast.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from moothall.domain.interview.model import Script, Step
from moothall.domain.interview.picture import read_name
from moothall.domain.interview.plainly import plainly

WIDTH, LEFT, BOX, BAR, GAP = 640, 186, 300, 140, 16  # pixels
LINE, SMALL_LINE = 22, 18
LETTERS, LETTERS_WHEN, MOST_WHEN = 30, 25, 4
LEVELS = 5
_DOES = {"look_up": "Looks up", "work_out": "Works out", "effect": "Does", "end": "End"}


@dataclass(frozen=True, slots=True)
class Paint:
    """How a step is painted: `part` is its measure against the greatest, 0 to 1; `words` its figure; `link` where it
    leads."""

    part: float
    words: str
    link: str

    @property
    def level(self) -> int:
        """0 for none, else 1 to 4: the same steps of colour and edge for any measure."""
        return min(LEVELS - 1, 1 + int(self.part * (LEVELS - 1))) if self.part > 0 else 0


def painted(script: Script, paints: Mapping[str, Paint], *, says: str) -> str:
    """The picture as SVG to stand in a page. `says` is its finding, as a sentence. A step without a paint isn't shown
    to anybody: it is drawn small and without a figure."""
    parts: list[str] = []
    top = 4
    before: Step | None = None
    for step in script.steps:
        if before is not None:
            parts.append(_arrow(before, step, top))
        drawn, height = _box(step, paints.get(step.key), _whens(step, script), top)
        parts += drawn
        top += height + GAP
        before = step
    head = (
        f'<svg class="flow" xmlns="http://www.w3.org/2000/svg" role="group" viewBox="0 0 {WIDTH} {top}" '
        f'width="{WIDTH}" height="{top}" aria-label="{escape(says, quote=True)}">'
    )
    return "\n".join([head, *parts, "</svg>", ""])


def _whens(step: Step, script: Script) -> list[str]:
    lines = [
        line for each in step.conditions for line in textwrap.wrap(f"if {plainly(each, script)}", LETTERS_WHEN)
    ]
    return lines if len(lines) <= MOST_WHEN else [*lines[: MOST_WHEN - 1], f"{lines[MOST_WHEN - 1]} …"]


def _box(step: Step, paint: Paint | None, whens: list[str], top: int) -> tuple[list[str], int]:
    does = _DOES.get(step.kind, "")
    name = f"{does}: {read_name(step)}" if does else read_name(step)
    head = textwrap.wrap(name, LETTERS)
    height = max(LINE * len(head) + 18, SMALL_LINE * len(whens) + 6)
    level = paint.level if paint else 0
    kind = f"flow__box--{level}" if paint else "flow__box--unseen"
    round_ = 14 if step.kind == "end" else 0
    edge = 1 + level if paint else 1
    parts = [
        f'<rect class="flow__box {kind}" x="{LEFT}" y="{top}" width="{BOX}" height="{height}" rx="{round_}" '
        f'stroke-width="{edge}"/>'
    ]
    on = f" flow__on--{level}" if paint else " flow__on--unseen"
    parts += [_text(LEFT + 14, top + 23 + LINE * n, line, f"flow__name{on}") for n, line in enumerate(head)]
    if paint:
        length = round(BAR * paint.part)
        parts.append(_text(LEFT + BOX + 14, top + 21, paint.words, "flow__figure"))
        parts.append(f'<rect class="flow__bar" x="{LEFT + BOX + 14}" y="{top + 28}" width="{length}" height="8"/>')
        label = escape(f"{name}: {paint.words}", quote=True)
        link = escape(paint.link, quote=True)
        parts = [f'<a class="flow__step" href="{link}" aria-label="{label}">', *parts, "</a>"]
    said = [_text(0, top + 17 + SMALL_LINE * n, line, "flow__when") for n, line in enumerate(whens)]
    return [f'<g data-step="{escape(step.key, quote=True)}">', *said, *parts, "</g>"], height


def _arrow(before: Step, step: Step, top: int) -> str:
    """Down to the next; dashed where that has a condition, none behind an end that every way comes to."""
    if before.kind == "end" and not before.conditions:
        return ""
    dashes = " flow__arrow--maybe" if step.conditions else ""
    x, begins = LEFT + 24, top - GAP
    point = f"M{x - 4} {top - 8} L{x} {top - 3} L{x + 4} {top - 8}"
    return f'<path class="flow__arrow{dashes}" d="M{x} {begins} V{top - 3} {point}"/>'


def _text(x: int, y: int, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(words)}</text>'
