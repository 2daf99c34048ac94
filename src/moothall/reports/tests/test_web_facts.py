"""What is counted of the web, without a database: each form is in one state, which the figures count."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from moothall.reports.step_facts import RunFact, StepRow, fold
from moothall.reports.web_facts import COUNTED, STATES, begun_on_the_web, state_of, tallies, tally

START = datetime(2026, 11, 25, 9, tzinfo=UTC)
needs = count(1)


class Form:
    """One form, as its journal tells it."""

    def __init__(self, number: int, *, service: int = 524, begun: str = "run.begin") -> None:
        self.number, self.service, self.rows, self.need = number, service, [], next(needs)
        self.tell(begun, s=0, script="a", to="postcode")

    def tell(self, kind: str, *, s: float, need: int | None = None, **body: Any) -> Form:
        at = START + timedelta(seconds=s)
        told = {"run": self.number, **body}
        self.rows.append(StepRow(kind, 9 if need else None, 2, self.service, need, at, at, told))  # type: ignore[attr-defined]
        return self

    def finished(self, s: float = 60, outcome: str = "case_opened") -> Form:
        self.tell("need.close", s=s, need=self.need, outcome=outcome)
        return self.tell("run.send", s=s, need=self.need, to="SENT", end=True)

    def told_whom_to_ring(self, s: float = 60) -> Form:
        self.tell("need.close", s=s, need=self.need, outcome="referred")
        return self.tell("step.answer", s=s, need=self.need, step="who", to="AT_RISK", end=True)

    def to_be_rung(self, s: float = 60) -> Form:
        self.tell("run.call_me", s=s, need=self.need)
        return self.tell("need.close", s=s, need=self.need, outcome="callback")

    def by_phone(self, s: float = 90) -> Form:
        return self.tell("run.take_up", s=s, need=self.need, to="bin")


def runs(*forms: Form, after_s: float = 300) -> list[RunFact]:
    rows = sorted((row for form in forms for row in form.rows), key=lambda row: row.recorded_at)
    found = fold(rows, at=START + timedelta(seconds=after_s))
    return [run for run in found if begun_on_the_web(run)]


@pytest.mark.parametrize(
    ("form", "after_s", "names"),
    [
        (Form(1), 300, "begun under_way"),
        (Form(1), 3601, "begun left"),
        (Form(1).tell("step.answer", s=1800, step="postcode", to="bin"), 3601, "begun under_way"),
        (Form(1).finished(), 9000, "begun alone with_case"),
        (Form(1).finished(outcome="referred"), 9000, "begun alone with_case"),
        (Form(1).finished(outcome="resolved"), 9000, "begun alone"),
        (Form(1).told_whom_to_ring(), 9000, "begun alone"),
        (Form(1).to_be_rung(), 9000, "begun handed_on call_asked"),
        (Form(1).to_be_rung().finished(s=90), 9000, "begun handed_on call_asked"),
        (Form(1).by_phone(), 9000, "begun handed_on by_phone"),
        (Form(1).by_phone().tell("run.leave", s=99), 9000, "begun handed_on by_phone"),
        (Form(1).tell("run.resume", s=70_000, to="bin").finished(s=70_060), 90_000, "begun alone with_case"),
    ],
)
def test_a_form_is_counted(form: Form, after_s: float, names: str) -> None:
    (run,) = runs(form, after_s=after_s)
    at = START + timedelta(seconds=after_s)
    assert {name for name, test in COUNTED.items() if test(run, at)} == set(names.split())
    assert state_of(run, at) in STATES


def test_what_was_begun_in_a_call_is_that_calls() -> None:
    assert runs(Form(1, begun="run.start").tell("run.resume", s=60, to="bin").finished(s=90)) == []


def test_every_form_is_in_one_state() -> None:
    found = runs(Form(1), Form(2).finished(), Form(3).to_be_rung().by_phone(), Form(4).by_phone(), after_s=4000)
    counts = tally(found, START + timedelta(seconds=4000)).counts
    assert counts["begun"] == 4 == sum(counts[state] for state in STATES)
    assert (counts["handed_on"], counts["call_asked"], counts["by_phone"]) == (2, 1, 2)


def test_where_fewest_finish_alone_is_first_and_too_few_last() -> None:
    number, forms = count(1), []
    for service, good, bad in ((524, 9, 1), (57, 4, 8), (528, 0, 5)):
        forms += [Form(next(number), service=service).finished() for _ in range(good)]
        forms += [Form(next(number), service=service) for _ in range(bad)]
    rows = tallies(runs(*forms, after_s=9000), START + timedelta(seconds=9000))
    assert [row.key[1] for row in rows if row.key] == [57, 524, 528]
    assert [str(row.alone) for row in rows] == ["33% (14 to 61)", "90% (60 to 98)", "0 of 5"]


def test_who_is_still_at_it_counts_neither_way() -> None:
    (row,) = tallies(runs(Form(1), Form(2).finished()), START + timedelta(seconds=300))
    assert (row.alone.met, row.alone.of) == (1, 1)
