from __future__ import annotations

import json

import pytest

from moothall.domain.routing.explain import Key, Reason, explain, length

NAMES = {1: "Sam", 2: "Priya"}


def words(**changes):
    fields = {"by": "agent", "winner": Key(1, 0, 1, 250_000), "of": 3, "waited_ms": 0, **changes}
    return explain(Reason(**fields), what="Harborough bins", names=NAMES)


@pytest.mark.parametrize(("changes", "expected"), [
    ({"runner_up": Key(2, 0, 1, 60_000)},
     "free longest of 3 who answer Harborough bins: 4 min 10 s; next was Priya: 1 min"),
    ({"of": 1}, "the only one free who answers Harborough bins: 4 min 10 s"),
    ({"runner_up": Key(2, 0, 2, 900_000)},
     "can do it, of 3 free who answer Harborough bins; next was Priya, who is learning it"),
    ({"runner_up": Key(2, 1, 0, 900_000, after_s=120)},
     "in the team that answers Harborough bins first; next was Priya, whose team joins after 2 min"),
    ({"by": "contact", "waited_ms": 62_000}, "became free while Harborough bins had waited 1 min 2 s; "
     "no other call waited that they answer"),
    ({"by": "contact", "waited_ms": 62_000, "next_contact": 9, "next_waited_ms": 5_000},
     "became free while Harborough bins had waited 1 min 2 s, longest of 3; next was a call that had waited 5 s"),
])
def test_each_way_of_winning_has_its_words(changes, expected):
    assert words(**changes) == expected


def test_a_reason_survives_its_column():
    reason = Reason("agent", Key(1, 0, 1, 5), 2, 7, Key(2, 1, 0, 3, 120))
    assert Reason.from_body(json.loads(json.dumps(reason.as_body()))) == reason


def test_lengths_of_time():
    assert [length(ms) for ms in (-5, 999, 59_999, 60_000, 3_780_000)] == ["0 s", "0 s", "59 s", "1 min", "1 h 3 min"]
