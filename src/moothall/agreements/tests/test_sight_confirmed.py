"""Who gains sight of what they don't serve: proposed only by somebody who confirms exactly that, of that very text."""
from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from moothall.agreements.actions import load_version
from moothall.agreements.drafts import draft_version, save_version
from moothall.agreements.life import propose_version
from moothall.agreements.models import AgreementVersion, SightConfirmed
from moothall.agreements.queries import sight_beyond
from moothall.agreements.tests.test_life import Role, first, refused
from moothall.agreements.tests.texts import changed
from moothall.journal.models import Entry
from moothall.people.models import Person
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
__all__ = ["first"]
CHARNWOOD, LICHFIELD, COUNCIL_TAX = 1, 13, 57
LATER = ("from: 2026-09-01", "from: 2027-02-01")
SEES = ("for_percent: 80}\n", "for_percent: 80}\n    sees: [council-tax, refuse]\n    sight_confirmed_by: Jo Bell\n")
KEYS = ["lichfield-answered"]


@pytest.fixture
def draft(first: AgreementVersion, managers: dict[str, Person], as_role: Role) -> AgreementVersion:
    with as_role("web"):
        return draft_version(changed(LATER, SEES), by=managers["Nia"], based_on=first)


def test_what_a_team_serves_is_no_gain(draft: AgreementVersion, as_role: Role) -> None:
    with as_role("web"):
        [gain] = sight_beyond(draft.pk)
    assert (gain.share, gain.team, gain.council) == ("lichfield-answered", "charnwood-contact-centre", LICHFIELD)
    assert gain.function == "answer"


def test_a_service_served_by_other_shares_for_a_part_of_the_time_is_a_gain_all_the_same(
    first: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    """Two shares that hold one after the other serve it for the whole time; one of them doesn't."""
    share = ("  {key}:\n    client: Lichfield\n    services: council-tax\n    function: {function}\n{ways}"
             "    team: charnwood-contact-centre\n    hours: office\n{days}")
    ways = "    channels: [phone]\n"
    early = share.format(key="early", function="answer", ways=ways, days="    to: 2027-05-01\n")
    late = share.format(key="late", function="answer", ways=ways, days="    from: 2027-05-01\n")
    resolves = share.format(key="resolves", function="resolve", ways="", days="")
    for more, gains in ((early, 1), (early + late, 0), (resolves, 1)):
        with as_role("web"):
            found = draft_version(changed(LATER, SEES, ("lines:\n", f"{more}lines:\n")), by=managers["Nia"],
                                  based_on=first)
            assert len(sight_beyond(found.pk)) == gains, more


def test_it_is_proposed_by_somebody_who_confirms_it_and_every_party_can_read_who(
    draft: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    with as_role("web"):
        for sight in ((), ("lichfield-overflow",)):
            with refused("sight_unconfirmed"):
                propose_version(draft, by=managers["Nia"], sight=sight)
        propose_version(draft, by=managers["Nia"], sight=KEYS)
    row = SightConfirmed.objects.get()
    assert (row.version, row.person, row.name, row.job) == (draft, managers["Nia"], "Nia Bell", "Manager")
    assert (row.sha256, row.shares) == (draft.sha256, KEYS)
    with scope(System("load")):
        told = Entry.objects.filter(kind="version.propose").order_by("council_id").values_list("council_id", "body")
        assert [(council, body["sight_confirmed"]) for council, body in told] == [(CHARNWOOD, KEYS), (LICHFIELD, KEYS)]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        SightConfirmed.objects.update(name="Somebody else")


def test_another_text_takes_another_confirmation(
    draft: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    """Read, changed by somebody else, then confirmed: that confirms nothing. Nor does an older one of other words."""
    read = draft.sha256
    with as_role("web"):
        save_version(draft, draft.text.replace("[council-tax, refuse]", "[council-tax, licensing]"), read=read,
                     by=managers["Mo"])
        with refused("moved"):
            propose_version(draft, by=managers["Nia"], sha256=read, sight=KEYS)
    assert not SightConfirmed.objects.exists()
    SightConfirmed.objects.create(version=draft, person=managers["Nia"], name="Nia Bell", sha256=read,
                                  at=draft.loaded_at, shares=KEYS)
    with pytest.raises(DatabaseError, match="nobody confirmed who gains sight"), transaction.atomic():
        AgreementVersion.objects.filter(pk=draft.pk).update(state="proposed")  # not even the owner


def test_what_gives_nobody_more_than_they_serve_needs_no_confirmation(
    first: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    plain = load_version(changed(LATER))
    with as_role("web"):
        propose_version(plain, by=managers["Nia"])
    assert not SightConfirmed.objects.exists()


def test_who_may_not_propose_confirms_nothing(draft: AgreementVersion, as_role: Role, world: Any) -> None:
    jo = Person.objects.get(pk=world.jo)  # a manager of a council that is no party
    with as_role("web"), refused("no_right"):
        propose_version(draft, by=jo, sight=KEYS)
    with as_role("web"), connection.cursor() as cursor:  # and without the application around it
        cursor.execute("SELECT moothall.propose_text(%s, %s, %s, now(), %s)", [draft.pk, draft.sha256, jo.pk, KEYS])
    assert not SightConfirmed.objects.exists()


@pytest.mark.parametrize("role", ["web", "worker", "router", "report", "public"])
@pytest.mark.parametrize("statement", [
    "INSERT INTO agreements_sightconfirmed (version_id, person_id, name, job, sha256, at, shares) "
    "SELECT {version}, {person}, 'x', '', '{sha256}', now(), ARRAY['lichfield-answered']",
    "UPDATE agreements_agreementversion SET state = 'proposed' WHERE id = {version}",
    "UPDATE agreements_share SET body = body - 'sees' WHERE version_id = {version}",
    "SELECT moothall.propose_version({version}, {person}, now(), ARRAY['lichfield-answered'])",
])
def test_no_role_goes_past_it(
    statement: str, role: str, draft: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    words = statement.format(version=draft.pk, person=managers["Nia"].pk, sha256=draft.sha256)
    with pytest.raises(DatabaseError, match="permission denied"), as_role(role), connection.cursor() as cursor:
        cursor.execute(words)
