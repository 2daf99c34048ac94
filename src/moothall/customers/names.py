"""Names as they are searched for: small, without accents, apostrophes or hyphens. No database here."""
from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

TOKEN_LENGTH = 60
_APOSTROPHES = "'’‘ʼʻ`´ʹ"
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŋ": "n"})
_ELIDED = re.compile(rf"\b(\w{{1,2}})[{_APOSTROPHES}](\w+)")
_WORDS = re.compile(r"\w+")


def normalise(name: str) -> str:
    """`O'Brien-ab Őz` → `obrien ab oz`. Letters that have no plain form in another script stay as they are."""
    return " ".join(_words(re.sub(f"[{_APOSTROPHES}]", "", _plain(name))))


def tokens(name: str) -> list[str]:
    """The words under which a customer is found, each once: also `brien` for O'Brien, which callers say on its own, and
    `mcdonald` for Mc Donald."""
    plain = _plain(name)
    whole = _words(re.sub(f"[{_APOSTROPHES}]", "", plain))
    parts = [word for short, rest in _ELIDED.findall(plain) for word in _words(f"{short} {rest}") if len(word) > 2]
    return list(dict.fromkeys([*whole, *parts, *(word for word in joined(whole) if word not in whole)]))


def joined(words: list[str]) -> list[str]:
    """With what is written apart as well as together put together: `mcdonald` for `mc donald`."""
    begins = {at for at, (word, _) in enumerate(pairwise(words)) if word in ("mc", "mac")}
    return [word + words[at + 1] if at in begins else word for at, word in enumerate(words) if at - 1 not in begins]


def query_words(text: str) -> list[str]:
    """The words of a search, longest first: the longest narrows most and so leads."""
    return longest_first(normalise(text).split())


def longest_first(words: list[str]) -> list[str]:
    """At most four of them, each once."""
    return sorted(dict.fromkeys(words), key=lambda word: (-len(word), word))[:4]


def prefix_end(prefix: str) -> str:
    """The first text after all that begin with `prefix`, in the order of code points (collation C)."""
    return prefix + "\U0010ffff"


def _plain(name: str) -> str:
    small = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", small).casefold()
    return unicodedata.normalize("NFC", "".join(sign for sign in decomposed if not unicodedata.combining(sign)))


def _words(text: str) -> list[str]:
    return [word[:TOKEN_LENGTH] for word in _WORDS.findall(text.replace("_", " "))]
