"""What is read about prices and times that differ, word for word."""
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from moothall.domain.responsibility.figure_words import figure_sentences
from moothall.domain.responsibility.figures import Figure, FigureChange
from moothall.domain.responsibility.phrases import Phrases, cover_name, end_words, from_words, pounds
from moothall.domain.responsibility.shares import Cell, Names

PHRASES = Phrases(Names({2: "Harborough"}, {524: "Bins"}), [])


def said(figure: str, channel: str, before: Figure, after: Figure, *, new: bool = False) -> str:
    cell = Cell(2, 524, "web", "resolve") if channel == "case" else Cell(2, 524, channel, "answer")
    change = FigureChange(figure, (cell,), before, after, (), ("Bins",), new)
    (told,) = figure_sentences([change], PHRASES)
    return told.words


@pytest.mark.parametrize(
    ("figure", "channel", "begins"),
    [
        ("price.per_contact_pence", "phone", "A call costs Harborough £2.50 instead of £1.05"),
        ("price.per_contact_pence", "email", "An e-mail costs Harborough £2.50 instead of £1.05"),
        ("price.per_minute_pence", "phone", "A minute of a call costs "),
        ("price.per_minute_pence", "email", "A minute of an e-mail costs "),
        ("price.per_contact_pence", "case", "A case costs "),
        ("price.per_month_pence", "case", "Resolving costs Harborough £2.50 a month instead of £1.05 a month"),
        ("price.per_month_pence", "phone", "Answering costs "),
        ("price.per_kept_promise_pence", "phone", "Answering costs Harborough £2.50 per kept promise instead of "),
    ],
)
def test_what_a_price_is_for(figure: str, channel: str, begins: str) -> None:
    assert said(figure, channel, 105, 250).startswith(begins)


def test_a_price_that_comes_or_goes() -> None:
    figure = "price.per_contact_pence"
    assert said(figure, "phone", None, 250).endswith("; there was no such price.")
    assert "there was no" not in said(figure, "phone", None, 250, new=True)
    gone = said(figure, "phone", 250, None)
    assert gone.startswith("A call no longer has a price for Harborough") and gone.endswith("; it was £2.50.")


def test_sums() -> None:
    assert [pounds(pence) for pence in (0, 5, 100, 123456)] == ["£0.00", "£0.05", "£1.00", "£1,234.56"]


def test_a_midnight_is_told_as_a_day() -> None:
    midnight, nine = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert (from_words(midnight), end_words(midnight)) == ("1 December 2026", "the end of 30 November 2026")
    assert (from_words(nine), end_words(nine)) == ("09:00 on 1 December 2026", "09:00 on 1 December 2026")


@pytest.mark.parametrize(
    ("times", "name"),
    [
        ((), "Cover"), (("Saturdays 09:00–12:00",), "Saturday cover"), (("Saturdays all day",), "Saturday cover"),
        (("Saturdays 09:00–12:00", "Sundays 09:00–12:00"), "Cover"), (("Saturdays and Sundays 09:00–12:00",), "Cover"),
    ],
)
def test_what_cover_is_called(times: tuple[str, ...], name: str) -> None:
    assert cover_name(times) == name
