"""What somebody meant who typed into the one box: a reference, a telephone number, a UPRN, a postcode or a name."""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from moothall.customers.names import normalise
from moothall.customers.phones import e164, spoken
from moothall.domain.references import is_misread, parse
from moothall.places.postcodes import PostcodeError, display_postcode, normalise_postcode, without_postcode

Kind = Literal["reference", "phone", "uprn", "postcode", "name"]
LONGEST_UPRN = 12
_NUMBER = re.compile(r"[+(]?[0-9][0-9 ().+-]*")
_LIKE_REFERENCE = re.compile(r"[A-Za-z]{2,3}[\s.-]?[0-9OIL]{4,9}[\s.-]?[A-Za-z0-9]?")


@dataclass(frozen=True, slots=True)
class Understood:
    """`key` is what is looked for (a name's own words for a name); beside a postcode `rest` is a name or the number of
    a house. `words` tell the reader how it was understood."""

    kind: Kind
    key: str
    words: str
    rest: str = ""
    readable: bool = True


def understand(typed: str) -> tuple[Understood, ...]:
    """As what `typed` is looked for: one way, or two for digits that can be a UPRN and a telephone number alike."""
    text = typed.strip()
    if found := parse(text):
        return (Understood("reference", str(found), "As a reference"),)
    if _NUMBER.fullmatch(text):
        return _number(text)
    rest, key = without_postcode(text)
    if not key:
        rest, key = "", _postcode(text)
    if key:
        shown = display_postcode(key)
        words = f"As the postcode {shown}" if not rest else f"As the postcode {shown} with “{rest}”"
        return (Understood("postcode", key, words, rest),)
    if looks_like_reference(text):
        return (Understood("reference", text, "As a reference", readable=False),)
    return (Understood("name", normalise(text), "As a name"),)


def looks_like_reference(text: str) -> bool:
    """Whether it is meant for a reference and isn't one: its check letter is wrong, or a part is missing."""
    return parse(text) is None and (_LIKE_REFERENCE.fullmatch(text.strip()) is not None or is_misread(text))


def _postcode(text: str) -> str:
    """The key of what is a postcode as a whole, however it was written."""
    try:
        return normalise_postcode(text)
    except PostcodeError:
        return ""


def _number(text: str) -> tuple[Understood, ...]:
    digits = re.sub(r"[^0-9]", "", text)
    phone = e164(text)
    as_phone = (Understood("phone", phone, f"As the telephone number {spoken(phone)}"),) if phone else ()
    if text.startswith(("0", "+", "(")) or not 0 < len(digits) <= LONGEST_UPRN:
        return as_phone or (Understood("phone", digits, "As a telephone number", readable=False),)
    return (Understood("uprn", digits, f"As the UPRN {digits}"), *as_phone)
