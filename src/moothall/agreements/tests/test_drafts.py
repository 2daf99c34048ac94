"""Drafts: who may write one, what is stored of it, two managers at once, and that a settled text stays as it is."""
from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from moothall.agreements.drafts import discard_version, draft_version, save_version
from moothall.agreements.editing import Drop, Put, edit
from moothall.agreements.life import propose_version
from moothall.agreements.models import Agreement, AgreementVersion, Line, Share
from moothall.agreements.tests.test_life import first, refused  # noqa: F401 - a fixture
from moothall.agreements.tests.texts import changed
from moothall.journal.models import Entry
from moothall.people.models import Person, Team
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
Role = Callable[[str], AbstractContextManager[None]]
CHARNWOOD, LICHFIELD = 1, 13
LATER = ("from: 2026-09-01", "from: 2027-02-01")
SATURDAY: dict[str, Any] = {
    "client": "Lichfield", "services": ["refuse"], "function": "answer", "channels": ["phone"],
    "team": "lichfield-evenings", "hours": {"saturday": "09:00-12:00"},
}


@pytest.fixture
def draft(first: AgreementVersion, managers: dict[str, Person], as_role: Role) -> AgreementVersion:  # noqa: F811
    with as_role("web"):
        return draft_version(changed(LATER), by=managers["Nia"], based_on=first)


def test_a_draft_is_a_version_with_its_shares_and_lines_and_gives_nobody_anything(
    draft: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    assert (draft.number, draft.state, draft.parties, draft.saved_by) == (2, "draft", [1, 13], managers["Nia"])
    text = edit(draft.text, [Put(("shares", "saturday"), SATURDAY), Put(("teams", "lichfield-evenings"), {
        "name": "Lichfield evenings", "employer": "Lichfield"}), Drop(("shares", "lichfield-overflow"))])
    with as_role("web"):
        save_version(draft, text, read=draft.sha256, by=managers["Mo"])
    assert list(Share.objects.filter(version=draft).order_by("number").values_list("key", flat=True)) == [
        "lichfield-answered", "lichfield-resolved", "garden-resolved", "saturday",
    ]
    assert Share.objects.get(version=draft, key="saturday").team.employer_id == LICHFIELD
    assert Line.objects.filter(version=draft).count() == 1
    assert not Grant.objects.filter(share__version=draft).exists()
    assert (draft.text, draft.saved_by) == (text, managers["Mo"])


def test_the_second_of_two_managers_loses_nothing(
    draft: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    read = draft.sha256
    with as_role("web"):
        save_version(draft, edit(draft.text, [Put(("name",), "Mo's")]), read=read, by=managers["Mo"])
        kept = draft.text
        with refused("moved"):
            save_version(draft, edit(kept, [Put(("name",), "Nia's")]), read=read, by=managers["Nia"])
        with refused("moved"):
            discard_version(draft, read=read, by=managers["Nia"])
        with refused("moved"):
            propose_version(draft, by=managers["Nia"], sha256=read)
        stale = AgreementVersion(pk=draft.pk, sha256=read, text=changed(LATER), starts=draft.starts, ends=draft.ends,
                                 agreement=draft.agreement)
        with refused("moved"):  # changed between being looked at and being proposed
            propose_version(stale, by=managers["Nia"])
    draft.refresh_from_db()
    assert draft.text == kept


def test_nobody_else_writes(first: AgreementVersion, draft: AgreementVersion, as_role: Role, world: Any) -> None:  # noqa: F811
    """A manager of another council, an agent of a party, and the operator."""
    theirs = draft.text.replace("Lichfield", "Harborough").replace("lichfield", "harborough")
    with as_role("web"):
        for name in ("jo", "sam", "kit"):
            person = Person.objects.get(pk=getattr(world, name))
            with refused("no_right"):
                draft_version(draft.text, by=person, based_on=first)
            with refused("no_right"):
                save_version(draft, draft.text, read=draft.sha256, by=person)
            with refused("no_right"):
                discard_version(draft, read=draft.sha256, by=person)
        jo = Person.objects.get(pk=world.jo)  # whose council the new text would make a party
        with refused("no_right"):
            draft_version(theirs, by=jo, based_on=first)
        with refused("no_right"):
            save_version(draft, theirs, read=draft.sha256, by=jo)
    assert AgreementVersion.objects.filter(agreement__slug="small").count() == 2


def test_one_does_not_write_the_own_council_out_or_another_agreement(
    draft: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    without = draft.text.replace("Lichfield", "Harborough").replace("lichfield", "harborough")
    with as_role("web"):
        for text in (without, draft.text.replace("agreement: small", "agreement: smaller")):
            with refused("no_right"):
                save_version(draft, text, read=draft.sha256, by=managers["Nia"])


@pytest.mark.parametrize("what", ["save", "discard"])
def test_what_is_settled_is_nobodys_to_write(
    what: str, first: AgreementVersion, managers: dict[str, Person], as_role: Role  # noqa: F811
) -> None:
    with as_role("web"), refused("not_draft"):
        if what == "save":
            save_version(first, changed(LATER), read=first.sha256, by=managers["Mo"])
        else:
            discard_version(first, read=first.sha256, by=managers["Mo"])
    with as_role("web"), pytest.raises(DatabaseError), transaction.atomic():
        AgreementVersion.objects.filter(pk=first.pk).update(text="x")


def test_the_web_role_fills_no_draft_by_itself(draft: AgreementVersion, as_role: Role) -> None:
    for call in ("fill_draft(1, '{}', 1, now())", "propose_version(1, 1, now())", "enact(1, now())"):
        with as_role("web"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), \
                connection.cursor() as cursor:
            cursor.execute(f"SELECT moothall.{call}")


def test_every_step_is_in_every_partys_journal(
    draft: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    with as_role("web"):
        save_version(draft, edit(draft.text, [Put(("name",), "New")]), read=draft.sha256, by=managers["Mo"])
        discard_version(draft, read=draft.sha256, by=managers["Mo"])
    with scope(System("load")):
        rows = Entry.objects.filter(kind__in=["version.draft", "version.save", "version.discard"]).order_by("id")
        told = [(row.kind, row.council_id) for row in rows]
    assert told == [(kind, council) for kind in ("version.draft", "version.save", "version.discard")
                    for council in (CHARNWOOD, LICHFIELD)]
    assert AgreementVersion.objects.filter(agreement__slug="small").count() == 1
    assert Team.objects.filter(slug="lichfield-waste").exists()


def test_a_new_agreement_needs_a_name_of_its_own(
    first: AgreementVersion, managers: dict[str, Person], as_role: Role  # noqa: F811
) -> None:
    with as_role("web"):
        with refused("taken"):
            draft_version(changed(), by=managers["Mo"])
        new = draft_version(changed(("agreement: small", "agreement: other")), by=managers["Mo"])
        assert (new.number, new.agreement.slug) == (1, "other")
        discard_version(new, read=new.sha256, by=managers["Mo"])
    assert not Agreement.objects.filter(slug="other").exists()


def test_a_text_that_cannot_be_read_is_not_stored(
    draft: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    before = draft.sha256
    broken = ("a: [", "x" * 11_000_000, draft.text.replace('"09:00-17:00"', '"09:00-00:00"'),
              draft.text.replace("from: 2027-02-01", 'from: "2027-03-28 01:30"'), draft.text + "name: again\n")
    with as_role("web"):
        for text in broken:
            with refused("unreadable"):
                save_version(draft, text, read=before, by=managers["Mo"])
    draft.refresh_from_db()
    assert draft.sha256 == before
