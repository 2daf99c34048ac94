"""The editor of a draft: who may write, what a form changes, two managers at once, what was typed stays."""
from __future__ import annotations

import difflib
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from moothall.agreements.editing import values
from moothall.agreements.models import AgreementVersion
from moothall.web.configure.tests.test_sign import sits, version  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
PAGE = "/agreements/small/2/edit/"


class Form(HTMLParser):
    """What a browser would send of a page's form: the boxes that are ticked, what is chosen, what stands in fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._inside, self._select, self._area = False, "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self._inside = found.get("method") == "post"
        name, value = found.get("name") or "", found.get("value") or ""
        if not self._inside:
            return
        if tag == "input" and name and (found.get("type") not in ("checkbox", "radio") or "checked" in found):
            self.sent.setdefault(name, []).append(value)
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in found:
            self.sent.setdefault(self._select, []).append(value)  # several lists may share a name
        elif tag == "textarea":
            self._area = name
            self.sent[name] = [""]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area][0] += data.removeprefix("\n") if not self.sent[self._area][0] else data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


def shown(response: Any) -> dict[str, Any]:
    """A page's form as a browser would send it back."""
    sent = Form(response.content.decode()).sent
    return {name: found if len(found) > 1 else found[0] for name, found in sent.items()}


def text(version: AgreementVersion) -> str:  # noqa: F811
    return AgreementVersion.objects.get(pk=version.pk).text


def test_the_overview_says_it_in_sentences(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    page = sits("mo").get(PAGE).content.decode()
    assert "Charnwood contact centre answers by phone, Mon to Fri 09:00 to 17:00, 80% within 0:45." in page
    assert "Change<span class=\"visually-hidden\"> the share lichfield-answered" in page


def test_saving_what_is_shown_changes_not_a_byte(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    mo, before = sits("mo"), text(version)
    for where in ("shares/lichfield-answered/", "shares/lichfield-overflow/", "promises/0/", "lines/0/", "period/"):
        answer = mo.post(PAGE + where, shown(mo.get(PAGE + where)))
        assert answer.status_code == 302, (where, answer.content.decode())
        assert text(version) == before, where


def test_a_figure_is_changed_and_nothing_else(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    mo, before = sits("mo"), text(version)
    where = PAGE + "shares/lichfield-answered/"
    answer = mo.post(where, {**shown(mo.get(where)), "answered_within_s": "30", "per_contact_pence": "2.25"})
    assert answer.status_code == 302
    lines = [line for line in difflib.ndiff(before.splitlines(), text(version).splitlines()) if line[0] in "+-"]
    assert lines == ["-     standard: {answered_within_s: 45, for_percent: 80}",
                     "+     standard: {answered_within_s: 30, for_percent: 80}",
                     "+     price: {per_contact_pence: 225}"]
    mo.post(where, {**shown(mo.get(where)), "answered_within_s": "45", "per_contact_pence": ""})
    assert text(version) == before


def test_a_gap_leads_to_the_form_that_closes_it(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    mo = sits("mo")
    promise = shown(mo.get(PAGE + "promises/0/"))
    mo.post(PAGE + "promises/0/", {**promise, "hours": "own", "monday": "09:00-17:00", "saturday": "09:00-12:00"})
    page = mo.get(PAGE)
    assert b"Nobody answers" in page.content and b"Promise less</a>" in page.content
    form = mo.get(PAGE + "shares/?cover=0&who=answer")
    wanted = shown(form)
    assert (wanted["saturday"], wanted["clients"], wanted["function"]) == ("09:00-12:00", "E07000194", "answer")
    answer = mo.post(PAGE + "shares/", {**wanted, "team": "charnwood-contact-centre"})
    assert answer.status_code == 302
    assert b"Nobody answers" not in mo.get(PAGE).content
    assert values(text(version))["shares"]["lichfield-services-answered"]["hours"]["saturday"] == "09:00-12:00"


@pytest.mark.parametrize("hours", ["17:00-09:00", "09:00-00:00", "25:00-26:00", "nine to five"])
def test_what_cannot_be_read_is_said_in_the_form_and_stays_typed(
    hours: str, sits: Any, version: AgreementVersion  # noqa: F811
) -> None:
    mo, before = sits("mo"), text(version)
    where = PAGE + "shares/lichfield-answered/"
    answer = mo.post(where, {**shown(mo.get(where)), "hours": "own", "monday": hours, "purpose": "Kept words"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is a problem" in page and hours in page and "Kept words" in page
    assert text(version) == before


def test_everything_that_is_wrong_is_said_at_once(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    """A missing service and a wrong time together: nobody is sent back twice."""
    mo = sits("mo")
    where = PAGE + "shares/lichfield-answered/"
    sent = {**shown(mo.get(where)), "hours": "own", "monday": "25:00-26:00", "named_days": "2026-13-01 09:00-10:00",
            "answered_within_s": "soon", "by": "five"}
    del sent["services"]
    page = mo.post(where, sent).content.decode()
    summary = page.partition("There is a problem")[2].partition("</ul>")[0]
    for each in ("Choose at least one service", "Monday: ", "Named days: ", "whole number, like 45", "time like 17:00"):
        assert each in summary, each


def test_a_share_has_its_own_period_and_comes_before_another(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    mo, before = sits("mo"), text(version)
    where = PAGE + "shares/lichfield-answered/"
    answer = mo.post(where, {**shown(mo.get(where)), "to": "2027-03-01", "overrides": ["lichfield-overflow"]})
    assert answer.status_code == 302
    share = values(text(version))["shares"]["lichfield-answered"]
    assert (share["to"], share["overrides"]) == ("2027-03-01", ["lichfield-overflow"])
    again = shown(mo.get(where))
    assert (again["to"], again["overrides"]) == ("2027-03-01", "lichfield-overflow")
    del again["overrides"]
    mo.post(where, {**again, "to": ""})
    assert text(version) == before


def test_what_is_rarely_used_is_folded_until_it_says_something(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    mo = sits("mo")
    plain = mo.get(PAGE + "shares/lichfield-answered/").content.decode()
    later = mo.get(PAGE + "shares/lichfield-overflow/").content.decode()
    for page, opened in ((plain, ""), (later, " open")):
        assert f'<details class="fold group"{opened}>\n        <summary class="group__name">Joins later' in page
    assert "Second, where nobody took it before" in later


def test_a_greeting_is_shown_as_it_is_heard(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    mo = sits("mo")
    where = PAGE + "lines/0/"
    mo.post(where, {**shown(mo.get(where)), "greeting": "{council}, {agent} here"})
    assert "“Lichfield District Council, Sam here”" in mo.get(where).content.decode()
    assert "Sam here" in mo.get("/agreements/small/2/changes/").content.decode()


def test_the_second_of_two_managers_is_told_and_loses_nothing(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    mo, nia = sits("mo"), sits("nia")
    where = PAGE + "shares/lichfield-answered/"
    hers = shown(nia.get(where))
    mo.post(where, {**shown(mo.get(where)), "answered_within_s": "30"})
    answer = nia.post(where, {**hers, "for_percent": "90"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert re.search(r"Mo changed this at \d\d:\d\d. Your entries are kept below.", page)
    assert "“45” is now “30”" in page
    again = shown(answer)
    assert (again["for_percent"], again["answered_within_s"]) == ("90", "30")
    assert nia.post(where, again).status_code == 302
    assert values(text(version))["shares"]["lichfield-answered"]["standard"] == {
        "answered_within_s": "30", "for_percent": "90"}


def test_a_share_that_was_removed_meanwhile_comes_back_as_a_new_one(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    mo, nia = sits("mo"), sits("nia")
    where = PAGE + "shares/lichfield-overflow/"
    hers = shown(nia.get(where))
    page = mo.get(where + "remove/").content.decode()
    assert "Lichfield: Lichfield waste answers by phone, joins after 120 seconds" in page, "it says what goes"
    sha = re.search(r'name="sha256" value="([^"]+)"', page)
    assert sha and mo.post(where + "remove/", {"sha256": sha[1]}).status_code == 302
    answer = nia.post(where, {**hers, "after_s": "60"})
    assert answer.status_code == 409 and shown(answer)["after_s"] == "60"


def test_a_second_press_removes_what_the_page_shows_and_nothing_else(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    """Promises are told apart by their place, and somebody else's removing moves the others up."""
    mo, nia = sits("mo"), sits("nia")
    kept = values(text(version))["covers"][1:]
    where = PAGE + "promises/0/remove/"
    hers = shown(nia.get(where))
    assert mo.post(where, shown(mo.get(where))).status_code == 302
    assert values(text(version))["covers"] == kept
    answer = nia.post(where, hers)
    pairs = re.search(r'<dl class="pairs">(.*?)</dl>', answer.content.decode(), re.DOTALL)
    assert answer.status_code == 409 and pairs
    assert "switchboard" not in pairs[1] and "resolve" in pairs[1], "it tells what was there before"
    assert values(text(version))["covers"] == kept


@pytest.mark.parametrize("who", ["jo", "sam", "kit"])
def test_nobody_else_finds_anything_to_write(who: str, sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    """The manager of a council that is no party, an agent, the operator."""
    client, before = sits(who), text(version)
    for where in ("edit/", "edit/shares/", "edit/shares/lichfield-answered/", "edit/period/", "edit/promises/0/",
                  "edit/shares/lichfield-answered/remove/", "new/", "discard/"):
        for answer in (client.get(f"/agreements/small/2/{where}"),
                       client.post(f"/agreements/small/2/{where}", {"sha256": version.sha256, "before": "{}"})):
            assert answer.status_code in (404, 405), where
    assert text(version) == before


def test_a_new_version_is_a_copy_from_another_day(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    nia = sits("nia")
    answer = nia.post("/agreements/small/1/new/", {"starts": "2027-03-01", "ends": "2027-09-01"})
    assert answer["Location"] == "/agreements/small/3/edit/"
    first, third = (AgreementVersion.objects.get(agreement__slug="small", number=number) for number in (1, 3))
    assert third.text == first.text.replace("from: 2026-09-01", "from: 2027-03-01")
    assert nia.post("/agreements/small/3/discard/", {"sha256": "0" * 64}).status_code == 409
    assert nia.post("/agreements/small/3/discard/", {"sha256": third.sha256}).status_code == 302
    assert not AgreementVersion.objects.filter(pk=third.pk).exists()
    assert nia.get("/agreements/small/1/edit/").status_code == 302


def test_a_draft_that_was_changed_is_not_proposed_unread(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    mo, nia = sits("mo"), sits("nia")
    read = version.sha256
    mo.post(PAGE + "period/", {**shown(mo.get(PAGE + "period/")), "name": "Another name"})
    answer = nia.post("/agreements/small/2/propose/", {"password": "moothall-demo", "sha256": read})
    assert answer.status_code == 409
    assert "changed this draft after you opened it" in answer.content.decode()
