import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.places.postcodes import PostcodeError, display_postcode, normalise_postcode


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("LE16 7AA", "LE167AA"),
        ("le167aa", "LE167AA"),
        (" le16-7aa. ", "LE167AA"),
        ("B1 1AA", "B11AA"),
        ("LE8 OAA", "LE80AA"),
        ("wc2n 5du", "WC2N5DU"),
        ("SW1A IAA", "SW1A1AA"),
    ],
)
def test_a_postcode_as_typed_has_one_key(typed: str, key: str) -> None:
    assert normalise_postcode(typed) == key


@pytest.mark.parametrize("typed", ["", "   ", "LE16", "Kibworth", "LE16 7A", "1234567", "ЛЕ16 7АА", "<script>"])
def test_what_is_no_postcode_is_refused_in_words_that_say_what_to_do(typed: str) -> None:
    with pytest.raises(PostcodeError, match="Enter a "):
        normalise_postcode(typed)


@given(st.text(max_size=12))
def test_whatever_is_typed_gives_a_postcode_or_the_words(text: str) -> None:
    try:
        key = normalise_postcode(text)
    except PostcodeError:
        return
    assert normalise_postcode(display_postcode(key)) == key
