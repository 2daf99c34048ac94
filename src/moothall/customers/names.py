"""Names as they are searched for: small, without accents, apostrophes or hyphens. No database here."""
from __future__ import annotations

import re
import unicodedata

TOKEN_LENGTH = 60
_APOSTROPHES = "'’‘ʼʻ`´ʹ"
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŋ": "n"})
_ELIDED = re.compile(rf"\b(\w{{1,2}})[{_APOSTROPHES}](\w+)")
_WORDS = re.compile(r"\w+")


def normalise(name: str) -> str:
    """`O'Brien-ab Őz` → `obrien ab oz`. Letters that have no plain form in another script stay as they are."""
    return " ".join(_words(re.sub(f"[{_APOSTROPHES}]", "", _plain(name))))


def tokens(name: str) -> list[str]:
    """The words under which a customer is found, each once: also `brien` for O'Brien, which callers say on its own."""
    plain = _plain(name)
    parts = [word for short, rest in _ELIDED.findall(plain) for word in _words(f"{short} {rest}") if len(word) > 2]
    return list(dict.fromkeys([*_words(re.sub(f"[{_APOSTROPHES}]", "", plain)), *parts]))


def query_words(text: str) -> list[str]:
    """The words of a search, longest first: the longest narrows most and so leads."""
    return sorted(dict.fromkeys(normalise(text).split()), key=lambda word: (-len(word), word))[:4]


def prefix_end(prefix: str) -> str:
    """The first text after all that begin with `prefix`, in the order of code points (collation C)."""
    return prefix + "\U0010ffff"


def _plain(name: str) -> str:
    small = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", small).casefold()
    return unicodedata.normalize("NFC", "".join(sign for sign in decomposed if not unicodedata.combining(sign)))


def _words(text: str) -> list[str]:
    return [word[:TOKEN_LENGTH] for word in _WORDS.findall(text.replace("_", " "))]
