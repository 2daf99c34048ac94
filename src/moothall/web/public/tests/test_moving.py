"""A resident tells of a move alone: in, out, from one home to another, one who leaves, and a death."""
from __future__ import annotations

import re
from typing import Any

import pytest

from moothall.cases.models import Case
from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_runs import of_web

SAID = {
    "secret": "no", "at_postcode": "LE16 7ZZ", "into_held": "rented", "who_name": "Ana Kowalska",
    "who_reach": "07700 900123", "both_new_postcode": "LE16 7ZZ", "into_home_kinds": "none", "both_home_kinds": "none",
}  # fmt: skip
DAY = "2026-11-20"


def walked(resident: Resident, **told: str) -> None:
    """To the page with the answers, by what is told, else by a day, the first choice, or nothing."""
    resident.begin("moving")
    for _ in range(60):
        if "/q/" not in resident.path:
            return
        step = resident.path.split("/")[-2]
        if "/proofs/" in resident.page:  # papers, which may come later
            resident.send(f"/form/{resident.run}/proofs/{step}/", act="later")
        else:
            resident.say(told.get(step, SAID.get(step, guess(resident.page))))
        assert f"/q/{step}/" not in resident.path, resident.words
    raise AssertionError("no end in 60 questions")


def guess(page: str) -> str:
    offered = re.search(r'type="radio"[^>]* value="([^"]+)"', page)
    if offered:
        return offered[1]
    return DAY if "Day, month and year" in page else "1" if 'inputmode="numeric"' in page else ""


@pytest.mark.parametrize(
    ("what", "kind"), [("in", "move-in"), ("out", "move-out"), ("between", "move-between"), ("leaver", "joint-change")]
)
def test_a_move_becomes_a_case(resident: Resident, town: Any, what: str, kind: str) -> None:
    home = str(town.mill_lane)
    walked(resident, what=what, at_property=home, both_new_property=str(town.assisted))
    assert resident.path.endswith("/check/"), resident.words
    assert "1 Mill Lane" in resident.words and "Ana Kowalska" in resident.words
    resident.send(resident.path, seen=resident.seen)
    assert resident.path.endswith("/done/") and "We have what you told us" in resident.words
    (case,) = of_web(Case)
    assert (case.kind, case.property_id) == (kind, town.mill_lane)


def test_who_must_be_kept_safe_gives_no_address(resident: Resident, town: Any) -> None:
    walked(resident, what="in", secret="yes", safe_name="A. B.", safe_way="a.b@example.org")
    assert "postcode" not in resident.words.lower()
    resident.send(resident.path, seen=resident.seen)
    (case,) = of_web(Case)
    assert case.property_id is None and "Mill Lane" not in str(case.answers)


def test_it_is_offered_first_where_council_tax_is_looked_for(resident: Resident, town: Any) -> None:
    assert "/do/moving/" in resident.get("/")
