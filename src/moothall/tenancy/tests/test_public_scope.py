"""What a secret opens on the public pages, key by key and at the second: a resident's run, and the row of a link."""
from __future__ import annotations

import hashlib
from dataclasses import FrozenInstanceError
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from moothall.agreements.models import Halt
from moothall.payments.models import PaymentRequest
from moothall.scripts.models import RunKey
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Emergency, LinkHolder, Operator, Principal, Resident, Staff, System
from moothall.tenancy.scope import scope
from moothall.tenancy.tests.test_open_scope import CLASSES, DAY, NOON, NOTHING, SECOND, keys, starts_and_ends

pytestmark = pytest.mark.django_db
SECRET = "a secret of more than twenty letters"
OWN = ("own_run", "own_contact", "address", "rounds")
CLOSED: dict[str, set[int]] = {**NOTHING, **{name: set() for name in OWN}}
HARBOROUGH = 2_0524


def opened(principal: Principal, at: Any = NOON) -> dict[str, set[int]]:
    with scope(principal, at=at):
        return keys(*CLASSES, *OWN)


@pytest.fixture
def run(world: Any) -> Resident:
    RunKey.objects.create(
        run=world.home["run"], council=2, service=524, secret_hash=hashlib.sha256(SECRET.encode()).hexdigest(),
        code_hash="", used_hash="", expires_at=NOON + DAY)
    return Resident(world.home["run"], SECRET)


def test_a_secret_opens_its_run_the_lists_of_addresses_and_nothing_else(world, run):
    everywhere = {number * 10_000 for number in Council.objects.values_list("number", flat=True)}
    assert opened(run) == {
        **CLOSED, "own_run": {run.run}, "journal_write": {HARBOROUGH}, "address": everywhere, "rounds": everywhere}


def test_a_run_that_was_sent_brings_its_contact_along(world, run):
    RunKey.objects.update(contact=world.home["contact"])
    assert opened(run)["own_contact"] == {world.home["contact"]}


def test_a_run_is_open_up_to_the_second_at_which_its_secret_is_over(world, run):
    assert [bool(opened(run, at)["own_run"]) for at in (NOON, NOON + DAY - SECOND, NOON + DAY)] == [True, True, False]
    assert opened(run, NOON + DAY) == CLOSED


@pytest.mark.parametrize("wrong", ["guess", "", hashlib.sha256(SECRET.encode()).hexdigest()])
def test_no_other_word_opens_a_run_not_even_what_the_table_holds(world, run, wrong):
    assert opened(Resident(run.run, wrong)) == CLOSED


def test_a_secret_opens_no_other_run(world, run):
    RunKey.objects.create(run=run.run + 1, council=13, service=524, secret_hash="", code_hash="", used_hash="",
                          expires_at=NOON + DAY)
    assert opened(Resident(run.run + 1, SECRET)) == CLOSED


def test_a_run_at_a_council_that_is_cut_off_is_closed_while_that_lasts(world, run):
    ends = NOON + timedelta(hours=1)
    cut = Halt.objects.create(kind="cut", council_id=2, starts=NOON, ends=ends, reason="x", at=NOON)
    starts_and_ends(lambda at: opened(run, at) == CLOSED, NOON, cut.ends)
    Halt.objects.update(ends=None)
    assert opened(run, NOON + DAY - SECOND) == CLOSED
    Halt.objects.update(council_id=13)
    assert opened(run)["own_run"] == {run.run}, "another council is cut off"
    Halt.objects.update(council_id=2, kind="pause", share_id=world.share, team_id=world.hub_team)
    assert opened(run)["own_run"] == {run.run}, "a share that is paused is no council that is cut off"


def test_a_resident_sees_the_one_run_and_not_the_council_it_is_at(world, run, as_role):
    from moothall.cases.models import Case
    from moothall.contacts.models import Contact
    from moothall.scripts.models import Run

    RunKey.objects.update(contact=world.home["contact"])
    with as_role("public"), scope(run):
        assert [each.pk for each in Run.objects.all()] == [run.run]
        assert [each.pk for each in Contact.objects.only("pk")] == [world.home["contact"]]
        assert set(Case.objects.values_list("council_id", flat=True)) <= {2}


# -- links ------------------------------------------------------------------------------------------------------------

def link_setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('moothall.link', true), '')")
        return str(cursor.fetchone()[0])


def test_a_link_opens_its_row_and_lets_only_that_be_journalled(world, as_role):
    link = f"{2:064}"
    assert opened(LinkHolder(link)) == {**CLOSED, "journal_write": {HARBOROUGH}}
    with as_role("public"), scope(LinkHolder(link)):
        assert link_setting() == link
        assert [each.link for each in PaymentRequest.objects.only("link")] == [link]


@pytest.mark.parametrize("wrong", ["", "0" * 64, "%"])
def test_a_link_that_leads_nowhere_opens_nothing(world, as_role, wrong):
    assert opened(LinkHolder(wrong)) == CLOSED
    with as_role("public"), scope(LinkHolder(wrong)):
        assert not PaymentRequest.objects.exists()


def test_a_link_that_is_none_at_all_is_none(world, as_role):
    """NULL in SQL is neither equal nor unequal: it must not leave the setting as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT moothall.open_scope('link', NULL, NULL, NULL, NULL)")
        assert link_setting() == "" and keys(*CLASSES) == NOTHING


def test_nobody_pays_by_anothers_link(world, as_role):
    """Two councils' requests: the holder of one changes neither the other nor what it costs."""
    with as_role("public"), scope(LinkHolder(f"{13:064}")):
        assert PaymentRequest.objects.filter(link=f"{2:064}").update(code="mine") == 0
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            PaymentRequest.objects.filter(link=f"{13:064}").update(pence=1)
    with scope(System("pay", 2)):
        assert PaymentRequest.objects.get(link=f"{2:064}").code == ""


def test_a_secret_is_no_way_to_become_staff(world, run):
    """Ids of people, of runs and of councils are numbers alike: the kind of the principal says which is meant."""
    assert opened(Resident(world.sam, SECRET)) == CLOSED or world.sam == run.run
    with scope(Staff(world.sam), at=NOON):
        assert keys("own_run", "own_contact") == {"own_run": set(), "own_contact": set()}


@pytest.mark.parametrize("principal", [
    Staff(1), System("pay"), Operator(1), Resident(7, SECRET), Emergency(1, 2), LinkHolder("0" * 64)])
def test_whoever_acts_stays_the_same_to_the_end_of_the_scope(principal):
    """The open scope is known by its principal: one that could be changed would pass for another's, keys and all."""
    for name in principal.__slots__:
        with pytest.raises(FrozenInstanceError):
            setattr(principal, name, 13)
    with pytest.raises((AttributeError, TypeError)):  # nor can it carry anything else along
        principal.more = 13
    assert {principal: 1}[type(principal)(*(getattr(principal, name) for name in principal.__slots__))] == 1


@pytest.mark.parametrize(("principal", "told"), [
    (Resident(7, SECRET), "resident:7"), (LinkHolder("abcdefghij" * 6), "link:abcdefgh"),
    (System("pay"), "system:pay"),
])
def test_a_principal_is_named_in_words_without_its_secret(principal, told):
    """Errors and logs name who acted; a whole hash would let a reader look up the row that it opens."""
    assert str(principal) == told
