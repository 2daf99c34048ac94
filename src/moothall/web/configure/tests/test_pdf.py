"""The tagged PDF: what is signed, by whom, who is responsible; and the tags by which a screen reader reads it."""
from __future__ import annotations

import io
import itertools
import os
import re
import sys
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject
from weasyprint.urls import FatalURLFetchingError

from moothall.agreements.in_force import forget
from moothall.lib.pdf import make_pdf
from moothall.people.models import Person
from moothall.web.configure.tests.test_sign import act, signing, sits, version

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(os.environ.get("MOOTHALL_NO_PANGO") == "1", reason="Pango is not installed"),
]
__all__ = ["sits", "version"]
ROW_AND_COLUMN = 2
PDF = "/agreements/small/2/agreement.pdf"


def elements(reader: PdfReader) -> list[tuple[str, DictionaryObject]]:
    """Every element of the structure, in reading order."""
    found: list[tuple[str, DictionaryObject]] = []

    def walk(node: Any) -> None:
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, ArrayObject):
            for each in node:
                walk(each)
        elif isinstance(node, DictionaryObject):
            if "/S" in node:
                found.append((str(node["/S"]), node))
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


def read(answer: Any) -> PdfReader:
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return PdfReader(io.BytesIO(answer.content))


def words(reader: PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def test_it_tells_the_hash_the_signatures_and_who_is_responsible(sits, version):
    mo, nia = sits("mo"), sits("nia")
    act(mo, "propose", sha256=version.sha256)
    act(mo, "put-name", **signing(version, 1))
    waiting = words(read(nia.get(PDF)))
    assert "waits for 1 signature" in waiting and "Mo Bell, manager" in waiting and "not signed" in waiting
    act(nia, "put-name", **signing(version, 13))
    signed = words(read(nia.get(PDF)))
    assert "Signed by every party." in signed and "Nia Bell, manager" in signed
    assert version.sha256 in signed.replace(" ", "")
    assert "Who answers by phone" in signed and re.search(r"\w+ \(1\)", signed)
    for line in filter(None, map(str.strip, version.text.splitlines())):
        assert re.sub(r"\s", "", line) in re.sub(r"\s", "", signed), line
    forget()


def test_its_tags_say_language_title_headings_and_table_heads(sits, version):
    reader = read(sits("mo").get(PDF))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB" and root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] and reader.metadata.title.endswith("version 2")
    assert b"pdfuaid" in root["/Metadata"].get_data()
    told = elements(reader)
    levels = [int(kind[2]) for kind, _ in told if re.fullmatch(r"/H[1-6]", kind)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels
    assert {"/Table", "/TR", "/TH", "/TD", "/P", "/L", "/LI"} <= {kind for kind, _ in told}


def test_every_cell_of_a_table_names_the_heads_of_its_row_and_column(sits, version):
    told = elements(read(sits("mo").get(PDF)))
    heads = {str(node["/ID"]) for kind, node in told if kind == "/TH"}
    cells = [headers(node) for kind, node in told if kind == "/TD"]
    assert heads and cells
    assert all(len(named) == ROW_AND_COLUMN and heads.issuperset(named) for named in cells), cells


def headers(node: DictionaryObject) -> list[str]:
    attributes = node["/A"].get_object()
    several = attributes if isinstance(attributes, ArrayObject) else [attributes]
    return [str(name) for each in several for name in each.get_object().get("/Headers", [])]


def test_all_that_is_drawn_is_tagged_or_called_an_artifact(sits, version):
    """Text outside of marked content would be silent."""
    for page in read(sits("mo").get(PDF)).pages:
        depth = 0
        for line in page.get_contents().get_data().split(b"\n"):
            depth += len(re.findall(rb"\b(?:BDC|BMC)\b", line)) - len(re.findall(rb"\bEMC\b", line))
            assert depth > 0 or not re.search(rb"\bT[jJ]\b", line), line[:80]


def test_the_same_version_gives_the_same_bytes_whenever_it_is_asked_for(sits, version, monkeypatch):
    before = sits("mo").get(PDF).content
    monkeypatch.setattr("fontTools.misc.timeTools.time.time", lambda: 1_000_000_000.0)
    assert sits("mo").get(PDF).content == before


def test_a_draft_says_that_nobody_agreed(sits, version):
    told = words(read(sits("mo").get(PDF)))
    assert "This is a draft. Nobody has agreed to it." in told


def test_without_pango_the_page_says_what_is_missing(sits, version, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    monkeypatch.setattr("builtins.__import__", refuse(__import__))
    answer = sits("mo").get(PDF)
    assert answer.status_code == 503
    assert "libpango" in answer.content.decode() and "Save the text instead" in answer.content.decode()


def refuse(kept: Any) -> Any:
    """As weasyprint fails where the system lacks its library."""

    def load(name: str, *rest: Any, **more: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return kept(name, *rest, **more)

    return load


def test_nothing_is_fetched():
    with pytest.raises(FatalURLFetchingError, match="no file of ours"):
        make_pdf('<html lang="en"><title>t</title><link rel="stylesheet" href="http://127.0.0.1:9/x.css"><h1>x</h1>',
                 identifier="x", files={})


def test_who_may_not_read_it_gets_a_404(sits, version, world):
    assert sits("mo").get("/agreements/small/9/agreement.pdf").status_code == 404
    client = Client()
    client.force_login(Person.objects.get(pk=world.lee))
    assert client.get(PDF).status_code == 404
