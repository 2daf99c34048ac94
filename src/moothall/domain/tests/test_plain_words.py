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
        ("counsil tax", "council-tax"),
        ("councl tax", "council-tax"),
        ("recykling", "refuse"),
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


@pytest.mark.parametrize("said", ["", "   ", "?!", "zebra crossing licence", "1234", "cake recipes", "tap", "cat"])
def test_what_fits_nothing_finds_nothing(said: str) -> None:
    assert best(said, ENTRIES) == []


def test_one_word_of_many_is_found_but_not_sure() -> None:
    (found,) = best("tip " + "of the iceberg " * 500, ENTRIES)
    assert found.key == "tip" and not found.sure


@pytest.mark.parametrize(
    ("said", "found"), [("blu badge", True), ("blue bage", True), ("blu", False), ("b badge", False)]
)
def test_a_slip_in_a_short_word_is_believed_beside_its_fellows_and_never_sure(said: str, found: bool) -> None:
    matches = best(said, [Entry("badge", ("blue badge",))])
    assert [(match.key, match.sure) for match in matches] == ([("badge", False)] if found else [])


@pytest.mark.parametrize(
    ("said", "word"),
    [("kill", "bill"), ("food", "flood"), ("food", "flooding"), ("tax", "taxi"), ("hits", "bits"), ("die", "dye"),
     ("rats", "rates"), ("sick", "stick"), ("pram", "park")],
)  # fmt: skip
def test_a_short_word_is_no_slip_of_another(said: str, word: str) -> None:
    assert best(said, [Entry("other", (word,))]) == []


@pytest.mark.parametrize(("said", "word"), [("binm", "bimn"), ("rubish", "rubbish"), ("antisocal", "antisocial")])
def test_swaps_in_four_letters_and_slips_in_more_are_found(said: str, word: str) -> None:
    (found,) = best(said, [Entry("it", (word,))])
    assert not found.sure, "a guess is asked about"


@pytest.mark.parametrize(
    ("said", "word"), [("moving", "move"), ("moved", "move"), ("noisy", "noise"), ("stopped", "stop"), ("bins", "bin")]
)
def test_forms_of_a_word_are_one(said: str, word: str) -> None:
    (found,) = best(said, [Entry("it", (word,))])
    assert found.sure


def test_who_explains_more_of_what_was_said_comes_first() -> None:
    entries = [Entry("licence", ("taxi", "tax disc")), Entry("tax", ("council tax",)), Entry("bins", ("council bins",))]
    assert [match.key for match in best("councl tax", entries)] == ["tax"]
    assert best("council", entries)[0].sure is False


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


@pytest.mark.parametrize(("said", "word"), [("binn", "bin"), ("matress", "mattress"), ("adress", "address")])
def test_a_letter_doubled_or_not_is_a_slip_in_short_words_too(said: str, word: str) -> None:
    assert [match.key for match in best(said, [Entry("it", (word,))])] == ["it"]


def test_a_name_for_itself_alone_is_no_part_of_others() -> None:
    entries = [Entry("tax", ("single person discount",)), Entry("talk", ("=person",))]
    assert [match.key for match in best("speak to a person", entries)] == ["talk"]
    assert [match.key for match in best("single person discount", entries)] == ["tax"]
