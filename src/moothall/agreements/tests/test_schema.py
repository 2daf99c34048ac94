from __future__ import annotations

import json
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from moothall.agreements.models import Share
from moothall.agreements.schema import body_of, hours_from_json, hours_to_json, terms_of
from moothall.domain.calendar import ALWAYS, WeekHours, tidy
from moothall.domain.responsibility.shares import Notice, ShareTerms, StandardTerms
from moothall.people.models import Team

hours = st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440)), max_size=3).map(tidy)
days = st.dates(date(2026, 1, 1), date(2028, 1, 1))
weeks = st.builds(
    lambda week, bank, named: WeekHours(tuple(week), bank, tuple(sorted(named.items()))),
    st.lists(hours, min_size=7, max_size=7), hours, st.dictionaries(days, hours, max_size=3),
)


@given(weeks)
def test_hours_come_back_from_json_as_they_went(week: WeekHours) -> None:
    assert hours_from_json(json.loads(json.dumps(hours_to_json(week)))) == week


def test_a_share_comes_back_from_its_row() -> None:
    terms = ShareTerms(
        7, "bins", 2, (524, 530), ("phone", "web"), "answer", "hub", ALWAYS, datetime(2026, 9, 1, tzinfo=UTC),
        datetime(2027, 9, 1, tzinfo=UTC), 1, 120, (3,), StandardTerms(45, 80, 3, 960),
        sees=(57,), sight_confirmed_by="Jo Bell", notice=Notice(6, 10), guarantee=2, cap=3,
    )
    body = json.loads(json.dumps(body_of(terms, {"overrides": ["wide"]})))
    row = Share(
        pk=7, key="bins", client_id=2, function="answer", team=Team(slug="hub"), tier=1, after_s=120,
        starts=terms.starts, ends=terms.ends, body=body,
    )
    assert terms_of(row, {"wide": 3}) == terms
    assert body["cap"] == 3


def test_a_row_that_says_little_holds_at_all_times() -> None:
    row = Share(pk=1, key="k", client_id=2, function="resolve", team=Team(slug="hub"), body={"services": [524]})
    terms = terms_of(row, {})
    assert (terms.hours, terms.channels, terms.standard) == (ALWAYS, (), StandardTerms())
