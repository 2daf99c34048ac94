"""Conditions in words, and a script's picture: every step a box in order, nothing in it that could run."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from moothall.domain.interview.parse import parse
from moothall.domain.interview.picture import boxes, mermaid, svg
from moothall.domain.interview.plainly import plainly

STEPS = [
    {"look_up": "day",
     "gives": {"day": "date", "at": "time", "late": {"kind": "truth", "always": True}, "tags": "choices"}},
    {"key": "bin", "ask": "radio", "options": {"food": {"en": "Food"}, "b": {"en": "Garden <b>"}},
     "say": {"en": "Which?"}, "short": {"en": "Which bin"}},
    {"key": "owed", "ask": "money", "say": {"en": "How much?"}},
    {"end": "E", "outcome": "referred", "code": "c", "say": {"en": "Bye & \"thanks\"."}},
]  # fmt: skip


def script_of(when=None):
    steps = [*STEPS[:-1], {**STEPS[-1], **({"when": when} if when else {})}]
    return parse({"script": "s", "service": "x", "title": {"en": "S <i>"}, "steps": steps})[0]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ('bin == "food" && !known(day)', "“Which bin” is Food and day isn't known"),
        ('bin == "food" && late && known(at)', "“Which bin” is Food and late is yes and at is known"),
        ('(bin == "food" || late) && !late', "(“Which bin” is Food or late is yes) and late is no"),
        ('bin in ["food", "b"]', "“Which bin” is Food or Garden <b>"),
        ("known(at) && at >= 450", "at is known and at is at least 7:30am"),
        ("owed > 120000", "owed is over £1,200.00"),
        ('known(day) && day < date("2026-12-24")', "day is known and day is before Thursday 24 December 2026"),
        ("known(day) && days_between(day, add_days(day, 3)) != 2",
         "day is known and the days from day to 3 days after day isn't 2"),
        ('known(tags) && "x" in tags', "tags is known and x is among tags"),
        ('known(tags) && !("x" in tags)', "tags is known and x isn't among tags"),
        ("late ? owed == 0 : !(owed == 0)", "if late is yes then owed is £0.00, else not (owed is £0.00)"),
        ("true", "always"),
    ],
)  # fmt: skip
def test_a_condition_is_said_in_words(when, words):
    assert plainly(script_of(when).steps[-1].conditions[0], script_of()) == words


def test_a_box_says_whom_an_effect_protects():
    case = {"key": "claim", "effect": "open_case", "title": {"en": "T"}, "protect": 'known(bin) && bin == "food"'}
    script = parse({"script": "s", "service": "x", "title": {"en": "S"}, "steps": [*STEPS[:3], case, STEPS[3]]})[0]
    box = next(box for box in boxes(script) if box.key == "claim")
    assert "protects whoever it is about if “Which bin” is known and “Which bin” is Food" in " ".join(box.lines)


def test_every_step_is_a_box_below_the_one_before():
    drawn = boxes(script_of("late"))
    assert [box.key for box in drawn] == ["day", "bin", "owed", "E"]
    assert all(above.top + above.height < below.top for above, below in pairwise(drawn))
    root = ElementTree.fromstring(svg(script_of("late")))
    steps = [each.get("data-step") for each in root.iter() if each.get("data-step")]
    assert steps == ["day", "bin", "owed", "E"]
    texts = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "if late is yes" in texts
    assert any("Garden <b>" in (text or "") for text in texts)
    assert not list(root.iter("{http://www.w3.org/2000/svg}b"))


def test_mermaid_has_the_same_steps_and_nothing_that_ends_its_quotes():
    drawn = mermaid(script_of('bin == "b"'))
    assert drawn.count("\n") == 1 + 4 + 3
    assert '-.->|"if “Which bin” is Garden &lt;b&gt;"|' in drawn
