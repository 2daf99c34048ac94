"""What a scope opens, key by key and at the second: the very arrays that every policy asks."""
from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from moothall.agreements.models import BreakGlass, Halt
from moothall.people.models import Membership, Person
from moothall.queueing.models import Lease
from moothall.tenancy import privileges
from moothall.tenancy.models import Grant, Service, scope_key, tenant_key
from moothall.tenancy.principals import Emergency, Operator, Principal, Resident, Staff, System
from moothall.tenancy.scope import current_person, scope
from moothall.tenancy.validity import valid_at

pytestmark = pytest.mark.django_db
REFUSE, TAX, HUB = 524, 57, 101
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
NOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)  # any instant in the time of the cast's grants
CLASSES = ("core", "work", "line", "line_write", "journal", "journal_write")
LEASES = ("lease_council", "lease_contact", "lease_case", "lease_customer", "lease_property", "lease_keys")
HARBOROUGH, CHARNWOOD, OWN = 2_0524, 1_0524, 1_0000
AGENT = {
    "core": {1_0000, 2_0000, 101_0000}, "work": {1_0524, 1_0057, 2_0524, 101_9001},
    "line": {1_0524, 1_0057, 2_0524, 101_9001}, "line_write": {1_0524, 1_0057, 2_0524, 101_9001},
    "journal": {1_0524, 1_0057, 2_0524, 101_9001},
    "journal_write": {1_0000, 2_0000, 101_0000, 1_0524, 1_0057, 2_0524, 101_9001},
}
NOTHING: dict[str, set[int]] = {name: set() for name in CLASSES}
NO_LEASE: dict[str, set[int]] = {name: set() for name in LEASES}


def keys(*names: str) -> dict[str, set[int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"nullif(current_setting('moothall.{name}', true), '')::bigint[]"
                                             for name in names))
        return {name: set(found or ()) for name, found in zip(names, cursor.fetchone(), strict=True)}


def opened(principal: Principal, at: datetime = NOON, names: tuple[str, ...] = CLASSES) -> dict[str, set[int]]:
    with scope(principal, at=at):
        return keys(*names)


def sees_harborough(world: Any, at: datetime) -> bool:
    return HARBOROUGH in opened(Staff(world.sam), at)["work"]


def halt(world: Any, kind: str, *, council: int = 2, ends: datetime | None = None, **whose: Any) -> Halt:
    return Halt.objects.create(kind=kind, council_id=council, starts=NOON, ends=ends, reason="x", at=NOON, **whose)


# -- by the job -------------------------------------------------------------------------------------------------------

def test_an_agent_reads_and_writes_what_their_team_answers(world):
    assert opened(Staff(world.sam)) == AGENT


def test_an_officer_works_on_cases_and_writes_no_calls(world):
    assert opened(Staff(world.lee)) == {
        "core": {2_0000}, "work": {2_0524}, "line": set(), "line_write": set(), "journal": {2_0524},
        "journal_write": {2_0000, 2_0524},
    }


def test_a_manager_reads_figures_and_writes_at_home_alone(world):
    read = {2_0524, 2_0057}
    assert opened(Staff(world.jo)) == {**NOTHING, "line": read, "journal": read, "journal_write": {2_0000}}


def test_who_looks_up_extensions_sees_no_rows(world):
    Grant.objects.filter(team_id=world.hub_team).update(right="directory")
    assert opened(Staff(world.sam)) == {**NOTHING, "journal_write": {OWN}}


@pytest.mark.parametrize("who", ["operator", "resident", "nobody"])
def test_who_has_no_grants_has_no_keys(world, who):
    principal = {"operator": Operator(world.kit), "resident": Resident(1, "guess"), "nobody": Staff(0)}[who]
    assert opened(principal, names=(*CLASSES, *LEASES)) == {**NOTHING, **NO_LEASE}


def test_an_unknown_kind_is_refused(world):
    with pytest.raises(ProgrammingError, match="unknown kind of principal: guest"), transaction.atomic():
        connection.cursor().execute("SELECT moothall.open_scope('guest', 1, NULL, NULL, NULL)")


def test_somebody_who_left_has_no_keys_not_even_at_home(world):
    Person.objects.filter(pk=world.sam).update(is_active=False)
    assert opened(Staff(world.sam)) == NOTHING


def test_who_acts_is_known_of_staff_alone(world):
    with scope(Staff(world.sam)):
        assert current_person() == world.sam
    with scope(System("load")):
        assert current_person() is None


def test_a_scope_begins_with_nothing_of_what_stood_before(world):
    """One transaction, two principals one after the other: every setting that anything in the database asks for."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT concat_ws(' ', qual, with_check) FROM pg_policies UNION ALL SELECT prosrc FROM pg_proc "
                       "WHERE pronamespace = 'moothall'::regnamespace")
        asked = re.findall(r"current_setting\('moothall\.(\w+)'", " ".join(text for (text,) in cursor.fetchall()))
        assert {*CLASSES, *LEASES, "address", "postcode", "link", "own_run", "remove"} <= set(asked)
        for name in set(asked):
            cursor.execute("SELECT set_config(%s, '{20000}', true)", [f"moothall.{name}"])
            cursor.execute("SELECT moothall.open_scope('operator', 1, NULL, NULL, NULL)")
            cursor.execute("SELECT current_setting(%s)", [f"moothall.{name}"])
            assert cursor.fetchone() == ("",), name


# -- at the second ----------------------------------------------------------------------------------------------------

def starts_and_ends(check: Callable[[datetime], bool], starts: datetime, ends: datetime) -> None:
    assert [check(at) for at in (starts - SECOND, starts, ends - SECOND, ends)] == [False, True, True, False]


def test_a_grant_holds_from_its_first_second_up_to_its_last(world):
    Grant.objects.filter(team_id=world.hub_team, council_id=2).update(valid_from=NOON, valid_to=NOON + DAY)
    starts_and_ends(lambda at: sees_harborough(world, at), NOON, NOON + DAY)
    starts_and_ends(lambda at: Grant.objects.filter(valid_at(at), council_id=2, team_id=world.hub_team).exists(),
                    NOON, NOON + DAY)
    Grant.objects.filter(team_id=world.hub_team, council_id=2).update(valid_to=None)
    assert sees_harborough(world, NOON + 1000 * DAY)
    assert Grant.objects.filter(valid_at(NOON + 1000 * DAY), council_id=2, team_id=world.hub_team).exists()


def test_a_membership_holds_from_its_first_second_up_to_its_last(world):
    Membership.objects.filter(person_id=world.sam).update(valid_from=NOON, valid_to=NOON + DAY)
    starts_and_ends(lambda at: sees_harborough(world, at), NOON, NOON + DAY)
    assert opened(Staff(world.sam), NOON - SECOND) == {**NOTHING, "journal_write": {OWN}}


def given(world: Any, at: datetime) -> bool:
    """The same by Grants.open_at, which pages ask that tell who sees what."""
    return Grant.objects.open_at(at).filter(team_id=world.hub_team, council_id=2).exists()


@pytest.mark.parametrize("kind", ["pause", "recall"])
def test_a_share_that_is_halted_gives_its_team_nothing(world, kind):
    halt(world, kind, share_id=world.share, team_id=world.hub_team, ends=NOON + DAY)
    for sees in (sees_harborough, given):
        starts_and_ends(lambda at, sees=sees: not sees(world, at), NOON, NOON + DAY)
    assert opened(Staff(world.sam))["work"] == AGENT["work"] - {HARBOROUGH}, "the others go on"
    assert opened(Staff(world.lee))["work"] == {HARBOROUGH}
    Halt.objects.update(ends=None)
    assert not sees_harborough(world, NOON + 100 * DAY) and not given(world, NOON + 100 * DAY)


@pytest.mark.parametrize("other", ["share", "team"])
def test_a_halt_is_of_one_share_and_one_team(world, other):
    share = world.resolve_share if other == "share" else world.share
    team = world.waste_team if other == "team" else world.hub_team
    halt(world, "pause", share_id=share, team_id=team)
    assert opened(Staff(world.sam)) == AGENT and given(world, NOON)


def test_of_a_council_that_is_cut_off_nobody_sees_anything(world):
    halt(world, "cut", ends=NOON + DAY)
    for sees in (sees_harborough, given):
        starts_and_ends(lambda at, sees=sees: not sees(world, at), NOON, NOON + DAY)
    assert opened(Staff(world.sam))["core"] == {1_0000, 101_0000}
    assert opened(Staff(world.lee)) == opened(Staff(world.jo)) == NOTHING, "who works there sees nothing at all"
    assert opened(Staff(world.olive))["work"] == {13_0524}
    Halt.objects.update(ends=None)
    assert not sees_harborough(world, NOON + 100 * DAY) and sees_harborough(world, NOON - SECOND)


def test_a_team_of_a_council_that_is_cut_off_sees_nothing_though_its_people_work_elsewhere(world):
    Person.objects.filter(pk=world.sam).update(employer_id=13)
    halt(world, "cut", council=1)
    assert opened(Staff(world.sam)) == {**NOTHING, "journal_write": {13_0000}}
    assert not given(world, NOON) and given(world, NOON - SECOND)


# -- the lease --------------------------------------------------------------------------------------------------------

@pytest.fixture
def lease(world):
    Grant.objects.filter(team_id=world.hub_team, council_id=2).delete()
    return Lease.objects.create(
        person_id=world.sam, contact_id=world.home["contact"], council=2, service=REFUSE, starts=NOON, ends=NOON + DAY,
        cases=[7], customers=[8], properties=[9], keys=[HARBOROUGH],
    )


def test_a_lease_holds_from_its_first_second_up_to_its_last(world, lease):
    named = Staff(world.sam, lease.contact_id)
    assert opened(named, names=LEASES) == {
        "lease_council": {2}, "lease_contact": {lease.contact_id}, "lease_case": {7}, "lease_customer": {8},
        "lease_property": {9}, "lease_keys": {HARBOROUGH},
    }
    starts_and_ends(lambda at: opened(named, at, LEASES)["lease_council"] == {2}, NOON, NOON + DAY)
    home = {1_0000, 101_0000, 1_0524, 1_0057, 101_9001}
    assert opened(named)["journal_write"] == {HARBOROUGH, *home}
    assert opened(Staff(world.sam))["journal_write"] == home


def test_a_lease_is_one_persons_and_one_contacts(world, lease):
    for other in (Staff(world.priya, lease.contact_id), Staff(world.sam, world.other["contact"]), Staff(world.sam)):
        assert opened(other, names=LEASES) == NO_LEASE
    Person.objects.filter(pk=world.sam).update(is_active=False)
    assert opened(Staff(world.sam, lease.contact_id), names=LEASES) == NO_LEASE


def test_a_lease_shows_nothing_of_a_council_that_is_cut_off(world, lease):
    cut = halt(world, "cut", ends=NOON + 2 * SECOND)
    named = Staff(world.sam, lease.contact_id)
    assert opened(named, names=LEASES)["lease_council"] == set()
    assert opened(named, NOON + 2 * SECOND, LEASES)["lease_council"] == {2}
    Halt.objects.filter(pk=cut.pk).update(council_id=13)
    assert opened(named, names=LEASES)["lease_council"] == {2}, "another is"


# -- the installation itself, and emergencies -------------------------------------------------------------------------

def test_the_installation_has_every_service_of_one_council_or_of_all(world):
    services = set(Service.objects.values_list("number", flat=True))
    one = {scope_key(2, number) for number in services}
    with scope(System("load", 2)):
        assert keys("core", "remove") == {"core": one, "remove": one}
    with scope(System("route")):
        found = keys(*CLASSES, "remove", "identity")
    every = {scope_key(council, number) for council in (1, 2, 13, 101) for number in services}
    assert found == {**NOTHING, "remove": set(), "identity": set(), "line": every, "line_write": every,
                     "journal_write": every}


def test_behind_the_glass_one_council_is_read_and_nothing_written(world):
    glass = BreakGlass.objects.create(
        person_id=world.priya, council_id=2, reason="x", starts=NOON, ends=NOON + timedelta(minutes=30))
    services = set(Service.objects.values_list("number", flat=True))
    work = {scope_key(2, number) for number in services}
    through = Emergency(world.priya, glass.pk)
    starts_and_ends(lambda at: opened(through, at)["core"] == {2_0000}, NOON, glass.ends)
    assert opened(through) == {
        **NOTHING, "core": {2_0000}, "work": work, "line": work, "journal": work}
    assert opened(Emergency(world.sam, glass.pk)) == opened(Emergency(world.priya, glass.pk + 1)) == NOTHING


@pytest.mark.parametrize("purpose", ["hand_back", "identity", "onboard", "glass"])
def test_what_is_done_for_one_council_is_never_done_in_the_name_of_all(purpose):
    with pytest.raises(ValueError, match=f"system:{purpose} must name a council"):
        System(purpose)
    assert System(purpose, 2).council == 2


# -- the rows themselves ----------------------------------------------------------------------------------------------

def test_keys_are_council_and_service_in_one_number():
    assert (scope_key(2), scope_key(2, 524), scope_key(101, 9001)) == (20_000, 20_524, 1_019_001)


def test_models_say_what_the_database_holds():
    """No migration is missing: lengths, defaults and what may be empty are the same in both."""
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_key_between_tenant_tables_is_left_to_the_database():
    field = tenant_key("cases.Case")
    assert (field.db_constraint, field.null, field.blank, field.remote_field.related_name) == (False, False, False, "+")
    assert (tenant_key("cases.Case", null=True).null, tenant_key("cases.Case", null=True).blank) == (True, True)


# -- the login in use -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("rights", "passes"), [
    ("SUPERUSER NOBYPASSRLS", True), ("NOSUPERUSER BYPASSRLS", True), ("NOSUPERUSER NOBYPASSRLS", False)])
def test_a_login_against_which_no_wall_holds_is_known(cluster, world, monkeypatch, rights, passes):
    with psycopg.connect(cluster.bootstrap_url()) as session:  # its transaction is undone
        session.execute(f"CREATE ROLE passing {rights}")
        session.execute("SET LOCAL SESSION AUTHORIZATION passing")
        monkeypatch.setattr(privileges, "connection", session)
        assert privileges.login_passes_walls() is passes
        session.rollback()
