"""Card numbers are found however they are written, and nothing else is taken for one."""

import pytest

from moothall.domain.typed import holds_card_number, without_card_numbers, without_unseen

CARDS = [
    "4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "3782 822463 10005", "6011 1111 1111 1117",
    "4222222222222", "6304000000000000", "5019717010103742", "4242\u00a04242\u00a04242\u00a04242",
    "4242 – 4242"[:4] + " - 4242 - 4242 - 4242", "\u0664\u0662\u0664\u0662 4242 4242 4242",
]  # fmt: skip


@pytest.mark.parametrize("card", CARDS)
def test_a_card_number_is_taken_out_and_the_rest_stays(card):
    assert holds_card_number(card)
    assert without_card_numbers(f"Paid with {card}, thanks") == "Paid with , thanks"


def test_digits_beside_it_do_not_hide_it():
    typed = "07700 900123 4242 4242 4242 4242 12 27 and 4000 0566 5566 5556"
    assert without_card_numbers(typed) == "07700 900123  12 27 and "


@pytest.mark.parametrize(
    "typed",
    ["01632 960123", "+44 7700 900123", "4242 4242 4242 4243", "0000 0000 0000 0000", "2026-11-26 14:05", "HB-48213-K",
     "UPRN 100030400123", "x" * 30, "", "4242 4242\n4242 4242", "12345678901234567890123"],
)  # fmt: skip
def test_what_is_none_is_left_alone(typed):
    assert without_card_numbers(typed) == typed


def test_a_long_text_of_digits_is_read_in_good_time_and_stays():
    digits = "0 " * 10_000
    assert without_card_numbers(digits) == digits


def test_what_turns_or_hides_text_goes_and_writing_of_every_kind_stays():
    assert without_unseen("Ana \u202egnp.exe\u2066\x00\x9b") == "Ana gnp.exe"
    for text in ("שלום, הפח שלי", "مرحبا\u200f 12", "O'Brien-ab Őz", "one\ntwo\tthree\r\n", "👩\u200d👧"):
        assert without_unseen(text) == text
