"""Postal addresses as people write them: whether a text can be one, and whether two texts name the same home."""

from __future__ import annotations

import re

WHOLE_ADDRESS = "Enter the whole address: a number or name, and the street, like 12 Mill Lane or The Cottage, Mill Lane"
_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})\b", re.IGNORECASE)
_PARTS = re.compile(r"[,;\n]")
_WORD = re.compile(r"[^\W_]+")
_SHORT = {
    "rd": "road", "st": "street", "ave": "avenue", "av": "avenue", "ln": "lane", "cl": "close", "dr": "drive",
    "apt": "flat", "apartment": "flat",
}  # fmt: skip
_WITHIN = frozenset({"flat", "apt", "apartment", "unit", "room", "plot", "pitch", "caravan", "house", "no", "number"})


def can_be_address(text: str) -> bool:
    """Whether a text names a home and where that is: `12 Mill Lane`, `The Cottage, Mill Lane`, `Pitch 4, Foxton Locks`.

    Lenient: a number beside a name, or two parts, or three words. `abc`, `Flat 2` and a postcode alone are none.
    """
    rest = _POSTCODE.sub("\n", text)
    words = [word.casefold() for word in _WORD.findall(rest)]
    named = [word for word in words if word not in _WITHIN and sum(map(str.isalpha, word)) >= 2]
    parts = [part for part in _PARTS.split(rest) if sum(map(str.isalnum, part)) >= 2]
    numbered = any(word[0].isdigit() for word in words)
    return bool(named) and (numbered or len(parts) >= 2 or len(words) >= 3)


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are one, as far as both say it: `1 mill lane` is `1 Mill Ln, Kibworth LE8 0AA`, and neither
    `11 Mill Lane` nor `Flat 2, 1 Mill Lane` is. Two different postcodes are never the same home."""
    codes = [_POSTCODE.search(text) for text in (one, other)]
    written = {"".join(code.groups()).upper() for code in codes if code}
    short, long = sorted((_words(one), _words(other)), key=len)
    return len(written) < 2 and can_be_address(" ".join(short)) and long[: len(short)] == short


def _words(text: str) -> list[str]:
    plain = re.sub(r"['’]", "", _POSTCODE.sub(" ", text)).casefold()
    return [_SHORT.get(word, word) for word in _WORD.findall(plain)]
