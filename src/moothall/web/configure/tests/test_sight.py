"""The tab Sign of a draft that lets a team see what it doesn't serve: said, and confirmed by whoever proposes it."""
from __future__ import annotations

import io
import os
import re
from typing import Any

import pytest
from pypdf import PdfReader

from moothall.agreements.actions import load_version
from moothall.agreements.models import AgreementVersion
from moothall.agreements.tests.test_sight_confirmed import LATER, SEES
from moothall.agreements.tests.texts import changed
from moothall.web.configure.tests.test_sign import act, page, sits, state, version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
__all__ = ["sits", "version"]


@pytest.fixture
def seeing(version: AgreementVersion) -> AgreementVersion:
    return load_version(changed(LATER, SEES))


def test_each_gain_is_said_and_confirmed_before_it_is_proposed(
    seeing: AgreementVersion, version: AgreementVersion, sits: Any
) -> None:
    mo = sits("mo")
    assert "confirm that they may see this" not in page(mo, version.number)
    told = page(mo, seeing.number)
    assert re.search(r"Charnwood contact centre will see [\w ]+’s calls and cases about [\w ]+, which it doesn’t", told)
    assert "I, Mo Bell, confirm that they may see this" in told
    answer = act(mo, "propose", seeing.number, sha256=seeing.sha256)
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "Confirm who gains sight, or take it out of the draft" in told and 'href="#id_sight"' in told
    assert state(seeing) == "draft"
    wrong = act(mo, "propose", seeing.number, sha256=seeing.sha256, sight="on", password="x")
    assert re.search(r'name="sight"[^>]* checked', wrong.content.decode()), "a tick that was set stays"
    assert act(mo, "propose", seeing.number, sha256="", sight="on").status_code == 422, "of which text"
    assert act(mo, "propose", seeing.number, sha256="0" * 64, sight="on").status_code == 409
    assert act(mo, "propose", seeing.number, sha256=seeing.sha256, sight="on").status_code == 302
    assert re.search(r"Sight confirmed by Mo Bell, manager, \w{3} \d", page(sits("nia"), seeing.number))


@pytest.mark.skipif(os.environ.get("MOOTHALL_NO_PANGO") == "1", reason="Pango is not installed")
def test_the_pdf_says_who_confirmed(seeing: AgreementVersion, sits: Any) -> None:
    mo = sits("mo")

    def words() -> str:
        answer = mo.get(f"/agreements/small/{seeing.number}/agreement.pdf")
        return " ".join(" ".join(each.extract_text() for each in PdfReader(io.BytesIO(answer.content)).pages).split())

    assert "Nobody has confirmed this." in words()
    act(mo, "propose", seeing.number, sha256=seeing.sha256, sight="on")
    assert "Sight confirmed by Mo Bell, manager, " in words()
