"""A call on a partnership's line, key by key: what its agent sees in it, and who may go on with it for a council."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from moothall.agreements.models import Agreement, AgreementVersion, Halt, Share
from moothall.agreements.schema import plain_body
from moothall.people.models import Membership, Person
from moothall.places.models import Property
from moothall.queueing.models import Lease, Presence
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope
from moothall.tenancy.tests.test_open_scope import AGENT, CLASSES, keys

pytestmark = pytest.mark.django_db
HUB, FIRST_CONTACT, REFUSE, CALL = 101, 9001, 524, 990_001
NOW = datetime.now(UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IN_HUB = {"core": {101_0000}, "work": {101_9001}, "line": {101_9001}, "line_write": {101_9001}, "journal": {101_9001},
          "journal_write": {101_0000, 101_9001, 1_0000}}


def seen(world: Any, contact: int = CALL, *names: str) -> dict[str, set[int]]:
    with scope(Staff(world.sam, contact)):
        return keys(*(names or CLASSES))


def address(world: Any) -> set[int]:
    return seen(world, CALL, "address")["address"]


def lease(world: Any, **changes: Any) -> Lease:
    row = {"person_id": world.sam, "contact_id": CALL, "council": HUB, "service": FIRST_CONTACT, "starts": NOW - HOUR,
           "ends": NOW + HOUR, **changes}
    return Lease.objects.create(**row)


@pytest.fixture
def call(world):
    return lease(world)


# -- what is seen in it -----------------------------------------------------------------------------------------------

def test_until_a_council_is_named_only_the_partnerships_own_is_seen(world, call):
    assert seen(world) == IN_HUB
    assert seen(world, 0) == AGENT, "elsewhere Sam works for all of them"
    with scope(Staff(world.priya, CALL)):
        assert keys(*CLASSES) == AGENT, "it is Sam's call"


def test_while_it_rings_too(world):
    Presence.objects.create(person_id=world.sam, contact_id=CALL, contact_council=HUB, state="ringing", since=NOW,
                            idle_since=NOW)
    assert seen(world) == IN_HUB
    assert seen(world, CALL + 1) == AGENT
    with scope(Staff(world.priya, CALL)):
        assert keys(*CLASSES) == AGENT
    Presence.objects.update(contact_council=2)
    assert seen(world) == AGENT, "on a council's own line nothing is narrowed"


def test_then_the_council_that_was_named_and_the_desks_own_journal(world):
    lease(world, council=2, service=REFUSE, via=HUB)
    assert seen(world) == {
        "core": {2_0000}, "work": {2_0524}, "line": {2_0524}, "line_write": {2_0524}, "journal": {2_0524},
        "journal_write": {2_0000, 2_0524, 1_0000},
    }


def test_a_call_on_a_councils_own_line_narrows_nothing(world):
    lease(world, council=2, service=REFUSE)
    assert seen(world) == AGENT


def version(*clients: int, state: str = "in_force", **dates: datetime) -> AgreementVersion:
    agreement = Agreement.objects.create(slug=f"members-{len(clients)}", name="Members")
    made = AgreementVersion.objects.create(**{
        "agreement": agreement, "number": 1, "state": "draft", "text": "x", "sha256": sha256(b"x").hexdigest(),
        "starts": NOW - DAY, "ends": NOW + DAY, "loaded_at": NOW - DAY, "parties": list(clients), **dates,
    })
    for number, client in enumerate(clients, 1):
        Share.objects.create(
            version=made, number=number, key=f"s{number}", client_id=client, function="answer",
            team_id=Grant.objects.filter(council_id=2, right="answer").values_list("team_id", flat=True)[0],
            starts=made.starts, ends=made.ends, body=plain_body([REFUSE], ["phone"]),
        )
    AgreementVersion.objects.filter(pk=made.pk).update(state=state)
    return made


def test_addresses_are_asked_of_members_whose_calls_the_agent_answers(world, call):
    assert address(world) == set(), "no agreement has the partnership among its clients"
    version(HUB, 1, 13)
    assert address(world) == {1_0000, 101_0000}, "Lichfield's calls aren't Sam's, Harborough is no member"


@pytest.mark.parametrize("changes", [
    {"state": "draft"}, {"starts": NOW + HOUR}, {"holds_from": NOW + HOUR},
    {"ends": NOW - HOUR},
])
def test_members_are_those_of_a_version_that_holds(world, call, changes):
    version(HUB, 1, **changes)
    assert address(world) == set()


def test_a_council_is_known_by_its_whole_number_though_the_service_has_a_smaller_one(world, call):
    """Key 101·0057: the partnership's, and not the last of the council before it."""
    version(HUB, 1)
    Grant.objects.filter(team_id=world.hub_team, council_id=HUB).update(service_id=57)
    assert address(world) == {1_0000, 101_0000}
    assert seen(world)["line_write"] == {101_0057}


def test_only_the_postcode_that_was_given_and_only_those_councils(world, call):
    version(HUB, 2)
    with scope(System("load")):
        for council, number in ((2, 1), (1, 2)):
            Property.objects.create(council_id=council, uprn=77_000_000_100 + number, number=str(number), street="x",
                                    town="x", postcode_key="LE79ZZ", postcode="LE7 9ZZ", round_code="")
    with scope(Staff(world.sam, CALL)):
        assert not Property.objects.exists()
        connection.cursor().execute("SELECT set_config('moothall.postcode', 'LE79ZZ', true)")
        assert list(Property.objects.values_list("council_id", "postcode_key")) == [(2, "LE79ZZ")]


# -- going on with it for a council -----------------------------------------------------------------------------------

def go_on(world: Any, *, council: int = 2, service: int = REFUSE, contact: int = CALL) -> Lease:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT moothall.lease_on(%s, %s, %s, %s, %s)",
                       [world.sam, contact, world.home["contact"], council, service])
    return Lease.objects.get(person_id=world.sam, contact_id=world.home["contact"])


def grants(world: Any) -> Any:
    return Grant.objects.filter(team_id=world.hub_team, council_id=2)


def members(world: Any) -> Any:
    return Membership.objects.filter(person_id=world.sam)


def test_the_lease_of_the_next_contact_outlasts_the_share_by_half_an_hour(world, call):
    grants(world).update(valid_to=NOW + DAY)
    made = go_on(world)
    assert (made.council, made.service, made.via, made.ends) == (2, REFUSE, HUB, NOW + DAY + HOUR / 2)
    assert NOW <= made.starts <= datetime.now(UTC) and (made.cases, made.customers, made.properties) == ([], [], [])
    Lease.objects.filter(pk=made.pk).update(starts=NOW - DAY, ends=NOW, via=None, service=57)
    again = go_on(world)
    assert (again.pk, again.service, again.via, again.ends) == (made.pk, REFUSE, HUB, NOW + DAY + HOUR / 2)
    assert again.starts >= NOW


def test_for_a_share_without_an_end_it_is_as_long_as_a_wrap_up(world, call):
    grants(world).update(valid_to=None)
    assert NOW < go_on(world).ends <= datetime.now(UTC) + HOUR / 2


def test_who_leaves_the_team_tomorrow_still_goes_on_with_it_today(world, call):
    members(world).update(valid_to=NOW + DAY)
    assert go_on(world).council == 2


def test_a_call_that_went_on_for_one_council_may_go_on_for_another(world):
    lease(world, council=1, service=REFUSE, via=HUB)
    assert go_on(world).via == HUB


@pytest.mark.parametrize("changes", [
    {"ends": NOW - HOUR}, {"starts": NOW + HOUR, "ends": NOW + DAY}, {"council": 2}, {"contact_id": CALL + 1},
    {"person": "priya"}, {"via": 2},
])
def test_only_who_talks_in_a_call_of_the_partnership_goes_on_with_it(world, changes):
    person = getattr(world, changes.pop("person", "sam"))
    lease(world, **changes, person_id=person)
    with pytest.raises(ProgrammingError, match="talks in no call of a partnership's line"):
        go_on(world)


@pytest.mark.parametrize(("rows", "changes"), [
    (grants, {"valid_to": NOW - HOUR}), (grants, {"valid_from": NOW + HOUR}), (grants, {"right": "resolve"}),
    (grants, {"council_id": 1}), (grants, {"service_id": 57}), (members, {"valid_to": NOW - HOUR}),
    (members, {"valid_from": NOW + HOUR}), (members, {"team_id": None}),
    (lambda world: Person.objects.filter(pk=world.sam), {"is_active": False}),
])
def test_only_for_a_council_whose_calls_they_answer_now(world, call, rows, changes):
    if "team_id" in changes:
        changes = {"team_id": world.waste_team}
    rows(world).update(**changes)
    with pytest.raises(ProgrammingError, match="does not answer service 524 of council 2"):
        go_on(world)


def halted(world: Any, **changes: Any) -> None:
    Halt.objects.create(**{"kind": "pause", "council_id": 2, "share_id": world.share, "team_id": world.hub_team,
                           "starts": NOW - HOUR, "ends": NOW + HOUR, "reason": "x", "at": NOW, **changes})


CUT = {"kind": "cut", "share_id": None, "team_id": None}


@pytest.mark.parametrize("changes", [{}, {"ends": None}, CUT, {**CUT, "council_id": 1}, {**CUT, "ends": None}])
def test_not_while_the_share_is_halted_or_a_council_of_the_two_cut_off(world, call, changes):
    halted(world, **changes)
    with pytest.raises(ProgrammingError, match="does not answer"):
        go_on(world)


@pytest.mark.parametrize("changes", [
    {"ends": NOW - HOUR / 2}, {"starts": NOW + HOUR, "ends": NOW + DAY}, {"share": "resolve_share"},
    {"team": "waste_team"}, {**CUT, "council_id": 13}, {**CUT, "ends": NOW - HOUR / 2},
    {**CUT, "starts": NOW + HOUR, "ends": None}, {"council_id": 2, "team": "waste_team", "share": "resolve_share"},
])
def test_what_is_halted_elsewhere_or_at_other_times_keeps_nobody_from_it(world, call, changes):
    named = {f"{key}_id": getattr(world, changes[key]) for key in ("share", "team") if key in changes}
    halted(world, **{key: value for key, value in changes.items() if key not in ("share", "team")}, **named)
    assert go_on(world).council == 2
