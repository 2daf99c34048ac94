from __future__ import annotations

import pytest

from moothall.domain.responsibility.shares import Cell, Names, StandardTerms
from moothall.domain.responsibility.times import counted
from moothall.domain.responsibility.wording import ordinal, promise, seconds, what_of

NAMES = Names({2: "Harborough"}, {524: "Bins", 57: "Council tax"})


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "same"), (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
     (21, "21st"), (111, "111th"), (122, "122nd")],
)
def test_ordinals(number: int, words: str) -> None:
    assert ordinal(number) == words


def test_seconds() -> None:
    assert [seconds(n) for n in (0, 1, 45, 60, 90, 120)] == [
        "0 seconds", "1 second", "45 seconds", "1 minute", "90 seconds", "2 minutes",
    ]


def test_promises() -> None:
    standard = StandardTerms(45, 80, 3, 960)
    assert promise(standard, "answer") == "answered within 45 seconds, for 80 in a hundred"
    assert promise(standard, "resolve") == "resolved by 16:00 of the 3rd working day, for 80 in a hundred"
    assert promise(StandardTerms(60), "answer") == "answered within 1 minute"
    assert (promise(StandardTerms(), "answer"), promise(StandardTerms(), "resolve")) == ("", "")


def test_what_cells_are_about() -> None:
    cells = [Cell(2, service, channel, "answer") for service in (524, 57) for channel in ("phone", "web")]
    assert what_of("answer", cells, NAMES) == "Harborough's calls and web forms about Bins and Council tax"
    assert what_of("resolve", cells, NAMES) == "Harborough's cases of Bins and Council tax"


def test_long_lists_are_counted() -> None:
    letters = list("abcdefghi")
    assert counted(letters[:8], "letters") == "a, b, c, d, e, f, g and h"
    assert counted(letters, "letters") == "a, b, c, d, e, f and 3 more letters"
