"""Postcodes as people say and type them, made into the one stored form. No database here."""
from __future__ import annotations

import re

HOW = "Enter a full postcode, like LE8 0ES"
_SHAPE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_SLIPS = str.maketrans("OIL", "011")  # a letter typed where only a digit can stand


class PostcodeError(ValueError):
    """What was typed is no full postcode. Its text says what to do, in the words of the field."""


def normalise_postcode(text: str) -> str:
    """The key of a postcode (`LE167AA`) from what was typed (`le16 7aa`, `LE16-7AA`, `LE16 7AA.`); PostcodeError else.

    The first sign of the second half is always a digit, so a letter O or I typed there is read as 0 or 1.
    """
    signs = re.sub(r"[^A-Z0-9]", "", text.upper())
    if not signs:
        raise PostcodeError("Enter a postcode")
    if not 5 <= len(signs) <= 7:
        raise PostcodeError(HOW)
    signs = signs[:-3] + signs[-3].translate(_SLIPS) + signs[-2:]
    if _SHAPE.fullmatch(signs) is None:
        raise PostcodeError(HOW)
    return signs


def display_postcode(key: str) -> str:
    """`LE16 7AA` from `LE167AA`."""
    return f"{key[:-3]} {key[-3:]}"


_WITHIN = re.compile(r"\b[a-z]{1,2}[0-9][a-z0-9]?[ \-]?[0-9][a-z]{2}\b", re.IGNORECASE)


def without_postcode(text: str) -> tuple[str, str]:
    """What somebody typed without the first postcode in it, and that postcode's key: ("missed bin", "LE167AA")."""
    found = _WITHIN.search(text)
    if found is None:
        return text.strip(), ""
    return f"{text[: found.start()]} {text[found.end() :]}".strip(" ,.;"), normalise_postcode(found[0])
