"""Whom one may be in the demo, and what each may try first."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """`email` names the member of staff; without one the card leads to a public page."""

    reader: str
    who: str
    first_name: str
    does: str
    email: str = ""


CARDS = (
    Card("Agent", "Sam, Charnwood", "Sam", "Answer calls for two councils", "sam@charnwood.example"),
    Card("Team leader", "Priya, Charnwood", "Priya", "Answer calls, read today’s figures", "priya@charnwood.example"),
    Card("Officer", "Lee, Harborough", "Lee", "Close a case", "lee@harborough.example"),
    Card("Manager", "Jo, Harborough", "Jo", "Check how calls were answered", "jo@harborough.example"),
    Card("Resident", "Harborough’s page", "", "See whom to ring, and when"),
    Card("Operator", "Kit", "Kit", "Keep it running, and see no resident", "kit@moothall.example"),
)
EMAILS = frozenset(card.email for card in CARDS if card.email)
