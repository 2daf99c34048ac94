from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from moothall.domain.findings import Finding
from moothall.domain.responsibility.findings import check_agreement
from moothall.domain.responsibility.notice import Amendment
from moothall.domain.responsibility.shares import AgreementTerms, Notice, ShareTerms
from moothall.domain.responsibility.tests.one_council import HOLIDAYS, NAMES, STARTS, agreement, share, week

SIGNED = datetime(2026, 11, 25, 12, tzinfo=UTC)
MAY, JUNE = datetime(2027, 5, 24, 23, tzinfo=UTC), datetime(2027, 5, 31, 23, tzinfo=UTC)
BEFORE = agreement(share(1), notice=Notice(months=6))


def amended(*shares: ShareTerms, before: AgreementTerms = BEFORE, starts: datetime = STARTS) -> list[Finding]:
    terms = agreement(*shares, notice=before.notice, starts=starts)
    found = check_agreement(terms, names=NAMES, holidays=HOLIDAYS, amends=Amendment(before, SIGNED))
    return [f for f in found if f.code == "notice-short"]


def test_a_text_that_changes_nothing_needs_no_notice() -> None:
    assert amended(share(1)) == []
    assert amended(share(1, id=7)) == []


def test_a_change_that_begins_too_soon() -> None:
    [found] = amended(share(1, team="own"))
    assert found.severity == "warning"
    assert found.words == (
        "“share-1” changes on 25 November 2026, but 6 months of notice were agreed: what is signed on "
        "25 November 2026 can't begin before 25 May 2027."
    )
    assert found.remedy.startswith("Let it begin on 25 May 2027, or have every party agree")


def test_a_change_that_keeps_the_notice() -> None:
    june = replace(share(1, team="own"), key="later", starts=JUNE)
    assert amended(share(1, ends=JUNE), june) == []
    assert amended(share(1, team="own", starts=MAY), starts=MAY) == []


def test_a_version_whose_beginning_is_too_near() -> None:
    january = datetime(2027, 1, 1, tzinfo=UTC)
    [found] = amended(share(1, hours=week(((540, 960),)), starts=january), starts=january)
    assert found.words.startswith("“share-1” changes on 1 January 2027")


def test_a_share_that_is_added_or_ends_too_soon() -> None:
    assert [f.words.split(",")[0] for f in amended(share(2, key="new"))] == [
        "“share-1” ends on 25 November 2026", "“new” is added on 25 November 2026",
    ]
    march = datetime(2027, 3, 1, tzinfo=UTC)
    [found] = amended(share(1, ends=march))
    assert found.words.startswith("“share-1” changes on 1 March 2027")


def test_what_ended_before_and_what_begins_after_the_notice_may_change() -> None:
    over = share(2, key="over", ends=SIGNED)
    before = agreement(share(1), over, notice=Notice(months=6))
    assert amended(share(1), before=before) == []
    [found] = amended(share(1), share(3, key="new", starts=MAY - timedelta(minutes=1)))
    assert found.words.startswith("“new” is added on 24 May 2027, but")
    assert amended(share(1), share(3, key="new", starts=MAY)) == []


def test_a_share_may_have_a_notice_of_its_own() -> None:
    short = share(1, notice=Notice(days=7))
    before = agreement(short, notice=Notice(months=6))
    december = datetime(2026, 12, 2, tzinfo=UTC)
    assert amended(replace(short, ends=december), before=before) == []
    [found] = amended(replace(short, ends=datetime(2026, 12, 1, tzinfo=UTC)), before=before)
    assert "but 7 days of notice were agreed" in found.words


def test_a_text_cannot_shorten_the_notice_that_it_must_give() -> None:
    [found] = amended(share(1, team="own", notice=Notice(days=1)))
    assert "6 months of notice" in found.words
    [found] = amended(share(1, notice=Notice(days=1)))
    assert "6 months of notice" in found.words


def test_prices_and_overrides_count_by_what_they_name() -> None:
    wide, narrow = share(1), share(2, services=(524,), overrides=(1,))
    before = agreement(wide, narrow, notice=Notice(days=30), bodies={2: {"price": {"per_contact_pence": 210}}})
    same = agreement(
        replace(wide, id=5), replace(narrow, id=6, overrides=(5,)), notice=Notice(days=30),
        bodies={6: {"price": {"per_contact_pence": 210}}},
    )
    dearer = replace(same, bodies={6: {"price": {"per_contact_pence": 225}}})
    for terms, codes in ((same, []), (dearer, ["notice-short"])):
        found = check_agreement(terms, names=NAMES, holidays=HOLIDAYS, amends=Amendment(before, SIGNED))
        assert [f.code for f in found] == codes


@pytest.mark.parametrize(
    ("notice", "first", "words"),
    [
        (Notice(months=6), date(2027, 7, 31), "6 months"),
        (Notice(months=1), date(2027, 2, 28), "1 month"),
        (Notice(months=11, days=1), date(2028, 1, 1), "11 months and 1 day"),
        (Notice(days=90), date(2027, 5, 1), "90 days"),
        (Notice(), date(2027, 1, 31), ""),
    ],
)
def test_when_notice_has_passed(notice: Notice, first: date, words: str) -> None:
    assert (notice.over(date(2027, 1, 31)), str(notice)) == (first, words)
