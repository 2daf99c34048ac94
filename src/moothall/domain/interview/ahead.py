"""How many questions a script is still going to ask, as far as the answers so far tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moothall.domain.interview.expressions import Refusal, evaluate
from moothall.domain.interview.model import Script, Step


def pages_ahead(script: Script, here: Step, values: Mapping[str, Any]) -> int:
    """About how many pages follow `here`: those of which it is certain that they come, and half of those of which
    nothing is known yet."""
    later = script.steps[script.steps.index(here) + 1 :]
    halves = sum(_halves(script, step, values) for step in later if step.kind in ("ask", "say"))
    return -(-halves // 2)


def _halves(script: Script, step: Step, values: Mapping[str, Any]) -> int:
    found = 2
    for condition in step.conditions:
        held = evaluate(condition, values, script.kinds())
        if isinstance(held, Refusal):  # it reads what isn't told yet
            found = 1
        elif not held:
            return 1 if any(values.get(name) is None for name in condition.asks_known) and found == 1 else 0
    return found
