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
