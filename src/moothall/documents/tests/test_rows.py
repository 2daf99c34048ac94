"""Who may do what with a document's row: a resident with their own until it was sent, staff with what they resolve."""
from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from cast_of_tests import NOW, World
from conftest import become
from moothall.cases.models import Case
from moothall.documents import actions
from moothall.documents.actions import Place, TooMany, add_document, attach_documents, read_document, remove_document
from moothall.documents.models import Document
from moothall.documents.names import as_kept, as_shown
from moothall.documents.opener import Opened
from moothall.documents.queries import access_document, kept_of
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.scripts.models import Run
from moothall.scripts.on_the_web import RING_BACK
from moothall.scripts.tasks import forget_unsent
from moothall.tenancy.principals import Resident, Staff, System
from moothall.tenancy.residents import Keys, begin_run, own_contact
from moothall.tenancy.scope import scope

HARBOROUGH, REFUSE = 2, 524
KEYS = Keys("s" * 43, "K74P9MXR")


def opened(content: bytes = b"dots") -> Opened:
    return Opened("jpeg", content, hashlib.sha256(content).hexdigest(), hashlib.sha256(b"sent" + content).hexdigest())


@pytest.fixture
def run(world: World) -> int:
    return begin_run(HARBOROUGH, REFUSE, "0" * 64, {}, KEYS)


def place(run: int, **more: Any) -> Place:
    return Place(HARBOROUGH, REFUSE, run, "proofs", "bank", **more)


def kinds(run: int) -> list[str]:
    with scope(System("load")):
        rows = Entry.objects.filter(kind__startswith="document.").order_by("id")
        return [entry.kind for entry in rows if entry.body.get("run") == run]


def test_a_resident_adds_once_takes_away_and_what_was_sent_stands(world: World, run: int) -> None:
    with become("public"), scope(Resident(run, KEYS.secret)):
        first, new = add_document(place(run), "C:\\fakepath\\bank.exe", opened())
        assert new and first.name == "bank.jpg"
        assert add_document(place(run), "again.jpg", opened()) == (first, False), "sent twice, it is one"
        other, _ = add_document(place(run), "b.jpg", opened(b"more"))
        assert remove_document(other) and not remove_document(other)
        third, new = add_document(place(run), "b.jpg", opened(b"more"))
        assert new and [each.pk for each in kept_of([run])] == [first.pk, third.pk]
        attach_documents([first.pk, third.pk], own_contact(world.version, world.share))
    with become("public"), scope(Resident(run, KEYS.secret)):
        assert kept_of([run]).filter(contact=None).count() == 0
        assert not remove_document(first), "it was sent"
        with pytest.raises(DatabaseError), transaction.atomic():
            Document.objects.filter(pk=first.pk).only("pk").get().content  # noqa: B018
    with scope(System("load")):
        gone = Document.objects.get(pk=other.pk)
        assert (bytes(gone.content), gone.name, gone.size, gone.state) == (b"", "", 0, "removed")
    assert kinds(run) == ["document.add", "document.add", "document.remove", "document.add"]


def test_a_resident_sees_and_changes_no_document_of_another_run(world: World, run: int) -> None:
    theirs = world.home["document"]
    with become("public"), scope(Resident(run, KEYS.secret)):
        assert not Document.objects.filter(pk=theirs).only("pk").exists()
        assert Document.objects.filter(pk=theirs).update(name="mine") == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            add_document(place(world.home["run"]), "x.jpg", opened())
        with pytest.raises(DatabaseError), transaction.atomic():
            add_document(place(run, contact=world.home["contact"]), "x.jpg", opened())
    with become("public"), scope(Resident(run, "guessed" * 6)):
        assert not kept_of([run]).exists()


@pytest.mark.parametrize(("name", "most"), [("MOST_FILES", 1), ("MOST_BYTES", 6), ("MOST_EVER", 1)])
def test_a_run_holds_only_so_much(run: int, monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    monkeypatch.setattr(actions, name, most)
    with become("public"), scope(Resident(run, KEYS.secret)):
        add_document(place(run), "a.jpg", opened())
        with pytest.raises(TooMany):
            add_document(place(run), "b.jpg", opened(b"more"))
        assert not add_document(place(run), "a.jpg", opened())[1], "what is there already is no more"


def test_an_officer_opens_one_and_the_journal_tells(world: World) -> None:
    ids = world.home
    with become("web"), scope(Staff(world.lee)):
        found = access_document(ids["document"], [ids["run"]])
        assert bytes(found.content) == b"\xff\xd8\xff dots"
        read_document(found, case=ids["case"])
        with pytest.raises(Http404):
            access_document(ids["document"], [])
        with pytest.raises(DatabaseError), transaction.atomic():
            Document.objects.filter(pk=found.pk).update(name="other")
    with scope(System("load")):
        told = Entry.objects.filter(kind="document.read", case_id=ids["case"]).latest("id")
        assert told.principal == f"staff:{world.lee}" and "bank" not in str(told.body)
    for person in (world.olive, world.jo, world.kit):
        with become("web"), scope(Staff(person)), pytest.raises(Http404):
            access_document(ids["document"], [ids["run"]])


@pytest.mark.parametrize(("days", "left", "asked"), [
    (7, "kept", ""), (9, "removed", ""), (9, "kept", "open"), (60, "kept", "open"), (9, "kept", "closed"),
    (32, "removed", "closed"),
])
def test_what_was_never_sent_goes_once_nobody_can_send_it(
    world: World, run: int, days: int, left: str, asked: str
) -> None:
    """And of whoever asked to be rung not before that is done, and as long as their code opens it."""
    with become("public"), scope(Resident(run, KEYS.secret)):
        mine, _ = add_document(place(run), "a.jpg", opened())
        if asked:
            Run.objects.filter(pk=run).update(contact=own_contact(world.version, world.share))
    with scope(System("load")):
        at = clock.now() - timedelta(days=days)
        Run.objects.filter(pk__in=[run, world.home["run"]]).update(changed_at=at)
        if asked:
            Case.objects.create(
                council_id=HARBOROUGH, service_id=REFUSE, reference="HB-48299-K", kind=RING_BACK, state=asked,
                opened_at=at, contact=Run.objects.get(pk=run).contact,
            )
    with become("worker"):
        assert forget_unsent(0) == (left == "removed")
    with scope(System("load")):
        rows = {row.pk: row for row in Document.objects.filter(pk__in=[mine.pk, world.home["document"]])}
    gone, sent = rows[mine.pk], rows[world.home["document"]]
    kept = (left, b"dots", "a.jpg") if left == "kept" else (left, b"", "")
    assert (gone.state, bytes(gone.content), gone.name) == kept
    assert (sent.state, sent.name) == ("kept", "bank.jpg"), "what was sent is the council's"
    assert kinds(run)[1:] == ["document.remove"] * (left == "removed")


def test_a_document_never_points_into_another_council(world: World) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), scope(System("load")):
        Document.objects.create(
            council_id=13, service_id=REFUSE, run_id=world.home["run"], step="x", name="x", kind="pdf", size=1,
            sha256="", sent_sha256="", came_at=NOW, content=b"x",
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with scope(System("load")):
        assert Run.objects.filter(pk=world.home["run"]).exists()


@pytest.mark.parametrize(("name", "shown", "kept"), [
    ("../../etc/passwd", "passwd", "passwd.pdf"),
    ("a\u202efdp.exe", "afdp.exe", "afdp.pdf"),
    ('"><script>.pdf', "script .pdf", "script .pdf"),
    ("C:\\Users\\Ana\\bill.PDF", "bill.PDF", "bill.pdf"),
    ("", "file", "file.pdf"),
    ("...", "file", "file.pdf"),
    ("Kontoauszug März.pdf", "Kontoauszug März.pdf", "Kontoauszug März.pdf"),
    ("4242 4242 4242 4242.pdf", "pdf", "pdf.pdf"),
    ("x" * 300 + ".pdf", "x" * 76 + ".pdf", "x" * 76 + ".pdf"),
])  # fmt: skip
def test_names_are_shown_and_lead_nowhere(name: str, shown: str, kept: str) -> None:
    assert (as_shown(name), as_kept(name, "pdf")) == (shown, kept)
