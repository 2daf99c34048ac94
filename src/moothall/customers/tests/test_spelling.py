"""Slips and distances, by hand and by properties."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.customers.names import joined, tokens
from moothall.customers.spelling import LONGEST, distance, far_from, slips

WORDS = st.text("abcdeшя", max_size=7)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("jonhson", "johnson"), ("shmith", "smith"), ("pattel", "patel"), ("patl", "patel"), ("petel", "patel"),
     ("mith", "smith"), ("орлв", "орлов"), ("παπας", "παππας"), ("محدم", "محمد")],
)  # fmt: skip
def test_one_slip_away(typed: str, meant: str) -> None:
    assert meant in slips(typed)


def test_a_very_long_word_has_no_slips_and_no_word_is_empty() -> None:
    assert slips("a" * (LONGEST + 1)) == {"a" * (LONGEST + 1)}
    assert "" not in slips("a")


@given(WORDS)
def test_each_slip_is_one_away_at_most(word: str) -> None:
    assert all(distance(word, other) <= 1 for other in slips(word))


@given(WORDS, WORDS)
def test_a_distance_is_the_same_both_ways_and_none_only_of_the_same_word(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) is (one == other)


@pytest.mark.parametrize(("one", "other", "far"), [("ab", "ba", 1), ("kitten", "sitting", 3), ("", "abc", 3)])
def test_distances_known_by_hand(one: str, other: str, far: int) -> None:
    assert distance(one, other) == far


def test_a_name_that_has_no_more_than_was_typed_is_nearer() -> None:
    typed = ["jon", "smyth"]
    assert far_from(typed, ["jon", "smyth"]) == 0
    assert far_from(typed, ["john", "smith"]) < far_from(typed, ["amelia", "jones", "smith", "green"])


def test_a_part_written_apart_is_joined() -> None:
    assert joined(["ann", "mc", "donald"]) == ["ann", "mcdonald"]
    assert joined(["ann", "mc"]) == ["ann", "mc"]
    assert tokens("Ann Mc Donald") == ["ann", "mc", "donald", "mcdonald"]
