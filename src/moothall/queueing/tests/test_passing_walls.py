"""To whom a call may be passed on, and what of it they see: asked of the database, row by row, as the role web."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

from cast_of_tests import COUNCIL_TAX, REFUSE
from moothall.agreements.models import Halt
from moothall.contacts.models import Contact, Need
from moothall.contacts.queries import ContactKey
from moothall.directory.models import Listing
from moothall.domain.calendar import wall_clock
from moothall.lib import clock
from moothall.people.models import Membership, Person, Team
from moothall.queueing.models import Passing, Presence
from moothall.queueing.passings.queries import lease_passed
from moothall.queueing.tests.test_desk import speak_as
from moothall.scripts.models import Run
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope

HARBOROUGH, LICHFIELD = 2, 13
DAY = timedelta(days=1)


@pytest.fixture
def call(world):
    """Sam talks in Harborough's contact; one of Lichfield's stands beside it. The test then speaks as web."""
    at = clock.now()
    Presence.objects.update_or_create(person_id=world.sam, defaults={
        "state": "in_call", "since": at, "idle_since": at, "contact_id": world.home["contact"],
        "contact_council": HARBOROUGH,
    })
    speak_as("web")
    return world.home["contact"]


def as_all(act):
    """As the test role, which may touch every table."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    try:
        return act()
    finally:
        speak_as("web")


@contextmanager
def refused() -> Iterator[None]:
    """For want of a right, and not because it couldn't be read."""
    with pytest.raises(ProgrammingError) as caught, transaction.atomic():
        yield
    assert isinstance(caught.value.__cause__, InsufficientPrivilege), caught.value


def put(world: Any, **changes: Any) -> Passing:
    row = {"council_id": HARBOROUGH, "service_id": REFUSE, "contact_id": world.home["contact"], "by_id": world.sam,
           "kind": "team", "wanted_id": REFUSE, "team_id": world.hub_team, "asked_at": clock.now(), **changes}
    with transaction.atomic(), scope(Staff(world.sam)):
        return Passing.objects.create(**row)


def test_to_those_who_answer_for_that_council(world, call):
    assert put(world).pk
    as_all(_forget)
    assert put(world, kind="person", person_id=world.priya).pk


def _move(passing: Passing, **changes: Any) -> None:
    with scope(System("load")):
        Passing.objects.filter(pk=passing.pk).update(**changes)


def _forget() -> None:
    with scope(System("load")):
        Passing.objects.all().delete()


@pytest.mark.parametrize("changes", [
    {"team_id": "waste_team"},  # resolves, and answers nothing
    {"team_id": "lichfield"},
    {"team_id": None},
    {"wanted_id": COUNCIL_TAX},  # the hub answers that for Charnwood alone
    {"kind": "person", "person_id": "olive"},  # of another team
    {"kind": "person", "person_id": "lee"},
    {"kind": "person", "person_id": "sam"},  # themselves
    {"kind": "person"},
    {"person_id": "priya"},
    {"number": "01632960000"},
    {"by_id": "priya"},  # talks in no call
    {"contact_id": "other"},
    {"council_id": LICHFIELD, "contact_id": "other", "team_id": "lichfield"},
    {"council_id": 1},
    {"state": "waiting"},
    {"passed_at": "now"},
    {"taken_by_id": "priya"},
    {"kind": "handset"},
    {"kind": "outside"},
    {"kind": "outside", "number": "01632960000"},
    {"kind": "outside", "team_id": None, "number": "0909879879"},
    {"kind": "outside", "team_id": None, "number": ""},
    {"kind": "outside", "team_id": None, "number": "+441632960000"},
])
def test_and_to_nobody_else(world, call, changes):
    lichfield = Team.objects.get(slug="lichfield-everything").pk
    told = {"lichfield": lichfield, "other": world.other["contact"], "now": clock.now()}
    row = {key: told.get(value) or getattr(world, value) if isinstance(value, str) and key.endswith(("_id", "_at"))
           else value for key, value in changes.items()}
    with refused():
        put(world, **row)


def halt(**which: Any) -> None:
    Halt.objects.create(at=clock.now(), starts=clock.now() - DAY, by_id=Person.objects.order_by("pk")[0].pk, **which)


@pytest.mark.parametrize("end", ["grant", "membership", "inactive", "not an agent", "paused", "cut off"])
def test_by_the_agreement_in_force(world, call, end):
    def change() -> None:
        match end:
            case "grant":
                Grant.objects.filter(team_id=world.hub_team, council_id=HARBOROUGH).update(valid_to=clock.now())
            case "membership":
                Membership.objects.filter(person_id=world.priya).update(valid_to=clock.now())
            case "inactive":
                Person.objects.filter(pk=world.priya).update(is_active=False)
            case "not an agent":
                Membership.objects.filter(person_id=world.priya).update(job="officer")
            case "paused":
                halt(kind="pause", share_id=world.share, team_id=world.hub_team, council_id=HARBOROUGH)
            case "cut off":
                halt(kind="cut", council_id=1)

    assert put(world, kind="person", person_id=world.priya).pk
    as_all(lambda: (_forget(), change()))
    with refused():
        put(world, kind="person", person_id=world.priya)


def test_outside_to_what_a_council_has_published_and_to_its_directory(world, call):
    def list_them() -> None:
        today = wall_clock(clock.now())[0]
        with scope(System("load")):
            for code, number, more in (
                ("planning", "01858 111111", {}), ("hidden", "01858 222222", {"restricted": True}),
                ("left", "01858 333333", {"valid_to": today}), ("busy", "01858 444444", {"takes_calls": False}),
                ("theirs", "01543 555555", {"council_id": LICHFIELD}), ("world", "+44 1858 666666", {}),
            ):
                Listing.objects.create(**{
                    "council_id": HARBOROUGH, "service_id": REFUSE, "kind": "team", "code": code, "name": code,
                    "number": number, "valid_from": today, "checked_on": today, **more,
                })

    as_all(list_them)
    for number in ("01632960000", "01858111111", "01858666666"):
        assert put(world, kind="outside", team_id=None, number=number).pk
        as_all(_forget)
    for number in ("01858222222", "01858333333", "01858444444", "01543555555"):
        with refused():
            put(world, kind="outside", team_id=None, number=number)


def test_a_row_that_stands_is_not_changed_but_by_the_router(world, call):
    made = put(world)
    for change in ({"state": "waiting"}, {"person_id": world.priya}, {"by_id": world.priya}, {"words": "x"},
                   {"needs": [1]}):  # fmt: skip
        with refused(), scope(Staff(world.sam)):
            Passing.objects.filter(pk=made.pk).update(**change)
    with refused(), scope(Staff(world.sam)):
        Passing.objects.filter(pk=made.pk).delete()
    speak_as("router")
    with refused(), scope(System("route")):
        Passing.objects.filter(pk=made.pk).update(words="x")


def test_while_somebody_is_asked_the_story_is_written_once_and_never_altered(world, call):
    """What goes along is what it is at the moment when the call is given: needs too."""
    made = put(world, consult="asked", words="")
    as_all(lambda: _move(made, state="consult", consult="talking"))
    with scope(Staff(world.sam)):
        assert Passing.objects.filter(pk=made.pk).update(words="Ana", needs=[1]) == 1
        assert Passing.objects.filter(pk=made.pk).update(words="Ana", needs=[]) == 1
    with refused(), scope(Staff(world.sam)):
        Passing.objects.filter(pk=made.pk).update(words="Ben")
    as_all(lambda: _move(made, state="waiting"))
    for change in ({"words": "Ben"}, {"needs": [1]}):
        with refused(), scope(Staff(world.sam)):
            Passing.objects.filter(pk=made.pk).update(**change)
    with scope(Staff(world.sam)):
        assert Passing.objects.filter(pk=made.pk).update(note="mine") == 1, "their own part, as the call goes on"
        assert Passing.objects.get(pk=made.pk).words == "Ana"


def test_nobody_of_another_council_reads_it(world, call):
    put(world)
    with scope(Staff(world.olive)):
        assert not Passing.objects.exists()
    with scope(Staff(world.olive, call)):
        assert not Passing.objects.exists()
    with scope(Staff(world.priya)):
        assert Passing.objects.count() == 1


# -- what is seen by whoever it rings at ------------------------------------------------------------------------------

@pytest.fixture
def tax_team(world):
    """Olive answers Harborough's council tax, and bins she doesn't."""
    team = Team.objects.create(slug="tax", name="Tax")
    Membership.objects.create(team=team, person_id=world.olive, job="agent", valid_from=clock.now() - DAY)
    Grant.objects.create(team=team, council_id=HARBOROUGH, service_id=COUNCIL_TAX, right="answer",
                         valid_from=clock.now() - DAY, share_id=world.share)
    return team.pk


def test_the_call_and_of_what_was_said_only_what_they_answer(world, tax_team, call):
    """A bins call goes to the tax team: its need about tax goes along, what was said of the bins doesn't."""
    def prepare() -> None:
        with scope(System("load")):
            contact = Contact.objects.get(pk=call)
            need = Need.objects.create(council_id=HARBOROUGH, service_id=COUNCIL_TAX, contact=contact, kind="moving",
                                       title="Moving", created_at=clock.now())
            Run.objects.create(council_id=HARBOROUGH, service_id=COUNCIL_TAX, contact=contact, need=need,
                               script_id="0" * 64, started_at=clock.now(), changed_at=clock.now())
        put(world, wanted_id=COUNCIL_TAX, team_id=tax_team)
        with scope(System("route")):
            lease_passed(ContactKey(call, HARBOROUGH, REFUSE), world.olive, via=None, at=clock.now())

    with scope(Staff(world.olive, call)):
        assert not Contact.objects.filter(pk=call).exists()
    as_all(prepare)
    with scope(Staff(world.olive, call)):
        assert Contact.objects.filter(pk=call).exists() and Passing.objects.filter(contact_id=call).exists()
        assert set(Need.objects.filter(contact_id=call).values_list("kind", flat=True)) == {"moving"}
        assert set(Run.objects.filter(contact_id=call).values_list("service_id", flat=True)) == {COUNCIL_TAX}
    with scope(Staff(world.olive)):
        assert not Contact.objects.filter(pk=call).exists(), "in that call alone"
    with scope(Staff(world.sam, call)):
        assert Need.objects.filter(contact_id=call, service_id=REFUSE).exists()


def test_they_may_not_begin_in_it_what_they_do_not_answer(world, tax_team, call):
    as_all(lambda: _lease(world, call))
    for service, refused in ((COUNCIL_TAX, False), (REFUSE, True)):
        row = {"council_id": HARBOROUGH, "service_id": service, "contact_id": call, "kind": "x", "title": "x",
               "created_at": clock.now()}
        with scope(Staff(world.olive, call)):
            if refused:
                with pytest.raises(ProgrammingError), transaction.atomic():
                    Need.objects.create(**row)
            else:
                assert Need.objects.create(**row).pk


def _lease(world: Any, call: int) -> None:
    with scope(System("route")):
        lease_passed(ContactKey(call, HARBOROUGH, REFUSE), world.olive, via=None, at=clock.now())


def test_whose_grants_are_gone_by_then_sees_none_of_it(world, tax_team, call):
    as_all(lambda: Grant.objects.filter(team_id=tax_team).delete())
    as_all(lambda: _lease(world, call))
    with scope(Staff(world.olive, call)):
        assert not Need.objects.filter(contact_id=call).exists() and not Run.objects.filter(contact_id=call).exists()
