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
    ("Gate.", "Gate.\n\n", "Gate. Dog.", "Gate. Dog."),
])  # fmt: skip
def test_what_either_window_typed_is_kept(was: str, now: str, typed: str, kept: str) -> None:
    assert both(was, now, typed) == kept
