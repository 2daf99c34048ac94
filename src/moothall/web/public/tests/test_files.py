"""Residents send files with a claim: one thing a page, now or later, and what was sent stands."""
from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from moothall.cases.models import Case
from moothall.cases.story import story
from moothall.documents import actions
from moothall.documents.models import Document
from moothall.documents.opener import LARGEST, WORDS, NotTaken, Opened
from moothall.documents.opening.program import opened
from moothall.documents.opening.refused import Refused
from moothall.documents.tests import hostile
from moothall.scripts.models import Run, RunKey
from moothall.scripts.steps import walk_of
from moothall.tenancy.roles import role_name
from moothall.web import body_limit
from moothall.web.formats import curly
from moothall.web.public import file_pages, file_views
from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_moving import guess
from moothall.web.public.tests.test_runs import seen_whole

SAID = {
    "postcode": "LE16 7ZZ", "landlord": "owner", "home_kind": "ordinary", "secret": "no", "partner": "no",
    "born": "12/03/1950",
    "council_tax": "yes", "support_now": "no", "who": "Sam Price", "income": "pension", "household": "none",
    "lately": "no", "held": "none",
    "reach": "07700 900123",
}  # fmt: skip


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are opened in this process: that they are opened in another is documents' own test."""

    def open_here(chunks: Iterable[bytes]) -> Opened:
        sent = b"".join(chunks)
        try:
            kind, kept = opened(sent, LARGEST)
        except Refused as refused:
            raise NotTaken(refused.code) from refused
        return Opened(kind, kept, hashlib.sha256(kept).hexdigest(), hashlib.sha256(sent).hexdigest())

    monkeypatch.setattr(file_views, "open_file", open_here)


def at_proofs(resident: Resident, town: Any) -> None:
    resident.begin("rent-help")
    for _ in range(40):
        step = resident.step
        if step in ("proofs", ""):
            break
        assert resident.words.lower().count("leave it empty") <= 1, step
        resident.say({**SAID, "property": str(town.mill_lane)}.get(step, guess(resident.page)))
        assert resident.step != step, resident.words
    assert resident.step == "proofs", (resident.path, resident.words)


def file(name: str = "bank.jpg", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or hostile.picture(notes=True))


def walked(run: int) -> list[tuple[str, Any]]:
    """The steps of the run replayed from its row, and what each brought."""
    with whole():
        found = walk_of(Run.objects.select_related("script").get(pk=run), whole=True)
    return [(step.key, found.next.values.get(step.key)) for step in found.passed]


def proofs(resident: Resident) -> str:
    return f"/form/{resident.run}/proofs/{resident.at('proofs')}/"


def item(resident: Resident, name: str) -> str:
    return f"/form/{resident.run}/files/{resident.at('proofs')}/{resident.at(name)}/"


@contextmanager
def whole() -> Iterator[None]:
    """What stands in the tables; what comes after is the public's role again."""
    with seen_whole():
        yield
    with connection.cursor() as cursor:
        name = role_name(connection.settings_dict["NAME"], "public")
        cursor.execute(f"SET LOCAL ROLE {connection.ops.quote_name(name)}")


def documents(**which: Any) -> list[Document]:
    with whole():
        return list(Document.objects.filter(service__slug="benefits", **which).order_by("pk"))


def test_from_a_list_of_proofs_to_the_case(resident: Resident, town: Any) -> None:
    at_proofs(resident, town)
    assert "Send your proofs" in resident.words and resident.words.count("Not sent yet") >= 3
    resident.get(item(resident, "bank"))
    assert re.search(r"<h1[^>]*>\s*<label[^>]*for=\"files\"", resident.page), "the label is the page's heading"
    resident.send(item(resident, "bank"), files=[file(), file("more.pdf", hostile.pdf())], act="on")
    assert resident.step == "proofs" and "2 files" in resident.words
    resident.send(item(resident, "identity"), act="later")
    assert "To be sent later" in resident.words
    resident.send(proofs(resident), act="on")
    assert "There is a problem" in resident.words and "Letters about pensions: send it now" in resident.words
    assert 'href="#thing-' in resident.page
    resident.send(proofs(resident), act="later")
    while "/q/" in resident.path:
        assert resident.step != "declared", "that it is true is said where all of it stands"
        resident.say(SAID[resident.step])
    checked, _, rest = resident.words.partition("Send this only if all that you told us is true")
    assert "Date of birth 12 March 1950" in checked and "Send to the council" in rest
    assert "bank.jpg, more.pdf" in resident.words and "to be sent later" in resident.words
    resident.send(resident.path, seen=resident.seen)
    assert resident.path.endswith("/done/"), resident.words
    rows = documents()
    assert [(row.name, row.kind, row.item, row.contact_id is not None) for row in rows] == [
        ("bank.jpg", "jpeg", "bank", True), ("more.pdf", "pdf", "bank", True)]
    assert hostile.CAMERA.encode() not in bytes(rows[0].content)
    assert dict(walked(resident.run))["proofs"] == [["bank", "Bank statements: two months, all accounts"]]


def test_after_it_was_sent_more_can_come_and_none_goes(resident: Resident, town: Any) -> None:
    at_proofs(resident, town)
    resident.send(item(resident, "bank"), files=[file()], act="on")
    resident.send(proofs(resident), act="later")
    while "/q/" in resident.path:
        resident.say(SAID[resident.step])
    resident.send(resident.path, seen=resident.seen)
    before, code = walked(resident.run), resident.words.partition("this code: ")[2][:11]
    with whole():
        (case,) = Case.objects.filter(contact__isnull=False, kind="cts-claim")
    stands = Resident()
    stands.send("/how-it-stands/", reference=case.reference, code=code)
    assert "What we still need from you" in stands.words and "Bank statements" not in stands.words
    assert "Nothing is decided yet. Send the proofs" in stands.words, "what the page told"
    resident.get(f"/form/{resident.run}/files/")
    assert "for 30 days after you sent your report" in resident.words
    with whole():
        kept = RunKey.objects.get(run=resident.run).expires_at - datetime.now(UTC)
    assert timedelta(days=29) < kept < timedelta(days=31), "the page says 30 days, and they are"
    assert "1 file" in resident.words and "To be sent later" in resident.words
    resident.send(item(resident, "identity"), files=[file("pass.png", hostile.picture("PNG"))], act="on")
    assert resident.path.endswith("/files/") and resident.words.count("1 file") == 2
    (bank, late) = documents()
    with whole():
        case = Case.objects.filter(contact=late.contact_id).first()
        told = [line.words for line in story(case)]
    assert told[0] == "They sent another file" and told.count(told[0]) == 1, "the officer is told of it"
    resident.send(item(resident, "bank"), remove=str(bank.pk))
    assert "Remove" not in resident.words
    assert [row.pk for row in documents(state="kept")] == [bank.pk, late.pk] and late.contact_id == bank.contact_id
    assert walked(resident.run) == before, "what is told of the run is what was so when it was sent"
    resident.send(item(resident, "identity"), act="on")
    assert "There is a problem" not in resident.words


def test_an_answer_is_asked_again_where_its_files_changed(resident: Resident, town: Any) -> None:
    at_proofs(resident, town)
    resident.send(item(resident, "bank"), files=[file()], act="on")
    resident.send(proofs(resident), act="later")
    assert resident.step == "reach"
    (row,) = documents()
    resident.send(item(resident, "bank"), remove=str(row.pk))
    assert "bank.jpg" not in resident.words
    (gone,) = documents()
    assert (bytes(gone.content), gone.name, gone.state) == (b"", "", "removed")
    resident.get(f"/form/{resident.run}/")
    assert resident.step == "proofs"
    resident.send(proofs(resident), act="later")
    while "/q/" in resident.path:
        resident.say(SAID[resident.step])
    assert "bank.jpg" not in resident.words


def test_sent_twice_it_is_one_and_the_page_says_what_is_here(resident: Resident, town: Any) -> None:
    at_proofs(resident, town)
    for _ in range(2):
        resident.send(item(resident, "bank"), files=[file()], act="more")
    assert resident.path == item(resident, "bank") and resident.words.count("bank.jpg") == 2, "its name, its button"
    resident.send(item(resident, "bank"), files=[file("again.jpg")], act="more")
    assert "“again.jpg” is the same file as “bank.jpg”" in resident.words and "this was added" not in resident.words
    assert len(documents()) == 1


def test_what_a_file_is_for_ends_before_what_a_file_may_be(
    resident: Resident, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_proofs(resident, town)
    own = file_pages.one_of
    for why in ("It shows the day", "It shows the day.", ""):
        monkeypatch.setattr(file_pages, "one_of", lambda *where, why=why: replace(own(*where), why=why))
        resident.get(item(resident, "bank"))
        assert f"{why and 'It shows the day. '}A photo (JPEG or PNG) or a PDF" in resident.words


def test_copies_of_one_file_are_one(resident: Resident, town: Any) -> None:
    at_proofs(resident, town)
    copies = [file() for _ in range(file_views.AT_ONCE + 1)]
    resident.send(item(resident, "bank"), files=copies, act="on")
    assert "bank.jpg: this was added." in resident.words and "bank.jpg, bank.jpg" not in resident.words
    assert len(documents()) == 1


def test_what_cannot_be_used_is_named_and_the_rest_is_kept(resident: Resident, town: Any) -> None:
    at_proofs(resident, town)
    wrong = {name: hostile.REFUSED[name] for name in (
        "a web page called photo.jpg", "a GIF that is JavaScript", "a phone's own photo", "a PDF with a password",
        "a picture that would fill the memory")}  # fmt: skip
    sent = [file(f"evil{number}.jpg", data) for number, (data, _) in enumerate(wrong.values())]
    resident.send(item(resident, "bank"), files=[file(), *sent], act="on")
    assert "There is a problem" in resident.words and "bank.jpg: this was added" in resident.words
    for number, (_, code) in enumerate(wrong.values()):
        assert resident.words.count(curly(WORDS[code].format(name=f"evil{number}.jpg"))) == 2, "above, and at the field"
    assert [row.name for row in documents()] == ["bank.jpg"]


def test_no_page_of_files_answers_with_a_page(resident: Resident, town: Any) -> None:
    at_proofs(resident, town)
    for path, said, words in (
        (item(resident, "bank"), {"act": "on"}, "Choose a file"),
        (item(resident, "bank"), {"act": "on", "files": [file(), file("bad.jpg", b"no picture")]}, "this was added"),
        (proofs(resident), {"act": "on"}, "send it now, or say that you’ll send it later"),
    ):
        answer = resident.client.post(path, said)
        assert answer.status_code == 302, (path, answer.content)
        for _ in range(2):  # Back and Forward
            resident.get(answer["Location"])
            assert "There is a problem" in resident.words and words in resident.words


def test_nothing_chosen_says_what_to_do(resident: Resident, town: Any) -> None:
    at_proofs(resident, town)
    for act in ("on", "more", "nonsense"):
        resident.send(item(resident, "bank"), act=act)
        assert "Choose a file, or “I’ll send it later”" in resident.words and 'href="#files"' in resident.page
    resident.send(item(resident, "bank"), files=[SimpleUploadedFile("none.pdf", b"")], act="on")
    assert "“none.pdf” is empty" in resident.words


class Sent:
    """A body of so many bytes that is made while it is read, and how it was read."""

    def __init__(self, size: int) -> None:
        self.size, self.left, self.largest = size, size, 0

    def read(self, size: int = -1) -> bytes:
        piece = self.left if size < 0 else min(size, self.left)
        self.left, self.largest = self.left - piece, max(self.largest, piece)
        return bytes(piece)

    readline = read


def send_whole(resident: Resident, path: str, body: Sent) -> Any:
    told = {"wsgi.input": body, "CONTENT_LENGTH": str(body.size), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    return resident.client.generic("POST", path, **told)  # type: ignore[arg-type]


def test_fifty_megabytes_are_read_past_and_answered(resident: Resident, town: Any) -> None:
    """Past the true limits, and never more of them in hand than a piece."""
    at_proofs(resident, town)
    film = Sent(50_000_000)
    answer = send_whole(resident, item(resident, "bank"), film)
    assert (film.left, film.largest) == (0, body_limit.PIECE) and answer.status_code == 302
    resident.get(answer["Location"])
    assert "That was too large to send. Each file must be under 10 MB" in resident.words
    assert resident.path.split("?")[0] == item(resident, "bank") and not documents()
    resident.get(f"/form/{resident.run}/")
    assert resident.step == "proofs", "nothing is lost"
    form = Sent(body_limit.LARGEST + 1)
    refused = send_whole(resident, "/do/rent-help/", form)
    assert (form.left, form.largest, refused.status_code) == (0, body_limit.PIECE, 413)
    assert "That was too large to send" in refused.content.decode()
    endless = Sent(body_limit.READ_PAST + 1)
    assert send_whole(resident, "/do/rent-help/", endless).status_code == 413 and endless.largest == 0


def test_many_at_once_and_more_than_a_run_holds(
    resident: Resident, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_proofs(resident, town)
    monkeypatch.setattr(file_views, "AT_ONCE", 2)
    monkeypatch.setattr(actions, "MOST_FILES", 3)
    pictures = [file(f"{width}.jpg", hostile.picture(size=(width, 40))) for width in (60, 70, 80)]
    resident.send(item(resident, "bank"), files=pictures, act="on")
    assert "Send at most 2 files at once" in resident.words and len(documents()) == 2
    pictures = [file(f"{width}.jpg", hostile.picture(size=(width, 40))) for width in (90, 99)]
    resident.send(item(resident, "bank"), files=pictures, act="on")
    assert "holds as many files as it may" in resident.words and len(documents()) == 3


def test_another_browser_and_what_is_not_wanted(resident: Resident, town: Any) -> None:
    at_proofs(resident, town)
    for path in (item(resident, "landlord_form"), item(resident, "nonsense"), f"/form/{resident.run}/files/born/"):
        resident.send(path, files=[file()], act="on")
        assert resident.status == 404
    run = resident.run
    other = Resident()
    other.send(f"/form/{run}/files/proofs/bank/", files=[file()], act="on")
    assert other.status == 404 and "bank.jpg" not in other.page and not documents()
    for path in (f"/form/{run}/files/", f"/form/{run}/proofs/proofs/", f"/form/{run}/files/proofs/bank/"):
        other.get(path)
        assert other.status == 404
