"""How openings are said."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from moothall.domain.responsibility.opening import closed_message, coming_words

FRIDAY = datetime(2026, 11, 27, 18, tzinfo=UTC)


@pytest.mark.parametrize(("at", "words"), [
    (FRIDAY + timedelta(hours=1), "today at 7pm"),
    (datetime(2026, 11, 28, 8, 45, tzinfo=UTC), "tomorrow at 8:45am"),
    (datetime(2026, 11, 28, tzinfo=UTC), "today at midnight"),
    (datetime(2026, 11, 30, 8, 45, tzinfo=UTC), "on Monday at 8:45am"),
    (datetime(2026, 12, 4, 12, tzinfo=UTC), "on Friday 4 December at midday"),
    (datetime(2027, 7, 1, 8, tzinfo=UTC), "on Thursday 1 July 2027 at 9am"),
])
def test_how_a_moment_is_said(at: datetime, words: str) -> None:
    assert coming_words(at, FRIDAY) == words


def test_what_the_caller_hears() -> None:
    monday = datetime(2026, 11, 30, 8, 45, tzinfo=UTC)
    assert closed_message("Northby bins", monday, FRIDAY) == "Northby bins is closed now. It opens on Monday at 8:45am."
    assert closed_message("Northby bins", None, FRIDAY) == "Northby bins: nobody answers this number at present."
