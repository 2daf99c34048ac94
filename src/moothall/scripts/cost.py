"""What a script is going to ask to be paid, before it asks, and what was told before an answer changed it.

The price at which a question was answered is kept with the answer, so that a change that makes it dearer is said, and
not found out on the bill.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moothall.domain.interview.model import Script
from moothall.domain.interview.run import Walk
from moothall.scripts.models import Run

PAYMENT, AMOUNT = "request_payment", "pence"
TOLD = "pence"  # in a kept answer: the price as it stood when the question was answered


@dataclass(frozen=True, slots=True)
class Cost:
    """Pence to be paid; `was` what was told before, where that is something else."""

    pence: int
    was: int | None = None


def price_in(script: Script, values: Mapping[str, Any]) -> int | None:
    """The pence that the script's payment would ask for by what is known; None where it asks for none, or not yet."""
    for step in script.steps:
        if step.call is not None and step.call.name == PAYMENT:
            pence = values.get(dict(step.call.with_).get(AMOUNT, ""))
            if isinstance(pence, int) and not isinstance(pence, bool):
                return pence
    return None


def cost_of(run: Run, script: Script, walked: Walk) -> Cost | None:
    """What a run is going to cost where it stands, and what was told last if that was another price."""
    pence = price_in(script, walked.next.values)
    if pence is None or any(step.call is not None and step.call.name == PAYMENT for step in walked.passed):
        return None
    told = [answer for step in walked.passed if TOLD in (answer := run.answers.get(step.key, {}))]
    last = max(reversed(told), key=lambda answer: str(answer["at"]), default=None)  # at one instant the later question
    was = int(last[TOLD]) if last else pence
    return Cost(pence, was if was != pence else None)
