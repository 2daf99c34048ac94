"""Numbers and device ids: one form for each, whatever an exchange writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import phonenumbers

LONGEST = 64
_BRACKETS = re.compile(r"<([^<>]*)>")
_SCHEME = re.compile(r"^(?:tel|sips?|h323|device):", re.IGNORECASE)
_PUNCTUATED = re.compile(r"^\+?[0-9(][0-9 ().\-/]*$")
_DIALLED = re.compile(r"^\+?[0-9*#]+$")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, in three values: a number (E.164, or as sent if it is none), withheld on purpose, or not known."""

    kind: Literal["number", "withheld", "unknown"]
    number: str = ""


WITHHELD = Caller("withheld")
UNKNOWN = Caller("unknown")


@lru_cache(maxsize=4096)
def number_of(device_id: str) -> str:
    """The number in a device id: `4001`, `4001:CM1::0`, `N<4001>Sam`, `tel:+44-1632-960123`, `<sip:4001@pbx;x=y>` →
    `4001` and so on.

    Total and idempotent; hostile text comes back cut to 64 printable characters, never interpreted.
    """
    text = "".join(character for character in device_id[:256] if character.isprintable()).strip()
    while bracketed := _BRACKETS.search(text):
        text = bracketed.group(1).strip()
    while _SCHEME.match(text):
        text = _SCHEME.sub("", text, count=1).strip()
    text = re.split(r"[:@;]", text, maxsplit=1)[0].strip()[:LONGEST].strip()
    if _PUNCTUATED.match(text):
        text = re.sub(r"[^0-9+]", "", text)
    return text


@lru_cache(maxsize=4096)
def caller_of(number: str) -> Caller:
    """The caller that a presented number stands for: E.164 where it can be one (read as in the UK), else as sent; no
    digits: unknown.
    """
    shown = number_of(number)
    if not _DIALLED.match(shown):
        return UNKNOWN
    try:
        parsed = phonenumbers.parse(shown, "GB")
    except phonenumbers.NumberParseException:
        return Caller("number", shown[:16])
    # "Possible locally only" is an extension such as 4001: it has no place in the world's plan and stays as it is.
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return Caller("number", shown[:16])
    return Caller("number", phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
