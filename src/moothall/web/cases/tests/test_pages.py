"""The officer's pages through HTTP, as the web role: who sees what, what is kept, what is refused."""
from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from cast_of_tests import REFERENCES
from moothall.agreements.queries import Gap
from moothall.cases import actions
from moothall.cases.models import Case, CaseNote
from moothall.customers.models import Customer
from moothall.messages.models import Message
from moothall.people.models import Person
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope
from moothall.web.formats import in_london

NOW = datetime.now(UTC)
HOSTILE = [
    "O'Brien-ab Őz", "שלום, הפח שלי לא רוקן", "<script>alert(1)</script>", "x" * 10_240, "{{ 7 * 7 }}", "one\ntwo",
]  # fmt: skip


@pytest.fixture
def case(world, monkeypatch):
    """An open case of Harborough's bins that waits for Lee's team."""
    monkeypatch.setattr(actions, "responsible", lambda *asked, **more: Gap())
    with scope(System("load")):
        made = actions.open_case(
            council=2, service=524, kind="missed-bin", title="Missed refuse bin, 14 Mill Lane",
            property=world.home["property"], customer=world.home["customer"], contact=world.home["contact"],
            answers=[{"question": "Which bin?", "answer": "Refuse"}], told="A crew comes back by Friday.",
        )
        Case.objects.filter(pk=made.pk).update(team_id=world.waste_team, marks=["unverified_by_crew"])
        made.refresh_from_db()
    return made


def words(response):
    text = re.sub(r"<(script|svg)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def now_of(case):
    with scope(System("load")):
        return Case.objects.get(pk=case.pk)


def test_the_queue_shows_what_is_free_and_the_case_leads_on(case, as_person):
    page = as_person("lee", "/cases/?tab=team")
    assert page.status_code == 200
    assert case.reference in words(page) and "Missed refuse bin, 14 Mill Lane" in words(page)
    assert f'href="/cases/{case.reference}/"' in page.content.decode()


def test_an_empty_queue_says_why_and_what_to_do(case, as_person):
    told = words(as_person("lee", "/cases/"))
    assert "Nothing is waiting for you. 1 case in the team’s queue is free. See it" in told
    assert "No case here matches your filter. Show all" in words(as_person("lee", "/cases/?narrow=nothing"))


@pytest.mark.parametrize(
    "query",
    ["tab=%00", "page=0", "page=-1", "page=99999999999999999999", "council=13", "service=x", "sort=;",
     "words=%27%22%3C", "words=" + "w" * 500, "tab=mine&tab=team"],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_as_if_not_asked_for(world, as_person, query):
    assert as_person("lee", f"/cases/?{query}").status_code == 200


def test_a_case_tells_its_story_before_it_asks(case, as_person):
    told = words(as_person("lee", f"/cases/{case.reference}/"))
    for part in ("Nobody has it yet", "Not checked with the crew", "Opened in a call", "Ana Kowalska",
                 "14 Mill Lane, Kibworth", "A crew comes back by Friday.", "Which bin?"):  # fmt: skip
        assert part in told, part
    assert told.index("Story") < told.index("Add a note") < told.index("Close this case")


def test_a_case_of_nobody_on_record_leads_to_what_they_said_of_themselves(case, as_person):
    with scope(System("load")):
        Case.objects.filter(pk=case.pk).update(customer=None, answers=[{"question": "Name", "answer": "Sam Newcomer"}])
    told = words(as_person("lee", f"/cases/{case.reference}/"))
    assert "stands under Answers" in told and "No name was taken" not in told and "Sam Newcomer" in told
    who = [{"question": "Name", "answer": "Sam Newcomer", "kind": "name"}]
    with scope(System("load")):
        Case.objects.filter(pk=case.pk).update(answers=who)
    told = words(as_person("lee", f"/cases/{case.reference}/"))
    assert "Not checked Sam Newcomer , as they told us under “Name”" in told and "No name was taken" not in told
    with scope(System("load")):
        Case.objects.filter(pk=case.pk).update(answers=[])
    assert "No name was taken" in words(as_person("lee", f"/cases/{case.reference}/"))


def test_a_place_on_the_map_is_shown_said_and_given_in_metres(case, as_person):
    assert "Where it is" not in words(as_person("lee", f"/cases/{case.reference}/"))
    where = {"question": "Where", "answer": "By the third gate (on the map at 52.53560, -0.98420)"}
    with scope(System("load")):
        Case.objects.filter(pk=case.pk).update(answers=[where])
    page = as_person("lee", f"/cases/{case.reference}/")
    told = words(page)
    assert "Where it is Marked" in told and "Easting, northing 468998, 293566" in told
    assert "SP 68998 93566" in told and "52.53560, -0.98420" in told
    assert page.content.decode().count("mark=52.53560,-0.98420") == 2, "close by, and in all of the council's land"
    close, whole = re.findall(r'src="(/map/[^"]+)"', page.content.decode())
    assert as_person("lee", close.replace("&amp;", "&"))["Content-Type"].startswith("image/svg+xml")
    assert "metres=3000" in close and "metres=3000" not in whole


def test_who_could_not_be_sent_the_last_message_is_told_of_at_the_head_and_in_the_queue(case, as_person):
    def sent(state):
        with scope(System("load")):
            Message.objects.create(council_id=2, service_id=524, template="t", channel="sms", to="+447700900123",
                                   body="Come", shown="Come", case_id=case.pk, state=state, made_at=NOW)
        return words(as_person("lee", f"/cases/{case.reference}/")), words(as_person("lee", "/cases/?tab=team"))

    for state, reached in (("queued", True), ("failed", False), ("queued", False), ("sent", True), ("failed", False)):
        page, queue = sent(state)
        assert ("Not reached" not in page) is reached and ("could not be sent" not in queue) is reached, state
    assert page.index("Ring or write to them") < page.index("Story")
    with scope(System("load")):
        Customer.objects.filter(protected=False).update(protected=True)
    page, queue = (words(as_person("lee", address)) for address in (f"/cases/{case.reference}/", "/cases/?tab=team"))
    assert "Not reached" in page and "to reach them" in page and "0900123" not in page, "of somebody protected as well"
    assert "could not be sent" in queue
    assert "Not reached" not in sent("delivered")[0]


def test_an_agent_sees_the_case_but_cannot_change_it(case, as_person):
    told = words(as_person("sam", f"/cases/{case.reference}/"))
    assert "Missed refuse bin" in told and "Take case" not in told and "Close this case" not in told
    for act in ("claim", "give", "close"):
        assert as_person("sam", f"/cases/{case.reference}/{act}/", {"seen": 1}).status_code == 404
    assert now_of(case).changed == 1


@pytest.mark.parametrize("name", ["olive", "jo", "kit"])
def test_whoever_has_no_right_gets_the_page_of_what_is_not_there(case, as_person, name):
    foreign, missing = as_person(name, f"/cases/{case.reference}/"), as_person(name, "/cases/HB-48213-K/")
    assert (foreign.status_code, words(foreign)) == (404, words(missing))
    for act in ("claim", "give", "note", "close"):
        told = {"seen": 1, "text": "mine", "outcome": "emptied", "to": "1:"}
        assert as_person(name, f"/cases/{case.reference}/{act}/", told).status_code == 404
    assert now_of(case).changed == 1


def test_who_is_not_signed_in_is_sent_to_sign_in(case, db):
    for path in ("/cases/", f"/cases/{case.reference}/", "/cases/?narrow=HB-1"):
        assert Client().get(path)["Location"].startswith("/accounts/login/")


def test_taken_noted_given_and_closed(case, as_person, world):
    address = f"/cases/{case.reference}/"
    assert as_person("lee", f"{address}claim/", {"seen": 1})["Location"] == address
    assert as_person("lee", f"{address}note/", {"seen": 2, "text": "Rang the crew."})["Location"] == address
    assert as_person("lee", f"{address}give/", {"seen": 3, "to": f"{world.waste_team}:{world.lee}"}).status_code == 302
    done = as_person("lee", f"{address}close/", {"seen": 4, "outcome": "emptied", "told": ""})
    assert done["Location"] == address
    told = words(as_person("lee", address))
    assert "We came back and emptied it" in told and "Sorry that it was missed" in told and "Rang the crew." in told
    assert now_of(case).outcome == "emptied"
    assert case.reference in words(as_person("lee", "/cases/?tab=closed"))


def test_what_was_done_is_said_once_on_the_case_and_nowhere_else(case, as_person, as_role, world):
    """In a status that has the focus: with no word, and the focus at the top, nobody knows that it went through."""
    client, here = Client(), f"/cases/{case.reference}/"
    acts = (
        ("claim", {}, "You have this case now."),
        ("note", {"text": "Rang the crew"}, "Your note is saved. It stands in the story."),
        ("close", {"outcome": "emptied", "told": ""}, "You have closed this case."),
    )
    with as_role("web"):
        client.force_login(Person.objects.get(pk=world.lee))
        for seen, (act, told, said) in enumerate(acts, 1):
            sent = client.post(f"{here}{act}/", {"seen": seen, **told})
            assert sent.status_code == 302, words(sent)
            page = client.get(here).content.decode()
            found = re.search(r'<p [^>]*role="status"[^>]*data-done>.*?</p>', page, re.S)
            assert found and said in found[0] and 'tabindex="-1"' in found[0]
            assert "data-done" not in client.get(here).content.decode(), "once"
        session = client.session
        session["done"] = {"words": "Of another page", "at": "/elsewhere/"}
        session.save()
        assert "Of another page" not in client.get(here).content.decode()


def test_closing_asks_for_the_outcome_in_the_summary_and_at_the_field(case, as_person):
    page = as_person("lee", f"/cases/{case.reference}/close/", {"seen": 1, "outcome": "", "told": "Kept <b>words</b>"})
    html = page.content.decode()
    assert page.status_code == 422
    assert html.count("Choose what came of it") >= 2 and 'id="errors"' in html and 'id="outcome-error"' in html
    lost = as_person("lee", "/cases/?narrow=HB-48213-L").content.decode()
    assert "<title>Error: " in html and "<title>Error: " in lost
    assert "Kept &lt;b&gt;words&lt;/b&gt;" in html and now_of(case).state == "open"


def test_an_outcome_that_needs_a_reason_asks_for_it(case, as_person):
    told = {"seen": 1, "outcome": "no_access", "told": ""}
    page = as_person("lee", f"/cases/{case.reference}/close/", told)
    assert page.status_code == 422 and words(page).count("Say why: finish the sentence that they will be told") == 2
    told["told"] = "We came back, but couldn't get to your bin, because of parked cars."
    assert as_person("lee", f"/cases/{case.reference}/close/", told).status_code == 302
    assert now_of(case).told.endswith("because of parked cars.")


def test_a_double_close_is_refused_in_words(case, as_person):
    told = {"seen": 1, "outcome": "emptied", "told": ""}
    assert as_person("lee", f"/cases/{case.reference}/close/", told).status_code == 302
    again = as_person("lee", f"/cases/{case.reference}/close/", told)
    assert again.status_code == 409 and re.search(r"Lee closed this case at \d\d:\d\d\.", words(again))
    assert now_of(case).changed == 2


def test_a_stale_note_is_kept_and_can_be_saved_next(case, as_person, world):
    with scope(Staff(world.lee)):
        actions.note_case(case, "Somebody was faster", seen=1)
    address, mine = f"/cases/{case.reference}/note/", "My words <i>stay</i>"
    page = as_person("lee", address, {"seen": 1, "text": mine})
    html = page.content.decode()
    assert page.status_code == 409
    assert re.search(r"Lee changed this case at \d\d:\d\d\. Your note is kept below\. Read what changed", words(page))
    assert "My words &lt;i&gt;stay&lt;/i&gt;" in html and "Somebody was faster" in html
    form = html[html.index(f'action="{address}"') :]
    seen = re.search(r'name="seen" value="(\d+)"', form)
    assert seen and as_person("lee", address, {"seen": seen[1], "text": mine}).status_code == 302


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_as_typed(case, as_person, text):
    assert as_person("lee", f"/cases/{case.reference}/note/", {"seen": 1, "text": text}).status_code == 302
    page = as_person("lee", f"/cases/{case.reference}/").content.decode()
    assert "<script>alert(1)" not in page and "49" not in re.findall(r'note-box"[^>]*>([^<]*)<', page)
    with scope(System("load")):
        assert CaseNote.objects.latest("id").text.replace("\r\n", "\n") == text


@pytest.mark.parametrize("told", [{}, {"seen": "x"}, {"seen": "99999999999999999999"}, {"seen": 1}])
def test_a_form_without_its_fields_is_refused(case, as_person, told):
    for act in ("give", "note", "close"):
        assert as_person("lee", f"/cases/{case.reference}/{act}/", told).status_code in {409, 422}
    assert now_of(case).changed == 1


def test_a_note_that_is_too_long_is_kept_and_refused(case, as_person):
    page = as_person("lee", f"/cases/{case.reference}/note/", {"seen": 1, "text": "y" * 20_001})
    assert page.status_code == 422 and "Shorten it to 20,000 characters" in words(page) and "y" * 20_001 in words(page)


def test_a_case_cannot_be_given_to_people_who_do_not_resolve_it(case, as_person, world):
    for to in (f"{world.hub_team}:", f"{world.waste_team}:{world.olive}", "x", "1:1:1"):
        page = as_person("lee", f"/cases/{case.reference}/give/", {"seen": 1, "to": to})
        assert page.status_code == 422 and "They can’t take this case now" in words(page)


def test_a_protected_persons_name_and_address_are_hidden(case, as_person, world):
    with scope(System("load")):
        Customer.objects.filter(pk=world.home["customer"]).update(protected=True)
    pages = words(as_person("lee", f"/cases/{case.reference}/")) + words(as_person("lee", "/cases/?tab=team"))
    assert "Don’t say, send or print them" in pages and "address hidden" in pages
    assert "Kowalska" not in pages and "Mill Lane" not in pages


def test_rows_of_one_title_are_told_apart_by_whose_they_are_and_of_nobody_protected(case, as_person, world):
    with scope(System("load")):
        Case.objects.filter(pk=case.pk).update(title="Council Tax Support: claim")
    row = words(as_person("lee", "/cases/?tab=team"))
    name = "Ana Kowalska"
    assert f"Council Tax Support: claim {name}, " in row and "Mill Lane" in row
    with scope(System("load")):
        Case.objects.filter(pk=case.pk).update(marks=["discreet"])
    assert name not in words(as_person("lee", "/cases/?tab=team"))
    with scope(System("load")):
        Case.objects.filter(pk=case.pk).update(marks=[])
        Customer.objects.filter(pk=world.home["customer"]).update(protected=True)
    row = words(as_person("lee", "/cases/?tab=team"))
    assert case.reference in row and name not in row and "Mill Lane" not in row


def test_the_answers_are_read_first(case, as_person):
    page = as_person("lee", f"/cases/{case.reference}/").content.decode()
    assert page.index('id="answers"') < page.index('id="story"') < page.index("<aside")


def test_a_reference_as_typed_leads_to_its_case(case, as_person):
    typed = case.reference.lower().replace("-", "+")
    assert as_person("lee", f"/cases/?narrow={typed}")["Location"] == f"/cases/{case.reference}/"
    assert "We can’t find HB-48213-K" in words(as_person("lee", "/cases/?narrow=HB-48213-K"))
    missed = as_person("lee", "/cases/?tab=team&narrow=HB-48213-L")
    assert words(missed).count("a letter or a digit in it is wrong") == 2, "in the summary and at the field"
    assert case.reference in words(missed), "the rows stay"
    assert "is wrong" in words(as_person("lee", "/cases/?narrow=ch+62526+g"))
    assert "is wrong" not in words(as_person("lee", "/cases/?tab=team&narrow=mill"))
    assert re.search(r'name="tab"[^>]* value="team"', missed.content.decode()), "the tab stays"
    assert as_person("lee", f"/cases/{case.reference.lower()}/")["Location"] == f"/cases/{case.reference}/"


def test_the_address_of_a_change_leads_to_its_case(case, as_person):
    for act in ("claim", "give", "note", "close"):
        assert as_person("lee", f"/cases/{case.reference}/{act}/")["Location"] == f"/cases/{case.reference}/"


def test_late_is_told_with_its_shape_and_word(case, as_person):
    yesterday = in_london(datetime.now(UTC)) - timedelta(days=1)  # by the calendar: hours would be two days at night
    with scope(System("load")):
        Case.objects.filter(pk=case.pk).update(due_at=yesterday)
    html = as_person("lee", "/cases/?tab=team").content.decode()
    assert re.search(r'tag--bad">.*octagon-x.*late by 1 day', html, re.S)


def test_the_case_shows_what_was_sent_and_paid(world, as_person):
    page = words(as_person("lee", f"/cases/{REFERENCES[2]}/"))
    assert "£35.00 for Two large items: paid" in page
    assert "Text to 01632 960123: delivered" in page
    assert "Your code is ••••" in page


def test_of_somebody_protected_it_isnt_told_where_a_message_went(world, as_person):
    with scope(System("load")):
        Customer.objects.filter(pk=world.home["customer"]).update(protected=True)
    page = words(as_person("lee", f"/cases/{REFERENCES[2]}/"))
    assert "Sent and paid Hidden" in page
    assert "960123" not in page and "£35.00" not in page
    assert "Your code is" not in page
