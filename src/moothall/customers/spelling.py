"""Slips in a name: the words that one slip away from a word could be, and how far two words are. No database here."""
from __future__ import annotations

from collections.abc import Sequence

LONGEST = 24  # of a longer word the slips aren't made: they would be thousands
_ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгґдеєжзиіїйклмнопрстуфхцчшщъыьэюяё", "αβγδεζηθικλμνξοπρσςτυφχψω")


def slips(word: str) -> set[str]:
    """Every word that a letter left out, added, exchanged or swapped with its neighbour makes of `word`, and `word`.

    `jonhson` gives `johnson`. In scripts whose alphabet isn't known here letters are left out and swapped alone.
    """
    if len(word) > LONGEST:
        return {word}
    letters = next((alphabet for alphabet in _ALPHABETS if any(sign in alphabet for sign in word)), "")
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {word}
    found.update(left + right[1:] for left, right in halves if right)
    found.update(left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1)
    for letter in letters:
        found.update(left + letter + right for left, right in halves)
        found.update(left + letter + right[1:] for left, right in halves if right)
    found.discard("")
    return found


def distance(one: str, other: str) -> int:
    """How many slips make `other` of `one`: letters left out, added, exchanged, or swapped with their neighbour."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, sign in enumerate(one):
        above, row = row, [at + 1]
        for across, match in enumerate(other):
            row.append(min(above[across + 1] + 1, row[across] + 1, above[across] + (sign != match)))
            if at and across and sign == other[across - 1] and one[at - 1] == match:
                row[-1] = min(row[-1], before[across - 1] + 1)
        before = above
    return row[-1]


def far_from(typed: Sequence[str], name: Sequence[str]) -> int:
    """How far what was typed is from a name: each word from the nearest of the name, of which it may be the beginning,
    and what else the name has."""
    return sum(min((min(2 * distance(word, each), 2 if each.startswith(word) else 99) for each in name), default=0)
               for word in typed) + max(len(name) - len(typed), 0)
