"""Times, waits, numbers and telephones as the interface writes them."""
from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from moothall.domain.plural import count_of
from moothall.domain.telephone import telephone
from moothall.web import formats

WINTER = datetime(2026, 11, 25, 14, 5, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight of 2 July in London


def test_times_are_londons_in_winter_and_summer():
    assert formats.clock_time(WINTER) == "14:05"
    assert formats.clock_time(SUMMER) == "00:30"
    assert formats.day(SUMMER) == "Thu 2 Jul"
    assert formats.clock_time(None) == formats.day(None) == formats.when(None, WINTER) == ""


def test_the_year_is_said_only_where_it_is_another():
    assert formats.day(date(2026, 11, 27), today=date(2026, 11, 25)) == "Fri 27 Nov"
    assert formats.day(date(2027, 1, 4), today=date(2026, 11, 25)) == "Mon 4 Jan 2027"


def test_a_moment_of_today_is_its_time_alone():
    assert formats.when(WINTER, WINTER) == "14:05"
    assert formats.when(WINTER, datetime(2026, 11, 26, 9, tzinfo=UTC)) == "Wed 25 Nov 14:05"


def test_midnight_as_an_end_is_the_end_of_the_day_before():
    assert formats.until(datetime(2026, 11, 26, 0, tzinfo=UTC), WINTER) == "the end of today"
    assert formats.until(datetime(2026, 12, 1, 0, tzinfo=UTC), WINTER) == "the end of Mon 30 Nov"
    assert formats.until(datetime(2026, 11, 25, 17, tzinfo=UTC), WINTER) == "17:00"
    assert formats.until(datetime(2026, 11, 27, 17, tzinfo=UTC), WINTER) == "Fri 27 Nov 17:00"


@pytest.mark.parametrize(
    ("hour", "minute", "said"), [(0, 0, "12am"), (8, 30, "8:30am"), (12, 0, "12pm"), (14, 5, "2:05pm"), (17, 0, "5pm")]
)
def test_public_times(hour, minute, said):
    assert formats.public_time(datetime(2026, 11, 25, hour, minute, tzinfo=UTC)) == said


def test_public_days_are_whole():
    assert formats.public_day(WINTER) == "Wednesday 25 November 2026"


@pytest.mark.parametrize(
    ("seconds", "shown", "read"),
    [
        (None, "not known", "not known"), (0, "0:00", "0 seconds"), (61, "1:01", "1 minute 1 second"),
        (100, "1:40", "1 minute 40 seconds"), (59.6, "1:00", "1 minute"), (-3, "0:00", "0 seconds"),
        (4320, "1 h 12 min", "1 hour 12 minutes"),
    ],
)  # fmt: skip
def test_waits(seconds, shown, read):
    assert formats.wait(seconds) == shown
    assert formats.wait_words(seconds) == read


def test_numbers_money_and_shares():
    assert formats.number(1234) == "1,234" and formats.number(0) == "0" and formats.number(None) == "not known"
    assert formats.money(225) == "£2.25" and formats.money(-123456) == "−£1,234.56"
    assert formats.per_cent(3, 5) == "3 of 5" and formats.per_cent(84, 100) == "84%"
    assert count_of(0, "case") == "no cases" and count_of(1, "case") == "1 case"
    assert count_of(1200, "person", "people") == "1,200 people"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("+441632960123", "01632 960123"), ("+447700900123", "07700 900123"), ("+33123456789", "+33 1 23 45 67 89"),
        ("anonymous", "anonymous"), ("", ""),
    ],
)  # fmt: skip
def test_telephones(raw, shown):
    assert telephone(raw) == shown


def test_a_number_and_a_postcode_stay_on_one_line() -> None:
    said = formats.curly("Ring 07700 900123, 0808 2000 247 or 116 123, don't write to LE16 7AA. Pay 100 200 by 1 200")
    held = said.replace("\N{NO-BREAK SPACE}", "_")
    assert held == "Ring 07700_900123, 0808_2000_247 or 116_123, don’t write to LE16_7AA. Pay 100 200 by 1 200"
