"""A council that was added by mistake is taken out by an operator, and only while nothing lives on it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from moothall.agreements.models import Agreement, AgreementVersion
from moothall.agreements.register import register_from_database
from moothall.cases.models import Case
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.onboarding.actions import NotOnboarded, add_council, choose_services, load_staff, plan_lines
from moothall.onboarding.bring import names_for
from moothall.onboarding.models import ChosenService, PlannedLine
from moothall.onboarding.removing import remove_council
from moothall.people.models import Person, Team
from moothall.tenancy.models import Council, Grant
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

pytestmark = pytest.mark.django_db
TAMWORTH = "E07000199"
STAFF = b"name,email,team,role\nMia Ode,mia@t.example,Managers,manager\nAnn Lee,ann@t.example,Tamworth waste,officer\n"
LINE = {"service": "refuse", "number": "5777", "public": "01632 960777"}


@pytest.fixture
def kit(world: Any) -> Person:
    return Person.objects.get(pk=world.kit)


def brought(kit: Person) -> Council:
    council = add_council(names_for(TAMWORTH), by=kit)
    choose_services(council, {"refuse": {}}, by=kit)
    load_staff(council, STAFF, by=kit)
    plan_lines(council, [LINE], by=kit)
    return council


@pytest.fixture
def tamworth(kit: Person) -> Council:
    return brought(kit)


def draft_naming(council: Council, state: str, **more: Any) -> None:
    agreement = Agreement.objects.create(slug="midland", name="Midland hub")
    AgreementVersion.objects.create(
        agreement=agreement, number=1, state=state, text="x", sha256=hashlib.sha256(b"x").hexdigest(),
        starts=clock.now(), ends=clock.now(), loaded_at=clock.now(), parties=[1, council.pk], **more,
    )  # fmt: skip


def test_it_goes_with_its_logins_services_and_lines(kit: Person, tamworth: Council, as_role: Any) -> None:
    with as_role("web"):
        remove_council(tamworth, by=kit)
    assert register_from_database().council("Tamworth") is None
    assert not Council.objects.here().filter(pk=tamworth.pk).exists()
    for model in (ChosenService, PlannedLine, Grant):
        assert not model.objects.filter(council=tamworth.pk).exists(), model
    assert not Person.objects.filter(email__endswith="@t.example").exists()
    assert not Team.objects.filter(employer=tamworth.pk).exists()
    with scope(System("load")):
        last = Entry.objects.filter(council=tamworth.pk).order_by("id").last()
    assert last is not None and last.kind == "council.remove"
    assert last.body == {"person": kit.pk, "gss": TAMWORTH, "name": "Tamworth Borough Council"}


def test_it_can_come_again_with_the_same_names_people_and_lines(kit: Person, tamworth: Council, as_role: Any) -> None:
    with as_role("web"):
        remove_council(tamworth, by=kit)
        again = brought(kit)
    assert (again.slug, again.gss, again.letters) == ("tamworth", TAMWORTH, tamworth.letters)
    assert again.pk != tamworth.pk
    assert set(Person.objects.filter(employer=again).values_list("email", flat=True)) == {
        "mia@t.example", "ann@t.example"}  # fmt: skip
    with as_role("web"), pytest.raises(NotOnboarded, match="no such council"):
        remove_council(tamworth, by=kit)


def test_who_is_named_elsewhere_stays_suspended(kit: Person, tamworth: Council) -> None:
    mia = Person.objects.get(email="mia@t.example")
    EmailAddress.objects.create(user=mia, email=mia.email, verified=True)
    draft_naming(tamworth, "withdrawn", saved_by=mia)
    remove_council(tamworth, by=kit)
    assert not EmailAddress.objects.filter(email="mia@t.example").exists(), "whoever comes with it can sign in by it"
    mia.refresh_from_db()
    assert not mia.is_active and mia.name == "Mia Ode" and "t.example" not in mia.email
    assert not mia.memberships.filter(valid_to=None).exists()


@pytest.mark.parametrize(("state", "words"), [
    ("proposed", "“Midland hub”, version 1, names Tamworth Borough Council, so the council stays"),
    ("draft", "“Midland hub”, version 1, a draft, names Tamworth Borough Council. A manager of its councils"),
])  # fmt: skip
def test_it_stays_while_an_agreement_names_it(
    kit: Person, tamworth: Council, as_role: Any, state: str, words: str
) -> None:
    draft_naming(tamworth, state)
    with as_role("web"), pytest.raises(NotOnboarded) as refused:
        remove_council(tamworth, by=kit)
    assert words in str(refused.value)
    assert Person.objects.filter(employer=tamworth, is_active=True).count() == 2


def test_it_stays_while_a_record_of_it_is_here(world: Any, kit: Person, as_role: Any) -> None:
    """Lichfield is in no agreement; its rows are looked for, and not seen, by whoever removes it."""
    lichfield = Council.objects.get(pk=world.lichfield)
    with as_role("web"), pytest.raises(NotOnboarded, match="Lichfield District Council has cases here, so it stays"):
        remove_council(lichfield, by=kit)
    with as_role("web"), scope(System("onboard", lichfield.pk)):
        assert not Case.objects.exists()
    harborough = Council.objects.get(pk=world.harborough)
    with as_role("web"), pytest.raises(NotOnboarded, match="“Test hub”, version 1, names Harborough"):
        remove_council(harborough, by=kit)


@pytest.mark.parametrize("who", ["jo", "priya", "sam"])
def test_only_an_operator_removes_one(world: Any, tamworth: Council, as_role: Any, who: str) -> None:
    with as_role("web"), pytest.raises(NotOnboarded, match="Only an operator"):
        remove_council(tamworth, by=Person.objects.get(pk=getattr(world, who)))
    mia = Person.objects.get(email="mia@t.example")
    with as_role("web"), pytest.raises(NotOnboarded, match="Only an operator"):
        remove_council(tamworth, by=mia)
    with as_role("web"), pytest.raises(NotOnboarded, match="Only an operator"):
        remove_council(tamworth, by=None)
