"""What a collection of large items costs. Pure; money is whole pence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tariff:
    """A council's prices: so much for the first items together, so much for each after them, and on top for some."""

    fee_first: int
    first_items: int
    fee_more: int
    fee_cold: int = 0
    fee_padded: int = 0
    off_per_cent: int = 0


@dataclass(frozen=True, slots=True)
class Price:
    pence: int
    off: int = 0


def price(tariff: Tariff, total: int, *, cold: int, padded: int, gets_off: bool) -> Price:
    """What `total` items cost, of which so many are cold or padded. What is taken off is rounded down to a penny."""
    more = max(0, total - tariff.first_items)
    full = tariff.fee_first + more * tariff.fee_more + cold * tariff.fee_cold + padded * tariff.fee_padded
    off = full * tariff.off_per_cent // 100 if gets_off else 0
    return Price(full - off, off)
