"""Two windows write one note: whatever either typed is in what is kept."""

from __future__ import annotations

import pytest

from moothall.domain.notes import both


@pytest.mark.parametrize(("was", "now", "typed", "kept"), [
    ("a", "a", "a b", "a b"),  # nobody else wrote
    ("a", "a b", "a b", "a b"),  # sent twice
    ("a", "a b", "a b c", "a b c"),  # the answer was lost, and they typed on
    ("", "Gate sticks.", "Ring first.", "Ring first.\nGate sticks."),
    ("a", "a\nGate sticks.", "a\nRing first.", "a\nRing first.\nGate sticks."),
    ("a", "a\nGate sticks.", "a", "a\nGate sticks."),  # nothing new here
    ("a\nb", "a\nb\nc", "a", "a\nc"),  # what was taken out here stays out
    ("a\nb", "a", "a\nb\nc", "a\nb\nc"),  # and what was taken out there comes back: it may have been typed on
    ("a", "a\nsee\nno", "a\nnote", "a\nnote\nsee\nno"),  # part of a word isn't the word
    ("", "Gate sticks.", "", "Gate sticks."),
    ("", "Gate sticks.", "\nRing.", "\nRing.\nGate sticks."),  # the page takes it for what it typed, and more
    ("Gate.", "Gate.\n\n", "Gate. Dog.", "Gate. Dog."),
])  # fmt: skip
def test_what_either_window_typed_is_kept(was: str, now: str, typed: str, kept: str) -> None:
    assert both(was, now, typed) == kept


@pytest.mark.parametrize(("now", "kept"), [
    ("Gate stikcs", "Gate sticks"),  # the answer was lost, and they corrected it
    ("Gate stikcs\nA dog.", "Gate sticks\nA dog."),  # and another window wrote too
    ("A dog.", "Gate sticks\nA dog."),  # it never came
])  # fmt: skip
def test_what_this_window_sent_is_its_own_though_no_answer_came(now: str, kept: str) -> None:
    assert both("", now, "Gate sticks", "Gate stikcs") == kept
