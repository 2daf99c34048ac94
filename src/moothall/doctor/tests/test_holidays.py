"""The doctor says when working days will be counted wrong, and what to do."""
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from moothall.agreements.register import bank_holidays
from moothall.doctor.holidays import check_holidays
from moothall.lib import clock
from moothall.places.models import Holiday
from moothall.places.open_data import load_holidays
from moothall.tenancy.models import Council

LAST = bank_holidays().published_through
HERE = "england-and-wales"


@pytest.fixture
def on_day(world, monkeypatch):
    """The findings on a day, as (code, severity)."""

    def look(*day):
        monkeypatch.setattr(clock, "now", lambda: datetime(*day, tzinfo=UTC))
        return list(check_holidays())

    return look


def test_a_year_and_a_day_ahead_is_enough_and_less_is_a_warning(on_day):
    load_holidays()
    assert on_day(LAST - 1, 12, 31) == []
    [found] = on_day(LAST, 1, 2)
    assert (found.code, found.severity) == ("holidays.end", "warning")
    assert f"up to {LAST} alone" in found.words and "Harborough" in found.words
    assert "newer Moothall" in found.remedy, "those that come with this one are loaded"


def test_what_ends_early_is_mended_by_what_comes_with_moothall(on_day):
    assert Holiday.objects.latest("date").date.year == 2026
    [found] = on_day(2026, 6, 1)
    assert found.code == "holidays.end" and found.remedy.startswith("Run `moothall migrate`")
    assert load_holidays() > 100
    assert on_day(2026, 6, 1) == []
    assert load_holidays() == 0, "what is there stays"


def test_none_at_all_is_an_error_that_names_the_councils(on_day):
    load_holidays()
    Holiday.objects.filter(division="scotland").delete()
    Council.objects.filter(slug="harborough").update(division="scotland")
    [found] = on_day(2026, 6, 1)
    assert (found.code, found.severity) == ("holidays.none", "error")
    assert "Harborough" in found.words and "Charnwood" not in found.words and "scotland" in found.words
    assert "moothall migrate" in found.remedy
    Holiday.objects.all().delete()
    assert [each.place.what for each in on_day(2026, 6, 1)] == [HERE, "scotland"]


def test_a_division_that_is_not_shipped_sends_nobody_to_migrate_in_vain(on_day):
    Council.objects.filter(slug="harborough").update(division="isle-of-man")
    load_holidays()
    [found] = on_day(2026, 6, 1)
    assert found.code == "holidays.none" and "add the new days" in found.remedy
