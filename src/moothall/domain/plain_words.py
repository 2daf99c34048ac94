"""What people call things, matched to what we call them: exact words, beginnings, slips of the keys, and sound.

Pure and small: it ranks some hundred entries (subjects, services, names of a directory) in about a millisecond.
"""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+")
# Words that say nothing of the subject.
_EMPTY = frozenset(
    re.findall(
        r"[a-z]+",
        "a about am an and any are at be been being can cant could did do does doing for from get got had has "
        "have he hello her hi his how i if im in is isnt it its just know like long me mine mr mrs ms my need "
        "arent couldnt didnt doesnt hasnt havent wasnt werent "
        "not of on or our out please put ring said see she so some somebody someone speak talk that the their "
        "them there they this through to up us want wants was we what when where which who whose why will "
        "with would you your ",
    )
)
_SAME, _FORM, _BEGINS, _DOUBLED, _SLIP, _SOUND, _NEAR = 60, 50, 45, 40, 30, 15, 5  # how alike two words are
_WHOLE, _ONLY = 10, 20  # the whole name was said; and nothing else was
_LONG = 8  # letters of a word in which also the first one may be wrong
_SHORTEST_BEGINNING, _SHORTEST_SLIP = 4, 5  # letters: "kill" isn't a slip of "bill", nor "tax" the beginning of "taxi"
_LETTERS = {
    **dict.fromkeys("bfpv", "1"), **dict.fromkeys("cgjkqsxz", "2"), **dict.fromkeys("dt", "3"), "l": "4",
    **dict.fromkeys("mn", "5"), "r": "6",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found: its key, and the names and phrases that people have for it, the usual first. One
    with `=` before it counts only where nothing else was said."""

    key: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that fits, the name by which it was found, and how well: how many of the words that were said it
    explains, then how alike they are (higher is better). `whole`: the name was said, word for word; `sure`: and it is
    most of what was said."""

    key: str
    rank: tuple[int, int]
    name: str
    whole: bool = False
    sure: bool = False


def best(said: str, entries: Iterable[Entry], limit: int = 5) -> list[Match]:
    """The entries that fit what was said, best first, at most `limit`; of equals the earlier entry first. Guesses are
    left out beside one that is sure, and where they explain half as much as the best one, or less."""
    wanted = words_of(said)
    if not wanted:
        return []
    found = [match for entry in entries if (match := _match(wanted, entry))]
    found.sort(key=lambda match: match.rank, reverse=True)  # stable: the order of the entries decides between equals
    return [match for match in found if match == found[0] or _stands_beside(match, found[0])][:limit]


def _stands_beside(match: Match, first: Match) -> bool:
    """Whether a match is worth showing beside the best one: another name that was said, or beside a guess one that
    explains more than half as much, and half as well."""
    more = 2 * match.rank[0] > first.rank[0]
    as_well = match.rank[0] < first.rank[0] or 2 * match.rank[1] > first.rank[1]
    return match.whole or (not first.sure and more and as_well)


def words_of(text: str) -> tuple[str, ...]:
    """The words that mean something: small letters without accents or apostrophes, as people type them."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode().lower()
    every = [word.replace("'", "") for word in re.findall(r"[a-z0-9']+", plain[:500])]
    kept = tuple(word for word in every if word and word not in _EMPTY)
    return kept or tuple(word for word in every if _WORD.fullmatch(word))


def _match(wanted: Sequence[str], entry: Entry) -> Match | None:
    ranked = [(_rank(wanted, _words_of_name(name)), name) for name in entry.names if _may_fit(wanted, name)]
    rank, name = max(ranked, key=lambda pair: pair[0], default=(_NOTHING, ""))
    if rank == _NOTHING:
        return None
    words = _words_of_name(name)
    whole = all(any(_alike(each, word) >= _FORM for each in wanted) for word in words)
    return Match(entry.key, rank, name, whole, whole and 2 * len(words) > len(wanted))


_NOTHING = (0, 0)
_ALONE = "="  # before a name that counts only where nothing else was said


def _may_fit(wanted: Sequence[str], name: str) -> bool:
    return not name.startswith(_ALONE) or tuple(wanted) == _words_of_name(name)


@lru_cache(maxsize=8192)
def _words_of_name(name: str) -> tuple[str, ...]:
    return words_of(name)


def _rank(wanted: Sequence[str], name: Sequence[str]) -> tuple[int, int]:
    """How well a name fits: all of its words must be among those said, or all that was said among its words.

    A longer name that fits wholly says more than one of its words alone ("council tax" before "council").
    """
    if not name:
        return _NOTHING
    in_said = [max((_alike(said, word) for said in wanted), default=0) for word in name]
    if in_said.count(0) == 1 and sum(in_said) >= _FORM * (len(name) - 1) > 0:
        at = in_said.index(0)
        in_said[at] = max(_near(said, name[at]) for said in wanted)
    if all(in_said):
        return len(name), sum(in_said) + _WHOLE + (_ONLY if len(name) == len(wanted) else 0)
    of_said = [max((_alike(said, word) for word in name), default=0) for said in wanted]
    return (len(wanted), sum(of_said)) if all(of_said) else _NOTHING


@lru_cache(maxsize=65536)
def _alike(said: str, word: str) -> int:
    if said == word or _singular(said) == _singular(word):
        return _SAME
    if said.isdigit() or word.isdigit():
        return 0
    if _forms(said) & _forms(word):
        return _FORM
    if len(said) >= _SHORTEST_BEGINNING and word.startswith(said):
        return _BEGINS
    short = min(len(said), len(word))
    if short > 2 and _undoubled(_singular(said)) == _undoubled(_singular(word)):
        return _DOUBLED
    allowed = 0 if short < _SHORTEST_SLIP else 1 if short < 8 else 2
    pairs = ((said, word), (_singular(said), _singular(word))) if allowed and _begin_alike(said, word) else ()
    if any(abs(len(one) - len(other)) <= allowed >= slips(one, other, allowed) for one, other in pairs):
        return _SLIP
    if short == _SHORTEST_SLIP - 1 and len(said) == len(word) and sorted(said) == sorted(word):
        return _SLIP if slips(said, word, 1) == 1 else 0  # two neighbours changed places
    near = short >= _SHORTEST_SLIP and abs(len(said) - len(word)) < 2 and slips(said, word, 2) < 3
    return _SOUND if near and sound(said) == sound(word) else 0  # Soundex alone takes "beats" for "badge"


def _begin_alike(said: str, word: str) -> bool:
    """Few people get the first letter of a short word wrong: who says "train" means no drain. Two may change places."""
    return said[0] == word[0] or min(len(said), len(word)) >= _LONG or said[:2] == word[1::-1]


def _near(said: str, word: str) -> int:
    """One slip in a short word, which is believed beside the other words of a name alone: "blu badge", "missed bn"."""
    short, long = sorted((len(said), len(word)))
    near = short > 1 and 2 < long < _SHORTEST_SLIP + 1 and long - short < 2 and not (said + word).isdigit()
    return _NEAR if near and slips(said, word, 1) == 1 else 0


@lru_cache(maxsize=8192)
def _undoubled(word: str) -> str:
    """With each letter once where it stands twice: a letter doubled or not is the commonest slip."""
    return "".join(letter for at, letter in enumerate(word) if not at or letter != word[at - 1])


@lru_cache(maxsize=8192)
def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=8192)
def _forms(word: str) -> frozenset[str]:
    """What the word may be a form of: "moving" and "moved" of "move", "stopped" of "stop", "noisy" of "noise"."""
    one = _singular(word)
    for ending in ("ing", "ed", "y"):
        if len(one) > len(ending) + 2 and one.endswith(ending):
            stem = one[: -len(ending)]
            stem = f"{stem[:-1]}y" if stem.endswith("i") else stem
            single = {stem[:-1]} if len(stem) > 3 and stem[-1] == stem[-2] else set()
            return frozenset({one, stem, f"{stem}e"} | single)
    return frozenset({one})


def slips(one: str, other: str, most: int) -> int:
    """Letters added, left out, changed or swapped with their neighbour between two words; `most` + 1 for more."""
    letters, others = set(one), set(other)
    if len(letters - others) > most or len(others - letters) > most:  # each of them is a slip of its own
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = row, before, [at] + [0] * len(other)
        for to, against in enumerate(other, 1):
            row[to] = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != against))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == against:
                row[to] = min(row[to], last[to - 2] + 1)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def sound(word: str) -> str:
    """The word's sound by Soundex (US National Archives, general rules): first letter and three figures."""
    letters = [letter for letter in word.lower() if letter.isalpha() and letter.isascii()]
    if not letters:
        return ""
    code, last = letters[0], _LETTERS.get(letters[0], "")
    for letter in letters[1:]:
        figure = _LETTERS.get(letter, "")
        if figure and figure != last:
            code += figure
        if letter not in "hw":  # the same figure on both sides of h or w counts once
            last = figure
    return (code + "000")[:4]
