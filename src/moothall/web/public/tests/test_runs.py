"""A resident follows a script alone: a question a page, nothing done before it is sent, and then once."""
from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from moothall.cases import numbering
from moothall.cases.models import Case
from moothall.cases.numbering import next_reference
from moothall.cases.queries import take_numbers
from moothall.contacts.models import Contact, Need
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.places.models import Collection, Property
from moothall.scripts.models import Run, RunKey
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Resident as Principal
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.public.tests.conftest import Resident


@contextmanager
def seen_whole() -> Iterator[None]:
    """What stands in the tables, whoever asks."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    with scope(System("load")):
        yield


def of_web(model: Any) -> list[Any]:
    with seen_whole():
        contacts = Contact.objects.filter(channel="web").values_list("pk", flat=True)
        return list(model.objects.filter(contact_id__in=list(contacts)).order_by("pk"))


def test_bin_days_are_told_without_a_case(resident: Resident, town: Any) -> None:
    assert "Start now" in resident.get("/do/bin-days/")
    resident.begin("bin-days")
    assert "What is the postcode where the bin is?" in resident.words
    resident.say("LE16 7ZZ")
    assert "1 Mill Lane" in resident.words and "3 Mill Lane" in resident.words
    resident.say(str(town.mill_lane))
    assert resident.path.endswith("/done/") and "Tuesday 8 December" in resident.words
    (need,) = of_web(Need)
    assert need.outcome == "resolved" and need.closed_at
    assert not of_web(Case)


def test_nothing_is_done_before_it_is_sent_and_then_once(resident: Resident, town: Any) -> None:
    resident.fill(town.mill_lane)
    assert resident.path.endswith("/check/") and "1 Mill Lane" in resident.words and "Change" in resident.words
    path, seen = resident.path, resident.seen
    resident.send(path, seen=seen)
    assert resident.path.endswith("/done/") and "We have what you told us" in resident.words
    first = resident.words
    resident.send(path, seen=seen)  # twice
    assert resident.words == first
    (case,), (need,) = of_web(Case), of_web(Need)
    assert case.reference in first and case.property_id == town.mill_lane
    assert (need.outcome, need.case_id) == ("case_opened", case.pk)
    with seen_whole():
        kinds = list(Entry.objects.filter(case_id=case.pk).values_list("kind", "principal"))
    assert ("case.open", f"resident:{path.split('/')[2]}") in kinds


def test_a_reference_that_is_taken_is_passed_over(
    resident: Resident, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after the installation's secret was changed: numbers come in another order then."""
    resident.fill(town.mill_lane)
    with seen_whole():
        ahead = take_numbers(40)
        monkeypatch.setattr(numbering, "_taken", deque(ahead))
        taken, free = (next_reference(Council.objects.get(pk=2)) for _ in range(2))
        numbering._taken = deque(ahead)
        Case.objects.create(council_id=2, service_id=524, reference=taken, kind="x", title="x", opened_at=clock.now())
    resident.send(resident.path, seen=resident.seen)
    assert resident.path.endswith("/done/") and free in resident.words
    (case,), (need,) = of_web(Case), of_web(Need)
    assert (case.reference, need.case_id, need.outcome) == (free, case.pk, "case_opened")
    with seen_whole():
        kinds = Entry.objects.filter(contact_id=case.contact_id).order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["need.open", "case.open", "need.close", "run.send"]


def test_before_it_is_sent_there_is_no_contact(resident: Resident, town: Any) -> None:
    resident.fill(town.mill_lane)
    with seen_whole():
        assert not Contact.objects.filter(channel="web").exists()


def test_an_answer_can_be_changed_and_the_others_stay(resident: Resident, town: Any) -> None:
    resident.fill(town.mill_lane)
    check = resident.path
    resident.get(check.replace("check/", "q/tag/"))
    resident.say("other")
    assert resident.path == check and "something else" in resident.words
    resident.send(check, seen=resident.seen)
    resident.get(check.replace("check/", "q/tag/"))  # Back, after it was sent
    assert resident.path.endswith("/done/")
    (case,) = of_web(Case)
    assert "tag_not_read" in case.marks


def test_a_wrong_answer_keeps_what_was_typed(resident: Resident, town: Any) -> None:
    resident.begin()
    resident.say("<b>nowhere</b>")
    assert "There is a problem" in resident.words and "Enter a full postcode" in resident.words
    assert "&lt;b&gt;nowhere&lt;/b&gt;" in resident.page and "<b>nowhere" not in resident.page
    resident.say("LE16 7ZZ\x00\u202e")
    assert "/q/property/" in resident.path


def test_a_megabyte_and_a_card_number(resident: Resident, town: Any) -> None:
    resident.begin()
    resident.say("LE16 7ZZ")
    resident.say("not_listed")
    assert "/q/address_text/" in resident.path
    assert "We can’t find that address at LE16 7ZZ" in resident.words
    assert resident.path.replace("address_text", "postcode") + '">Change the postcode' in resident.page
    resident.say("x" * 1_000_000)
    assert resident.status == 200 and "20,000 characters or fewer" in resident.words
    resident.say("Card 4111 1111 1111 1111")
    assert "looks like a card number" in resident.words and "4111 1111" not in resident.page


@pytest.mark.parametrize("number", ["0123", "123456", "01", "0000000000", "+44", "999"])
def test_a_number_that_nobody_can_ring_is_refused_on_the_web(resident: Resident, town: Any, number: str) -> None:
    resident.begin()
    ring = f"/form/{resident.run}/ring/"
    resident.send(ring, phone=number)
    assert "Enter a telephone number, like 07700 900123" in resident.words
    resident.get(f"/form/{resident.run}/")
    resident.say("LE16 7ZZ")
    resident.say("not_listed")
    for value in ("Plot 7, The Orchard", "refuse", "2026-11-24", "yes", number):
        resident.say(value)
    assert resident.path.endswith("/q/address_phone/") and "Enter a telephone number" in resident.words
    resident.say("+44 7700 900123")
    assert resident.path.endswith("/q/check_postcode/")
    assert 'value="07700 900123"' in resident.get(ring), "nobody types the number twice"


def test_a_bin_at_an_unknown_address_is_asked_about(resident: Resident, town: Any) -> None:
    resident.begin()
    resident.say("LE16 7ZZ")
    resident.say("not_listed")
    for value in ("Plot 7, The Orchard", "recycling", "2026-11-24", "yes", "", ""):
        resident.say(value)
    assert resident.path.endswith("/check/")
    assert "Recycling: blue bin" in resident.words and "Tuesday 24 November 2026" in resident.words
    resident.send(resident.path, seen=resident.seen)
    (case,) = of_web(Case)
    assert case.title == "Missed blue bin, address not found, LE16 7ZZ"
    assert {"question": "Which bin", "answer": "Recycling: blue bin"} in case.answers


def test_a_page_from_before_says_so_and_keeps_the_answer(resident: Resident, town: Any) -> None:
    resident.begin()
    resident.say("LE16 7ZZ")
    resident.say(str(town.mill_lane))
    stale = (resident.path, resident.seen)
    resident.say("refuse")
    there = resident.path
    resident.send(stale[0], seen=stale[1], value="refuse")  # the same again: a double click
    assert resident.path == there
    resident.send(stale[0], seen=stale[1], value="food")
    assert "in another window since" in resident.words
    assert 'value="food" checked' in resident.page


def test_a_step_that_isnt_on_the_way_leads_to_where_the_run_stands(resident: Resident, town: Any) -> None:
    resident.begin()
    there = resident.path
    for step in ("tag", "report", "nonsense"):
        resident.send(there.replace("postcode", step), seen="1", value="none")
        assert resident.path == there
    resident.send(there.replace("q/postcode", "check"), seen="2")
    assert resident.path == there


def test_another_browser_sees_nothing_and_what_was_typed_is_shown_again(resident: Resident, town: Any) -> None:
    resident.fill(town.mill_lane)
    path = resident.path
    stranger = Resident()
    stranger.get(path)
    assert stranger.status == 404 and "Mill Lane" not in stranger.page
    unknown = stranger.page.replace(path, "")
    stranger.get("/form/987654321/check/")
    assert stranger.status == 404 and stranger.page == unknown
    resident.client.cookies.clear()
    resident.send(path.replace("check", "q/bin"), seen="1", value="my long story")
    assert resident.status == 404 and "my long story" in resident.words


def test_a_run_is_its_councils_alone(resident: Resident, town: Any) -> None:
    resident.fill(town.mill_lane)
    answer = resident.client.get(resident.path, headers={"Host": "charnwood.localhost"})
    assert answer.status_code == 404


def test_an_address_over_the_border_leads_to_its_council(resident: Resident, town: Any) -> None:
    resident.begin()
    resident.say("LE16 7ZZ")
    resident.say(str(town.over_the_border))
    assert resident.path.endswith("/elsewhere/") and "Charnwood Borough Council looks after that" in resident.words
    assert "charnwood.localhost" in resident.page


def test_nobody_learns_who_needs_help_with_their_bins(resident: Resident, town: Any) -> None:
    resident.begin()
    resident.say("LE16 7ZZ")
    resident.say(str(town.assisted))
    resident.say("refuse")
    assert resident.path.endswith("/q/was_out/"), "a home with help is asked this as all others are"


def test_the_same_bin_reported_by_somebody_else_is_linked(resident: Resident, town: Any) -> None:
    resident.fill(town.mill_lane)
    resident.send(resident.path, seen=resident.seen)
    (case,) = of_web(Case)
    other = Resident()
    _as_public()
    other.begin()
    other.say("LE16 7ZZ")
    other.say(str(town.mill_lane))
    other.say("refuse")
    assert other.path.endswith("/check/")
    other.send(other.path, seen=other.seen)
    assert "We know about this one already" in other.words and case.reference not in other.page
    assert "come back for it" in other.words and "There is no reference" in other.words
    assert "1 December" not in other.words, "a home with help has an earlier day, which tells of its people"
    assert len(of_web(Case)) == 1 and {need.case_id for need in of_web(Need)} == {case.pk}


def test_pages_of_a_run_are_kept_by_nobody(resident: Resident, town: Any) -> None:
    resident.fill(town.mill_lane)
    assert "no-store" in resident.head["Cache-Control"] and resident.head["X-Robots-Tag"] == "noindex"
    cookie = resident.client.cookies[f"run-{resident.run}"]
    assert cookie["httponly"] and cookie["path"] == f"/form/{resident.run}/" and cookie["samesite"] == "Lax"
    assert {"Disallow: /form/", "Disallow: /go-on/"} <= set(resident.get("/robots.txt").splitlines())
    before = resident.client.get(resident.path).content
    resident.client.get(resident.path, headers={"User-Agent": "Googlebot/2.1"})
    assert resident.client.get(resident.path).content == before, "whoever only reads changes nothing"


def test_they_can_ask_to_be_rung_once(resident: Resident, town: Any) -> None:
    resident.begin()
    resident.say("LE16 7ZZ")
    ring, there = f"/form/{resident.run}/ring/", resident.path
    resident.send(ring, phone="call me")
    assert "Enter a telephone number" in resident.words and 'value="call me"' in resident.page
    for _ in range(2):
        resident.send(ring, phone="07700 900123")
        assert "We will ring you" in resident.words
        assert re.search(r"we ask for your code:( \w\w){4} ?\.", resident.words), "by which an agent goes on with it"
    reference = re.search(r"HB-\d+-[A-Z]", resident.words)
    resident.get(resident.path)  # again, or Back
    assert reference and reference[0] in resident.words and "We will ring you" in resident.words
    with seen_whole():
        key = RunKey.objects.get(run=resident.run)
    assert key.expires_at > clock.now() + timedelta(days=29), "the call may come late"
    (case,), (need,) = of_web(Case), of_web(Need)
    assert case.kind == "ring-back" and need.outcome == "callback" and need.case_id == case.pk
    assert {"question": "Ring them on", "answer": "07700 900123"} in case.answers
    assert {"question": "Postcode", "answer": "LE16 7ZZ"} in case.answers
    _as_public()
    resident.get(f"/form/{resident.run}/")
    assert resident.path == there, "the script waits to be gone on with"


@pytest.mark.parametrize("path", ["accessibility", "cookies", "how-it-stands", "go-on"])
def test_what_every_site_says(resident: Resident, path: str) -> None:
    resident.get(f"/{path}/")
    assert resident.status == 200 and "Harborough District Council" in resident.words


# -- the first wall, as the role public -----------------------------------------------------------------------


def _role(name: str) -> str:
    from moothall.tenancy.roles import role_name

    return connection.ops.quote_name(role_name(connection.settings_dict["NAME"], name))


def _as_public() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {_role('public')}")


def test_a_resident_sees_their_own_run_and_nothing_else(resident: Resident, town: Any, world: Any) -> None:
    resident.fill(town.mill_lane)
    resident.send(resident.path, seen=resident.seen)
    number = resident.run
    secret = resident.client.cookies[f"run-{number}"].value.partition(".")[0]
    with scope(Principal(number, secret)):
        assert [run.pk for run in Run.objects.all()] == [number]
        assert len(Contact.objects.all()) == len(Need.objects.all()) == len(Case.objects.all()) == 1
        assert not Property.objects.defer("assisted").exists(), "no address without its postcode"
        assert Collection.objects.exists()
    for wrong in (Principal(number, secret[:-1]), Principal(number, ""), Principal(world.home["run"], secret)):
        with scope(wrong):
            assert not Run.objects.exists() and not Case.objects.exists() and not Collection.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM scripts_runkey",
        "SELECT assisted FROM places_property",
        "SELECT 1 FROM customers_customer",
        "SELECT 1 FROM cases_casenote",
        "SELECT 1 FROM journal_entry",
        "UPDATE cases_case SET told = ''",
        "INSERT INTO scripts_run (council_id) VALUES (2)",
        "SELECT moothall.take_code('K74P9MXR', 'x')",
    ],
)
def test_what_the_public_role_may_not_even_ask(world: Any, as_role: Any, statement: str) -> None:
    refused = pytest.raises(DatabaseError)
    with as_role("public"), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement)
