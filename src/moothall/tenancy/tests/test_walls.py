"""Attacks on the first two walls: somebody with the wrong scope, or none, must see nothing and change nothing."""
from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction

from cast_of_tests import add_rows_of_both
from moothall.cases.models import Case
from moothall.contacts.models import Contact, Need
from moothall.customers.models import Customer
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.people.models import Membership
from moothall.places.models import Collection, Property
from moothall.queueing.models import Lease
from moothall.tenancy.models import Grant, TenantModel
from moothall.tenancy.principals import Operator, Resident, Staff, System
from moothall.tenancy.privileges import TENANT
from moothall.tenancy.scope import NestedScope, OutsideScope, current_principal, scope

EVERY_MODEL = sorted(
    (model for model in apps.get_models() if issubclass(model, TenantModel)), key=lambda model: model.__name__
)
# A council is named here too, but not as the one whose row it is: who takes part, what was agreed, and bare numbers.
NAMES_A_COUNCIL = {
    "agreements_breakglass", "agreements_halt",
    "agreements_line", "agreements_share", "agreements_signature", "people_person",
    "identity_identity", "people_team", "queueing_lease", "queueing_presence", "tenancy_grant",
    "agreements_succession", "agreements_teampassing", "customers_protectedsight",
    "onboarding_chosenservice", "onboarding_dryrun", "onboarding_plannedline", "scripts_runkey",
}


@pytest.fixture(autouse=True)
def both(world):
    """The cast holds no offer, since a live one is somebody's call: one that is over, of each council."""
    add_rows_of_both(world)


def test_every_table_with_a_council_is_attacked_here(world):
    """A new model is among those below by itself; a new table that names a council otherwise must be thought about."""
    assert {model._meta.db_table for model in EVERY_MODEL} == set(TENANT)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c WHERE c.contype = 'f' "
            "AND c.confrelid = 'tenancy_council'::regclass "
            "UNION SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name LIKE '%%council%%'"
        )
        tables = {name for (name,) in cursor.fetchall()}
    assert tables - set(TENANT) == NAMES_A_COUNCIL
    with scope(System("load")):
        for model in EVERY_MODEL:
            councils = set(model.objects.values_list("council_id", flat=True))
            assert {2, 13} <= councils, f"{model.__name__} has no row of each council: its tests would prove nothing"


def count_raw(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: model.__name__)
def test_every_kind_of_staff_sees_only_their_councils(world, as_role, model):
    expected = {
        world.sam: {1, 2}, world.olive: {13}, world.lee: {2}, world.jo: {2}, world.kit: set(),
    }
    with as_role("web"):
        for person, councils in expected.items():
            with scope(Staff(person)):
                seen = set(model.objects.values_list("council_id", flat=True))
            assert seen <= councils, f"person {person} saw councils {seen}"


def test_who_sees_what_by_class_of_table(world, as_role):
    def sees(person: int) -> set[str]:
        with scope(Staff(person)):
            return {model.__name__ for model in EVERY_MODEL if model.objects.exists()}

    with as_role("web"):
        every = {model.__name__ for model in EVERY_MODEL}
        assert sees(world.sam) == every - {"IdentityDraft", "KeptApart", "Listing"}, (
            "drafts are its managers', Sam answers no switchboard and may see nobody who is protected")
        assert sees(world.lee) == {
            "Case", "CaseNote", "Collection", "Customer", "CustomerPhone", "CustomerToken", "Document", "Entry",
            "Errand", "IdentityCheck", "Message", "NameWord", "Need", "Passing", "PaymentRequest", "Property",
            "Run", "StepComment",
        }, "an officer works on cases; contacts are the contact centre's"
        assert sees(world.jo) == {"Contact", "Leg", "Offer", "Entry", "StepComment"}, (
            "a manager reads figures and what is said of scripts, and no residents")
        assert sees(world.kit) == set(), "an operator sees no residents"


@pytest.mark.parametrize("principal", [Operator(1), Resident(1, "guess")])
def test_principals_without_rights_see_nothing(world, as_role, principal):
    with as_role("web"), scope(principal):
        assert not any(model.objects.exists() for model in EVERY_MODEL)


def test_a_service_that_is_not_shared_is_not_seen(world, as_role):
    with scope(System("load")):
        hidden = Case.objects.create(
            council_id=2, service_id=860, reference="T2-00002-A", kind="licence", title="Licence", opened_at=clock.now()
        )
    with as_role("web"), scope(Staff(world.sam)):
        assert not Case.objects.filter(pk=hidden.pk).exists()
        assert Case.objects.filter(pk=world.home["case"]).exists()


def test_outside_a_scope_the_manager_raises(world):
    for model in EVERY_MODEL:
        with pytest.raises(OutsideScope, match=model.__name__):
            model.objects.count()
    with pytest.raises(OutsideScope):
        current_principal()


def test_forward_keys_and_refresh_raise_outside_a_scope(world):
    with scope(Staff(world.sam)):
        case = Case.objects.get(pk=world.home["case"])
    with pytest.raises(OutsideScope):
        _ = case.customer
    with pytest.raises(OutsideScope):
        case.refresh_from_db()
    with pytest.raises(OutsideScope):
        case.save()


def test_a_raw_query_without_a_scope_finds_nothing(world, as_role):
    with as_role("web"):
        for table in TENANT:
            if "web" in TENANT[table]:
                assert count_raw(table) == 0, table


def test_a_scope_ends_with_its_block(world, as_role):
    with as_role("web"):
        with scope(Staff(world.sam)):
            assert count_raw("cases_case") > 0
        assert count_raw("cases_case") == 0, "the same connection, used again, still had keys"


def test_a_scope_ends_with_an_error_too(world, as_role):
    with as_role("web"):
        with pytest.raises(ZeroDivisionError), scope(Staff(world.sam)):
            _ = 1 / 0
        assert count_raw("cases_case") == 0


def test_another_principal_cannot_be_nested(world):
    with scope(Staff(world.sam)):
        with scope(Staff(world.sam)):
            assert Case.objects.exists()
        assert Case.objects.exists(), "the inner block of the same principal must not close the scope"
        with pytest.raises(NestedScope), scope(Staff(world.olive)):
            pass
        with pytest.raises(NestedScope), scope(System("load")):
            pass


def test_a_foreign_row_cannot_be_changed_or_taken(world, as_role):
    with as_role("web"), scope(Staff(world.olive)):
        assert Case.objects.filter(pk=world.home["case"]).update(title="mine") == 0
        own = Case.objects.get(pk=world.other["case"])
        own.council_id = world.harborough
        with pytest.raises(ProgrammingError, match="stays with its council"), transaction.atomic():
            own.save()
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Case.objects.create(
                council_id=world.harborough, service_id=524, reference="X", kind="x", title="x", opened_at=clock.now()
            )


def test_a_foreign_key_into_another_council_is_refused(world, as_role):
    """Own row, foreign object: the key carries the council, so the database refuses it."""
    with as_role("web"), pytest.raises(IntegrityError, match="same_council"), scope(Staff(world.olive)):
        case = Case.objects.get(pk=world.other["case"])
        case.customer_id = world.home["customer"]
        case.save()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_select_related_does_not_reach_across(world, as_role):
    with as_role("web"), scope(Staff(world.lee)):
        case = Case.objects.select_related("customer").get(pk=world.home["case"])
        assert case.customer.name == "Ana Kowalska"
        assert Case.objects.select_related("contact").filter(contact__isnull=False, contact__line="5001").count() == 0


def test_unique_constraints_do_not_reveal(world, as_role):
    """A foreign council's reference can be taken: no error tells that it exists."""
    with as_role("web"), scope(Staff(world.olive)):
        Case.objects.create(
            council_id=13, service_id=524, reference="HB-10007-Y", kind="missed-bin", title="x", opened_at=clock.now()
        )
    with pytest.raises(ProgrammingError), as_role("web"), scope(Staff(world.olive)):
        # A chosen id would tell by its refusal whether it is taken: ids come from the sequence alone.
        Case.objects.create(
            id=world.home["case"], council_id=13, service_id=524, reference="Y", kind="x", title="x",
            opened_at=clock.now(),
        )


def test_grants_bind_at_the_second(world):
    grant, second = Grant.objects.get(team_id=world.hub_team, council_id=2, right="answer"), timedelta(seconds=1)
    Membership.objects.filter(person_id=world.sam).update(valid_from=grant.valid_from - timedelta(days=1))
    times = (grant.valid_from - second, grant.valid_from, grant.valid_to - second, grant.valid_to)
    for at, seen in zip(times, (False, True, True, False), strict=True):
        with scope(Staff(world.sam), at=at):
            assert Case.objects.filter(council_id=2).exists() is seen, at


def test_the_lease_shows_one_contact_and_what_it_led_to(world, as_role):
    """The share has ended, the call goes on: contact, need, run, leased case and customer stay; nothing else."""
    Grant.objects.filter(team_id=world.hub_team, council_id=2).delete()
    now = clock.now()
    Lease.objects.create(
        person_id=world.sam, contact_id=world.home["contact"], council=2, service=524,
        starts=now - timedelta(minutes=5),
        ends=now + timedelta(minutes=25), cases=[world.home["case"]], customers=[world.home["customer"]],
        properties=[world.home["property"]],
    )
    with as_role("web"):
        with scope(Staff(world.sam)):
            assert not Contact.objects.filter(council_id=2).exists(), "the lease counts only where the contact is named"
        with scope(Staff(world.sam, contact=world.home["contact"])):
            assert [row.pk for row in Contact.objects.filter(council_id=2)] == [world.home["contact"]]
            assert Case.objects.get(council_id=2).pk == world.home["case"]
            assert Customer.objects.filter(council_id=2).count() == 1
            assert Property.objects.get(pk=world.home["property"])
            assert not Collection.objects.filter(council_id=2).exists()
            Need.objects.create(
                council_id=2, service_id=524, contact_id=world.home["contact"], kind="x", title="x", created_at=now
            )
            write("need.open", council=2, service=524, contact=world.home["contact"])
        with scope(Staff(world.priya, contact=world.home["contact"])):
            assert not Contact.objects.filter(council_id=2).exists(), "the lease is one agent's"
        with scope(Staff(world.sam, contact=world.other["contact"])):
            assert not Contact.objects.filter(council_id=13).exists()
        Lease.objects.filter(person_id=world.sam).update(ends=now - timedelta(seconds=1))
        with scope(Staff(world.sam, contact=world.home["contact"])):
            assert not Contact.objects.filter(council_id=2).exists(), "a lease ends"


@pytest.fixture
def leased(world):
    """Sam has no grant left, but a call of Harborough in hand, whose lease names two things of another council."""
    Grant.objects.filter(team_id=world.hub_team).delete()
    now = clock.now()
    return Lease.objects.create(
        person_id=world.sam, contact_id=world.home["contact"], council=2, service=524, starts=now,
        ends=now + timedelta(minutes=25), cases=[world.home["case"], world.other["case"]],
        customers=[world.other["customer"]], properties=[world.other["property"]],
    )


def test_a_lease_shows_nothing_of_another_council(world, as_role, leased):
    with as_role("web"), scope(Staff(world.sam, contact=leased.contact_id)):
        assert [row.pk for row in Case.objects.all()] == [world.home["case"]]
        assert not Customer.objects.exists() and not Property.objects.exists()
        assert Case.objects.filter(pk=world.other["case"]).update(title="mine") == 0


@pytest.mark.parametrize("change", [{"council_id": 13}, {"service_id": 860}])
def test_a_leased_row_stays_with_its_council_and_service(world, as_role, leased, change):
    with as_role("web"), pytest.raises(ProgrammingError), scope(Staff(world.sam, contact=leased.contact_id)):
        Case.objects.filter(pk=world.home["case"]).update(**change)


@pytest.mark.parametrize(
    ("column", "value"),
    [("ends", "infinity"), ("person_id", 1), ("contact_id", 1), ("council", 13), ("starts", "2020-01-01")],
)
def test_web_can_only_shorten_a_lease(leased, as_role, column, value):
    with as_role("web"), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE queueing_lease SET {column} = %s", [value])
    with as_role("web"), connection.cursor() as cursor:
        cursor.execute("UPDATE queueing_lease SET cases = '{7}' WHERE id = %s", [leased.pk])
        assert cursor.rowcount == 1, "what the call led to comes along, its end as it was"
        cursor.execute("UPDATE queueing_lease SET ends = least(ends, now())")
        assert cursor.rowcount == 1
    with as_role("router"), connection.cursor() as cursor:  # which knows of the answer
        cursor.execute("UPDATE queueing_lease SET ends = now() + interval '1 hour'")
        assert cursor.rowcount == 1
