"""What stands on a case beside what is done: typed for another button, not paid, or under another tab."""
from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from moothall.cases.models import CaseNote
from moothall.payments.models import PaymentRequest
from moothall.people.models import Person
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.cases.tests.test_pages import case, words

__all__ = ["case"]
TYPED = {"text": "Rang the <crew>", "told": "We came back", "outcome": "no_access"}


def form_of_acts(page):
    """The form of the page as a browser sends it: each field with what it holds."""
    html = page.content.decode()
    form = re.search(r'<form [^>]*id="acts".*?</form>', html, re.S)[0]
    held = dict(re.findall(r'<textarea name="(\w+)"[^>]*>\s*([^<]*)</textarea>', form))
    return held | {"outcome": "".join(re.findall(r'name="outcome" value="(\w+)"[^>]*checked', form))}, html


@pytest.mark.parametrize("act", ["give", "close", "note"])
def test_a_button_that_asks_for_more_loses_nothing_that_was_typed_for_another(case, as_person, act):
    sent = {"seen": 1, **TYPED, **({"note": {"text": ""}, "close": {"outcome": ""}}.get(act, {}))}
    page = as_person("lee", f"/cases/{case.reference}/{act}/", sent)
    held, html = form_of_acts(page)
    assert page.status_code == 422
    assert held == {name: sent[name].replace("<", "&lt;").replace(">", "&gt;") for name in TYPED}
    buttons = re.findall(r'<button[^>]*formaction="/cases/[^"]*/(\w+)/"', html)
    assert buttons == ["claim", "give", "close"], "one form holds them all, so that the rest comes along"


@pytest.mark.parametrize(("act", "told"), [("claim", {}), ("note", {"text": "Of the call"})])
def test_what_was_typed_beside_what_is_done_waits_on_the_case_and_nowhere_else(case, as_role, world, act, told):
    here, lee = f"/cases/{case.reference}/", Client()
    with as_role("web"):
        lee.force_login(Person.objects.get(pk=world.lee))
        assert lee.post(f"{here}{act}/", {"seen": 1, **TYPED, **told}).status_code == 302
        page = lee.get(here)
        held, _ = form_of_acts(page)
        assert held["told"] == TYPED["told"] and held["outcome"] == "no_access"
        assert held["text"] == ("" if act == "note" else "Rang the &lt;crew&gt;")
        assert "What else you typed here isn’t saved yet." in words(page)
        assert not any(form_of_acts(lee.get(here))[0].values()), "told once"
    with scope(System("load")):
        assert CaseNote.objects.filter(case=case).count() == (act == "note")


def test_words_that_find_nothing_here_say_under_which_tab_they_find_some(case, as_person):
    page = as_person("lee", "/cases/?narrow=14+mill").content.decode()
    assert re.search(r'<a href="\?tab=team&amp;narrow=14\+mill[^"]*">1 under Team’s</a>', page), page
    assert "under Closed" not in page
    as_person("lee", f"/cases/{case.reference}/close/", {"seen": 1, "outcome": "emptied", "told": ""})
    page = as_person("lee", "/cases/?narrow=14+mill").content.decode()
    assert ">1 under Closed</a>" in page and "under Team" not in page
    assert " under " not in words(as_person("lee", "/cases/?narrow=nowhere"))


def test_what_isnt_paid_stands_at_the_top_while_nothing_should_be_done(case, as_person):
    now = datetime.now(UTC)
    with scope(System("load")):
        asked = PaymentRequest.objects.create(
            council_id=2, service_id=524, link="l" * 26, pence=4500, what="a bulky collection", case_id=case.pk,
            reference=case.reference, state="asked", made_at=now, until=now + timedelta(days=2),
        )
    top = words(as_person("lee", f"/cases/{case.reference}/")).partition("Story")[0]
    assert "Not paid: don’t collect £45.00 for a bulky collection: not paid yet, by" in top
    with scope(System("load")):
        PaymentRequest.objects.filter(pk=asked.pk).update(state="paid", settled_at=now)
    assert "Not paid: don’t collect" not in words(as_person("lee", f"/cases/{case.reference}/"))


def test_the_form_names_the_outcomes_that_need_the_officers_own_words(case, as_person):
    page = words(as_person("lee", f"/cases/{case.reference}/"))
    assert re.search(r"“We [^”]+” needs? your own words: say why\.", page), page
    assert "With another choice you may leave it empty" in page
