from __future__ import annotations

import json

import pytest

from moothall.domain.routing.explain import Key, Reason, Standing, explain, length

NAMES = {1: "Sam", 2: "Priya"}


def words(**changes):
    fields = {"by": "agent", "winner": Key(1, 0, 1, 250_000), "of": 3, "waited_ms": 0, **changes}
    return explain(Reason(**fields), what="Harborough bins", names=NAMES, councils={2: "Harborough", 1: "Charnwood"})


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
    ({"by": "contact", "waited_ms": 5_000, "next_contact": 9, "next_waited_ms": 62_000,
      "protected": Standing(2, 0, guarantee=1)},
     "became free while Harborough bins had waited 5 s, first of 3, since Harborough is guaranteed 1 and had 0; "
     "next was a call that had waited 1 min 2 s"),
    ({"by": "contact", "waited_ms": 5_000, "held": Standing(1, 3, cap=3), "held_ms": 9_000},
     "became free while Harborough bins had waited 5 s; a call that had waited 9 s was left, since Charnwood was at "
     "its cap of 3"),
    ({"of": 1, "protected": Standing(2, 1, guarantee=2)},
     "the only one free who answers Harborough bins: 4 min 10 s; Harborough is guaranteed 2 and had 1"),
])
def test_each_way_of_winning_has_its_words(changes, expected):
    assert words(**changes) == expected


def test_a_reason_survives_its_column():
    reason = Reason("agent", Key(1, 0, 1, 5), 2, 7, Key(2, 1, 0, 3, 120))
    assert Reason.from_body(json.loads(json.dumps(reason.as_body()))) == reason


def test_a_reason_with_its_clients_survives_too():
    reason = Reason("contact", Key(1, 0, 1, 5), 2, 7, protected=Standing(2, 0, guarantee=1), held=Standing(1, 3, cap=3))
    assert Reason.from_body(json.loads(json.dumps(reason.as_body()))) == reason


def test_lengths_of_time():
    assert [length(ms) for ms in (-5, 999, 59_999, 60_000, 3_780_000)] == ["0 s", "0 s", "59 s", "1 min", "1 h 3 min"]
