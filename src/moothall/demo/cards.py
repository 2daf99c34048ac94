"""Whom one may be in the demo, read from cards.yaml."""
from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from moothall.demo.sources import read_yaml


@dataclass(frozen=True, slots=True)
class Card:
    """`email` names the member of staff whose work it opens, `page` the council whose public page; one of the two."""

    reader: str
    who: str
    does: str
    name: str = ""
    email: str = ""
    page: str = ""


@cache
def cards() -> tuple[Card, ...]:
    """In the order of the page; the first is whom a newcomer is offered."""
    return tuple(Card(**row) for row in read_yaml("cards.yaml")["cards"])


def emails() -> frozenset[str]:
    """Those whom a visitor may become without a password."""
    return frozenset(card.email for card in cards() if card.email)
