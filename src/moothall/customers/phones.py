"""Telephone numbers in one form (E.164), as the exchange and the search both use it. No database here."""
from __future__ import annotations

import phonenumbers


def e164(text: str, region: str = "GB") -> str | None:
    """`+441632960123` from `01632 960123`; None for what can't be a telephone number (withheld, an extension)."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spoken(number: str) -> str:
    """`01632 960123` from `+441632960123`: as it is written here; a foreign number with its country code."""
    try:
        parsed = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return number
    national = parsed.country_code == 44
    form = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)
