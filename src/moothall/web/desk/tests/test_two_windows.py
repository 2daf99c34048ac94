"""One call in two windows of its agent: whatever either writes into the note is kept, and they are told."""
from __future__ import annotations

import html
import json

import pytest

from moothall.domain.typed import LONGEST_NOTE
from moothall.web.desk.words import CHANGED, TOO_LONG_TOGETHER

pytestmark = pytest.mark.django_db


def test_a_note_that_another_window_wrote_since_is_kept_beside_what_was_typed(desk):
    desk.talk()
    first = json.loads(desk.act("notes", notes="The gate sticks.", was="").content)
    assert first["notes"] == "The gate sticks." and "changed" not in first
    second = json.loads(desk.act("notes", notes="Ring first.", was="").content)
    assert (second["notes"], second["changed"]) == ("Ring first.\nThe gate sticks.", CHANGED)
    assert desk.contact.notes == "Ring first.\nThe gate sticks."
    again = json.loads(desk.act("notes", notes="Ring first.\r\nThe gate sticks. A dog.", was=second["notes"]).content)
    assert "changed" not in again and desk.contact.notes == "Ring first.\nThe gate sticks. A dog."


def test_both_that_are_too_long_together_are_refused_in_words(desk):
    desk.talk()
    desk.act("notes", notes="a" * LONGEST_NOTE, was="")
    refused = desk.act("notes", notes="b", was="")
    assert (refused.status_code, json.loads(refused.content)) == (422, {"problem": TOO_LONG_TOGETHER})
    assert desk.contact.notes == "a" * LONGEST_NOTE


def test_a_call_is_finished_once_both_were_read(desk):
    desk.talk()
    desk.act("notes", notes="The gate sticks.", was="")
    desk.hung_up()
    shown = html.unescape(desk.act("finish", then="ready", notes="Ring first.", was="").content.decode())
    assert CHANGED in shown and "Ring first.\nThe gate sticks.</textarea>" in shown
    assert 'name="was" value="The gate sticks."' in shown
    assert (desk.contact.state, desk.contact.notes) == ("wrap_up", "The gate sticks.")
    desk.act("finish", then="ready", notes="Ring first.\nThe gate sticks.", was="The gate sticks.")
    assert (desk.contact.state, desk.contact.notes) == ("done", "Ring first.\nThe gate sticks.")


def test_what_another_window_wrote_outlasts_a_finish_that_was_refused(desk):
    """What this window had read goes back with what it typed: else the next press takes theirs for read."""
    desk.talk()
    desk.act("notes", notes="The gate sticks.", was="")
    desk.hung_up()
    sent = {"then": "ready", "was": "", "sent_last": "Ring"}
    refused = desk.act("finish", notes="Ring first. 4242 4242 4242 4242", **sent).content.decode()
    assert 'name="was" value=""' in refused and 'name="sent_last" value="Ring"' in refused
    assert "Ring first. </textarea>" in refused and "gate" not in refused
    shown = desk.act("finish", notes="Ring first.", **sent).content.decode()
    assert "Ring first.\nThe gate sticks.</textarea>" in shown and 'name="sent_last" value=""' in shown


def test_a_window_whose_answers_were_lost_is_no_other_window(desk):
    desk.talk()
    desk.act("notes", notes="Gate stikcs", was="")  # saved, though the page never heard of it
    saved = desk.act("notes", notes="Gate sticks", was="", sent_last="Gate stikcs")
    assert json.loads(saved.content).get("changed") is None and desk.contact.notes == "Gate sticks"
    desk.hung_up()
    desk.act("finish", then="ready", notes="Gate sticks fast", was="", sent_last="Gate stikcs\r\nGate sticks")
    assert (desk.contact.state, desk.contact.notes) == ("done", "Gate sticks fast")
