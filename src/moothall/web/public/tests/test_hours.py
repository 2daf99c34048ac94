from datetime import date

import pytest

from moothall.domain.calendar import ALL_DAY, ALWAYS, CLOSED, Hours, WeekHours
from moothall.web.public.hours import both, named_days, next_holiday, time_words, words_of

OFFICE: Hours = ((510, 1020),)
MORNING: Hours = ((540, 720),)


def test_days_with_the_same_hours_are_one_line() -> None:
    assert words_of([OFFICE] * 5 + [MORNING, CLOSED]) == [
        "Monday to Friday, 8:30am to 5pm", "Saturday, 9am to midday", "Closed on bank holidays"
    ]


def test_a_day_that_differs_stands_apart() -> None:
    week = [OFFICE, OFFICE, MORNING, OFFICE, OFFICE, CLOSED, CLOSED]
    assert words_of(week) == [
        "Monday and Tuesday, 8:30am to 5pm", "Wednesday, 9am to midday", "Thursday and Friday, 8:30am to 5pm",
        "Closed on bank holidays",
    ]


def test_two_spans_of_a_day_and_bank_holidays() -> None:
    assert words_of([(*MORNING, (780, 1020))] * 5 + [CLOSED] * 2, MORNING) == [
        "Monday to Friday, 9am to midday and 1pm to 5pm", "Bank holidays, 9am to midday"
    ]


def test_always_and_never() -> None:
    assert words_of(ALWAYS.weekdays, ALWAYS.bank_holiday) == ["Day and night, every day"]
    assert words_of([ALL_DAY] * 5 + [CLOSED] * 2) == ["Monday to Friday, day and night", "Closed on bank holidays"]
    assert words_of([CLOSED] * 7) == []


def test_days_that_differ_are_named_some_weeks_before() -> None:
    week = (OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, CLOSED, CLOSED)
    hours = WeekHours(week, CLOSED, ((date(2026, 12, 24), MORNING), (date(2026, 12, 31), CLOSED)))
    assert named_days(hours, date(2026, 11, 27)) == [
        "Thursday 24 December 2026, 9am to midday", "Closed on Thursday 31 December 2026"
    ]
    assert named_days(hours, date(2026, 10, 1)) == [] == named_days(hours, date(2027, 1, 1))
    christmas = (date(2026, 12, 28), date(2026, 12, 25))
    assert next_holiday(christmas, date(2026, 11, 27)) == "The next bank holiday is Friday 25 December 2026."
    assert next_holiday(christmas, date(2026, 12, 28)) == "Today is a bank holiday."
    assert next_holiday(christmas, date(2026, 8, 1)) == ""


def test_what_nobody_answers_is_not_promised() -> None:
    assert both(((510, 1020),), ((0, 600), (900, 1440))) == ((510, 600), (900, 1020))
    assert both(OFFICE, CLOSED) == CLOSED


@pytest.mark.parametrize(
    ("minute", "words"), [(0, "midnight"), (1440, "midnight"), (720, "midday"), (510, "8:30am"), (750, "12:30pm")]
)
def test_a_time_is_written_one_way(minute: int, words: str) -> None:
    assert time_words(minute) == words
