"""Whether two ways to dial a number reach the same telephone, and what a number can do."""
from __future__ import annotations

import pytest

from moothall.domain.telephone import gets_texts, may_be_rung, same_number

ANA = "+441632960123"


@pytest.mark.parametrize(("dialled", "number", "same"), [
    ("01632960123", ANA, True), ("01632 960 123", ANA, True), (ANA, ANA, True), ("00441632960123", ANA, True),
    ("901632960123", ANA, True), ("01632960124", ANA, False), ("1632960", ANA, False), ("", ANA, False),
    ("0033142685300", "+33142685300", True), ("142685300", "+33142685300", False), ("01632960123", "", False),
])
def test_what_was_dialled_reaches_whom_it_should(dialled: str, number: str, same: bool) -> None:
    assert same_number(dialled, number) is same


@pytest.mark.parametrize(("number", "rung"), [
    ("07700 900123", True), ("01632 960123", True), ("0300 123 4567", True), ("0800 123 4567", True),
    ("+35315676767", True), ("07624 123456", True), ("0900 123 4567", False), ("0870 123 4567", False),
    ("070 1234 5678", False), ("07640 123456", False), ("+1 900 234 5678", False), ("118118", False), ("", False),
])  # fmt: skip
def test_which_numbers_a_council_rings(number: str, rung: bool) -> None:
    assert may_be_rung(number) is rung


@pytest.mark.parametrize(("number", "texts"), [
    ("07700 900123", True), ("07624 123456", True), ("01632 960123", False), ("0300 123 4567", False),
    ("070 1234 5678", False), ("07640 123456", False), ("+33612345678", True), ("+33142685300", False),
    ("+1 212 555 0123", True), ("+33 1", False), ("nothing", False), ("", False),
])  # fmt: skip
def test_which_numbers_get_texts(number: str, texts: bool) -> None:
    """A number of the United States doesn't tell what it is."""
    assert gets_texts(number) is texts
