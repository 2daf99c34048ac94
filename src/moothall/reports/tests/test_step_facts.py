"""What is counted at each step, from runs that were really walked: at the engine, by the web role, under a clock that
moves as people answer."""
from __future__ import annotations

from datetime import timedelta

import pytest

from moothall.contacts.actions import close_need, open_need
from moothall.contacts.models import Contact
from moothall.lib import clock
from moothall.reports.step_facts import figures, worst
from moothall.reports.steps import Chosen, Days, runs_behind, runs_of, scripts_of
from moothall.scripts.actions import start_run
from moothall.scripts.answering import answer_step, reopen_step
from moothall.scripts.left_runs import leave_run, take_up_run
from moothall.scripts.queries import current
from moothall.scripts.steps import walk_of
from moothall.scripts.tests.conftest import desk, town  # noqa: F401 (fixtures)
from moothall.scripts.tests.walks import LAST, THURSDAY, answered, begun, to_the_bin
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope


class Clock:
    """The test's clock: it stands still until it is moved."""

    def __init__(self):
        self.at = THURSDAY

    def __call__(self):
        return self.at

    def wait(self, seconds):
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def later(desk, monkeypatch):  # noqa: F811
    moving = Clock()
    monkeypatch.setattr(clock, "now", moving)
    return moving


def facts(later, **more):
    day = THURSDAY.date()
    return runs_of(Days(day, day, later.at), keys=None, **more)


def counted(later, step):
    return figures(facts(later))[step].counts


def test_each_step_that_was_shown_is_reached_and_none_besides(desk, town, later):  # noqa: F811
    to_the_bin(desk, town.mill_lane, was_out="no")
    found = figures(facts(later))
    assert found.keys() == {"postcode", "property", "bin", "was_out", "NOT_OUT"}
    assert {each.counts["reached"] for each in found.values()} == {1}
    assert found["NOT_OUT"].counts["left"] == 0
    assert worst(found) is None


def test_the_time_is_from_when_a_step_was_shown_to_its_answer_the_middle_of_all_runs(desk, town, later):  # noqa: F811
    for seconds in (10, 20, 90):
        run = begun(desk)
        later.wait(seconds)
        run = answered(run, postcode="le16 7zz")
        later.wait(5)
        answered(run, property=str(town.mill_lane))
    found = figures(facts(later))
    assert (found["postcode"].seconds, found["property"].seconds) == (20, 5)
    assert found["bin"].seconds is None  # shown, not answered


def test_a_step_asked_again_counts_its_time_twice_and_that_somebody_went_back_once(desk, town, later):  # noqa: F811
    run = begun(desk)
    later.wait(10)
    run = answered(run, postcode="le16 7zz")
    later.wait(3)
    run = reopen_step(run, "postcode")
    later.wait(7)
    answered(run, postcode="le16 7zz")
    found = figures(facts(later))
    assert found["postcode"].seconds == 17
    assert found["postcode"].counts["went_back"] == 1
    assert found["property"].counts["went_back"] == 0
    assert found["property"].seconds is None
    assert found["property"].counts["reached"] == 1


def test_a_time_in_which_something_else_was_done_or_nobody_was_there_is_not_measured(desk, town, later):  # noqa: F811
    run = begun(desk)
    contact = Contact.objects.get(pk=desk.home["contact"])
    need = open_need(contact=contact, service=524, kind="missed-bin", title="Missed bin")
    start_run(contact=contact, need=need, script_key="missed-bin", parent=run)
    later.wait(30)
    run = answered(run, postcode="le16 7zz")
    assert figures(facts(later))["postcode"].seconds is None
    later.wait(2 * 3600)
    answered(run, property=str(town.mill_lane))
    assert figures(facts(later))["property"].seconds is None
    assert counted(later, "property")["reached"] == 1


def test_a_call_that_ended_was_left_where_it_stood_until_it_is_taken_up_again(desk, town, later):  # noqa: F811
    run = leave_run(to_the_bin(desk, town.mill_lane))
    assert counted(later, "was_out")["left"] == 1
    assert counted(later, "bin")["left"] == 0
    close_need(run.need, outcome="broken_off")
    run = take_up_run(run)
    assert counted(later, "was_out")["left"] == 0
    answered(run, was_out="no")
    later.wait(3 * 3600)
    assert {each.counts["left"] for each in figures(facts(later)).values()} == {0}


def test_what_nobody_touched_for_an_hour_was_left(desk, town, later):  # noqa: F811
    to_the_bin(desk, town.mill_lane)
    later.wait(3600)
    assert counted(later, "was_out")["left"] == 0
    later.wait(1)
    assert counted(later, "was_out")["left"] == 1


def test_handed_to_an_officer_is_counted_where_the_script_stood(desk, town, later):  # noqa: F811
    run = to_the_bin(desk, town.mill_lane)
    close_need(run.need, outcome="referred")
    other = to_the_bin(desk, town.assisted)
    close_need(other.need, outcome="resolved")
    found = figures(facts(later))
    assert found["was_out"].counts["referred"] == 1
    assert sum(each.counts["referred"] for each in found.values()) == 1
    [behind] = runs_behind(facts(later), "referred", "was_out")
    assert (behind.run, behind.outcome) == (run.pk, "referred")


def test_what_the_scripts_own_end_hands_on_is_counted_and_hurts_nobody(desk, town, later):  # noqa: F811
    """With somebody at risk that is the right way; by hand, before the end, something was amiss."""
    contact = to_the_bin(desk, town.assisted).contact
    need = open_need(contact=contact, service=524, kind="risk", title="Someone at risk")
    risk = answered(start_run(contact=contact, need=need, script_key="risk"), danger="no", who="child")
    end = walk_of(risk).next.step.key
    answer_step(risk, end, "", seen_version=risk.version)
    found = figures([fact for fact in facts(later) if fact.run == risk.pk])
    assert (found[end].counts["referred"], found[end].counts["hurt"]) == (1, 0)
    by_hand = to_the_bin(desk, town.mill_lane)
    close_need(by_hand.need, outcome="referred")
    found = figures([fact for fact in facts(later) if fact.run == by_hand.pk])
    assert (found["was_out"].counts["referred"], found["was_out"].counts["hurt"]) == (1, 1)


def test_a_figure_opens_to_its_runs_of_that_script_and_way(desk, town, later):  # noqa: F811
    run = to_the_bin(desk, town.mill_lane, **LAST)
    runs = facts(later)
    keys = scripts_of(runs)
    assert set(keys.values()) == {"missed-bin"}
    assert [each.run for each in Chosen(2, "missed-bin").of(runs, keys)] == [run.pk]
    assert [each.run for each in Chosen(2, "missed-bin", "desk", run.script_id).of(runs, keys)] == [run.pk]
    assert Chosen(2, "missed-bin", "web").of(runs, keys) == []
    assert Chosen(2, "missed-bin", version="0" * 64).of(runs, keys) == []
    assert Chosen(1, "missed-bin").of(runs, keys) == []
    assert [each.run for each in runs_behind(runs, "reached", current(run).key)] == [run.pk]
    assert runs_behind(runs, "reached", current(run).key, "web") == []


def test_a_run_of_another_day_is_not_among_them(desk, town, later):  # noqa: F811
    run = begun(desk)
    later.wait(24 * 3600)
    begun(desk)
    answer_step(run, "postcode", "le16 7zz", seen_version=run.version)
    [counted_run] = facts(later)
    assert counted_run.run == run.pk
    assert counted_run.steps[("property", "desk")].reached


def test_another_councils_runs_are_not_seen(world, town, as_role):  # noqa: F811
    day = Days(THURSDAY.date(), THURSDAY.date(), THURSDAY)
    with as_role("web"), scope(Staff(world.sam)):
        begun(world)
        assert len(runs_of(day, keys=None, council=2)) == 1
        assert runs_of(day, keys={(1, 524)}) == runs_of(day, keys={(2, 57)}) == []
    for person, seen in ((world.jo, 1), (world.lee, 1), (world.olive, 0)):
        with as_role("web"), scope(Staff(person)):
            assert len(runs_of(day, keys=None)) == seen
    with as_role("report"), scope(System("count")):
        assert len(runs_of(day, keys=None)) == 1
