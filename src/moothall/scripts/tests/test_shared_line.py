"""A call on a partnership's line: nobody's until its council is named, then that council's alone."""
from __future__ import annotations

import pytest
from django.apps import apps
from django.db import ProgrammingError, transaction
from django.http import Http404

from cast_of_tests import REFUSE
from moothall.contacts.actions import Stamp
from moothall.contacts.legs import begin_leg
from moothall.contacts.models import Contact, Leg, Need
from moothall.contacts.queries import ContactKey, Passed
from moothall.customers.models import Customer, CustomerPhone
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.people.models import Person
from moothall.places.models import Property
from moothall.places.queries import open_address_list, properties_at
from moothall.queueing.legs import Elsewhere
from moothall.queueing.models import Lease, Presence
from moothall.queueing.queries import lease_on
from moothall.reports.access import access_figures
from moothall.reports.queries import Which, contacts, day_of, report
from moothall.scripts.handover import name_council
from moothall.tenancy.models import Grant, TenantModel
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from shared_line import FIRST_CONTACT, HUB, HubCall, border_homes, load_hub, load_scope

EVERY_MODEL = [model for model in apps.get_models() if issubclass(model, TenantModel)]
CHARNWOOD, HARBOROUGH, LICHFIELD = 1, 2, 13


@pytest.fixture
def hub(world):
    """The hub's agreement in force, homes at a border, and a number that people of three councils use."""
    load_hub()
    with load_scope():
        homes = border_homes()
        for council in (CHARNWOOD, LICHFIELD):
            other = Customer.objects.create(council_id=council, name="Namesake", property=None)
            CustomerPhone.objects.create(council_id=council, customer=other, number="+441632960123")
        Property.objects.create(
            council_id=LICHFIELD, uprn=77_000_000_009, number="9", street="Long Lane", town="Billesdon",
            postcode_key="LE79SX", postcode="LE7 9SX",
        )  # fmt: skip
    return homes


@pytest.fixture
def call(world, hub):
    return HubCall(world)


@pytest.fixture
def sam(world):
    return Person.objects.get(pk=world.sam)


def councils_seen(person: int, contact: int | None) -> set[int]:
    with scope(Staff(person, contact)):
        return {council for model in EVERY_MODEL for council in model.objects.values_list("council_id", flat=True)}


@pytest.mark.parametrize("moment", ["ringing", "talking", "finishing"])
def test_before_the_council_is_known_nothing_of_any_member_is_seen(world, call, as_role, moment):
    contact = call.rings() if moment == "ringing" else call.talks()
    if moment == "finishing":
        Presence.objects.filter(pk=world.sam).update(state="wrap_up")
    with as_role("web"):
        assert councils_seen(world.sam, None) >= {CHARNWOOD, HARBOROUGH}, "elsewhere Sam works for both"
        assert councils_seen(world.sam, contact) == {HUB}
        refused = pytest.raises(ProgrammingError, match="row-level security")
        with scope(Staff(world.sam, contact)), refused, transaction.atomic():
            Need.objects.create(
                council_id=HARBOROUGH, service_id=REFUSE, contact_id=world.home["contact"], kind="x", title="x",
                created_at=clock.now(),
            )  # fmt: skip


def test_of_a_postcode_that_they_gave_the_addresses_alone_are_seen(world, call, hub, as_role):
    """Of the councils that the agent answers for; nobody who lives there, and no other postcode."""
    contact = call.talks()
    with as_role("web"):
        with scope(Staff(world.sam, contact)):
            assert not Property.objects.exists()
            open_address_list("LE79SX")
            assert [row.pk for row in properties_at("LE79SX")] == [hub.harborough, hub.charnwood]
            assert Property.objects.count() == 2
            assert not Customer.objects.exists()
        assert councils_seen(world.sam, contact) == {HUB}, "it ends with the transaction"
        with scope(Staff(world.sam)):
            open_address_list("WS136AA")
            assert not Property.objects.filter(council_id=LICHFIELD).exists()


def test_after_it_is_known_only_that_council_is_seen(world, call, sam, as_role):
    first = call.talks()
    with as_role("web"):
        assert name_council(sam, first, HARBOROUGH) == ""
        assert call.now != first
        assert councils_seen(world.sam, call.now) == {HARBOROUGH}
        assert councils_seen(world.sam, first) == {HUB}
        assert councils_seen(world.priya, call.now) == councils_seen(world.priya, None), "the lease is one agent's"
        with scope(Staff(world.sam, call.now)):
            assert Customer.objects.get(phones__number="+441632960123").name == "Ana Kowalska"


def test_the_leg_has_its_own_stamp_and_the_contact_its_councils_keys(world, call, sam, as_role):
    first = call.talks()
    with load_scope():
        Contact.objects.filter(pk=first).update(notes="They sounded tired.")
    with as_role("web"):
        name_council(sam, first, HARBOROUGH)
    with load_scope():
        before, after = Contact.objects.get(pk=first), Contact.objects.get(pk=call.now)
        assert (before.council_id, before.state, before.cause, before.notes) == (HUB, "done", "went_on", "")
        assert (after.council_id, after.service_id, after.state) == (HARBOROUGH, FIRST_CONTACT, "answered")
        assert (after.call_key, after.from_number, after.notes) == (
            before.call_key, "+441632960123", "They sounded tired.",
        )
        assert (after.answer_within_s, before.answer_within_s, after.share_id == before.share_id) == (45, 30, False)
        old, new = Leg.objects.get(contact=before), Leg.objects.get(contact=after)
        assert (new.version_id, new.share_id, new.person_id, new.device) == (
            after.version_id, after.share_id, world.sam, "4001",
        )
        assert old.ended_at == new.started_at and new.ended_at is None
        told = Entry.objects.filter(contact_id__in=[first, after.pk]).order_by("id")
        assert list(told.values_list("kind", "council_id"))[-2:] == [("contact.pass", HUB), ("leg.begin", HARBOROUGH)]
        assert first not in told.last().body.values(), "a council's journal names no row of another"
    lease = Lease.objects.get(contact_id=call.now)
    assert (lease.council, lease.service, lease.via) == (HARBOROUGH, FIRST_CONTACT, HUB)
    assert Lease.objects.get(contact_id=first).ends <= clock.now()
    presence = Presence.objects.get(pk=world.sam)
    assert (presence.state, presence.contact_council) == ("in_call", HARBOROUGH)


def test_a_council_that_others_answer_for_stays_unseen_and_the_agent_is_told_who(world, call, sam, as_role):
    first = call.talks()
    with as_role("web"):
        found = name_council(sam, first, LICHFIELD)
        assert isinstance(found, Elsewhere)
        assert (found.council.pk, found.teams, found.number) == (
            LICHFIELD, ("Lichfield everything",), "+441543900002",
        )
        assert (call.now, councils_seen(world.sam, first)) == (first, {HUB})
        assert not Lease.objects.filter(council=LICHFIELD).exists()
        for nobody in (HUB, 999):
            with pytest.raises(Http404):
                name_council(sam, first, nobody)


def test_where_the_agreement_has_nobody_the_agent_is_told_that(world, call, sam, as_role):
    first = call.talks()
    Grant.objects.filter(council_id=HARBOROUGH, right="answer").delete()
    with as_role("web"):
        assert isinstance(name_council(sam, first, HARBOROUGH), Elsewhere), "a grant is needed too"


def test_the_database_begins_no_leg_and_no_lease_without_a_grant(world, call, sam, as_role):
    first, at = call.talks(), clock.now()
    passed = Passed("phone", "5000", "unknown", "", "forged", at, at, None, "", "4001", at)
    attempts = (
        lambda: begin_leg(passed, Stamp(None, None, [], 0), council=LICHFIELD, service=REFUSE, person=sam.pk, at=at),
        lambda: lease_on(sam.pk, first, ContactKey(world.other["contact"], LICHFIELD, REFUSE)),
        lambda: lease_on(world.priya, first, ContactKey(world.home["contact"], HARBOROUGH, REFUSE)),
        lambda: lease_on(sam.pk, world.home["contact"], ContactKey(world.home["contact"], HARBOROUGH, REFUSE)),
    )
    with as_role("web"), scope(Staff(sam.pk)):
        for attempt in attempts:
            with pytest.raises(ProgrammingError), transaction.atomic():
                attempt()
    for role in ("worker", "public", "report"):
        with as_role(role), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            lease_on(sam.pk, first, ContactKey(world.home["contact"], HARBOROUGH, REFUSE))


def test_a_share_that_ends_in_the_call_leaves_the_lease_of_its_council(world, call, sam, as_role):
    first = call.talks()
    with as_role("web"):
        name_council(sam, first, HARBOROUGH)
    Grant.objects.filter(council_id=HARBOROUGH).delete()
    with as_role("web"), scope(Staff(world.sam, call.now)):
        assert Contact.objects.get().pk == call.now
        Need.objects.create(
            council_id=HARBOROUGH, service_id=FIRST_CONTACT, contact_id=call.now, kind="x", title="x",
            created_at=clock.now(),
        )  # fmt: skip
        assert not Customer.objects.exists()


def test_a_council_named_in_error_is_not_counted_and_naming_it_again_is_the_same_contact(world, call, sam, as_role):
    """Harborough, no, Charnwood, and Harborough after all: one contact a council, and no count for the error."""
    first = call.talks()
    with as_role("web"):
        name_council(sam, first, HARBOROUGH)
        harborough = call.now
        name_council(sam, harborough, CHARNWOOD)
        assert councils_seen(world.sam, call.now) == {CHARNWOOD}
        assert counted(world.sam) == {(HUB, FIRST_CONTACT): 1, (CHARNWOOD, FIRST_CONTACT): 1}
        name_council(sam, call.now, HARBOROUGH)
        assert call.now == harborough
        assert counted(world.sam) == {(HUB, FIRST_CONTACT): 1, (HARBOROUGH, FIRST_CONTACT): 1}
    with load_scope():
        assert Leg.objects.filter(contact_id=harborough).count() == 2


def counted(person: int) -> dict[tuple[int, int], int]:
    """Offered by council and service, today, as this person may count; each opens to as many contacts."""
    at = clock.now()
    with scope(Staff(person)):
        keys = access_figures(person, at)
        found = report(day_of(at), at=at, keys=keys)
        for row in found.rows:
            assert len(contacts(day_of(at), Which("answered", *row.key), at=at, keys=keys)) == row.counts["answered"]
        return {row.key[:2]: row.counts["offered"] for row in found.rows if row.key}
