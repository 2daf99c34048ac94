import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.customers.names import normalise, prefix_end, query_words, tokens
from moothall.customers.phones import e164, spoken


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Ana Kowalska", "ana kowalska"),
        ("O'Brien-ab Őz", "obrien ab oz"),
        ("O’Brien", "obrien"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Siân ap Rhŷs", "sian ap rhys"),
        ("Søren Großmann", "soren grossmann"),
        ("Олена Їжакевич", "олена іжакевич"),
        ("مُحَمَّد", "محمد"),
        ("<script>alert(1)</script>", "script alert 1 script"),
    ],
)
def test_a_name_is_searched_for_without_its_marks(name: str, plain: str) -> None:
    assert normalise(name) == plain


def test_a_name_with_an_apostrophe_is_found_by_its_longer_half_too() -> None:
    assert tokens("O'Brien-ab Őz") == ["obrien", "ab", "oz", "brien"]


def test_the_longest_word_leads_a_search() -> None:
    assert query_words("an kowal") == ["kowal", "an"]
    assert query_words(" ’ ") == []


@given(st.text(max_size=80))
def test_a_normalised_name_stays_as_it_is(name: str) -> None:
    assert normalise(normalise(name)) == normalise(name)


@given(st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1), st.text(max_size=5))
def test_all_that_begins_with_a_prefix_lies_in_its_range(prefix: str, rest: str) -> None:
    assert prefix <= prefix + rest.replace("\U0010ffff", "") < prefix_end(prefix)


@pytest.mark.parametrize("typed", ["01632 960123", "+44 1632 960123", "(01632) 960-123", "00441632960123"])
def test_a_number_has_one_stored_form(typed: str) -> None:
    assert e164(typed) == "+441632960123"
    assert spoken("+441632960123") == "01632 960123"


@pytest.mark.parametrize("typed", ["", "withheld", "12", "<script>"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert e164(typed) is None
