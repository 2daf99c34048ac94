from __future__ import annotations

from datetime import UTC, datetime

from moothall.domain.responsibility.tests.one_council import check, share

SPRING = datetime(2027, 3, 31, 23, tzinfo=UTC)


def test_sight_of_what_a_team_does_not_serve_asks_for_a_name() -> None:
    [found] = check(share(1, sees=(860, 524)))
    assert (found.code, found.severity) == ("sight-unconfirmed", "error")
    assert found.words == "The hub sees Harborough's Licensing by “share-1” and doesn't serve it."
    assert "sight_confirmed_by" in found.remedy


def test_confirmed_sight_is_told_all_the_same() -> None:
    [found] = check(share(1, sees=(860,), sight_confirmed_by="Jo Bell"))
    assert (found.code, found.severity) == ("sight-confirmed", "note")
    assert found.words.endswith("and doesn't serve it; the text says that Jo Bell has confirmed that.")


def test_what_another_share_of_the_team_serves_needs_no_name() -> None:
    serving = share(2, services=(860,), ends=SPRING)
    assert check(share(1, sees=(860,)), serving, share(3, services=(860,), starts=SPRING)) == []
    assert [f.code for f in check(share(1, sees=(860,)), serving)] == ["sight-unconfirmed"]
    others = check(share(1, sees=(860,)), share(2, services=(860,), team="own"))
    assert [f.code for f in others] == ["sight-unconfirmed"]
