"""What people say finds what we call it, typing errors and all."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.domain.plain_words import Entry, best, slips, sound, words_of

ENTRIES = [
    Entry("council-tax", ("council tax", "rates", "poll tax", "the bill", "CT", "bailiff", "summons")),
    Entry("refuse", ("bins", "missed bin", "dustbin", "recycling", "binmen", "caddy")),
    Entry("tip", ("tip", "dump", "recycling centre", "civic amenity site")),
    Entry("potholes", ("pothole", "hole in the road", "pavement")),
    Entry("badge", ("blue badge", "disabled parking badge")),
]


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("Council tax, please", "council-tax"),
        ("I've had a letter from the bailiffs", "council-tax"),
        ("my bin wasn't emptied", "refuse"),
        ("counsil tacks", "council-tax"),
        ("potohle", "potholes"),
        ("recyling", "refuse"),
        ("recycling centre", "tip"),
        ("RECYCLING", "refuse"),
        ("there's a hole in the road outside", "potholes"),
        ("blue bagde", "badge"),
        ("Bínmen", "refuse"),
        ("summ", "council-tax"),
    ],
)
def test_what_is_said_finds_its_subject(said: str, first: str) -> None:
    found = best(said, ENTRIES)
    assert found and found[0].key == first


@pytest.mark.parametrize("said", ["", "   ", "?!", "zebra crossing licence", "1234", "tax haven " * 500])
def test_what_fits_nothing_finds_nothing_or_little(said: str) -> None:
    assert len(best(said, ENTRIES)) <= 1


def test_nothing_is_guessed_for_short_words() -> None:
    assert [match.key for match in best("cat", ENTRIES)] == []
    assert [match.key for match in best("tap", ENTRIES)] == []


def test_empty_words_alone_are_still_words() -> None:
    assert words_of("the") == ("the",)
    assert words_of("I'd like to speak to somebody about the bins") == ("id", "bins")


def test_slips_are_letters_and_swaps() -> None:
    assert slips("pothole", "potohle", 2) == 1
    assert slips("kowlska", "kowalska", 2) == 1
    assert slips("abc", "xyz", 1) == 2


@pytest.mark.parametrize(
    ("word", "code"),
    [("Robert", "r163"), ("Rupert", "r163"), ("Tymczak", "t522"), ("Pfister", "p236"), ("Ashcraft", "a261")],
)
def test_sound_is_that_of_the_national_archives(word: str, code: str) -> None:
    assert sound(word) == code


def _plain(one: str, other: str) -> int:
    """Edit distance with swaps of neighbours, by its definition."""
    if not one or not other:
        return len(one) + len(other)
    least = min(
        _plain(one[1:], other) + 1, _plain(one, other[1:]) + 1, _plain(one[1:], other[1:]) + (one[0] != other[0])
    )
    if len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0]:
        least = min(least, _plain(one[2:], other[2:]) + 1)
    return least


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_slips_agree_with_their_definition(one: str, other: str) -> None:
    assert slips(one, other, 10) == _plain(one, other)
    assert slips(one, other, 1) == min(_plain(one, other), 2)
