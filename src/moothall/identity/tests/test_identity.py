"""An identity is its managers' alone, loses nothing when two write at once, and says nothing that does harm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from moothall.agreements.in_force import LineRow
from moothall.agreements.queries import greeting
from moothall.identity.actions import Refused, discard_identity, publish_identity, save_identity
from moothall.identity.check import Said, problems_of_identity
from moothall.identity.models import Identity, IdentityDraft
from moothall.identity.queries import identity_of
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.people.models import Membership, Person, Team
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope

SAID = Said("#1E5B4F", "", "", {"en": {"name": "Harborough Council", "short_name": "Harborough", "tone": "Warm"}})


@pytest.fixture
def jo(world: Any) -> Person:
    """Manages Harborough."""
    return Person.objects.get(pk=world.jo)


@pytest.fixture
def olive(world: Any) -> Person:
    """Manages Lichfield, and has no say in Harborough."""
    team = Team.objects.create(slug="lichfield-managers", name="Lichfield managers", employer_id=world.lichfield)
    Membership.objects.create(person_id=world.olive, team=team, job="manager", valid_from=clock.now())
    return Person.objects.get(pk=world.olive)


@pytest.fixture
def harborough(world: Any) -> Council:
    return Council.objects.get(pk=world.harborough)


def test_a_manager_saves_and_publishes_and_every_version_is_kept(
    world: Any, jo: Person, harborough: Council, as_role: Any
) -> None:
    with as_role("web"):
        save_identity(harborough, SAID, read="0.0", by=jo)
        assert not Identity.objects.exists(), "a draft is not shown"
        publish_identity(harborough, read="0.1", by=jo)
        save_identity(harborough, replace(SAID, brand="#f2b233"), read="1.0", by=jo)
        publish_identity(harborough, read="1.1", by=jo)
    harborough.refresh_from_db()
    assert (harborough.name, harborough.brand, harborough.on_brand) == ("Harborough Council", "#F2B233", "#16202A")
    assert identity_of(harborough).text("tone") == "Warm"
    assert [(row.number, row.brand, row.published_by) for row in Identity.objects.filter(council=harborough)] == [
        (2, "#F2B233", jo), (1, "#1E5B4F", jo)]  # fmt: skip
    with scope(System("load")):
        kinds = Entry.objects.filter(council=harborough, kind__startswith="identity.").values_list("kind", flat=True)
        assert list(kinds.order_by("id")) == ["identity.save", "identity.publish"] * 2


@pytest.mark.parametrize("name", ["olive", "sam", "lee", "kit", ""])
@pytest.mark.usefixtures("olive")
def test_nobody_else_changes_it(world: Any, harborough: Council, jo: Person, as_role: Any, name: str) -> None:
    by = Person.objects.get(pk=getattr(world, name)) if name else None
    with as_role("web"):
        save_identity(harborough, SAID, read="0.0", by=jo)
        for act in (
            lambda: save_identity(harborough, replace(SAID, brand="#000000"), read="0.1", by=by),
            lambda: publish_identity(harborough, read="0.1", by=by),
            lambda: discard_identity(harborough, read="0.1", by=by),
        ):  # fmt: skip
            with pytest.raises(Refused, match="Only a manager"):
                act()
    with scope(System("identity", harborough.pk)):
        assert IdentityDraft.objects.get().brand == "#1E5B4F"


def test_a_draft_is_seen_by_its_own_council_alone(world: Any, jo: Person, harborough: Council, as_role: Any) -> None:
    with as_role("web"):
        save_identity(harborough, SAID, read="0.0", by=jo)
        for principal in (Staff(world.sam), Staff(world.jo), System("identity", world.lichfield)):
            with scope(principal):
                assert not IdentityDraft.objects.exists(), principal
        with pytest.raises(DatabaseError), transaction.atomic(), scope(System("identity", harborough.pk)):
            IdentityDraft.objects.update(brand="#000000")


def test_what_was_published_is_altered_by_nobody(jo: Person, harborough: Council, as_role: Any) -> None:
    save_identity(harborough, SAID, read="0.0", by=jo)
    publish_identity(harborough, read="0.1", by=jo)
    for change in (lambda: Identity.objects.update(brand="#000000"), lambda: Identity.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    for role in ("web", "public", "router"):
        with pytest.raises(ProgrammingError), transaction.atomic(), as_role(role), connection.cursor() as cursor:
            cursor.execute("UPDATE tenancy_council SET brand = '#000000' WHERE number = 2")


@pytest.mark.parametrize("act", ["save", "publish", "discard"])
def test_of_two_at_once_the_second_is_told(jo: Person, harborough: Council, act: str) -> None:
    save_identity(harborough, SAID, read="0.0", by=jo)
    with pytest.raises(Refused, match="Somebody changed this"):
        if act == "save":
            save_identity(harborough, SAID, read="0.0", by=jo)
        elif act == "publish":
            publish_identity(harborough, read="0.0", by=jo)
        else:
            discard_identity(harborough, read="0.0", by=jo)
    publish_identity(harborough, read="0.1", by=jo)
    with pytest.raises(Refused, match="Somebody changed this"):
        save_identity(harborough, SAID, read="0.1", by=jo)
    with pytest.raises(Refused, match="nothing to publish"):
        publish_identity(harborough, read="1.0", by=jo)


def with_text(key: str, words: str) -> Said:
    return replace(SAID, texts={"en": {**SAID.texts["en"], key: words}})  # type: ignore[index]


WRONG = [
    (replace(SAID, brand="#7A7F86"),
    "brand", "4.09 to 1 and needs 4.5. The nearest colour that can be used is #81868E"),
    (replace(SAID, brand="red;}*{"),
    "brand", "like #1E5B4F"),
    (replace(SAID, brand=""),
    "brand", "like #1E5B4F"),
    (replace(SAID, host="lichfield.localhost"),
    "host", "installation"),
    (replace(SAID, host="localhost"),
    "host", "whole"),
    (replace(SAID, host="https://x.example"),
    "host", "alone"),
    (replace(SAID, host="taken.example"),
    "host", "Another council"),
    (replace(SAID, host="ＴＡＫＥＮ.example"),
    "host", "Another council"),
    (replace(SAID, host="a.b.localhost"),
    "host", "own"),
    (with_text("name", ""),
    "name_en", "Enter the name"),
    (with_text("name", "x" * 10_000), "name_en", "120 fit"),
    (with_text("name", "Harborough\u202eliated"),
    "name_en", "turns the text"),
    (with_text("name", "a\nb"),
    "name_en", "one line"),
    (with_text("name", " charnwood  borough council "),
    "name_en", "Charnwood Borough Council is called that"),
    (with_text("short_name", "LICHFIELD"), "short_name_en", "is called that"),
    (with_text("privacy", "x" * 10_001), "privacy_en", "10,000 fit"),
    (with_text("greeting", "Hi {who}"),
    "greeting_en", "bracket"),
    (with_text("greeting", "Hi {agent.__class__}"),
    "greeting_en", "bracket"),
]


@pytest.mark.parametrize(("said", "field", "words"), WRONG)
def test_what_cant_be_used_is_told_at_its_field(harborough: Council, said: Said, field: str, words: str) -> None:
    Council.objects.filter(pk=13).update(host="taken.example")
    found = problems_of_identity(said, harborough)
    assert list(found) == [field] and words in found[field]
    with pytest.raises(Refused):
        save_identity(harborough, said, read="0.0", by=None)


def test_a_host_that_another_council_published_meanwhile_is_refused(
    world: Any, harborough: Council, jo: Person
) -> None:
    save_identity(harborough, replace(SAID, host="Contact.Example."), read="0.0", by=jo)
    Council.objects.filter(pk=world.lichfield).update(host="contact.example")
    with pytest.raises(Refused, match="Another council"):
        publish_identity(harborough, read="0.1", by=jo)


def test_the_lines_greeting_is_the_agreements_and_the_councils_own_fills_its_place() -> None:
    own = LineRow("5001", "", 2, 524, "phone", "Bins", "Bins at {council}, {agent} here.", "Old name", 1)
    assert greeting(own, None, "Sam", usual="Usual") == "Bins at Old name, Sam here."
    bare = replace(own, greeting="")
    assert (
        greeting(bare, None, "Sam", usual="Usual of {council}, {agent}", council="New name") == "Usual of New name, Sam"
    )
    assert greeting(bare, None, "Sam") == "Hello, Old name. My name is Sam. How can I help?"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    from moothall.identity.queries import _published

    yield
    _published.cache_clear()


def test_loading_the_demo_again_leaves_what_a_council_published(harborough: Council, jo: Person) -> None:
    from moothall.demo.people import load_councils

    save_identity(harborough, replace(SAID, brand="#164A8A"), read="0.0", by=jo)
    publish_identity(harborough, read="0.1", by=jo)
    Council.objects.filter(number__in=(1, 13)).update(brand="#000000")
    load_councils()
    harborough.refresh_from_db()
    assert (harborough.name, harborough.brand) == ("Harborough Council", "#164A8A")
    assert Council.objects.get(number=1).brand != "#000000", "one that has published nothing follows the file"
