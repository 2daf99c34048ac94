"""Whatever form a device id has, the number in it is the same; and a caller is one of three things."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moothall.telephony.numbers import LONGEST, Caller, caller_of, number_of

digits = st.text("0123456789", min_size=1, max_size=15)
FORMS = (
    "{}",
    "{}:CM1::0",
    "{}:CM1:10.0.0.1:0",
    "tel:{}",
    "N<{}>",
    "N<{}>Sam Okafor",
    "sip:{}@pbx.example",
    "sips:{}@[::1]:5061",
    "<sip:{}@pbx.example;user=phone>",
    "tel:{};phone-context=+44",
    " {} ",
    "\u202e{}\u202c",
    "N<tel:{}>",
)


@given(digits, st.sampled_from(FORMS))
def test_every_form_of_a_number_gives_the_number(number, form):
    assert number_of(form.format(number)) == number


@example("1 " * 32 + "x")
@given(st.text(max_size=300) | st.text("0123456789 ()<>:;@+tel", max_size=300))
def test_any_text_is_taken_cut_and_stays_as_it_is(text):
    once = number_of(text)
    assert number_of(once) == once
    assert len(once) <= LONGEST
    assert once.isprintable()


@pytest.mark.parametrize(
    ("shown", "caller"),
    [
        ("01632960123", Caller("number", "+441632960123")),
        ("+441632960123", Caller("number", "+441632960123")),
        ("tel:+44-1632-960123", Caller("number", "+441632960123")),
        ("(01632) 960 123", Caller("number", "+441632960123")),
        ("+33140000000", Caller("number", "+33140000000")),
        ("0033140000000", Caller("number", "+33140000000")),
        ("4001", Caller("number", "4001")),
        ("anonymous", Caller("unknown")),
        ("", Caller("unknown")),
        ("9" * 60, Caller("number", "9" * 16)),
        ("<script>alert(1)</script>", Caller("unknown")),
    ],
)
def test_a_caller_is_read_as_in_the_united_kingdom(shown, caller):
    assert caller_of(shown) == caller


@given(st.text(max_size=100))
def test_no_text_breaks_the_reading_of_a_caller(text):
    caller = caller_of(text)
    assert len(caller.number) <= 16
    assert (caller.kind == "number") == bool(caller.number)
