from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.domain.proportions import Proportion, wilson

counts = st.integers(1, 100_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("met", "of", "told"),
    [
        (35, 61, "57% (45 to 69)"),
        (118, 140, "84% (77 to 89)"),
        (3, 5, "3 of 5"),
        (0, 9, "0 of 9"),
        (10, 10, "100% (72 to 100)"),
        (0, 10, "0% (0 to 28)"),
        (0, 0, "–"),
    ],
)
def test_a_share_is_told_with_its_range_or_as_a_count(met: int, of: int, told: str) -> None:
    assert str(Proportion(met, of)) == told


@pytest.mark.parametrize(
    ("met", "of", "promise", "verdict"),
    [
        (35, 61, 80, "missed"),
        (47, 61, 80, "unsure"),
        (118, 140, 80, "kept"),
        (80, 100, 80, "kept"),
        (3, 5, 80, "few"),
        (0, 0, 80, "none"),
        (35, 61, None, "none"),
    ],
)
def test_a_share_is_judged_against_the_promise(met: int, of: int, promise: int | None, verdict: str) -> None:
    assert Proportion(met, of).against(promise) == verdict


@given(counts)
def test_the_range_holds_the_share_and_stays_within_all(count: tuple[int, int]) -> None:
    low, high = wilson(*count)
    assert 0 <= low <= count[0] / count[1] + 1e-12 and count[0] / count[1] - 1e-12 <= high <= 1


@given(counts)
def test_the_range_of_the_others_is_its_mirror(count: tuple[int, int]) -> None:
    met, of = count
    low, high = wilson(met, of)
    others = wilson(of - met, of)
    assert others == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize(("met", "of"), [(-1, 3), (4, 3), (0, 0)])
def test_what_is_no_proportion_is_refused(met: int, of: int) -> None:
    with pytest.raises(ValueError, match="no proportion"):
        wilson(met, of)
