"""What was open when it was looked up, and isn't when the resident sends."""
from __future__ import annotations

from typing import Any

import pytest

from moothall.cases.models import Case
from moothall.lib import clock
from moothall.web.public.tests.conftest import ANSWERS, Resident
from moothall.web.public.tests.test_runs import _as_public, of_web, seen_whole

pytestmark = pytest.mark.django_db


def test_who_would_be_linked_to_a_case_that_was_closed_meanwhile_reports_it_themselves(
    resident: Resident, town: Any
) -> None:
    resident.fill(town.mill_lane)
    resident.send(resident.path, seen=resident.seen)
    other = Resident()
    other.begin()
    for said in ("LE16 7ZZ", str(town.mill_lane), "refuse"):
        other.say(said)
    assert other.path.endswith("/check/")
    with seen_whole():
        Case.objects.filter(about__startswith="missed-bin:").update(state="closed", closed_at=clock.now())
    _as_public()
    other.send(other.path, seen=other.seen)
    assert other.path.endswith("/q/was_out/?anew=1"), "nothing was sent: the script asks on"
    assert "We haven’t sent anything yet" in other.words and "dealt with since you began" in other.words
    while "/q/" in other.path:
        other.say(ANSWERS[other.path.split("/")[-2]])
    other.send(other.path, seen=other.seen)
    assert "We have what you told us" in other.words and "Your reference HB-" in other.words
    old, new = of_web(Case)
    assert (old.state, new.state) == ("closed", "open")
