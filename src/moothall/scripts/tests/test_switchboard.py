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


TOLD = {
    "abuse": (
        "i am being hit by my husband", "punched me", "threatened to kill me", "locked me in", "he locks me in",
        "beaten by my partner", "my husband pushes me", "kicked by my dad", "he said he will kill me", "choked me",
        "held against my will", "my dad hits my mum", "i am not allowed out", "someone is hitting me",
        "my partner controls my money", "being made to marry", "he grabbed me by the throat", "trapped with my ex",
    ),
    "suicide": (
        "can't cope", "i can’t cope today", "struggling to cope", "cant carry on", "id be better off dead",
        "i dont want to live", "tired of living", "i dont want to wake up", "nobody would miss me",
    ),
    "homeless": ("my landlord threw me out", "locked out by my landlord", "sleeping on a friends sofa"),
    "child-risk": ("smacking the kids", "the baby was shaken", "kids locked in the house"),
    "danger": ("i was attacked", "somebody attacked me"),
}  # fmt: skip
FIGURES = (
    "my bin was hit by a car", "kill weeds", "council tax is killing me", "hit me with a fine", "beats me why",
    "locked out of my account", "a car blocked me in", "can't cope with my bin", "cant go on holiday",
    "she picked me up", "my son looked in the bin", "don't want to live next to a pub", "threatened with court",
    "a tree hit my house", "neighbour punched my fence", "the website locked me out",
    "dont want to wake up to the noise", "not coping stones",
    "kids kick their ball at my fence", "he pushed my bin over", "hurt my back lifting the bin", "pest control",
)  # fmt: skip


def test_danger_is_heard_in_other_forms_and_not_in_figures_of_speech() -> None:
    found = {said: [each.key for each in signposts().dangers(said)] for said in (*sum(TOLD.values(), ()), *FIGURES)}
    assert [said for key, all_said in TOLD.items() for said in all_said if key not in found[said]] == []
    assert [said for said in FIGURES if found[said]] == []


def test_a_name_alone_is_no_subject() -> None:
    assert signposts().about("Suresh Mallick") == []


def test_a_subject_comes_to_who_does_it_in_a_call(desk) -> None:
    """What the list calls the level of a subject isn't how far a caller has proved who they are."""
    run = answered(begun(desk, "switchboard"), wanted="gas leak", subject="gas")
    assert "0800 111 999" in current(run).say
    run = answered(begun(desk, "switchboard"), wanted="pothole", subject="potholes", around="")
    assert "Leicestershire County Council" in current(run).say
    run = answered(begun(desk, "switchboard"), wanted="extension", subject="planning", postcode="LE16 7ZZ")
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
