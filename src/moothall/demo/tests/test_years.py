"""The demo is looked at in any year: its agreements hold, and what is proposed is still to come."""
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from moothall.agreements.in_force import forget
from moothall.agreements.models import AgreementVersion
from moothall.demo import load
from moothall.demo.years import as_of, next_to
from moothall.lib import clock

HELD = "agreement: x\nfrom: 2026-09-01\nto: 2027-09-01\nhours: {on: {2026-12-24: closed}}\n"
NEXT = HELD.replace("from: 2026-09-01", "from: 2027-02-01")


@pytest.mark.parametrize(("today", "begins", "ends", "named"), [
    ((2026, 7, 1), "2026-09-01", "2027-09-01", "2026-12-24"), ((2027, 8, 31), "2026-09-01", "2027-09-01", "2026-12-24"),
    ((2027, 9, 1), "2027-09-01", "2028-09-01", "2027-12-24"), ((2033, 2, 1), "2032-09-01", "2033-09-01", "2032-12-24"),
])  # fmt: skip
def test_an_agreement_is_as_many_years_later_as_it_must_be(
    today: tuple[int, int, int], begins: str, ends: str, named: str
) -> None:
    text = as_of(HELD, date(*today))
    assert text == f"agreement: x\nfrom: {begins}\nto: {ends}\nhours: {{on: {{{named}: closed}}}}\n"


@pytest.mark.parametrize(("today", "begins", "ends"), [
    ((2026, 11, 25), "2027-02-01", "2027-09-01"), ((2027, 1, 31), "2027-02-01", "2027-09-01"),
    ((2027, 2, 1), "2027-09-01", "2028-09-01"), ((2027, 8, 31), "2027-09-01", "2028-09-01"),
    ((2027, 9, 1), "2028-02-01", "2028-09-01"),
])  # fmt: skip
def test_the_next_version_begins_later_and_leaves_no_time_between(
    today: tuple[int, int, int], begins: str, ends: str
) -> None:
    text = next_to(as_of(HELD, date(*today)), NEXT, date(*today))
    assert f"from: {begins}\nto: {ends}\n" in text and date(*today) < date.fromisoformat(begins)


def test_the_29th_of_february_is_the_28th_where_there_is_none() -> None:
    assert "2029-02-28: closed" in as_of(HELD.replace("2026-12-24", "2028-02-29"), date(2027, 10, 1))
    assert "2024-02-29: closed" in as_of(HELD.replace("2026-12-24", "2024-02-29"), date(2026, 10, 1))


@pytest.fixture
def hub(world: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The hub's two texts alone, in the world's two councils; Jo proposes."""
    AgreementVersion.objects.filter(pk=world.version).update(state="ended")
    (tmp_path / "drafts").mkdir()
    for name in ("leicestershire-hub.yaml", "drafts/leicestershire-hub.yaml"):
        (tmp_path / name).write_text((load.AGREEMENTS / name).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(load, "AGREEMENTS", tmp_path)
    monkeypatch.setattr(load, "PROPOSES", "jo@example.test")
    forget()
    yield
    forget()


def test_a_demo_that_is_kept_for_years_always_has_an_agreement_and_one_to_sign(
    hub: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in ((2026, 11, 25), (2027, 2, 1), (2027, 9, 1), (2028, 2, 29)):
        now = datetime(*day, 12, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        assert (load.load_agreements(), load.propose_drafts()) == (1, 1)
        assert AgreementVersion.objects.in_force(now).get().ends > now
        newest = AgreementVersion.objects.order_by("pk").last()
        assert newest is not None and (newest.state, newest.starts > now) == ("proposed", True)
        assert newest.starts - now < timedelta(days=215)
