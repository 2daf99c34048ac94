"""How a telephone number is written for people (`01858 960123`, INTERFACE section 6), and what it can do."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import phonenumbers

_MOBILE = re.compile(r"7[1-57-9]\d{8}|7624\d{6}")  # without the 0 or +44
_RUNG = re.compile(rf"[123]\d{{8,9}}|5[56]\d{{8}}|80\d{{5,8}}|{_MOBILE.pattern}")  # landlines, 03, VoIP, 080, mobiles
_Type = phonenumbers.PhoneNumberType
_kind = phonenumbers.number_type
_NO_TEXTS = (
    _Type.FIXED_LINE, _Type.TOLL_FREE, _Type.PREMIUM_RATE, _Type.SHARED_COST, _Type.PERSONAL_NUMBER, _Type.PAGER,
)  # fmt: skip
_DEARER = (_Type.PREMIUM_RATE, _Type.SHARED_COST, _Type.PERSONAL_NUMBER, _Type.PAGER, _Type.VOICEMAIL)


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


def gets_texts(number: str) -> bool:
    """Whether a text can be sent there: to a mobile, here or abroad. Personal numbers (070) and pagers (076, but for
    the Isle of Man's 07624) aren't mobiles. Some countries don't tell mobiles from others: those are taken."""
    return _is(number, here=_MOBILE, abroad=lambda n: phonenumbers.is_possible_number(n) and _kind(n) not in _NO_TEXTS)


def may_be_rung(number: str) -> bool:
    """Whether a council rings such a number: none that costs more than a call does (09, 084, 087, 070 here), and no
    pager or voicemail, here or abroad. What can't be told is taken."""
    return _is(number, here=_RUNG, abroad=lambda n: _kind(n) not in _DEARER)


def _is(number: str, *, here: re.Pattern[str], abroad: Callable[[phonenumbers.PhoneNumber], bool]) -> bool:
    """By its digits after 0 or +44 where it is one of this country's; False for what is no number."""
    try:
        parsed = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return False
    if parsed.country_code == phonenumbers.country_code_for_region("GB"):
        return here.fullmatch(str(parsed.national_number)) is not None
    return abroad(parsed)


def _digits(number: str) -> str:
    return "".join(each for each in number if each in "0123456789")


_WHOLE = range(10, 12)  # digits of a number with its 0


def dialled(number: str) -> str:
    """What a telephone dials, also abroad: `+441858960123`. Short ones (999, 116 123, 0800 1111) are dialled here."""
    digits = national(number)
    return f"+44{digits[1:]}" if digits.startswith("0") and len(digits) in _WHOLE else digits


@lru_cache(maxsize=1024)  # each page shows its council's
def telephone(value: str) -> str:
    """`01858 960123` from `+441858960123`; what can't be read stays as it is."""
    try:
        parsed = phonenumbers.parse(value, "GB")
    except phonenumbers.NumberParseException:
        return value
    domestic = parsed.country_code == phonenumbers.country_code_for_region("GB")
    form = phonenumbers.PhoneNumberFormat.NATIONAL if domestic else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)
