"""Openings against a loop over every quarter of an hour that shares no code with the map, and how they are said."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.opening import closed_message, moment_words, opening_at
from moothall.domain.responsibility.shares import Cell, ShareTerms
from moothall.domain.responsibility.tests.by_the_minute import HOLIDAYS, LONDON, QUARTER, share_lists

FRIDAY = datetime(2026, 11, 27, 18, tzinfo=UTC)


def somebody(shares: list[ShareTerms], cell: Cell, at: datetime) -> bool:
    """Whether a share holds then, by its own words: its period, its hours, the kind of day."""
    local = at.astimezone(LONDON)
    minute = local.hour * 60 + local.minute
    for share in shares:
        if (share.client, share.function) != (cell.council, cell.function) or not share.starts <= at < share.ends:
            continue
        named = dict(share.hours.exceptions)
        if local.date() in named:
            hours = named[local.date()]
        elif local.date() in HOLIDAYS[cell.council]:
            hours = share.hours.bank_holiday
        else:
            hours = share.hours.weekdays[local.weekday()]
        if any(start <= minute < end for start, end in hours):
            return True
    return False


@settings(max_examples=60)
@given(st.data())
def test_open_and_until_when_as_a_loop_over_every_quarter_finds_it(data: st.DataObject) -> None:
    shares = data.draw(share_lists())
    table = compile_shares(shares, HOLIDAYS)
    first, last = min(s.starts for s in shares), max(s.ends for s in shares)
    cell = Cell(shares[0].client, 524, "phone", shares[0].function)
    at = first + QUARTER * data.draw(st.integers(-8, 8 * 24 * 4))
    is_open = somebody(shares, cell, at)
    turn = at
    while turn <= last and somebody(shares, cell, turn) == is_open:
        turn += QUARTER
    found = opening_at(table, cell, at)
    assert (found.is_open, found.turns) == (is_open, turn if turn <= last else None)


@pytest.mark.parametrize(("at", "words"), [
    (FRIDAY + timedelta(hours=1), "today at 7pm"),
    (datetime(2026, 11, 28, 8, 45, tzinfo=UTC), "tomorrow at 8:45am"),
    (datetime(2026, 11, 28, tzinfo=UTC), "today at midnight"),
    (datetime(2026, 11, 30, 8, 45, tzinfo=UTC), "on Monday at 8:45am"),
    (datetime(2026, 12, 4, 12, tzinfo=UTC), "on Friday 4 December at midday"),
    (datetime(2027, 7, 1, 8, tzinfo=UTC), "on Thursday 1 July 2027 at 9am"),
])
def test_how_a_moment_is_said(at: datetime, words: str) -> None:
    assert moment_words(at, FRIDAY) == words


def test_what_the_caller_hears() -> None:
    monday = datetime(2026, 11, 30, 8, 45, tzinfo=UTC)
    assert closed_message("Northby bins", monday, FRIDAY) == "Northby bins is closed now. It opens on Monday at 8:45am."
    assert closed_message("Northby bins", None, FRIDAY) == "Northby bins: nobody answers this number at present."
