"""How a telephone number is written for people: `01858 960123`. INTERFACE section 6 is the rule."""

from __future__ import annotations

import phonenumbers


def national(number: str) -> str:
    """01632 960000 as it is dialled within the country, digits alone."""
    digits = "".join(each for each in number if each in "+0123456789")
    return f"0{digits[3:]}" if digits.startswith("+44") else digits


def same_number(dialled: str, number: str) -> bool:
    """Whether what was dialled reaches `number` (E.164): as it is dialled here or from abroad, also after the digit
    with which an exchange takes an outside line.
    """
    wanted, given = _digits(number), _digits(dialled)
    if number.startswith("+44"):
        wanted = wanted[2:]
    return bool(wanted) and given.endswith(wanted)


def _digits(number: str) -> str:
    return "".join(each for each in number if each in "0123456789")


def telephone(value: str) -> str:
    """`01858 960123` from `+441858960123`; what can't be read stays as it is."""
    try:
        parsed = phonenumbers.parse(value, "GB")
    except phonenumbers.NumberParseException:
        return value
    domestic = parsed.country_code == phonenumbers.country_code_for_region("GB")
    form = phonenumbers.PhoneNumberFormat.NATIONAL if domestic else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)
