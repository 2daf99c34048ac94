"""Something is wrong with a step: said in a call without leaving it, and the word back."""
from __future__ import annotations

import pytest

from moothall.domain.typed import CARD_TAKEN_OUT
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.scripts import versions
from moothall.scripts.comments import settle_comment
from moothall.scripts.models import ScriptVersion, StepComment
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope
from moothall.web.desk.tests.conftest import hidden, words
from moothall.web.desk.tests.test_script import begin, say

pytestmark = pytest.mark.usefixtures("scripts")


def comment(desk, shown, text, **more):
    return desk.act("comment", **{"run": hidden(shown, "run"), "step": hidden(shown, "step"), "text": text, **more})


def kept():
    with scope(System("load")):
        return list(StepComment.objects.exclude(script_id="0" * 64))


def test_a_comment_is_kept_with_its_step_and_the_call_stays_where_it_is(desk):
    shown = say(desk, begin(desk), "LE16 7AA")
    answered = comment(desk, shown, "Flats aren’t in the list")
    assert "Thank you. The managers of Harborough" in words(answered)
    assert (hidden(answered, "step"), hidden(answered, "seen")) == (hidden(shown, "step"), hidden(shown, "seen"))
    [found] = kept()
    assert (found.council_id, found.service_id, found.step) == (2, 524, "property")
    assert found.text == "Flats aren’t in the list"
    assert (found.contact_id, found.written_by_id, found.done_at) == (desk.call, desk.world.sam, None)
    with scope(System("load")):
        told = Entry.objects.get(kind="step.comment")
    assert told.body == {
        "run": found.run_number, "step": "property", "script": found.script_id, "comment": found.pk,
    }
    assert (told.council_id, told.contact_id, told.principal) == (2, desk.call, f"staff:{desk.world.sam}")


def test_sent_twice_it_is_one_and_another_one_is_another(desk):
    shown = begin(desk)
    for text in ("Too long", "Too long", "Too short"):
        assert comment(desk, shown, text).status_code == 200
    assert sorted(each.text for each in kept()) == ["Too long", "Too short"]


def test_what_is_no_comment_is_refused_at_its_field_and_stays_typed(desk):
    shown = begin(desk)
    empty = comment(desk, shown, " ")
    assert words(empty).count("Say in a few words what is wrong with this step") == 2
    long = comment(desk, shown, "x" * 301)
    assert "Use 300 characters or fewer" in words(long) and "x" * 301 in long.content.decode()
    card = comment(desk, shown, "They said 4111 1111 1111 1111")
    assert CARD_TAKEN_OUT in words(card) and "4111 1111" not in card.content.decode()
    assert kept() == []


@pytest.mark.parametrize("step", ["no_such_step", "was_out", ""])
def test_a_step_that_the_run_never_came_to_takes_none(desk, step):
    assert comment(desk, begin(desk), "Wrong", step=step).status_code in (200, 404)
    assert kept() == []


def test_nobody_comments_on_a_run_that_is_not_in_their_hands(desk):
    shown = begin(desk)
    assert comment(desk, shown, "Wrong", run=desk.world.other["run"]).status_code == 404
    theirs = desk.ask("/desk/comment/", {
        "contact": desk.call, "run": hidden(shown, "run"), "step": "postcode", "text": "Wrong",
    }, who="olive")
    assert theirs.status_code == 404
    assert kept() == []


def test_the_word_back_comes_to_the_desk_of_who_wrote_it_and_to_nobody_elses(desk, monkeypatch):
    comment(desk, begin(desk), "Too long")
    [found] = kept()
    with desk._as_role("web"), scope(Staff(desk.world.jo)):
        assert settle_comment(found, "We made it shorter", person=desk.world.jo)
        assert not settle_comment(found, "Again", person=desk.world.jo)
    desk.hung_up()
    desk.act("finish", then="ready", notes="")
    mine = words(desk.ask("/desk/", whole=True))
    assert "What came of your comments (1)" in mine and "Too long" in mine
    assert "We made it shorter" in mine and "Jo Bell" in mine
    assert "What came of your comments" not in words(desk.ask("/desk/", whole=True, who="priya"))
    monkeypatch.setattr(versions, "_seen", {})
    ScriptVersion.objects.filter(pk=found.script_id).update(text="script: of an older installation")
    assert "We made it shorter" in words(desk.ask("/desk/", whole=True)), "a script that can’t be read any more"
    with scope(System("load")):
        done = StepComment.objects.get(pk=found.pk)
        told = Entry.objects.get(kind="comment.settle")
    assert done.done_at is not None and done.done_at <= clock.now()
    assert (told.council_id, told.service_id, told.body["comment"]) == (2, 0, found.pk)
