"""Words that tell of danger are heard whatever stands around them, and ordinary ones are not taken for them."""
from __future__ import annotations

import pytest

from moothall.domain.danger_words import tells_of

PHRASES = ("kill|hurt myself|himself", "husband|partner|he hits|beats me|us", "suicide|suicidal", "nowhere to sleep")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("I want to KILL myself!", 2),
        ("i might hurt myself about the council tax bill", 2),
        ("my husband often hits me", 3),
        ("he’s kind but he hits me and the kids", 3),
        ("suicdal", 1),  # a letter left out of a long word
        ("nowhere safe to sleep", 3),
    ],
)
def test_a_phrase_is_heard_in_a_sentence(said: str, words: int) -> None:
    assert tells_of(said, PHRASES) == words


@pytest.mark.parametrize(
    "said",
    ["", "kill", "bill myself", "myself I never kill", "he hits the fence near me", "my husband", "sleep to nowhere",
     "hits me"],
)  # fmt: skip
def test_other_words_are_not(said: str) -> None:
    assert tells_of(said, PHRASES) == 0


def test_what_nothing_follows_is_heard_at_the_end_alone() -> None:
    phrases = ("cant cope $",)
    assert tells_of("I can't cope.", phrases) == 3 and tells_of("we can’t really cope", phrases) == 3
    assert tells_of("can't cope with my bin", phrases) == 0


def test_a_word_of_every_day_is_no_slip_of_one_that_tells() -> None:
    phrases = ("locked me in",)
    assert tells_of("he loocked me in", phrases) == 3 and tells_of("a car blocked me in", phrases) == 0


def test_a_long_text_costs_no_more_than_its_beginning() -> None:
    assert tells_of("x" * 1_000_000 + " suicide", PHRASES) == 0
