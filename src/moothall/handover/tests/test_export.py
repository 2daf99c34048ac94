"""All of one council's rows, and of its alone; as many as the tables hold; what the second program says of them."""
from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moothall.agreements.models import AgreementVersion
from moothall.documents.models import Document
from moothall.handover.export import hand_back
from moothall.handover.folder import WrongFolder
from moothall.handover.resources import tenant_models
from moothall.handover.tests.conftest import HARBOROUGH, look
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.tenancy.models import Council, TenantModel
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

pytestmark = pytest.mark.django_db
CHARNWOOD, LICHFIELD = 1, 13
FOREIGN = ("Bea Lichfield", "LI-10001-B", "+441632960124", "olive@example.test", "WS13 6AA")


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_table_holds_as_many_rows_as_the_database(written: tuple[Path, str]) -> None:
    folder, _ = written
    with scope(System("load")):
        for model in tenant_models():
            there = set(model._default_manager.filter(council_id=HARBOROUGH).values_list("pk", flat=True))
            if model is Entry:
                there = set(Entry.objects.filter(council_id=HARBOROUGH).exclude(kind="hand_back.certify")
                            .values_list("pk", flat=True))
            found = rows(folder, model._meta.db_table)
            assert {row["id"] for row in found} == there, model.__name__
            assert {row["council_id"] for row in found} <= {HARBOROUGH}


def test_every_table_of_a_council_is_among_them() -> None:
    from django.apps import apps

    assert set(tenant_models()) == {model for model in apps.get_models() if issubclass(model, TenantModel)}


def test_nothing_of_another_council_and_no_password_comes_along(written: tuple[Path, str], world: Any) -> None:
    folder, _ = written
    text = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file())
    assert not [each for each in FOREIGN if each in text]
    assert "pbkdf2" not in text and '"password"' not in text
    people = {row["id"]: row for row in rows(folder, "people_person")}
    assert people[world.lee]["email"] == "lee@example.test"
    assert world.olive not in people


def test_the_second_program_finds_that_everything_fits(written: tuple[Path, str]) -> None:
    folder, digest = written
    status, words = look(folder, "--digest", digest)
    assert status == 0, words
    assert "Everything fits" in words and "cases_case: 1 rows" in words
    assert "NOT FINAL" in words and "Charnwood contact centre of Charnwood may see 1 service" in words


def test_files_come_along_as_files_and_what_was_never_sent_stays(world: Any, as_role: Any, tmp_path: Path) -> None:
    folder, ids = tmp_path / "rows", world.home
    with scope(System("load")):
        waits = Document.objects.create(
            council_id=HARBOROUGH, service_id=524, run_id=ids["run"], step="proofs", name="waits.pdf", kind="pdf",
            size=5, sha256="5" * 64, sent_sha256="5" * 64, came_at=clock.now(), content=b"waits",
        )  # fmt: skip
    with as_role("worker"):
        digest = hand_back(Council.objects.get(pk=HARBOROUGH), folder, at=clock.now())
    told = {row["id"]: (row["name"], row["content"]) for row in rows(folder, "documents_document")}
    there = f"files/document-{ids['document']}.jpg"
    assert told == {ids["document"]: ("bank.jpg", there), waits.pk: ("", "")}
    assert (folder / there).read_bytes() == b"\xff\xd8\xff dots"
    assert [path.name for path in (folder / "files").iterdir()] == [Path(there).name]
    assert "Files that residents sent, in the folder files: 1." in (folder / "certificate.txt").read_text()
    status, words = look(folder, "--digest", digest)
    assert status == 0, words
    (folder / there).write_bytes(b"another")
    assert f"{there} isn't what was certified" in look(folder)[1]
    (folder / there).unlink()
    assert f"names {there}, which isn't there" in look(folder)[1]


def test_whoever_saved_a_draft_of_its_agreement_goes_along_by_name(world: Any, as_role: Any, tmp_path: Path) -> None:
    assert AgreementVersion.objects.filter(parties__contains=[HARBOROUGH]).update(saved_by=world.olive)
    with as_role("worker"):
        digest = hand_back(Council.objects.get(pk=HARBOROUGH), tmp_path / "rows", at=clock.now())
    found = {row["id"]: row for row in rows(tmp_path / "rows", "people_person")}
    assert found[world.olive]["email"] == ""
    status, words = look(tmp_path / "rows", "--digest", digest)
    assert status == 0, words


def test_the_manifest_is_one_that_a_standard_tool_reads(written: tuple[Path, str]) -> None:
    folder, _ = written
    done = subprocess.run(["sha256sum", "--check", "--quiet", "MANIFEST.sha256"], cwd=folder, check=False)
    assert done.returncode == 0


def test_it_is_told_in_the_journal_of_both_and_once(written_now: tuple[Path, str], as_role: Any) -> None:
    folder, digest = written_now
    with as_role("worker"):
        assert hand_back(Council.objects.get(pk=HARBOROUGH), folder, at=clock.now()) == digest
    with scope(System("load")):
        found = Entry.objects.filter(kind="hand_back.certify", body__digest=digest)
        assert sorted(found.values_list("council_id", flat=True)) == [CHARNWOOD, HARBOROUGH]


def edit(folder: Path, name: str, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change the first row of a file, and let every hash fit again: only what the rows say gives it away."""
    path = folder / f"{name}.jsonl"
    first, *others = path.read_text(encoding="utf-8").splitlines(keepends=True)
    row = json.loads(first)
    change(row)
    path.write_text(json.dumps(row) + "\n" + "".join(others), encoding="utf-8")
    mend(folder)


def mend(folder: Path) -> None:
    names = [line.split("  ")[1].strip() for line in (folder / "MANIFEST.sha256").read_text().splitlines()]
    done = subprocess.run(["sha256sum", *names], cwd=folder, capture_output=True, text=True, check=True)
    (folder / "MANIFEST.sha256").write_text(done.stdout)


CORRUPTIONS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a byte": (lambda folder: (folder / "cases_case.jsonl").write_text(
        (folder / "cases_case.jsonl").read_text().replace("Missed bin", "Missed tin")),
        "cases_case.jsonl isn't what was certified"),
    "a file gone": (lambda folder: (folder / "contacts_leg.jsonl").unlink(), "contacts_leg.jsonl is missing"),
    "a resident's file more": (lambda folder: (folder / "files/more.jpg").write_bytes(b"x"),
                               "files/more.jpg is no part"),
    "a file more": (lambda folder: (folder / "more.jsonl").write_text("{}\n"), "more.jsonl is no part"),
    "cut off": (lambda folder: (folder / "places_property.jsonl").write_bytes(
        (folder / "places_property.jsonl").read_bytes()[:-9]), "places_property.jsonl, line 1"),
    "a row less": (lambda folder: ((folder / "cases_casenote.jsonl").write_text(""), mend(folder)),
                   "cases_casenote.jsonl holds 0 rows; the description says 1"),
    "a reference": (lambda folder: edit(folder, "cases_case", lambda row: row.update(customer_id=987654)),
                    "customer_id 987654 leads to no row of customers_customer"),
    "a type": (lambda folder: edit(folder, "cases_case", lambda row: row.update(opened_at="yesterday")),
               "opened_at is no datetime: yesterday"),
    "a field": (lambda folder: edit(folder, "cases_case", lambda row: row.pop("title")), "other fields"),
    "twice": (lambda folder: edit(folder, "places_collection", lambda row: row.update(id=row["id"] + 1)),
              "is there twice"),
    "the certificate": (lambda folder: (folder / "certificate.json").write_text("{"), "certificate.json can't be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_what_was_corrupted_is_named(name: str, written: tuple[Path, str]) -> None:
    folder, _ = written
    corrupt, words = CORRUPTIONS[name]
    corrupt(folder)
    status, told = look(folder)
    assert status == 1 and words in told, told


def test_a_manifest_that_was_mended_is_not_the_one_that_was_told(written: tuple[Path, str]) -> None:
    folder, digest = written
    edit(folder, "cases_case", lambda row: row.update(title="Another"))
    assert look(folder)[0] == 0, "hashes that were all mended fit"
    status, told = look(folder, "--digest", digest)
    assert status == 1 and "isn't the one with the digest" in told


def test_a_folder_of_another_council_or_of_other_things_is_refused(
    written: tuple[Path, str], as_role: Any, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    with as_role("worker"):
        for folder in (written[0], tmp_path / "mine"):
            with pytest.raises(WrongFolder):
                hand_back(Council.objects.get(pk=LICHFIELD), folder, at=clock.now())


def test_the_scope_is_one_councils(world: Any, as_role: Any) -> None:
    with pytest.raises(ValueError, match="must name a council"):
        System("hand_back")
    with as_role("worker"), scope(System("hand_back", HARBOROUGH)):
        for model in tenant_models():
            assert set(model._default_manager.values_list("council_id", flat=True)) == {HARBOROUGH} or (
                model._meta.db_table in {
                    "queueing_offer", "queueing_passing", "identity_identitydraft", "directory_listing",
                    "customers_keptapart",
                }
            )
