"""Where scripts hurt: what the journal says of one run, step by step, and what is counted of it. Pure.

Every figure is a name of MEASURES, and its drill-down lists the runs of which that name is true at the step: so a
figure and its rows can't differ. Nothing that anybody said is in it: steps, instants, outcomes.
"""
from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

DESK, WEB = "desk", "web"
BEGINS = {"run.start": DESK, "run.carry": DESK, "run.begin": WEB}
MOVES = {"run.take_up": DESK, "run.resume": WEB, "run.look_again": WEB}  # who goes on with it from here
ANSWER, REOPEN, SEND, LEAVE, GIVE_CODE = "step.answer", "step.reopen", "run.send", "run.leave", "run.hand_over"
COMMENT, CLOSE, CALL_ME = "step.comment", "need.close", "run.call_me"
KINDS = (*BEGINS, *MOVES, ANSWER, REOPEN, SEND, LEAVE, GIVE_CODE, COMMENT, CLOSE, CALL_ME)
QUIET = timedelta(hours=1)  # a page that nobody touched for so long was left; such a time isn't measured either
REFERRED, WENT_ON, MISTAKEN = "referred", "went_on", "mistaken"


class StepRow(NamedTuple):
    """One entry of the journal, as far as a count needs it; in the order in which they were written."""

    kind: str
    contact: int | None
    council: int
    service: int
    need: int | None
    at: datetime
    recorded_at: datetime
    body: Mapping[str, Any]


@dataclass(slots=True)
class AtStep:
    """What happened to one run at one step. `seconds` is None where the time can't be said."""

    reached: bool = False
    seconds: float | None = None
    went_back: int = 0
    left: bool = False
    referred: bool = False
    commented: int = 0
    meant: bool = False  # handed on by an end of the script's own: that is what it is for, as with somebody at risk

    @property
    def hurt(self) -> bool:
        return bool(self.went_back or self.left or (self.referred and not self.meant) or self.commented)


Key = tuple[str, str]  # step, and desk or web


@dataclass(slots=True)
class RunFact:
    """One run. `script` is the hash that it follows; `shown` where it stands, `since` when that was first shown."""

    run: int
    council: int
    service: int
    script: str
    began_at: datetime
    way: str
    begun: str = DESK  # where
    contact: int | None = None
    steps: dict[Key, AtStep] = field(default_factory=dict)
    shown: str = ""
    since: datetime | None = None
    at_end: bool = False
    given_up: bool = False
    call_asked: bool = False  # on the web they asked to be rung
    sent: bool = False  # on the web they sent it to the council, which is how a case comes of it
    moved_on: bool = False  # what was begun on a shared line went on in a run of its council, or was a mistake
    outcome: str = ""
    last_at: datetime | None = None
    needs: set[int] = field(default_factory=set)

    def at_step(self, step: str) -> AtStep:
        return self.steps.setdefault((step, self.way), AtStep())

    def went(self, way: str) -> bool:
        """Whether some of it was followed at the desk, or on the web; "" is either."""
        return any(way in ("", where) for _, where in self.steps)

    def seen_at(self, step: str, way: str = "") -> AtStep | None:
        """What happened at a step, at the desk or on the web, or (way "") wherever it was."""
        parts = [part for key, part in self.steps.items() if key[0] == step and way in ("", key[1])]
        if len(parts) < 2:
            return parts[0] if parts else None
        seconds = [part.seconds for part in parts if part.seconds is not None]
        return AtStep(
            any(part.reached for part in parts), sum(seconds) if seconds else None,
            sum(part.went_back for part in parts), any(part.left for part in parts),
            any(part.referred for part in parts), sum(part.commented for part in parts),
            all(part.meant for part in parts if part.referred),
        )  # fmt: skip


MEASURES: Mapping[str, Callable[[AtStep], bool]] = {
    "reached": lambda seen: seen.reached,
    "time": lambda seen: seen.seconds is not None,
    "went_back": lambda seen: seen.went_back > 0,
    "left": lambda seen: seen.left,
    "referred": lambda seen: seen.referred,
    "commented": lambda seen: seen.commented > 0,
    "hurt": lambda seen: seen.hurt,
}


@dataclass(frozen=True, slots=True)
class StepFigures:
    """The figures of one step: in how many runs each was so, and the middle one of their times."""

    step: str
    counts: Mapping[str, int]
    seconds: float | None

    @property
    def hurt(self) -> int:
        return self.counts["hurt"]


def figures(facts: Collection[RunFact], way: str = "") -> dict[str, StepFigures]:
    """Each step that a run came to, by its key."""
    found: dict[str, StepFigures] = {}
    for step in {key[0] for fact in facts for key in fact.steps}:
        seen = [part for fact in facts if (part := fact.seen_at(step, way)) is not None]
        if seen:
            counts = {name: sum(map(test, seen)) for name, test in MEASURES.items()}
            times = [part.seconds for part in seen if part.seconds is not None]
            found[step] = StepFigures(step, counts, median(times) if times else None)
    return found


def worst(
    found: Mapping[str, StepFigures], order: Sequence[str] = (), size: Callable[[StepFigures], float] | None = None
) -> StepFigures | None:
    """The step at which most runs were hurt, or that has most of another `size`; None where none has any. Of equals the
    one that more people left, then the first in `order`: the same on every page, and in the command."""
    measure = size or (lambda each: each.hurt)
    place = {step: number for number, step in enumerate(order)}
    some = [each for each in found.values() if measure(each)]
    return min(
        some, key=lambda each: (-measure(each), -each.counts["left"], place.get(each.step, len(place)), each.step),
        default=None,
    )  # fmt: skip


def fold(rows: Iterable[StepRow], *, at: datetime) -> list[RunFact]:
    """The runs of these entries in the order in which they began, as known at `at`. One whose beginning isn't among
    them is left out."""
    folding = _Folding()
    for row in rows:
        folding.follow(row)
    for fact in folding.facts.values():
        _settle(fact, at)
    return list(folding.facts.values())


def _settle(fact: RunFact, at: datetime) -> None:
    """Where it stands was shown too; and whether it was left there."""
    if fact.shown:
        fact.at_step(fact.shown).reached = True
    if fact.at_end or fact.moved_on or not fact.shown or fact.last_at is None:
        return
    if fact.given_up or at - fact.last_at > QUIET:
        fact.at_step(fact.shown).left = True


class _Folding:
    """The runs so far; `of_need` is whose a need is, `latest` the run of each contact that something was done in last,
    `closed` the web's needs that were closed in the act that is told next."""

    def __init__(self) -> None:
        self.facts: dict[int, RunFact] = {}
        self.of_need: dict[int, RunFact] = {}
        self.latest: dict[int, int] = {}
        self.closed: dict[int, tuple[str, str]] = {}

    def follow(self, row: StepRow) -> None:
        if row.kind == CLOSE:
            self._close(row)
            return
        number = int(row.body.get("run") or 0)
        if row.kind in BEGINS:
            self.facts[number] = RunFact(
                number, row.council, row.service, str(row.body.get("script", "")), row.at, BEGINS[row.kind],
                BEGINS[row.kind],
            )  # fmt: skip
        fact = self.facts.get(number)
        if fact is None:
            return
        if row.kind == COMMENT:  # beside the script: nothing goes on by it
            fact.at_step(str(row.body.get("step", ""))).commented += 1
            return
        self._act(fact, row)
        if row.contact is not None:
            self.latest[row.contact] = number

    def _act(self, fact: RunFact, row: StepRow) -> None:
        step = str(row.body.get("step", ""))
        known = row.kind == ANSWER and row.body.get("known")  # answered before a page could ask it
        if fact.shown and not known:
            fact.at_step(fact.shown).reached = True
        if row.kind == ANSWER and not known:
            self._time(fact, step, row)
        if row.kind == REOPEN:
            fact.at_step(step).went_back += 1
        fact.way = MOVES.get(row.kind, fact.way)
        fact.script = str(row.body.get("script") or fact.script)
        fact.contact = row.contact or fact.contact
        fact.given_up = row.kind in (LEAVE, GIVE_CODE)
        fact.call_asked = fact.call_asked or row.kind == CALL_ME
        fact.sent = fact.sent or row.kind == SEND
        fact.last_at = row.recorded_at
        if "to" in row.body:
            fact.shown, fact.since = str(row.body["to"]), row.recorded_at
            fact.at_end = bool(row.body.get("end"))
        elif row.kind == LEAVE:
            fact.shown = fact.shown or step
        if row.need is not None:
            fact.needs.add(row.need)
            self.of_need[row.need] = fact
            if row.need in self.closed:
                self._ended(fact, *self.closed.pop(row.need))

    def _time(self, fact: RunFact, step: str, row: StepRow) -> None:
        """The time that a step was on the page, unless something else was done in that call meanwhile."""
        seen = fact.at_step(step)
        seen.reached = True
        meanwhile = row.contact is not None and self.latest.get(row.contact) not in (None, fact.run)
        if meanwhile or fact.shown != step or fact.since is None:
            return
        took = row.at - fact.since
        if timedelta(0) <= took <= QUIET:
            seen.seconds = (seen.seconds or 0.0) + took.total_seconds()

    def _close(self, row: StepRow) -> None:
        """On the web a need is closed within the act that leads to its end, and is told before it."""
        outcome, code = str(row.body.get("outcome", "")), str(row.body.get("code", ""))
        fact = self.of_need.get(row.need or 0)
        if fact is None or fact.way == WEB:
            self.closed[row.need or 0] = (outcome, code)
        else:
            self._ended(fact, outcome, code)

    def _ended(self, fact: RunFact, outcome: str, code: str) -> None:
        """`code`: of the script's end; whoever hands on by hand gives none."""
        fact.outcome = outcome
        fact.moved_on = fact.moved_on or outcome in (WENT_ON, MISTAKEN)
        if outcome == REFERRED and fact.shown:
            seen = fact.at_step(fact.shown)
            seen.referred, seen.meant = True, fact.at_end and bool(code)
