"""Checking a caller by what they say: their name and postcode, both whole. Nothing is completed for them."""
from __future__ import annotations

from moothall.customers.models import Customer
from moothall.customers.names import normalise
from moothall.customers.queries import people_at_postcode
from moothall.places.postcodes import PostcodeError, normalise_postcode


def whole_postcode(typed: str) -> bool:
    """Whether it is a full postcode, wherever it is."""
    try:
        normalise_postcode(typed)
    except PostcodeError:
        return False
    return True


def said_to_be(council: int, name: str, postcode: str) -> Customer | None:
    """The one customer of this council with that whole name at that postcode; None for none, several or no postcode.

    Somebody protected isn't found: whoever knows their name and an old postcode would learn that they are here. What
    they say is written down, and the council's officer finds them.
    """
    wanted = sorted(normalise(name).split())
    try:
        key = normalise_postcode(postcode)
    except PostcodeError:
        return None
    at = people_at_postcode(council, key, most=400)
    found = [row for row in at if sorted(normalise(row.name).split()) == wanted]
    return found[0] if wanted and len(found) == 1 else None
