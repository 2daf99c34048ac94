"""At what age a text can be read: the Flesch–Kincaid grade (Kincaid and others, 1975) and five years.

The formula was made for passages of a hundred words, and texts here are short: so each is measured together with
`EASY` plain words, which steady it. What the reader is told anyway counts as one plain word: a variable, a number, a
name (capital letter within a sentence), and a word of the field that everybody at that door knows (`known`).
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

EASY = 16  # plain words, in two sentences
_EASY_SENTENCES, _EASY_SYLLABLES = 2, 20
_VARIABLE = re.compile(r"\{[^}]*\}")
_SENTENCE = re.compile(r"(?<=[.?!:])\s+")
_WORD = re.compile(r"[A-Za-z0-9£][A-Za-z0-9'’£.,/-]*")
_LETTERS = re.compile(r"[^a-z]")
_VOWELS = re.compile(r"[aeiouy]+")
_APART = re.compile(r"(?<![cstg])(?<!ll)i[aou]|(?<!q)u[ae](?=[lbt])|eo(?!u)|[aeiou]ing|ii|[^aeiou]ya|[aeo]y[aeio]|crea")
_SILENT_END = re.compile(
    r"(?<![aeioucsxzg])(?<!ch)(?<!sh)(?<![^aeiou]l)es$|(?<![aeioutd])(?<![^aeioulrwy]l)ed$"
    r"|(?<![aeioul])e$|(?<=[aeiou]l)e$|(?<=[lr]l)e$"
)
_SILENT_WITHIN = re.compile(r"[^aeiou](ely|eless|eness|eful(ly)?)$|[^aeioul]ement$")
_WHOLE = {  # words of the councils' work that these rules count wrongly
    "area": 3, "areas": 3, "business": 2, "caretaker": 3, "client": 2, "couldn": 2, "cycling": 3, "didn": 2,
    "diet": 2, "evening": 2, "every": 2, "familiar": 3, "hasn": 2, "household": 2, "housekeeper": 3, "idea": 3,
    "people": 2, "poem": 2, "quiet": 2, "recycling": 4, "science": 2, "shouldn": 2, "society": 4, "somebody": 3,
    "someone": 2, "something": 2, "sometimes": 2, "therefore": 2, "useful": 2, "wouldn": 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Count:
    """What a text is made of; `hardest` are its longest words, for the remedy."""

    words: int
    sentences: int
    syllables: int
    hardest: tuple[str, ...] = ()


def reading_age(text: str, known: Container[str] = ()) -> float:
    """The age in years at which it can be read, as far as sentences and syllables tell; 0 for no words."""
    found = count(text, known)
    if not found.words:
        return 0
    sentences, words = found.sentences + _EASY_SENTENCES, found.words + EASY
    return 0.39 * words / sentences + 11.8 * (found.syllables + _EASY_SYLLABLES) / words - 15.59 + 5


def count(text: str, known: Container[str] = ()) -> Count:
    words = sentences = total = 0
    long: list[tuple[int, str]] = []
    for sentence in _SENTENCE.split(_VARIABLE.sub(" it ", text).replace("[", "").replace("]", "")):
        found = _WORD.findall(sentence)
        sentences += bool(found)
        for place, word in enumerate(found):
            words += 1
            number = 1 if _given(word, place, known) else syllables(word)
            total += number
            long.append((number, word.strip(".,")))
    hardest = sorted({each for each in long if each[0] > 2}, key=lambda each: (-each[0], each[1]))
    return Count(words, sentences, total, tuple(word for _, word in hardest[:3]))


def _given(word: str, place: int, known: Container[str]) -> bool:
    plain = word.strip(".,").lower()
    name = place > 0 and word[:1].isupper()
    return name or not plain[:1].isalpha() or plain in known or plain.removesuffix("s") in known


def syllables(word: str) -> int:
    """How many syllables an English word has, by its spelling."""
    total = 0
    for part in re.split(r"[-'’]", word.lower()):
        letters = _LETTERS.sub("", part)
        if len(letters) < 2 and total:
            continue  # the s of it's, the t of can't
        total += _WHOLE.get(letters) or _by_spelling(letters)
    return max(total, 1)


def _by_spelling(letters: str) -> int:
    if not letters:
        return 0
    found = len(_VOWELS.findall(letters)) + len(_APART.findall(letters))
    return max(found - bool(_SILENT_END.search(letters)) - bool(_SILENT_WITHIN.search(letters)), 1)
