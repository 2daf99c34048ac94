"""What a text changes, in sentences: the shipped agreements with one thing edited."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from moothall.agreements.compare import NotRead, read_texts
from moothall.agreements.register import register_from_files
from moothall.domain.responsibility.changes import Change, Changes

FOLDER = Path(__file__).resolve().parents[4] / "agreements"
HUB = (FOLDER / "leicestershire-hub.yaml").read_text(encoding="utf-8")
EIGHT = (FOLDER / "staffordshire-eight.yaml").read_text(encoding="utf-8")
OPEN = "Mondays to Thursdays 08:45 to 17:00; Fridays 08:45 to 16:30; but Thursday 24 December 2026 08:45 to 12:30"
NIGHT = (
    "Mondays to Fridays midnight to 08:45; Mondays to Thursdays 17:00 to midnight; Fridays 16:30 to midnight; "
    "Saturdays, Sundays and bank holidays all day; but Thursday 24 December 2026 midnight to 08:45 and 12:30 to "
    "midnight"
)
SHARED = (
    "bins and recycling, large items, garden waste, council tax, housing benefit and council tax support, "
    "payments, licensing, general enquiries and switchboard"
)
PEOPLE = {"charnwood-contact-centre": 12, "harborough-customer-services": 1, "charnwood-services": 0}


def edited(text: str, *edits: tuple[str, str]) -> str:
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def added(share: str) -> tuple[str, str]:
    """One share more in the hub's text, written in its place."""
    return "  charnwood-answers:\n", f"{share}\n  charnwood-answers:\n"


def compared(
    before: str | None, after: str, people: Mapping[str, int] | None = None, since: datetime | None = None
) -> Changes:
    return read_texts(before, after, register=register_from_files()).changes(people=people or {}, since=since)


def told(text: str, *edits: tuple[str, str], people: Mapping[str, int] | None = None) -> list[str]:
    return [change.sentence for change in compared(text, edited(text, *edits), people)]


def one(text: str, *edits: tuple[str, str]) -> Change:
    [change] = compared(text, edited(text, *edits))
    return change


@pytest.mark.parametrize("text", [HUB, EIGHT], ids=["hub", "eight"])
def test_a_text_changes_nothing_in_its_own_place(text: str) -> None:
    assert compared(text, text).told == ()
    assert told(text, ("# What each council", "# Otherwise said: what each council")) == []


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


FIRST_STANDARD = "standard: {answered_within_s: 45, for_percent: 80}\n    price"


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


def test_saturday_cover_is_added() -> None:
    changes = compared(HUB, edited(HUB, added("""\
  licensing-saturdays:
    client: Harborough
    services: licensing
    function: answer
    channels: [phone]
    team: harborough-customer-services
    hours: {saturday: "09:00-12:00"}
    standard: {answered_within_s: 60}
    price: {per_contact_pence: 225}
""")))
    assert [change.sentence for change in changes] == [
        "Saturday cover is added for Harborough's calls about licensing: Harborough customer services answers "
        "them, Saturdays 09:00 to 12:00.",
        "Harborough's calls about licensing are to be answered within 1 minute: Saturdays 09:00 to 12:00.",
    ]
    [cover] = changes.of("cover-added")
    assert cover.words.endswith("Harborough customer services answers them.")
    assert (cover.times, cover.before, cover.after) == (
        ("Saturdays 09:00 to 12:00",), (), ((0, "harborough-customer-services"),)
    )


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


def test_an_overflow_later_and_gone() -> None:
    assert told(HUB, ("after_s: 120", "after_s: 180")) == [
        "For Harborough's calls about all services, Harborough customer services joins after 3 minutes instead of "
        f"2 minutes: {OPEN}."
    ]
    overflow = HUB[HUB.index("  harborough-overflow:"):HUB.index("  charnwood-answers:")]
    assert told(HUB, (overflow, ""), people=PEOPLE) == [
        f"1 person in Harborough customer services will no longer see Harborough's calls and cases about {SHARED}.",
        f"For Harborough's calls about all services, Harborough customer services no longer joins: {OPEN}.",
    ]


def test_another_team_answers_first() -> None:
    changes = compared(HUB, edited(HUB, (
        "[phone]\n    team: charnwood-contact-centre", "[phone]\n    team: harborough-customer-services"
    )), PEOPLE)
    assert [change.sentence for change in changes] == [
        "12 people in Charnwood contact centre will no longer see Harborough's calls and cases about large items, "
        "garden waste, council tax, housing benefit and council tax support, payments, licensing and switchboard.",
        "Harborough customer services answers Harborough's calls about all services first instead of Charnwood "
        f"contact centre: {OPEN}. Lines: Harborough bins (5001), Harborough general (5002).",
    ]
    assert changes.told[1].lines == ("5001", "5002")
    lost = changes.told[0]
    assert (lost.kind, lost.teams, lost.people) == ("sight-lost", ("charnwood-contact-centre",), 12)
    assert lost.shares == ("harborough-answered-by-charnwood",)
    assert [(moved.council, moved.service) for moved in changes.moved][:2] == [(2, 528), (2, 530)]
    assert {moved.will_resolve for moved in changes.moved} == {"harborough-waste", "harborough-services"}


def test_another_team_resolves() -> None:
    services = (
        "council tax, housing benefit and council tax support, payments, "
        "licensing, general enquiries and switchboard"
    )
    changes = compared(HUB, edited(HUB, ('team: "{client}-services"', "team: charnwood-services")), PEOPLE)
    assert [change.sentence for change in changes] == [
        f"Charnwood services, with nobody in it yet, will see Harborough's cases about {services}.",
        f"Harborough services will no longer see Harborough's cases about {services}.",
        f"Charnwood services resolves Harborough's cases about {services} instead of Harborough services.",
    ]
    assert [group.heading for group in changes.groups] == [
        "Gain sight", "Lose sight", "Calls go elsewhere", "Cases go elsewhere", "Promises and prices"
    ]
    first = changes.moved[0]
    assert (first.resolved_by, first.will_resolve) == ("harborough-services", "charnwood-services")


def test_a_service_more_is_seen() -> None:
    assert told(HUB, added("""\
  lettings:
    client: Harborough
    services: lettings
    function: answer
    channels: [phone, email]
    team: charnwood-contact-centre
    hours: harborough-open
    price: {per_contact_pence: 300}
"""), people=PEOPLE) == [
        "12 people in Charnwood contact centre will see Harborough's calls and cases about choice-based lettings.",
        "Cover is added for Harborough's calls and e-mails about choice-based lettings: Charnwood contact centre "
        f"answers them, {OPEN}.",
        "A call or e-mail costs Harborough £3.00, for choice-based lettings.",
    ]


def test_who_resolves_may_come_to_see_the_calls_too() -> None:
    second = added("""\
  late:
    client: Harborough
    services: licensing
    function: answer
    channels: [phone]
    team: harborough-services
    tier: 2
    after_s: 300
    hours: harborough-open
    price: {per_contact_pence: 100}
""")
    assert told(HUB, second) == [
        "Harborough services will see Harborough's calls about licensing too, not only the cases.",
        f"For Harborough's calls about licensing, Harborough services joins after 5 minutes: {OPEN}.",
    ]
    cheaper = (("per_contact_pence: 100", "per_contact_pence: 90"), ("late:", "last:"))
    [change] = compared(edited(HUB, second), edited(HUB, second, *cheaper))
    assert change.sentence == (
        "A call costs Harborough £0.90 instead of £1.00, for licensing. This stands in “last”, which never comes "
        "first."
    )
    assert [change.words for change in compared(edited(HUB, second), HUB).of("sight-lost")] == [
        "Harborough services will no longer see Harborough's calls about licensing, only the cases."
    ]


def test_from_spring_on() -> None:
    changes = compared(HUB, edited(HUB, (FIRST_STANDARD, f"to: 2027-04-01\n    {FIRST_STANDARD}")), PEOPLE)
    spring = "Mondays to Thursdays 08:45 to 17:00, from 1 April 2027; Fridays 08:45 to 16:30, from 2 April 2027"
    assert [change.sentence for change in changes.told[:2]] == [
        "12 people in Charnwood contact centre will no longer see Harborough's calls and cases about large items, "
        "garden waste, council tax, housing benefit and council tax support, payments, licensing and switchboard, "
        "from 1 April 2027.",
        "Harborough customer services answers Harborough's calls about all services instead of Charnwood contact "
        f"centre: {spring}. Lines: Harborough bins (5001), Harborough general (5002).",
    ]
    assert changes.told[0].starts == datetime(2027, 3, 31, 23, tzinfo=UTC)
    assert changes.told[0].ends == changes.ends


def test_what_is_past_is_not_told() -> None:
    after = edited(HUB, added("""\
  licensing-autumn:
    client: Harborough
    services: licensing
    function: answer
    channels: [phone]
    team: harborough-services
    hours: harborough-open
    to: 2026-11-26
    overrides: harborough-answered-by-charnwood
"""))
    today = datetime(2026, 11, 25, 14, 5, tzinfo=UTC)
    moved = compared(HUB, after, since=today).of("first-moved")
    assert [change.times for change in moved] == [("Wednesday 25 November 2026, 08:45 to 17:00",)]
    assert compared(HUB, after, since=datetime(2026, 11, 26, tzinfo=UTC)).told == ()
    assert compared(HUB, after, since=datetime(2027, 9, 1, tzinfo=UTC)).told == ()


def test_lines() -> None:
    assert told(
        HUB, ('number: "5001"', 'number: "5009"'), ("+441858900002", "+441858900003"),
        ("name: Charnwood bins", "name: Charnwood waste line"),
        ("    service: first-contact\n    name: Charnwood general\n",
         '    service: switchboard\n    name: Charnwood general\n    aliases: ["5013"]\n'),
    ) == [
        "The line Harborough bins is dialled at the exchange as 5009 instead of 5001.",
        "The line Harborough general (5002) is dialled by the public as +441858900003 instead of +441858900002.",
        "The line Charnwood general (5012) leads to Charnwood's switchboard instead of Charnwood's general "
        "enquiries.",
        "The line Charnwood general (5012) is dialled also as 5013.",
        "The line 5011 is called Charnwood waste line instead of Charnwood bins.",
    ]
    last = HUB[HUB.index('  - number: "5012"'):]
    [gone], [new] = compared(HUB, edited(HUB, (last, ""))), compared(edited(HUB, (last, "")), HUB)
    assert gone.words == (
        "The line Charnwood general (5012) is no longer part of the agreement. It led to Charnwood's general "
        "enquiries."
    )
    assert new.words == "The line Charnwood general (5012) is new. It leads to Charnwood's general enquiries."
    assert (gone.kind, new.kind, new.lines) == ("line-removed", "line-added", ("5012",))


def test_a_greeting() -> None:
    change = one(HUB, ("Hello, {council}. My name is {agent}. How can I help?", "Good day, {council}."))
    assert change.words == (
        "Who rings Harborough general (5002) hears “Good day, {council}.” instead of “Hello, {council}. My name is "
        "{agent}. How can I help?”."
    )
    assert (change.kind, change.group) == ("greeting", "greetings")


def test_the_period_is_told_once() -> None:
    changes = compared(HUB, edited(HUB, ("from: 2026-09-01", "from: 2026-12-01"), ("to: 2027-09-01", "to: 2028-09-01")))
    assert [change.sentence for change in changes] == [
        "This text holds from 1 December 2026 instead of 1 September 2026.",
        "The agreement runs to the end of 31 August 2028 instead of the end of 31 August 2027.",
    ]
    next_year = edited(HUB, ("from: 2026-09-01", "from: 2027-09-01"), ("to: 2027-09-01", 'to: "2028-03-31 17:00"'))
    assert [change.sentence for change in compared(HUB, next_year)][1:] == [
        "The agreement runs to 17:00 on 31 March 2028 instead of the end of 31 August 2027."
    ]


def test_names() -> None:
    assert told(
        HUB, ("name: Leicestershire hub\nfrom", "name: Hub of two\nfrom"),
        ("name: Charnwood waste, employer: Charnwood", "name: Charnwood crews, employer: Harborough"),
    ) == [
        "The agreement is called Hub of two instead of Leicestershire hub.",
        "The team Charnwood waste is called Charnwood crews.",
        "The people of Charnwood crews are employed by Harborough instead of Charnwood.",
    ]


@pytest.mark.parametrize("text", [HUB, EIGHT], ids=["hub", "eight"])
def test_other_keys_alone_change_nothing(text: str) -> None:
    shares = text.index("shares:\n")
    renamed = text[:shares] + text[shares:].replace("-answer", "-reply").replace("-night:", "-dark:").replace(
        "-overflow", "-spill").replace("pool", "shared-desk").replace("shared-desked", "pooled").replace(
        "staffordshire-shared-desk", "staffordshire-pool")
    assert renamed != text
    assert compared(text, renamed).told == ()


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


def test_a_council_leaves() -> None:
    leaves = edited(
        EIGHT, ("  - {council: E07000194, signatory: Chief Executive} # Lichfield\n", ""),
        ("Lichfield, Newcastle-under-Lyme, South", "Newcastle-under-Lyme, South"),
        ("  lichfield-waste: {name: Lichfield waste, employer: Lichfield}\n", ""),
        ("  lichfield-services: {name: Lichfield services, employer: Lichfield}\n", ""),
        *((f"{line}\n", "") for line in EIGHT.splitlines() if "council: Lichfield, service" in line),
    )
    sentences = [change.sentence for change in compared(EIGHT, leaves, {"staffordshire-pool": 8})]
    assert sentences[0] == (
        "8 people in Staffordshire pool will no longer see Lichfield's calls and cases about bins and recycling, "
        "large items, garden waste, council tax, housing benefit and council tax support, licensing, general "
        "enquiries and switchboard."
    )
    assert (
        "Cover is removed for Lichfield's calls about bins and recycling and general enquiries: Staffordshire pool "
        "no longer answers them, and nobody else does. Lines: Lichfield bins (5113), Lichfield general (5103)."
    ) in sentences
    assert sentences[-1] == "Lichfield leaves the agreement."
    assert all("Lichfield" in sentence for sentence in sentences)


def test_a_first_text_tells_all_that_it_brings() -> None:
    changes = compared(None, HUB)
    assert {change.kind for change in changes} == {
        "sight-gained", "line-added", "cover-added", "promise-added", "standard", "price", "guarantee"
    }
    assert changes.of("promise-added")[0].words == "Charnwood promises its public to answer calls about all services."
    assert len(changes.of("line-added")) == 5


def test_a_text_that_cannot_be_read() -> None:
    with pytest.raises(NotRead) as problem:
        compared("shares: [", HUB)
    assert (problem.value.which, problem.value.findings[0].code) == ("before", "not-yaml")
    with pytest.raises(NotRead) as problem:
        compared(HUB, edited(HUB, ("client: Harborough", "client: Harbrough")))
    assert (problem.value.which, problem.value.findings[0].code) == ("after", "unknown-council")
