"""What was done with an answer is taken back before the answer changes, or the answer is sealed."""

from datetime import timedelta

import pytest

from moothall.journal.models import Entry
from moothall.scripts import steps
from moothall.scripts.answering import AnswerSealed, answer_step, reopen_step
from moothall.scripts.models import ScriptVersion
from moothall.scripts.packs import hash_of
from moothall.scripts.port import Port
from moothall.scripts.queries import current
from moothall.scripts.tests.walks import THURSDAY, answered, begun
from moothall.scripts.versions import version_for
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope

SCRIPT = """
script: slots
service: refuse
title: {en: Slots}
steps:
  - {key: day, ask: radio, options: {mon: {en: Monday}, tue: {en: Tuesday}}, short: {en: Day}, say: {en: "Which day?"}}
  - {key: note, ask: text, short: {en: Note}, say: {en: "Anything else?"}}
  - key: book
    effect: take_slot
    undo: free_slot
    with: {day: day}
    gives: {slot: {kind: text, always: true}}
  - {key: sure, ask: radio, options: {ok: {en: "Yes"}}, say: {en: "I have {slot}. Is that right?"}}
  - key: tell
    effect: tell_crew
    with: {slot: slot}
  - {end: DONE, outcome: resolved, code: x, say: {en: "It is {slot}."}}
"""


def publish(text, at):
    ScriptVersion.objects.create(hash=hash_of(text), pack="refuse", key="slots", text=text, published_at=at)


@pytest.fixture
def done(town, monkeypatch):
    """What the effects did, in order; the script is published."""
    publish(SCRIPT, THURSDAY - timedelta(days=1))
    told = []

    def effect(name):
        def act(run, council, order):
            told.append((name, dict(order.args)))
            return {"slot": f"{order.args['day']} at 9"} if name == "take_slot" else {}

        return act

    names = ("take_slot", "free_slot", "tell_crew")
    monkeypatch.setattr(steps, "EFFECTS", {name: effect(name) for name in names})
    monkeypatch.setattr(steps, "EFFECT_PORTS", dict.fromkeys(names, Port({})))
    return told


def test_changing_an_answer_takes_back_what_was_done_with_it_first(done, desk):
    run = answered(begun(desk, "slots"), day="mon", note="Gate")
    run = reopen_step(run, "day")
    assert done == [("take_slot", {"day": "mon"})], "asking again does nothing yet"
    run = answered(run, day="tue")
    assert done[1:] == [("free_slot", {"day": "mon", "slot": "mon at 9"}), ("take_slot", {"day": "tue"})]
    assert "I have tue at 9" in current(run).say
    assert Entry.objects.filter(kind="step.answer").last().body["undone"] == ["book"]


def test_what_proves_the_caller_raises_the_level_of_the_run_and_never_lowers_it(done, desk, monkeypatch):
    """`when: level < 2` no longer holds behind it, and the next step that reads it sees what was proved."""
    proved = iter([7, 1])
    prove = {name: lambda *asked: {"slot": "mon at 9", "level": next(proved)} for name in ("take_slot", "tell_crew")}
    monkeypatch.setattr(steps, "EFFECTS", prove)
    run = answered(begun(desk, "slots"), day="mon", note="Gate")
    assert (run.level, steps.walk_of(run).next.values["level"]) == (3, 3)
    assert answered(run, sure="ok").level == 3


def test_the_same_answer_again_and_another_that_it_didnt_read_take_nothing_back(done, desk):
    run = answered(begun(desk, "slots"), day="mon", note="Gate")
    run = answered(reopen_step(run, "day"), day="mon")
    run = answered(reopen_step(run, "note"), note="No gate")
    assert [name for name, _ in done] == ["take_slot"]


def test_what_nothing_takes_back_seals_what_it_rests_on_and_no_more(done, desk):
    run = answered(begun(desk, "slots"), day="mon", note="Gate", sure="ok")
    assert [name for name, _ in done] == ["take_slot", "tell_crew"]
    sealed = {said.step: said.sealed for said in current(run).so_far}
    assert sealed == {"day": True, "note": False}
    with pytest.raises(AnswerSealed):
        reopen_step(run, "day")
    with pytest.raises(AnswerSealed):
        answer_step(run, "day", "tue", seen_version=run.version)
    run = answered(reopen_step(run, "note"), note="Another")
    assert current(run).key == "DONE" and len(done) == 2


def test_a_pack_that_is_replaced_in_a_call_changes_nothing_in_it(done, world, as_role):
    with as_role("web"), scope(Staff(world.sam)):
        run = answered(begun(world, "slots"), day="mon")
    text = SCRIPT.replace("Anything else?", "What about the gate?")
    publish(text, THURSDAY)
    with as_role("web"), scope(Staff(world.sam)):
        assert version_for("slots", "E07000131").hash == hash_of(text)
        assert current(run).say == "Anything else?"
        assert answered(run, note="Gate").script_id == hash_of(SCRIPT)
        assert current(answered(begun(world, "slots"), day="mon")).say == "What about the gate?"
