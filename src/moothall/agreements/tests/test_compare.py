"""What a text changes, in sentences: the shipped agreements with one thing edited."""
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from moothall.agreements.compare import NotRead
from moothall.agreements.tests.edits import (
    EIGHT,
    FIRST_STANDARD,
    HUB,
    OPEN,
    PEOPLE,
    SHARED,
    added,
    compared,
    edited,
    one,
    told,
)


@pytest.mark.parametrize("text", [HUB, EIGHT], ids=["hub", "eight"])
def test_a_text_changes_nothing_in_its_own_place(text: str) -> None:
    assert compared(text, text).told == ()
    assert told(text, ("# What each council", "# Otherwise said: what each council")) == []


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
        "council tax, housing benefit and council tax support, payments, licensing, general enquiries and "
        "switchboard"
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
        "The line Harborough general (5002) is dialled by the public as 01858 900003 instead of 01858 900002.",
        "The line Charnwood general (5012) leads to Charnwood's switchboard instead of Charnwood's general "
        "enquiries.",
        "The line Charnwood general (5012) is dialled also as 5013.",
        "The line 5011 is called Charnwood waste line instead of Charnwood bins.",
    ]
    last = HUB[HUB.index('  - number: "5012"'):]
    [gone], [new, greeted] = compared(HUB, edited(HUB, (last, ""))), compared(edited(HUB, (last, "")), HUB)
    assert gone.words == (
        "The line Charnwood general (5012) is no longer part of the agreement. It led to Charnwood's general "
        "enquiries."
    )
    assert new.words == "The line Charnwood general (5012) is new. It leads to Charnwood's general enquiries."
    assert greeted.words.startswith("Who rings Charnwood general (5012) hears “Hello, Charnwood.")
    assert (gone.kind, new.kind, new.lines) == ("line-removed", "line-added", ("5012",))


def test_a_greeting() -> None:
    change = one(HUB, ("Hello, {council}. My name is {agent}. How can I help?", "Good day, {council}."))
    assert change.words == (
        "Who rings Harborough general (5002) hears “Good day, Harborough.” instead of “Hello, Harborough. My name is "
        "Sam. How can I help?”."
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
        "sight-gained", "line-added", "cover-added", "promise-added", "standard", "price", "guarantee",
        "greeting", "parties", "period", "notice", "emergency",
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


def test_notice_and_parties() -> None:
    [joined, *_] = compared(EIGHT, edited(
        EIGHT, ("  - {council: E07000192,", "  - {council: E07000130}\n  - {council: E07000192,"),
        ("notice_months: 6", "notice_months: 9"),
    )).of("party-joins", "notice")
    assert (joined.words, joined.councils) == ("Charnwood joins the agreement.", (1,))
    assert told(HUB, ("notice_months: 6", "notice_months: 9")) == ["Notice is 9 months instead of 6 months."]
    assert told(HUB, ("notice_months: 6\n", "")) == ["Notice is not asked for instead of 6 months."]
    assert told(HUB, ("    guarantee: 1\n", "    guarantee: 1\n    notice_days: 90\n")) == [
        f"The notice of Harborough's calls about all services is stated: “90 days”, {OPEN}."
    ]


def test_what_is_seen_without_being_served() -> None:
    seen = compared(HUB, edited(HUB, ("    guarantee: 1\n", "    guarantee: 1\n    sees: asb\n")), PEOPLE)
    [change] = seen
    assert change.sentence == (
        "12 people in Charnwood contact centre will see Harborough's calls and cases about antisocial behaviour. "
        "They will not serve it. Nobody has confirmed that yet."
    )
    assert (change.beyond, change.confirmed_by) == (True, "")
    named = "    guarantee: 1\n    sees: [asb, licensing]\n    sight_confirmed_by: Jo Bell\n"
    [change] = compared(HUB, edited(HUB, ("    guarantee: 1\n", named))).of("sight-gained")
    assert (change.note, change.confirmed_by) == ("They will not serve it. Jo Bell has confirmed it.", "Jo Bell")
    served = edited(HUB, ("    guarantee: 1\n", named), added("""\
  asb:
    client: Harborough
    services: asb
    function: answer
    channels: [phone]
    team: charnwood-contact-centre
    hours: harborough-open
"""))
    assert [(change.beyond, change.note) for change in compared(HUB, served).of("sight-gained")] == [(False, "")]


def test_a_line_without_a_public_number_is_known_by_its_name() -> None:
    hidden = edited(HUB, ('    public: "+441858900001"\n', ""))
    assert told(hidden, ('number: "5001"', 'number: "5009"'), ("name: Harborough general", "name: Harborough front"),
                ('number: "5002"', 'number: "5008"')) == [
        "The line Harborough bins is dialled at the exchange as 5009 instead of 5001.",
        "The line Harborough front is dialled at the exchange as 5008 instead of 5002.",
        "The line 5008 is called Harborough front instead of Harborough general.",
    ]
