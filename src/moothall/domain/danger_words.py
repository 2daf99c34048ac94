"""Whether somebody's words tell of danger: a life, a child, violence, nowhere to sleep, gas. Pure.

Such words come before all others, and nothing is left out as empty: "my husband hits me" is nothing but small words.
"""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from moothall.domain.plain_words import slips

BETWEEN = 2  # other words that may stand between two of a phrase: "he never hits me", "kill all of myself"
END = "$"  # no word is one
# Words of every day that lie one letter from one of danger: "a car blocked me in", "he looked in my bin".
_NO_SLIPS = frozenset({
    "looked", "looking", "blocked", "blocking", "picked", "picking", "packed", "packing", "parked", "ticked", "licked",
    "rushed", "brushed", "munched", "snapped", "clapped", "tapped", "mapped", "copying", "hoping", "turned", "earned",
    "learned", "marked", "stacked", "tracked", "snacks", "lacked",
})  # fmt: skip
_SHORTEST_SLIP = 6  # letters; no guess is made of shorter words, where one letter turns "kill" into "bill"


def tells_of(said: str, phrases: Iterable[str]) -> int:
    """How many words of the longest fitting phrase were said, in its order; 0 where none fits.

    In a phrase `|` parts words of which one is said: `kill|hurt|harm myself`. `$` is the end of what was said, straight
    after the word before: `cant cope $`, and not "can't cope with my bin".
    """
    words = [*_plain(said), END]
    return max((len(parts) for parts in map(_parts, phrases) if _holds(words, parts)), default=0)


@lru_cache(maxsize=1024)
def _parts(phrase: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(word for each in part.split("|") for word in _words_of(each)) for part in phrase.split())


def _words_of(part: str) -> list[str]:
    return [END] if part == END else _plain(part)


def _plain(text: str) -> list[str]:
    """All words, in small letters, without accents and apostrophes; the longest note is far longer than needed."""
    folded = unicodedata.normalize("NFKD", text[:500].replace("’", "'")).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", folded.replace("'", ""))


def _holds(words: Sequence[str], parts: Sequence[Sequence[str]]) -> bool:
    """Whether the parts follow each other among the words, wherever they begin."""
    ends = [at for at, word in enumerate(words) if parts and _one_of(word, parts[0])]
    for part in parts[1:]:
        ends = [
            at
            for at, word in enumerate(words)
            if _one_of(word, part) and any(0 < at - end <= (1 if word == END else BETWEEN + 1) for end in ends)
        ]
    return bool(ends)


def _one_of(word: str, part: Sequence[str]) -> bool:
    if word in part:
        return True
    return len(word) >= _SHORTEST_SLIP - 1 and word not in _NO_SLIPS and any(_slip(word, each) for each in part)


@lru_cache(maxsize=16384)
def _slip(word: str, other: str) -> bool:
    short = min(len(word), len(other))
    return short >= _SHORTEST_SLIP - 1 and len(other) >= _SHORTEST_SLIP and slips(word, other, 1) <= 1
