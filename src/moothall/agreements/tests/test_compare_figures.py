"""What a text promises and costs otherwise, in sentences: the shipped agreements with one thing edited."""
from __future__ import annotations

import pytest

from moothall.agreements.tests.edits import EIGHT, FIRST_STANDARD, HUB, NIGHT, OPEN, compared, edited, one, told


def test_a_price() -> None:
    change = one(HUB, ("per_contact_pence: 225", "per_contact_pence: 210"))
    assert change.sentence == f"A call costs Harborough £2.10 instead of £2.25, for all services: {OPEN}."
    assert (change.kind, change.group, change.figure) == ("price", "promises", "price.per_contact_pence")
    assert (change.before, change.after, change.councils, change.shares) == (
        225, 210, (2,), ("harborough-answered-by-charnwood",)
    )
    assert change.services[:3] == (524, 528, 530)


def test_prices_that_come_and_go() -> None:
    assert told(HUB, ("    price: {per_contact_pence: 410}\n", "")) == [
        "A call no longer has a price for Harborough, for bins and recycling and general enquiries; it was £4.10: "
        f"{NIGHT}."
    ]
    assert told(HUB, ("{per_contact_pence: 225}", "{per_contact_pence: 225, per_month_pence: 125000}")) == [
        f"Answering costs Harborough £1,250.00 a month, for all services; there was no such price: {OPEN}."
    ]
    assert told(HUB, ("{per_contact_pence: 225}", "{per_minute_pence: 55}")) == [
        f"A call no longer has a price for Harborough, for all services; it was £2.25: {OPEN}.",
        f"A minute of a call costs Harborough £0.55, for all services; there was no such price: {OPEN}.",
    ]


@pytest.mark.parametrize(
    ("standard", "words"),
    [
        ("{answered_within_s: 30, for_percent: 80}",
         "Harborough's calls about all services are to be answered within 30 seconds instead of 45 seconds for 80 "
         "in 100"),
        ("{answered_within_s: 45, for_percent: 90}",
         "Harborough's calls about all services are to be answered within 45 seconds for 90 in 100 instead of 80 in "
         "100"),
        ("{answered_within_s: 120, for_percent: 90}",
         "Harborough's calls about all services are to be answered within 2 minutes for 90 in 100, instead of 45 "
         "seconds "
         "for 80 in 100"),
        ("{for_percent: 80}",
         "There is no longer a promise of how soon Harborough's calls about all services are answered; it was "
         "within 45 "
         "seconds for 80 in 100"),
    ],
)
def test_a_standard(standard: str, words: str) -> None:
    assert told(HUB, (FIRST_STANDARD, f"standard: {standard}\n    price")) == [f"{words}: {OPEN}."]


def test_a_standard_of_cases_of_two_councils() -> None:
    change = one(HUB, ('resolved_within_working_days: 3, by: "17:00"', 'resolved_within_working_days: 2, by: "12:00"'))
    assert change.sentence == (
        "Charnwood's and Harborough's cases about bins and recycling, large items and garden waste are to be "
        "resolved within 2 working days by 12:00 instead of 3 working days by 17:00 for 95 in 100."
    )
    assert (change.councils, change.shares) == ((1, 2), ("waste-resolved.charnwood", "waste-resolved.harborough"))


def test_longer_hours_say_nothing_of_a_price_that_was_known() -> None:
    night = '"16:30-24:00"]\n    weekend: "00:00-24:00"'
    later = '"16:30-24:00"]\n    saturday: ["00:00-09:00", "12:00-24:00"]\n    sunday: "00:00-24:00"'
    changes = compared(HUB, edited(
        HUB, ('friday: "08:45-16:30"', 'friday: "08:45-16:30"\n    saturday: "09:00-12:00"'), (night, later),
        ("harborough-answered-by-charnwood:", "harborough-by-day:"),
    ))
    assert all(change.times == ("Saturdays 09:00 to 12:00",) for change in changes)
    assert [change.words for change in changes.of("cover-added", "tiers-moved")] == [
        "For Harborough's calls about bins and recycling and general enquiries, Harborough customer services joins "
        "after 2 minutes.",
        "Saturday cover is added for Harborough's calls about large items, garden waste, council tax, housing "
        "benefit and council tax support, payments, licensing and switchboard: Charnwood contact centre answers "
        "them, Harborough customer services joins after 2 minutes.",
    ]
    assert changes.of("promise-added")[0].words == (
        "Harborough also promises its public to answer calls about all services."
    )
    # At night there was another price; where nobody answered, the one of other hours holds and isn't told.
    assert [change.words for change in changes.of("price")] == [
        "A call costs Harborough £2.25 instead of £4.10, for bins and recycling and general enquiries."
    ]


def test_what_a_council_asks_of_every_share() -> None:
    asked = edited(HUB, (
        "functions: [answer], hours: harborough-open}",
        "functions: [answer], hours: harborough-open, standard: {answered_within_s: 60, for_percent: 75}}",
    ))
    [new], [gone] = compared(HUB, asked), compared(asked, HUB)
    assert new.words == (
        "Harborough asks that calls about all services are answered within 1 minute for 75 in 100; nothing was "
        "asked for before."
    )
    assert gone.words == (
        "Harborough no longer asks how soon calls about all services are answered; it was within 1 minute for 75 in "
        "100."
    )
    [change] = compared(asked, edited(asked, ("answered_within_s: 60", "answered_within_s: 50")))
    assert (change.kind, change.words) == (
        "minimum",
        "Harborough asks that calls about all services are answered within 50 seconds instead of 1 minute for 75 in "
        "100.",
    )


def test_guarantee_and_cap() -> None:
    assert told(HUB, ("guarantee: 1", "guarantee: 2\n    cap: 6")) == [
        f"Harborough is guaranteed 2 agents at a time instead of 1, for all services: {OPEN}.",
        f"Harborough gets at most 6 agents at a time, for all services; there was no cap: {OPEN}.",
    ]
    assert told(HUB, ("    guarantee: 1\n", "")) == [
        f"Harborough is no longer guaranteed 1 agent at a time, for all services: {OPEN}."
    ]


def test_a_clause() -> None:
    change = one(HUB, ("purpose: Answering Harborough's residents and", "purpose: Helping residents and"))
    assert change.words == (
        "The purpose of Harborough's calls about all services is “Helping residents and opening cases for "
        "Harborough's officers” instead of “Answering Harborough's residents and opening cases for Harborough's "
        "officers”."
    )
    assert (change.kind, change.group) == ("clause", "agreement")


def test_equal_councils_are_told_together() -> None:
    change = one(EIGHT, ("guarantee: 1", "guarantee: 2"))
    assert change.sentence == (
        "Each of the 8 councils is guaranteed 2 agents at a time instead of 1, for all services: Mondays to "
        "Fridays 09:00 to 17:00."
    )
    assert (len(change.councils), len(change.shares)) == (8, 8)
    assert one(EIGHT, ("answered_within_s: 90", "answered_within_s: 75")).words == (
        "All 8 councils' calls about bins and recycling and general enquiries are to be answered within 75 seconds "
        "instead of 90 seconds for 80 in 100."
    )
