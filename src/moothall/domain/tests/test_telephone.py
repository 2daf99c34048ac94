"""Whether two ways to dial a number reach the same telephone."""
from __future__ import annotations

import pytest

from moothall.domain.telephone import same_number

ANA = "+441632960123"


@pytest.mark.parametrize(("dialled", "number", "same"), [
    ("01632960123", ANA, True), ("01632 960 123", ANA, True), (ANA, ANA, True), ("00441632960123", ANA, True),
    ("901632960123", ANA, True), ("01632960124", ANA, False), ("1632960", ANA, False), ("", ANA, False),
    ("0033142685300", "+33142685300", True), ("142685300", "+33142685300", False), ("01632960123", "", False),
])
def test_what_was_dialled_reaches_whom_it_should(dialled: str, number: str, same: bool) -> None:
    assert same_number(dialled, number) is same
