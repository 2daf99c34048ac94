"""What a resident sent, on the case: listed by what it was asked for, opened by whoever sees the case, journalled."""
from __future__ import annotations

import pytest
from django.test import Client

from cast_of_tests import NOW, REFERENCES, World
from conftest import become
from moothall.documents.models import Document
from moothall.documents.opener import Opened
from moothall.journal.models import Entry
from moothall.people.models import Person
from moothall.scripts.models import Run, ScriptVersion
from moothall.scripts.packs import hash_of
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.cases.tests.test_pages import words

SCRIPT = """
script: proofs-asked
service: refuse
title: {en: Proofs}
steps:
  - {key: photo, ask: file, optional: true, short: {en: Photo of the bin}, say: {en: "A photo?"}}
  - key: proofs
    ask: checklist
    options: {bank: {en: Bank statement}, pass: {en: Passport}, lease: {en: "The tenant's lease"}}
    short: {en: Proofs}
    say: {en: "Which of these?"}
  - {end: DONE, outcome: resolved, code: x, say: {en: "Done."}}
"""
HERE = f"/cases/{REFERENCES[2]}/"
PDF = Opened("pdf", b"%PDF-1.7 pages", "2" * 64, "3" * 64)


def another(world: World, name: str, made: Opened, *, sent: bool = True, item: str = "bank") -> int:
    """One more file of the cast's run in Harborough; its number."""
    with scope(System("load")):
        return Document.objects.create(
            council_id=2, service_id=524, run_id=world.home["run"], contact_id=world.home["contact"] if sent else None,
            step="proofs", item=item, name=name, kind=made.kind, size=1_240_000, sha256=made.sha256,
            sent_sha256=made.sent_sha256, came_at=NOW, content=made.content,
        ).pk  # fmt: skip


@pytest.fixture
def pdf(world: World) -> int:
    """A file beside the cast's photo, both of the first of three things that were asked for. Its number."""
    text = SCRIPT
    ScriptVersion.objects.create(hash=hash_of(text), pack="refuse", key="proofs-asked", text=text, published_at=NOW)
    with scope(System("load")):
        Run.objects.filter(pk=world.home["run"]).update(
            script_id=hash_of(text), answers={"photo": {"value": ""}, "proofs": {"value": "bank\npass"}})
    return another(world, 'May "24".pdf', PDF)


def opened(case: int) -> list[tuple[str, int]]:
    """Who opened what of a case, as the journal tells."""
    with scope(System("load")):
        rows = Entry.objects.filter(kind="document.read", case_id=case).order_by("pk")
        return [(row.principal, row.body["document"]) for row in rows]


def test_each_thing_that_was_asked_for_is_listed_with_what_came_or_that_nothing_did(world, pdf, as_person):
    told = words(as_person("lee", HERE))
    assert "2 of 4 things asked for aren’t here" in told
    for part in ("Photo of the bin Not sent. They could pass it over.",
                 "Bank statement Open bank.jpg Photo, 1 kB , came",
                 "Save May &quot;24&quot;.pdf PDF, 1.2 MB , came",
                 "Passport Missing Not here yet. They said that they have it or will send it.",
                 "The tenant’s lease Missing Not sent."):  # fmt: skip
        assert part in told.replace("&#34;", "&quot;"), part


def test_a_photo_is_shown_a_pdf_is_saved_and_nothing_of_either_runs_or_stays(world, pdf, as_person):
    photo = as_person("lee", f"{HERE}files/{world.home['document']}/")
    saved = as_person("lee", f"{HERE}files/{pdf}/")
    assert (photo.content, photo["Content-Type"]) == (b"\xff\xd8\xff dots", "image/jpeg")
    assert (saved.content, saved["Content-Type"]) == (b"%PDF-1.7 pages", "application/pdf")
    assert photo["Content-Disposition"] == f'inline; filename="{REFERENCES[2]} bank.jpg"'
    assert saved["Content-Disposition"] == f'attachment; filename="{REFERENCES[2]} May \\"24\\".pdf"'
    for answer in (photo, saved):
        assert {"sandbox", "default-src 'none'"} <= set(answer["Content-Security-Policy"].split("; "))
        assert answer["X-Content-Type-Options"] == "nosniff" and "no-store" in answer["Cache-Control"]
    who = f"staff:{world.lee}"
    assert opened(world.home["case"]) == [(who, world.home["document"]), (who, pdf)]


def test_what_cannot_be_journalled_is_not_opened(world, pdf, as_role, monkeypatch):
    monkeypatch.setattr("moothall.web.cases.file_views.read_document", lambda *_, **__: 1 / 0)
    client = Client(raise_request_exception=False)
    with as_role("web"):
        client.force_login(Person.objects.get(pk=world.lee))
        answer = client.get(f"{HERE}files/{pdf}/")
    assert answer.status_code == 500 and b"%PDF" not in answer.content


def test_who_sees_no_case_opens_no_file_and_no_file_is_found_by_guessing(world, pdf, as_person):
    unsent = another(world, "later.pdf", PDF, sent=False, item="pass")
    assert "later.pdf" not in words(as_person("lee", HERE))
    foreign, theirs = world.other["document"], f"/cases/{REFERENCES[13]}/files/"
    for name, path in (("olive", f"{HERE}files/{pdf}/"), ("jo", f"{HERE}files/{pdf}/"), ("kit", f"{HERE}files/{pdf}/"),
                       ("lee", f"{HERE}files/{unsent}/"), ("lee", f"{HERE}files/{foreign}/"),
                       ("lee", f"{theirs}{pdf}/"), ("olive", f"{theirs}{pdf}/"),
                       ("lee", f"{HERE}files/0/"), ("lee", f"{theirs}{foreign}/")):
        for data in (None, {}):
            answer = as_person(name, path, data)
            assert answer.status_code == 404 and b"%PDF" not in answer.content, (name, path)
    assert as_person("olive", f"{theirs}{foreign}/").status_code == 200, "whose it is"
    assert opened(world.home["case"]) == []


def test_without_its_share_an_agent_neither_sees_nor_opens_it(world, pdf, as_person):
    from moothall.tenancy.models import Grant

    assert as_person("sam", f"{HERE}files/{pdf}/").status_code == 200, "whoever answers sees the case, and its files"
    Grant.objects.filter(team_id=world.hub_team, council_id=2).delete()
    assert as_person("sam", f"{HERE}files/{pdf}/").status_code == 404


def test_a_call_in_hand_brings_the_files_of_its_own_contact_along_and_no_others(world, as_role):
    from datetime import timedelta

    from moothall.queueing.models import Lease
    from moothall.tenancy.models import Grant
    from moothall.tenancy.principals import Staff

    def seen(contact: int | None) -> bool:
        with become("web"), scope(Staff(world.sam, contact)):
            return Document.objects.filter(pk=world.home["document"]).exists()

    Grant.objects.filter(team_id=world.hub_team, council_id=2).delete()
    assert not seen(world.home["contact"])
    Lease.objects.create(person_id=world.sam, contact_id=world.home["contact"], council=2, service=524, keys=[],
                         starts=NOW, ends=NOW + timedelta(hours=9), cases=[], customers=[], properties=[])
    assert seen(world.home["contact"])
    assert not seen(None) and not seen(world.other["contact"])


def test_a_script_that_can_be_read_no_more_hides_no_file(world, as_person):
    told = words(as_person("lee", HERE))
    assert "Something that wasn’t asked for Open bank.jpg" in told and "Missing" not in told
