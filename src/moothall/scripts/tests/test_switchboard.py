"""The switchboard's subjects: what people really say finds its destination, and the shipped lists are sound."""
from __future__ import annotations

import pytest

from moothall.contacts.models import Contact, Leg
from moothall.lib import clock
from moothall.scripts.lookups_switchboard import as_dialled
from moothall.scripts.queries import current
from moothall.scripts.subjects import read_signposts, signposts
from moothall.scripts.tests.walks import answered, begun
from moothall.scripts.versions import packs_folder


def test_the_shipped_lists_have_no_fault() -> None:
    found, findings = read_signposts(packs_folder() / "switchboard")
    assert findings == [] and len(found.subjects) > 40
    assert all(body.phone or body.ask or body.website for body in found.bodies.values())


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ("Council tax, please", "council-tax"),
        ("I've got a summons", "council-tax"),
        ("someone about a pot hole", "potholes"),
        ("street light out", "potholes"),
        ("my social worker", "adult-care"),
        ("planning officer for my extension", "planning"),
        ("councillor for our ward", "councillor"),
        ("blue badge", "blue-badge"),
        ("bus pass", "blue-badge"),
        ("register a birth", "registrars"),
        ("housing association repairs", "repairs"),
        ("am I registered to vote", "elections"),
        ("I'm from the ombudsman", "ombudsman"),
        ("I want to complain", "complaint"),
        ("been evicted, nowhere to go", "homeless"),
        ("smell of gas", "gas"),
        ("my bin wasn't emptied", "refuse"),
        ("brown bin", "refuse"),
        ("the tip", "tip"),
        ("universal credit", "universal-credit"),
        ("DHP", "benefits"),
        ("damp in my flat", "repairs"),
        ("noisy neighbours", "asb"),
        ("reporter from the Mercury", "press"),
        ("counsil tax", "council-tax"),
        ("libary", "libraries"),
        ("recyclng", "refuse"),
    ],
)
def test_what_callers_really_say_comes_first_or_second(said: str, subject: str) -> None:
    assert subject in [match.key for match in signposts().about(said)][:2]


@pytest.mark.parametrize("said", ["I want to die", "my partner beats me", "baby left alone", "my nan is abused"])
def test_danger_goes_before_every_other_subject_and_to_the_script_for_it(said: str) -> None:
    first = signposts().about(said)[0]
    assert signposts().subjects[first.key].interrupt == "risk"


def test_a_name_alone_is_no_subject() -> None:
    assert signposts().about("Suresh Mallick") == []


def test_a_subject_comes_to_who_does_it_in_a_call(desk) -> None:
    """What the list calls the level of a subject isn't how far a caller has proved who they are."""
    run = answered(begun(desk, "switchboard"), wanted="gas leak", subject="gas")
    assert "0800 111 999" in current(run).say
    run = answered(begun(desk, "switchboard"), wanted="pothole", subject="potholes", postcode="LE16 7ZZ")
    assert (current(run).key, run.level) == ("property", 0)


def test_how_often_a_call_was_passed_on_is_counted_by_its_legs(desk) -> None:
    run = answered(begun(desk, "switchboard"), wanted="pothole")
    assert run.facts["passed_on"]["value"] == 0
    contact = Contact.objects.get(pk=desk.home["contact"])
    for _ in range(2):
        Leg.objects.create(contact=contact, council_id=contact.council_id, service_id=contact.service_id,
                           started_at=clock.now())  # fmt: skip
    run = answered(begun(desk, "switchboard"), wanted="pothole")
    assert run.facts["passed_on"]["value"] == Leg.objects.filter(contact=contact).count() - 1 > 0


@pytest.mark.parametrize(("number", "said"), [("+441858960123", "01858 960123"), ("116 123", "116 123"), ("", None)])
def test_a_number_is_said_as_people_dial_it(number: str, said: str | None) -> None:
    assert as_dialled(number) == said
