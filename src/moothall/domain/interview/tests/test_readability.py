"""Syllables of words that councils use, and texts that are easy, hard, or hard only by names and variables."""

import pytest

from moothall.domain.interview.readability import count, reading_age, syllables

SYLLABLES = {
    1: "bin bins called missed tried whole rule changed week day fee see due blue queue moved please one",
    2: "council postcode landlord household number emptied boxes houses table settled needed wanted moving payment "
    "discount special question million video careful couple partner income apply people being allowed client address",
    3: "collection reference officer telephone benefit tenancy reported arrangement previous various period employer "
    "evidence actual usual entitled completely carefully exemption furniture area idea employee decided",
    4: "recycling eligible valuable application entitlement material society separately presentation situation",
    5: "university liability immediately contaminated",
}


@pytest.mark.parametrize(("number", "words"), [(n, w) for n, each in SYLLABLES.items() for w in each.split()])
def test_a_word_has_the_syllables_that_people_say(number, words):
    want = {"video": 3, "carefully": 3, "completely": 3}.get(words, number)
    assert syllables(words) == want


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("Which bin was it?", 4, 7),
        ("Documentation.", 8, 10),  # one long word alone isn't a hard text
        ("Who lives with you? Count everybody who is 18 or older.", 6, 9),
        ("We need evidence of your identity and of the rental liability at the property that you occupy.", 11, 14),
        ("Your entitlement will be recalculated on receipt of the requisite documentation.", 11, 15),
        ("", 0, 0),
    ],
)
def test_a_text_is_as_hard_as_its_sentences_and_words(text, least, most):
    assert least <= reading_age(text) <= most


def test_names_variables_numbers_and_known_words_are_no_harder_than_plain_ones():
    plain = reading_age("Your bin bin goes out on day.")
    assert reading_age("Your Universal Credit goes out on {next_collection_day}.") == plain
    assert reading_age("Your recycling collections goes out on 24/12/2026.", {"recycling", "collection"}) == plain
    assert reading_age("Your recycling collections goes out on 24/12/2026.") > plain
    assert count("Universal Credit ends.").hardest == ("Universal",)
