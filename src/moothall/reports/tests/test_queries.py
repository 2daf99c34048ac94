"""A day read from the journal: its bounds, who may count what, and that each figure opens to as many contacts."""
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from django.http import Http404

from moothall.journal.actions import write
from moothall.reports import queries
from moothall.reports.access import access_figures
from moothall.reports.facts import COUNTED
from moothall.reports.queries import Which, bounds, contacts, day_of, report
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope

DAY = date(2026, 11, 18)
NINE = datetime(2026, 11, 18, 9, tzinfo=UTC)
FAR = datetime(2099, 1, 1, tzinfo=UTC)
numbers = count(700_000)


def a_call(world, at=NINE, *, waited_s=20, answered=True, service=524, council=2, outcome="resolved"):
    """One call in the journal; its contact's id."""
    contact = next(numbers)
    told = {"council": council, "service": service, "contact": contact}
    write("contact.offer", **told, at=at, body={
        "line": "5001", "share": world.share, "version": world.version, "answer_within_s": 45,
    })  # fmt: skip
    ended = at + timedelta(seconds=waited_s)
    if not answered:
        write("contact.abandon", **told, at=ended, body={"waited_ms": waited_s * 1000})
        return contact
    write("contact.answer", **told, at=ended, body={"waited_ms": waited_s * 1000})
    write("need.close", **told, need=contact, at=ended, body={"outcome": outcome})
    write("contact.wrap_up", **told, at=ended, body={})
    return contact


def test_a_day_is_londons_whatever_its_length():
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (DAY, 24)):
        start, end = bounds(day)
        assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
        assert day_of(start) == day and day_of(end - timedelta(microseconds=1)) == day and day_of(end) != day


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 11, 18, 23, 59, 59, tzinfo=UTC), date(2026, 11, 18)),
    ],
)
def test_a_call_near_midnight_belongs_to_the_day_in_london(world, at, day):
    with scope(System("load")):
        a_call(world, at, waited_s=5)
        counted = {each: report(each, at=FAR).total.counts["offered"] for each in (day, day + timedelta(days=1))}
        assert counted == {day: 1, day + timedelta(days=1): 0}
        assert report(day, at=FAR).total.counts["answered"] == 1, "what follows after midnight still counts"


def test_every_figure_opens_to_as_many_contacts_as_it_says(world):
    with scope(System("load")):
        for waited in (5, 20, 45, 46, 100):
            a_call(world, waited_s=waited)
            a_call(world, waited_s=waited, answered=False)
            a_call(world, waited_s=waited, service=57, outcome="referred")
        found = report(DAY, at=FAR)
        for row in found.rows:
            for what in COUNTED:
                council, service, channel = row.key
                rows = contacts(DAY, Which(what, council, service, channel), at=FAR)
                assert len(rows) == row.counts[what], (row.key, what)
        for what in COUNTED:
            assert len(contacts(DAY, Which(what), at=FAR)) == found.total.counts[what]
        assert found.total.counts["offered"] == 15 and found.total.counts["referred"] == 5
        assert {name: sum(row.counts[name] for row in found.rows) for name in COUNTED} == found.total.counts


def test_a_figure_counted_earlier_opens_to_the_contacts_known_then(world):
    with scope(System("load")):
        a_call(world)
        then = report(DAY, at=datetime.now(UTC))
        a_call(world)
        assert then.total.counts["offered"] == 1
        assert len(contacts(DAY, Which("offered"), at=then.at)) == 1
        assert report(DAY, at=FAR).total.counts["offered"] == 2


def test_each_counts_only_what_they_answer_or_report(world, as_role):
    with scope(System("load")):
        for council, service in ((2, 524), (2, 57), (1, 524), (13, 524)):
            a_call(world, council=council, service=service)
    now = datetime.now(UTC)
    with as_role("web"):
        seen = {}
        for person in (world.sam, world.jo, world.olive):
            with scope(Staff(person)):
                rows = report(DAY, at=FAR, keys=access_figures(person, now)).rows
                seen[person] = {row.key[:2] for row in rows}
        assert seen == {world.sam: {(2, 524), (1, 524)}, world.jo: {(2, 524), (2, 57)}, world.olive: {(13, 524)}}
        for nobody in (world.lee, world.kit):
            with pytest.raises(Http404):
                access_figures(nobody, now)


def test_asking_for_more_than_ones_keys_counts_nothing_more(world, as_role):
    with scope(System("load")):
        a_call(world, council=13)
    with as_role("web"), scope(Staff(world.jo)):
        assert contacts(DAY, Which("offered", council=13), at=FAR, keys={(13, 524)}) == []


def test_the_report_takes_as_many_statements_for_many_calls(world, django_assert_num_queries):
    with scope(System("load")):
        for many in (10, 20):
            for _ in range(many):
                a_call(world)
            with django_assert_num_queries(3):
                report(DAY, at=FAR)


def test_the_promise_comes_from_the_stamped_share(world):
    from moothall.agreements.actions import load_version
    from moothall.agreements.tests.texts import SMALL

    shares = {share.key: share.pk for share in load_version(SMALL).shares.all()}
    assert queries.promised_percents({world.share, *shares.values()}) == {shares["lichfield-answered"]: 80}
