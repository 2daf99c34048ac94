"""Who may see protected people: given by their council's manager, ended, used, and what the journal says of it."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from moothall.cases.models import Case
from moothall.customers.models import Customer, ProtectedSight
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk.tests.conftest import words
from moothall.web.formats import in_london
from protected_person import Told, protected_person

pytestmark = pytest.mark.django_db
HERE = "/protected/E07000131/"


def day(days: int) -> str:
    return (in_london(clock.now()).date() + timedelta(days=days)).isoformat()


@pytest.fixture
def asked(world: Any) -> dict[str, Any]:
    return {"person": world.lee, "last": day(30), "password": "moothall-demo"}


@pytest.fixture
def zelda(world: Any) -> Told:
    return protected_person(world)


def entries(*kinds: str) -> list[tuple[str, str]]:
    with scope(System("load")):
        return [(each.kind, each.principal) for each in Entry.objects.filter(kind__in=kinds).order_by("id")]


def test_a_manager_gives_the_right_and_ends_it_and_reads_what_was_done_with_it(world, as_person, asked, zelda):
    page = words(as_person("jo", HERE))
    assert "Nobody may see them now. Somebody should" in page and "Nothing yet." in page
    assert as_person("jo", HERE, asked)["Location"] == HERE
    page = words(as_person("jo", HERE))
    assert "Lee Marsh" in page and "1 person may see them now" in page and "Jo Bell gave Lee Marsh the right." in page
    as_person("lee", "/protected/find/", {"words": "Zelda", "council": "E07000131"})
    as_person("lee", f"/cases/{zelda.reference}/look/", {})
    page = words(as_person("jo", HERE))
    assert "Lee Marsh looked for a protected person." in page
    assert f"Lee Marsh looked at who case {zelda.reference} is about." in page
    as_person("jo", f"{HERE}end/", {"held": ProtectedSight.objects.get().pk})
    as_person("jo", f"{HERE}end/", {"held": ProtectedSight.objects.get().pk})
    page = words(as_person("jo", HERE))
    assert "Jo Bell ended the right of Lee Marsh." in page and "Nobody may see them now" in page
    assert as_person("lee", f"/cases/{zelda.reference}/look/", {}).status_code == 404
    assert [kind for kind, _ in entries("see_protected.give", "see_protected.end")] == [
        "see_protected.give", "see_protected.end"]


def test_whoever_is_in_no_team_is_told_that_they_see_nobody(world, as_person, asked):
    for who in ("jo", "lee"):
        as_person("jo", HERE, {**asked, "person": getattr(world, who)})
    assert words(as_person("jo", HERE)).count("Sees nobody: is in no team that serves Harborough") == 1
    assert "you find nobody of theirs" in words(as_person("jo", "/protected/"))
    assert "you find nobody of theirs" not in words(as_person("lee", "/protected/"))


@pytest.mark.parametrize(("changed", "said"), [
    ({"person": ""}, "Choose who may see them"), ({"person": "x"}, "Choose somebody who works for this council"),
    ({"last": ""}, "Enter the last day"), ({"last": "soon"}, "Enter a day, like 2027-03-31"),
    ({"last": day(-1)}, "That day is over"), ({"last": day(366)}, "Enter a day within a year"),
    ({"password": "x"}, "That isn’t your password"), ({"password": ""}, "Enter your password"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(world, as_person, asked, changed, said):
    answer = as_person("jo", HERE, {**asked, **changed})
    assert answer.status_code == 422 and said in words(answer)
    kept = {**asked, **changed}["last"]
    assert f'value="{kept}"' in answer.content.decode() or not kept
    assert not ProtectedSight.objects.exists()


def test_nobody_of_another_council_is_offered_or_taken(world, as_person, asked):
    page = as_person("jo", HERE).content.decode()
    assert "Lee Marsh" in page and "Sam Okafor" not in page and "Olive Grant" not in page
    for other in (world.sam, world.olive, world.kit):
        assert as_person("jo", HERE, {**asked, "person": other}).status_code == 422
    assert not ProtectedSight.objects.exists()


def test_who_has_it_already_is_told_so(as_person, asked):
    as_person("jo", HERE, asked)
    answer = as_person("jo", HERE, asked)
    assert answer.status_code == 409 and "They have the right already" in words(answer)


@pytest.mark.parametrize("who", ["sam", "priya", "lee", "olive", "kit"])
def test_nobody_else_gives_ends_or_looks(world, as_person, asked, zelda, who):
    as_person("jo", HERE, {**asked, "person": world.jo})
    held = ProtectedSight.objects.get().pk
    for address, data in (("/protected/", None), (HERE, None), (HERE, asked), (f"{HERE}end/", {"held": held}),
                          ("/protected/find/", {"words": "Zelda", "council": "E07000131"}),
                          ("/protected/free/", {"customer": zelda.ids["customer"]}),
                          (f"/cases/{zelda.reference}/look/", {})):  # fmt: skip
        assert as_person(who, address, data).status_code == 404, address
    assert ProtectedSight.objects.get().ended_at is None
    assert entries("protected.find", "case.look", "customer.unprotect") == []


def test_a_manager_without_the_right_says_who_may_and_looks_at_nobody(as_person, zelda):
    assert as_person("jo", "/protected/")["Location"] == HERE
    assert as_person("jo", "/protected/find/", {"words": "Zelda", "council": "E07000131"}).status_code == 404


@pytest.mark.parametrize("typed", ["zel quill", "Quillfeather", "LE16 9QX", "01632 960777", "+44 1632 960777"])
def test_whoever_has_the_right_finds_them_and_that_is_journalled(world, as_person, asked, zelda, typed):
    as_person("jo", HERE, asked)
    assert "Protected people" in words(as_person("lee", "/cases/")), "there is a way to it"
    page = words(as_person("lee", "/protected/find/", {"words": typed, "council": "E07000131"}))
    assert "1 protected person found" in page and zelda.name in page and "7 Vervain Hollow" in page
    assert "01632 960777" in page and zelda.email in page and zelda.reference in page
    assert entries("protected.find") == [("protected.find", f"staff:{world.lee}")]
    with scope(System("load")):
        assert "quill" not in str(Entry.objects.get(kind="protected.find").body).lower()


@pytest.mark.parametrize(("typed", "said"), [
    ("Ana", "Nobody protected is found"), ("", "Enter a name, a postcode"), ("’ -", "Nobody protected is found"),
    ("LE1", "Nobody protected is found"),
])  # fmt: skip
def test_of_nobody_else_anything_is_found(as_person, asked, zelda, typed, said):
    as_person("jo", HERE, asked)
    page = words(as_person("lee", "/protected/find/", {"words": typed, "council": "E07000131"}))
    assert said in page and "Kowalska" not in page and zelda.name not in page


def test_whoever_sees_a_case_protects_its_resident_and_whoever_has_the_right_ends_it(world, as_person, asked):
    ana, here = world.home["customer"], "/cases/HB-10007-Y/"
    assert "Protect this person" in words(as_person("sam", here))
    assert as_person("sam", f"{here}protect/", {})["Location"] == here
    page = words(as_person("lee", here))
    assert "A protected person." in page and "ask a manager of Harborough" in page and "Kowalska" not in page
    assert "Protect this person" not in page and "Show name and address" not in page
    assert as_person("sam", f"{here}protect/", {})["Location"] == here, "pressed twice they are protected once"
    as_person("jo", HERE, asked)
    assert "ask Lee Marsh, or a manager of Harborough" in words(as_person("sam", here))
    assert as_person("lee", "/protected/free/", {"customer": ana})["Location"] == "/protected/"
    page = words(as_person("sam", here))
    assert "Ana Kowalska" in page and "Missed bin" in page
    assert entries("customer.protect", "customer.unprotect") == [
        ("customer.protect", f"staff:{world.sam}"), ("customer.unprotect", f"staff:{world.lee}")]
    page = words(as_person("jo", HERE))
    assert "Sam Okafor protected a person." in page
    assert "Lee Marsh ended the protection of a person." in page


@pytest.mark.parametrize("data", [{}, {"customer": "x"}, {"customer": "-1"}, {"customer": str(2**70)}])
def test_what_no_page_sends_is_a_404(world, as_person, asked, data):
    as_person("jo", HERE, asked)
    assert as_person("lee", "/protected/free/", data).status_code == 404
    assert as_person("lee", "/protected/free/", {"customer": world.home["customer"]}).status_code == 404
    assert as_person("jo", f"{HERE}end/", {"held": data.get("customer", "")}).status_code == 404
    assert as_person("jo", f"{HERE}end/", {"held": 2**40}).status_code == 404
    assert as_person("jo", "/protected/E07000130/").status_code == 404


def test_a_case_that_names_nobody_protects_whom_its_call_names_and_one_out_of_sight_nobody(world, as_person):
    with scope(System("load")):
        Case.objects.filter(pk=world.home["case"]).update(customer=None)
    assert as_person("olive", "/cases/HB-10007-Y/protect/", {}).status_code == 404
    with scope(System("load")):
        assert not Customer.objects.filter(protected=True).exists()
    as_person("sam", "/cases/HB-10007-Y/protect/", {})
    with scope(System("load")):
        assert Customer.objects.get(protected=True).pk == world.home["customer"]
        assert Case.objects.get(pk=world.home["case"]).customer_id == world.home["customer"]


def test_looking_at_a_case_of_somebody_else_shows_the_case_and_journals_nothing(world, as_person, asked):
    as_person("jo", HERE, asked)
    assert as_person("lee", "/cases/HB-10007-Y/look/", {})["Location"] == "/cases/HB-10007-Y/"
    assert entries("case.look") == []


def test_a_look_is_no_change_of_the_case(world, as_person, asked, zelda):
    """Whoever works on it meanwhile saves what they wrote."""
    as_person("jo", HERE, asked)
    as_person("lee", f"/cases/{zelda.reference}/look/", {})
    assert as_person("lee", f"/cases/{zelda.reference}/claim/", {"seen": 1}).status_code == 302
