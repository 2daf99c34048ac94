"""What people type: how much of it is kept, and what is never kept of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST_NOTE = 20_000  # characters, of a note of any kind
CARD_TAKEN_OUT = "That looks like a card number, so we took it out. Never write one down. Check the rest and save it"
_FULL_NUMBER = re.compile(r"\+[1-9]\d{7,14}|0[1-9]\d{8,9}")

# What turns the text around it, and what no screen shows: controls but tab and line ends, halves of characters, and
# the marks that override the direction of writing. Hebrew and Arabic need none of these.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_BETWEEN = r"[ \u00a0\u2007\u2009\u202f.\-\u2010-\u2015]{0,3}"
_DIGITS = re.compile(rf"\d(?:{_BETWEEN}\d){{12,}}")
_SHORTEST_CARD, _LONGEST_CARD = 13, 19


# As Django's EmailValidator has it, but for quoted names and bare IP addresses, which nobody has; and letters of every
# alphabet, which some names have.
_ATOM = r"[-!#$%&'*+/=?^_`{}|~\w]+"
_LABEL = r"[^\W_](?:[^\W_]|-){0,61}(?<!-)"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?=..){_LABEL}")
_LONGEST_EMAIL = 254


def is_email(text: str) -> bool:
    """Whether text can be an e-mail address: `<b>@x.com`, `name@-x.org` and `.a@x.org` can't."""
    return len(text) <= _LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


def without_unseen(text: str) -> str:
    """The text without what would show it otherwise than it is."""
    return _UNSEEN.sub("", text)


def holds_unseen(text: str) -> bool:
    """Whether the text holds a sign that nobody sees and that may turn what stands around it."""
    return _UNSEEN.search(text) is not None


def is_full_number(text: str) -> bool:
    """Whether a telephone number can be rung from anywhere: an extension or a short code can't."""
    return _FULL_NUMBER.fullmatch(re.sub(r"[\s().\-]", "", text.replace("(0)", ""))) is not None


def holds_card_number(text: str) -> bool:
    return next(_card_numbers(text), None) is not None


def without_card_numbers(text: str) -> str:
    """The text with every card number taken out and the rest as it was."""
    kept, done = [], 0
    for start, end in _card_numbers(text):
        kept.append(text[done:start])
        done = end
    return "".join([*kept, text[done:]])


def _card_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where card numbers stand: 13 to 19 digits that pass the check digit's sum, in one piece or in groups.

    A number begins and ends where a group does, so that a telephone number or a day beside it doesn't hide it.
    """
    for run in _DIGITS.finditer(text):
        places = [place for place in range(run.start(), run.end()) if text[place].isdecimal()]
        done = 0
        while done < len(places):
            last = _card_from(text, places, done)
            if last is None:
                done += 1
            else:
                yield places[done], places[last] + 1
                done = last + 1


def _card_from(text: str, places: list[int], first: int) -> int | None:
    """The longest card number whose first digit is the `first` of `places`: which is its last."""
    if (first and places[first] == places[first - 1] + 1) or int(text[places[first]]) == 0:
        return None  # in the middle of a group; and no card's number begins with 0
    for last in range(min(first + _LONGEST_CARD, len(places)) - 1, first + _SHORTEST_CARD - 2, -1):
        whole_group = last + 1 == len(places) or places[last + 1] != places[last] + 1
        if whole_group and _check_digit_fits([int(text[place]) for place in places[first : last + 1]]):
            return last
    return None


def _check_digit_fits(digits: list[int]) -> bool:
    doubled = (2 * digit - 9 if digit > 4 else 2 * digit for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
