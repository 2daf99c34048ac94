"""The price of a collection, to the penny."""

import pytest

from moothall.domain.bulky import Price, Tariff, price

PLAIN = Tariff(3500, 3, 800)
ALL = Tariff(3333, 2, 801, fee_cold=500, fee_padded=250, off_per_cent=50)


@pytest.mark.parametrize(
    ("tariff", "total", "cold", "padded", "gets_off", "pence", "off"),
    [
        (PLAIN, 1, 0, 0, False, 3500, 0),
        (PLAIN, 3, 1, 1, False, 3500, 0),
        (PLAIN, 4, 0, 0, False, 4300, 0),
        (PLAIN, 10, 0, 0, True, 9100, 0),
        (ALL, 2, 1, 0, False, 3833, 0),
        (ALL, 4, 1, 2, False, 5935, 0),
        (ALL, 4, 1, 2, True, 2968, 2967),
        (Tariff(0, 2, 1500), 2, 0, 0, False, 0, 0),
    ],
)
def test_price(tariff, total, cold, padded, gets_off, pence, off):  # noqa: PLR0917
    assert price(tariff, total, cold=cold, padded=padded, gets_off=gets_off) == Price(pence, off)
