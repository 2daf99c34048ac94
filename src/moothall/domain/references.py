"""References of cases, like `HB-48213-K`: a council's prefix, a number that reveals no volume, a check letter.

The check is a weighted sum modulo 37: all 36 letters and digits have values of their own, and the weights 2**place are
distinct modulo 37 up to 36 places. So every change of one character and every exchange of two is caught. The check is
always a letter and never I or O; numbers whose check would be anything else are not used.
"""
from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

MISREAD = "A letter or figure of that reference is wrong. Check it, and enter it again"
WHOLE_REFERENCE = "Enter your whole reference, like HB-48213-K"
MODULUS = 37
VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
CHECKS = frozenset("ABCDEFGHJKLMNPQRSTUVWXYZ")
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})  # read as digits where only digits stand
LEAST_DIGITS, MOST_DIGITS = 5, 9
ROUNDS = 4
_BETWEEN = re.compile(r"[\s.,_/\u2010-\u2015-]+")
_AS_LONG = re.compile(r"[A-Z]{2,3}[0-9A-Z]{5,9}[A-Z]|[A-Z]{2,3}[0-9]{5,9}[0-9A-Z]", re.ASCII)
_WHOLE = re.compile(r"[A-Z]{2,3}[0-9]{5,9}[A-Z]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference whose check holds. `number` has 5 to 9 digits and no leading zero."""

    prefix: str
    number: int
    check: str

    def __str__(self) -> str:
        return f"{self.prefix}-{self.number}-{self.check}"


def check_letter(prefix: str, number: int) -> str | None:
    """The letter that makes prefix and number a reference; None where this number has no printable check."""
    total = _weighted(f"{prefix}{number}0")
    value = -total % MODULUS
    letter = next((character for character, own in VALUES.items() if own == value), None)
    return letter if letter in CHECKS else None


def reference(prefix: str, number: int) -> Reference | None:
    """The reference of this number, or None where its check can't be printed: take the next number."""
    check = check_letter(prefix, number)
    return Reference(prefix, number, check) if check else None


def parse(typed: str) -> Reference | None:
    """What somebody typed or read out, as a reference; None unless shape and check hold.

    Case, spaces, dashes and dots don't matter. In three groups, O, I and L among the digits are read as 0, 1 and 1;
    written together they aren't, since a third letter of the prefix might then be taken for a digit.
    """
    groups = [group for group in _BETWEEN.split(typed[:64].upper()) if group]
    if len(groups) == 3:
        return _checked(groups[0], groups[1].translate(LOOK_ALIKES), groups[2])
    text = "".join(groups)
    found = (_checked(text[:length], text[length:-1], text[-1:]) for length in (2, 3))
    return next((each for each in found if each), None)


def is_misread(typed: str) -> bool:
    """Whether all of a reference is there and one of its signs, or more, is wrong: its check doesn't hold."""
    text = "".join(_BETWEEN.split(typed[:64].upper()))
    figures = sum(each.isdigit() for each in text)
    return parse(typed) is None and _AS_LONG.fullmatch(text) is not None and figures >= LEAST_DIGITS - 1


def _checked(prefix: str, digits: str, check: str) -> Reference | None:
    whole = f"{prefix}{digits}{check}"
    if not (_WHOLE.fullmatch(whole) and prefix.isalpha() and digits.isdigit()) or digits[0] == "0":
        return None
    return Reference(prefix, int(digits), check) if check in CHECKS and _weighted(whole) % MODULUS == 0 else None


def _weighted(text: str) -> int:
    return sum(VALUES[character] << place for place, character in enumerate(reversed(text)))


def number_of(counter: int, key: bytes) -> int:
    """The number that stands for the counter-th case (from 0): a secret permutation within each count of digits.

    Under one key different counters give different numbers; without the key a number tells nothing of the counter.
    Raises ValueError after 999,990,000 cases.
    """
    if counter < 0:
        raise ValueError("counters begin at 0")
    first = 0
    for digits in range(LEAST_DIGITS, MOST_DIGITS + 1):
        lowest: int = 10 ** (digits - 1)
        size = 9 * lowest
        if counter < first + size:
            return lowest + _permuted(counter - first, size, bytes([digits]) + key)
        first += size
    raise ValueError("all references of this prefix are used")


def _permuted(value: int, size: int, key: bytes) -> int:
    """A permutation of 0 … size - 1: a Feistel network over an even number of bits, walked until it falls within."""
    half = ((size - 1).bit_length() + 1) // 2
    while True:
        value = _feistel(value, half, key)
        if value < size:
            return value


def _feistel(value: int, half: int, key: bytes) -> int:
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    for turn in range(ROUNDS):
        digest = hashlib.blake2b(bytes([turn]) + right.to_bytes(4, "big"), key=key[:64], digest_size=4).digest()
        left, right = right, left ^ (int.from_bytes(digest, "big") & mask)
    return left << half | right
