"""The words of where scripts hurt."""
from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from moothall.contacts.models import Need
from moothall.domain.plural import count_of
from moothall.reports.step_facts import AtStep, RunFact, StepFigures
from moothall.web.formats import FEW, wait


class Measure(NamedTuple):
    head: str
    phrase: str  # after "5 of 12 runs"
    meaning: str


MEASURE_WORDS: Mapping[str, Measure] = {
    "hurt": Measure("All that hurts", "in which somebody went back, left, was handed on or wrote a comment here",
                    "Runs in which at least one of went back, left, handed on or commented happened at the step. Where "
                    "an end of the script itself hands on, as with somebody at risk, that doesn’t hurt."),
    "reached": Measure("Reached", "came to this step",
                       "Runs whose page showed the step. On the web what is done at the end is shown as “check your "
                       "answers”."),
    "time": Measure("Time", "timed here",
                    "The middle of the times from when the step was shown to its answer. Times over an hour, and those "
                    "in which something else was done in the call, aren’t measured."),
    "went_back": Measure("Went back", "went back to this step",
                         "Runs in which the step was answered, and then asked again."),
    "left": Measure("Left", "broken off at this step",
                    "Runs that ended while the step was next: the call ended, or nobody touched the page for an hour."),
    "referred": Measure("Handed on", "handed on at this step",
                        "Runs whose need was handed on, to an officer or to others who were told, while the script "
                        "stood here."),
    "commented": Measure("Commented", "with a comment on this step",
                         "Runs in which somebody said what is wrong with it."),
}  # fmt: skip
SHOWN = ("reached", "time", "went_back", "left", "referred", "commented")
WAYS = {"desk": "at the desk", "web": "on the web"}
OUTCOMES = dict(Need.Outcome.choices)


def figure(each: StepFigures | None, what: str) -> str:
    """`3 of 5`, `12 of 40, 30%`, a time, or how many came."""
    if each is None:
        return "0" if what != "time" else "–"
    if what == "time":
        return wait(each.seconds) if each.seconds is not None else "–"
    count, reached = each.counts[what], each.counts["reached"]
    if what == "reached":
        return f"{count:,}"
    if not count:
        return "0"
    rate = f", {round(100 * count / reached)}%" if reached >= FEW and count <= reached else ""
    return f"{count:,} of {reached:,}{rate}" if count <= reached else f"{count:,}"


def finding(worst: tuple[str, StepFigures] | None, what: str) -> str:
    """What the picture shows, as a sentence."""
    if worst is None:
        return {"reached": "No step was reached.", "time": "No time was measured."}.get(
            what, "It hurt nobody in these days.")
    name, each = worst
    if what == "time":
        return f"“{name}” takes longest: {wait(each.seconds)} in the middle."
    if what == "reached":
        return f"“{name}” is reached most, by {count_of(each.counts['reached'], 'run')}."
    of = count_of(max(each.counts["reached"], each.counts[what]), "run")
    phrase = MEASURE_WORDS[what].phrase.replace("this step", "it")
    return f"It hurts most at “{name}”: {each.counts[what]:,} of {of} {phrase}."


def here(seen: AtStep) -> str:
    """What happened to one run at a step."""
    told = [
        f"went back {count_of(seen.went_back, 'time')}" if seen.went_back else "",
        "left here" if seen.left else "",
        "handed on" if seen.referred else "",
        count_of(seen.commented, "comment") if seen.commented else "",
    ]
    return ", ".join(filter(None, told)).capitalize() or "Nothing amiss"


def came_of(run: RunFact) -> str:
    """How the run ended, as far as it is known."""
    if run.outcome:
        return str(OUTCOMES.get(run.outcome, run.outcome))
    return "At its end" if run.at_end else "Not finished"
