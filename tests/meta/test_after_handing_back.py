"""At the second at which a council has taken its service back, no page and no table shows the host a row of it."""
from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from cast_of_tests import REFUSE, add_rows_of_both
from moothall.agreements.models import AgreementVersion
from moothall.lib import clock
from moothall.queueing.models import Lease
from moothall.tenancy.models import Grant, TenantModel
from moothall.tenancy.principals import Staff
from moothall.tenancy.privileges import TENANT
from moothall.tenancy.scope import scope
from tests.meta.attack_names import Asked, Reads
from tests.meta.attack_routes import routes
from tests.meta.attack_world import Attacker, victim
from tests.meta.test_routes import LIBRARY, attack

HARBOROUGH = 2
HOSTS = ("sam", "priya")
EVERY_MODEL = [model for model in apps.get_models() if issubclass(model, TenantModel)]


@pytest.fixture
def reads(monkeypatch) -> Reads:
    return Reads(monkeypatch)


def cut(world, at) -> None:
    """Its agreement ends at that instant: dates alone are written, by the function that a notice goes through."""
    Grant.objects.filter(share=world.share).update(valid_to=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT moothall.cut_version(%s, %s)", [world.version, at])


def seen(person: int, at) -> set[str]:
    with scope(Staff(person), at=at):
        return {model.__name__ for model in EVERY_MODEL if model.objects.filter(council_id=HARBOROUGH).exists()}


def test_every_table_is_seen_a_second_before_and_none_at_the_second(world):
    add_rows_of_both(world)
    day = clock.now() + timedelta(days=90)
    cut(world, day)
    for person in (world.sam, world.priya):
        assert seen(person, day - timedelta(seconds=1)) == {model.__name__ for model in EVERY_MODEL} - {
            "IdentityDraft", "KeptApart", "Listing"}  # the host answers no switchboard, and sees nobody protected
        assert seen(person, day) == set()
    assert seen(world.olive, day) == set()


def test_raw_statements_of_the_host_find_nothing_either(world, as_role):
    cut(world, clock.now() - timedelta(seconds=1))
    with as_role("web"), scope(Staff(world.sam)), connection.cursor() as cursor:
        for table in (table for table in TENANT if "web" in TENANT[table]):
            cursor.execute(f"SELECT count(*) FROM {table} WHERE council_id = {HARBOROUGH}")
            assert cursor.fetchone() == (0,), table


def test_a_call_in_progress_keeps_its_lease_and_shows_nothing_else(world):
    day = clock.now() + timedelta(days=90)
    Lease.objects.create(
        person_id=world.sam, contact_id=world.home["contact"], council=HARBOROUGH, service=REFUSE,
        starts=day - timedelta(minutes=5), ends=day + timedelta(hours=3), customers=[world.home["customer"]],
    )
    cut(world, day)
    principal = Staff(world.sam, world.home["contact"])
    for after, sees in ((timedelta(minutes=29), 1), (timedelta(minutes=30), 0)):
        with scope(principal, at=day + after):
            found = {model.__name__ for model in EVERY_MODEL if model.objects.filter(council_id=HARBOROUGH).exists()}
            assert found == ({
                "Contact", "Customer", "CustomerPhone", "Leg", "Need", "Run", "Errand", "Message",
                "PaymentRequest", "StepComment", "Document"} if sees else set())
        assert seen(world.sam, day + after) == set()


@pytest.mark.parametrize("user", HOSTS)
def test_no_page_gives_the_host_anything_of_it(world, reads, user):
    cut(world, clock.now() - timedelta(seconds=1))
    assert AgreementVersion.objects.get(pk=world.version).ends < clock.now()
    attacker, at, tried = Attacker.named(user, world), victim("home", world), 0
    for route in routes():
        if not route[0].startswith((LIBRARY, "demo/")):
            tried += attack(attacker, route, at, Asked(reads), [at])
    assert tried > 60
