"""A share that is paused, taken back or cut off: a resident learns of it where they would count on it, nowhere else."""
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from moothall.agreements import in_force
from moothall.agreements.control import sever_council
from moothall.agreements.queries import Answer, Gap, responsible
from moothall.lib import clock
from moothall.scripts.models import RunKey
from moothall.tenancy.models import Council
from moothall.web.public import contexts
from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_codes import become, code_of

CALLS, WORK = "Nobody answers our telephone about this at present.", "Nobody can deal with this at present."


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes calls and work answered, but for those that a gap is given for: {function: gap}."""

    def stop(gaps: dict[str, Gap]) -> None:
        def found(council: int, service: int, channel: str, does: str, at: datetime) -> Answer | Gap:
            return gaps.get(does) or responsible(council, service, channel, does, at)

        monkeypatch.setattr(contexts.agreements, "responsible", found)

    return stop


@pytest.mark.parametrize(("gaps", "told", "untold"), [
    ({"answer": "paused"}, (CALLS, "You can still do it here."), (WORK, "We answer again")),
    ({"answer": "taken_back", "resolve": "taken_back"}, (CALLS, WORK, "and we keep it"), ("You can still do it",)),
    ({"resolve": "cut_off"}, (WORK, "It takes longer than these pages say."), (CALLS,)),
    ({"answer": "nobody_answers", "resolve": "nobody_answers"}, (), (CALLS, WORK)),
    ({}, (), (CALLS, WORK)),
])  # fmt: skip
def test_the_page_on_which_a_script_begins_says_what_stands_still(
    resident: Resident, stops: Any, gaps: dict[str, str], told: tuple[str, ...], untold: tuple[str, ...]
) -> None:
    stops({does: Gap(code=code) for does, code in gaps.items()})
    resident.get("/do/missed-bin/")
    assert "Start now" in resident.words
    assert all(words in resident.words for words in told), resident.words
    assert not any(words in resident.words for words in untold), resident.words


@pytest.fixture
def numbered(world: Any) -> None:
    """Harborough's own number is the line's."""
    Council.objects.filter(pk=2).update(phone="01632 960001")


def test_it_says_when_it_goes_on_and_offers_no_number_that_nobody_answers(
    numbered: None, resident: Resident, stops: Any
) -> None:
    stops({})
    assert "01632\u00a0960001" in resident.get("/do/missed-bin/")
    stops({"answer": Gap(clock.now() + timedelta(days=2), code="paused")})
    page = resident.get("/do/missed-bin/")
    assert "We answer again on " in resident.words and "01632\u00a0960001" not in page


def test_a_council_that_is_cut_off_takes_nothing_and_says_so(resident: Resident, town: Any) -> None:
    """Its residents are outside too: a form that began would lead nowhere."""
    resident.begin()
    there, code = resident.path, code_of(resident)
    become("")
    sever_council(Council.objects.get(pk=2), reason="Test")
    begun = RunKey.objects.count()
    become("public")
    in_force.forget()
    resident.get(there)
    assert resident.status == 503 and "Your answers are kept for 7 days" in resident.words
    resident.send("/go-on/", code=code)
    assert resident.status == 503 and "Your answers are kept for 7 days" in resident.words
    resident.get("/do/missed-bin/")
    assert resident.status == 503 and "What you have sent before is kept." in resident.words
    assert "Start now" not in resident.words and CALLS not in resident.words
    resident.begin()
    become("")
    assert (resident.status, RunKey.objects.count()) == (503, begun)
    assert not RunKey.objects.exclude(used_hash="").exists(), "the code opens it when the council is back"


def test_who_asks_to_be_rung_is_promised_no_day_while_nobody_can(resident: Resident, town: Any, stops: Any) -> None:
    resident.begin()
    stops({"answer": Gap(code="paused"), "resolve": Gap(code="paused")})
    there = f"/form/{resident.run}/ring/"
    resident.get(there)
    assert "we ring you as soon as we can" in resident.words
    resident.send(there, phone="01632 960457")
    assert "as soon as we can. Nobody can ring you at present." in resident.words
    assert "next working day" not in resident.words and "01632 960457" in resident.words
