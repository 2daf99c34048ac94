"""What is worked out without the library is what the library says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from moothall.domain.interview import expressions
from moothall.domain.interview.expressions import Condition, Vocabulary, _by_library, evaluate

KINDS = {"bin": "text", "tag": "text", "misses": "whole", "assisted": "truth", "due": "date", "minute": "time",
         "days": "choices"}  # fmt: skip
WORDS = Vocabulary(KINDS)  # type: ignore[arg-type]

TEXT_NAMES, NUMBER_NAMES = some.sampled_from(["bin", "tag"]), some.sampled_from(["misses", "minute"])
TEXTS = some.sampled_from(["food", "fóod", "Z", "", "10"])
NUMBERS = some.integers(-3, 3)
ATOMS = some.one_of(
    some.builds('{} {} "{}"'.format, TEXT_NAMES, some.sampled_from(["==", "!=", "<"]), TEXTS),
    some.builds('bin in ["{}", "{}"]'.format, TEXTS, TEXTS),
    some.builds("{} {} {}".format, NUMBER_NAMES, some.sampled_from(["<", ">=", "=="]), NUMBERS),
    some.sampled_from([
        "assisted", "known(bin)", "known(days)", "bin == tag", "misses + 1 > minute", "size(days) > 0",
        '"food" in days', 'due == date("2026-12-24")', '(assisted ? bin : tag) == "food"',
        "(known(misses) ? misses : 2) > 1",
    ]),
)  # fmt: skip
CONDITIONS = some.recursive(
    ATOMS,
    lambda parts: some.one_of(
        some.builds("({} && {})".format, parts, parts), some.builds("({} || {})".format, parts, parts),
        some.builds("!({})".format, parts),
    ),
    max_leaves=5,
)  # fmt: skip
VALUES = some.fixed_dictionaries({
    "bin": some.none() | TEXTS, "tag": some.none() | TEXTS, "misses": some.none() | NUMBERS | some.just("2"),
    "assisted": some.none() | some.booleans(), "minute": some.none() | NUMBERS,
    "due": some.none() | some.just("2026-12-24"), "days": some.none() | some.just([["food", "Food waste"]]),
})  # fmt: skip


@settings(max_examples=150)
@given(CONDITIONS, some.lists(VALUES, min_size=6, max_size=6))
def test_a_condition_comes_out_as_the_library_says(source: str, cases: list[dict[str, Any]]) -> None:
    condition = WORDS.compile(source)
    assert isinstance(condition, Condition), condition
    for values in cases:
        found, said = (how(condition, values, WORDS.declared, frozenset()) for how in (evaluate, _by_library))
        assert (type(found), found) == (type(said), said)


PLAIN = ['bin == "food"', 'bin != tag', "misses < 2", "minute >= misses", "assisted", "!assisted",
         "known(bin) && known(days)", 'bin in ["food", "Z"] || misses == 0', '(assisted ? bin : tag) == "food"',
         "(known(misses) ? misses : 2) > 1"]  # fmt: skip


@pytest.mark.parametrize("source", PLAIN)
def test_what_is_plain_never_asks_the_library(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else all would be right, and slow."""
    condition = WORDS.compile(source)
    assert isinstance(condition, Condition), condition
    monkeypatch.setattr(expressions, "_by_library", None)
    values = {"bin": "food", "tag": "Z", "misses": 1, "assisted": True, "minute": 2, "days": [["food", "Food waste"]]}
    assert evaluate(condition, values, WORDS.declared) in (True, False)
