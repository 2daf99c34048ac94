"""What an example expects to be asked: all of it in order, or a part; the first difference is told in words."""

import pytest

from moothall.domain.interview.examples import play
from moothall.domain.interview.parse import parse

PUT = ["postcode", "home", "which"]
END = {"end": "E", "outcome": "referred", "code": "c", "say": {"en": "Goodbye."}}
STEPS = [
    *({"key": key, "ask": "text", "say": {"en": "What is it?"}, "short": {"en": key}} for key in PUT),
    {"key": "heard", "say": {"en": "I see."}},
    {"key": "tag", "ask": "text", "when": 'which == "x"', "say": {"en": "A tag?"}, "short": {"en": "Tag"}},
    END,
]
SCRIPT, _ = parse({"script": "s", "service": "x", "title": {"en": "S"}, "steps": STEPS})


def told(asks, result="E", **answers):
    answers = {**dict.fromkeys(PUT, "y"), **answers}
    example = {"name": "one", "at": "2026-11-27T09:00", "answers": answers, "result": result, "asks": asks}
    return [finding.words.removeprefix("Example “one”: ") for finding in play(SCRIPT, example, {})[1]]


@pytest.mark.parametrize(
    "asks", [PUT, ["postcode", "…"], ["…", "which"], ["…", "home", "..."], ["…", "home", "which"], ["…"], [*PUT, "…"]]
)
def test_what_is_asked_as_expected_is_no_finding(asks):
    assert told(asks) == []


@pytest.mark.parametrize(
    ("asks", "words"),
    [
        (["home", "which"], "first it asks “postcode”, where “home” is expected"),
        (["postcode", "which", "…"], "behind “postcode” it asks “home”, where “which” is expected"),
        (["postcode", "home"], "behind “home” it asks “which”, where no question is expected"),
        (["…", "home"], "behind “home” it asks “which”, where no question is expected"),
        ([*PUT, "tag"], "behind “which” it asks nothing, where “tag” is expected"),
        ([*PUT, "tag", "…"], "behind “which” it asks nothing, where “tag” is expected"),
        (["…", "tag"], "“tag” is expected, and isn't asked"),
        (["postcode", "whcih"], "asks: has “whcih”, and there is no such question"),
        (["postcode", "heard"], "asks: has “heard”, and there is no such question"),
        (["postcode", "…", "which"], "“…” stands first or last in asks:"),
        ([], "first it asks “postcode”, where no question is expected"),
    ],
)
def test_the_first_difference_is_told_in_words(asks, words):
    assert told(asks) == [words]


def test_the_question_at_which_it_stops_was_put_too():
    assert told([*PUT, "tag"], "the question “tag”", which="x") == []
