"""The desk's states as the agent reads them, and what its buttons do."""
from __future__ import annotations

import re

import pytest
from django.test import Client

from moothall.cases.models import Case
from moothall.contacts.holds import hold_contact
from moothall.customers.models import Customer, CustomerToken
from moothall.payments.models import PaymentRequest
from moothall.people.models import Person
from moothall.queueing.models import Command, Presence, RouterState
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk import views
from moothall.web.desk.tests.conftest import words
from moothall.web.staff import FRAGMENT

HOSTILE = ["O'Brien-ab Őz", "שלום", "<script>alert(1)</script>", "{{ 7 * 7 }}", "x" * 10_000, "one\ntwo",
           "Z\u0338\u0335a\u0337lgo"]


def test_a_ready_desk_says_so_and_for_whom_it_answers(desk):
    page = words(desk.ask("/desk/", whole=True))
    assert "Ready" in page and "Harborough District Council" in page and "Bins and recycling" in page
    assert "Lichfield" not in page


def test_a_ringing_call_shows_in_whose_name_to_speak_and_who_may_be_calling(desk):
    desk.ring()
    page = words(desk.ask("/desk/state/"))
    assert "Harborough District Council" in page
    assert "“Hello, Harborough, Sam speaking.”" in page
    assert "May be Ana Kowalska" in page and "Not checked" in page
    assert "14 Mill Lane, Kibworth" in page and "Next bin:" in page and "HB-10007-Y" in page


def test_a_withheld_number_suggests_nobody(desk):
    desk.ring("")
    page = words(desk.ask("/desk/state/"))
    assert "They withheld their number." in page and "Ana" not in page


def protect(desk):
    with scope(System("load")):
        Customer.objects.filter(pk=desk.world.home["customer"]).update(protected=True)


def test_a_protected_person_is_neither_suggested_nor_found(desk):
    """Not by their number, not by name and postcode, not by their key: the desk knows nobody of that name."""
    protect(desk)
    desk.talk()
    page = words(desk.ask("/desk/state/"))
    assert "Ana" not in page and "Mill Lane" not in page
    said = words(desk.act("who", name="Ana Kowalska", postcode="LE16 7AA"))
    assert "No customer of Harborough has that name at that postcode" in said and "Mill Lane" not in said
    desk.act("who", customer=desk.world.home["customer"])
    page = words(desk.ask("/desk/state/"))
    assert "Ana" not in page and "Mill Lane" not in page and "Not checked" in page


def test_who_is_protected_after_they_were_checked_has_their_address_hidden(desk):
    desk.talk()
    desk.act("who", name="Ana Kowalska", postcode="LE16 7AA")
    protect(desk)
    assert 'data-hidden="yes"' in desk.ask("/desk/state/").content.decode(), "the page's script clears what was found"
    page = words(desk.ask("/desk/state/"))
    assert "A protected person" in page and "Address hidden. Don’t say, send or print it." in page
    assert "Kowalska" not in page and "Mill Lane" not in page and "960123" not in page


def test_the_state_is_sent_only_to_a_page_that_is_behind(desk):
    desk.ring()
    version = desk.presence.version
    assert desk.ask(f"/desk/state/?have={version}").status_code == 204
    behind = desk.ask(f"/desk/state/?have={version - 1}")
    assert behind.status_code == 200 and behind["Moothall-Version"] == str(version)
    assert desk.ask("/desk/state/?have=zz").status_code == 200


@pytest.mark.parametrize(
    ("button", "kind", "talking"), [("answer", "answer", False), ("decline", "decline", False), ("end", "clear", True)]
)
def test_the_call_buttons_ask_the_router(desk, button, kind, talking):
    desk.ring()
    if talking:
        desk.answered()
    assert desk.act(button).status_code == 200
    assert Command.objects.get().kind == kind


def test_without_a_phone_link_the_desk_offers_no_button_that_needs_it(desk):
    RouterState.objects.update(link="down")
    desk.ring()
    page = words(desk.ask("/desk/state/"))
    assert "No phone link." in page and "Use the buttons on your phone" in page and "I can’t take it" not in page
    assert "The phone link is down" in words(desk.act("answer"))


def test_pausing_and_being_ready_again(desk):
    assert "Be ready" in words(desk.act("pause"))
    assert desk.presence.state == Presence.State.PAUSED
    assert "Calls come to you" in words(desk.act("ready"))


def test_a_call_that_was_taken_by_another_says_so_once(desk):
    Presence.objects.filter(pk=desk.world.sam).update(notice="rang_off")
    assert "They rang off before you answered." in words(desk.ask("/desk/state/"))


@pytest.mark.parametrize("text", HOSTILE)
def test_notes_are_kept_as_they_were_typed_and_shown_as_text(desk, text):
    desk.talk()
    saved = desk.act("notes", notes=text)
    assert saved.status_code == 200 and "saved" in saved.json()
    assert desk.contact.notes == text
    assert "<script>alert" not in desk.ask("/desk/state/").content.decode()


def test_notes_that_are_too_long_are_refused_in_words_and_control_characters_are_taken_out(desk):
    desk.talk()
    for size in (20_001, 1_000_000):
        refused = desk.act("notes", notes="x" * size)
        assert refused.status_code == 422 and "20,000 characters" in refused.json()["problem"]
    desk.act("notes", notes="Ana\x00 \u202egnp.exe\x1b[31m")
    assert desk.contact.notes == "Ana gnp.exe[31m"


def test_what_comes_after_the_sign_in_has_ended_changes_nothing_and_the_page_keeps_what_was_typed(desk):
    """The page's script is told by 401 and shows the words above; without it the form comes back after sign-in."""
    desk.talk()
    sent = {"contact": desk.call, "notes": "the yellow bin"}
    assert Client(headers={FRAGMENT: "1"}).post("/desk/notes/", sent).status_code == 401
    assert Client().post("/desk/notes/", sent)["Location"].startswith("/accounts/login/?next=")
    assert desk.contact.notes == ""


def test_nobody_writes_into_a_call_that_is_another_persons(desk):
    desk.talk()
    stolen = desk.ask("/desk/notes/", {"contact": desk.call, "notes": "mine"}, who="priya")
    assert stolen.status_code == 404
    assert desk.contact.notes == ""


def test_a_caller_is_checked_by_the_person_that_the_number_suggested(desk):
    desk.talk()
    page = words(desk.act("who", customer=desk.world.home["customer"]))
    assert "Ana Kowalska Checked" in page
    assert desk.contact.property_id == desk.world.home["property"]
    assert "Not checked" in words(desk.act("who", nobody="yes"))
    assert desk.contact.property_id is None, "it was theirs, and nobody told it"


def test_who_asked_to_be_protected_stays_so_though_they_are_somebody_else(desk):
    """Whoever they were taken for has their address no longer there, and whoever they turn out to be is protected."""
    desk.talk()
    desk.act("who", customer=desk.world.home["customer"])
    desk.act("protect")
    page = words(desk.act("who", nobody="yes"))
    assert "A protected person Protected" in page and "Mill Lane" not in page and "Ana" not in page
    assert "Mill Lane" not in words(desk.ask("/desk/state/"))
    contact = desk.contact
    assert contact.property_id is None and contact.customer_id not in (None, desk.world.home["customer"])
    assert (contact.customer.protected, contact.customer.name) == (True, "Somebody protected")
    with scope(System("load")):
        bert = Customer.objects.create(
            council_id=2, name="Bert Stone", property_id=desk.world.home["property"]
        )
        CustomerToken.objects.bulk_create(
            CustomerToken(council_id=2, customer=bert, token=word) for word in ("bert", "stone")
        )
    page = words(desk.act("who", name="Bert Stone", postcode="LE16 7AA"))
    assert "A protected person Protected" in page and "Bert" not in page
    assert desk.contact.customer_id == bert.pk and desk.contact.customer.protected


def test_whoever_is_checked_in_place_of_somebody_protected_has_not_their_address(desk):
    desk.talk()
    desk.act("who", customer=desk.world.home["customer"])
    desk.act("protect")
    with scope(System("load")):
        bert = Customer.objects.create(council_id=2, name="Bert Stone")
    desk.act("who", customer=bert.pk)
    assert (desk.contact.customer_id, desk.contact.property_id) == (bert.pk, None)
    assert desk.contact.customer.protected


def test_who_asked_for_nothing_is_protected_by_no_check(desk):
    desk.talk()
    desk.act("who", customer=desk.world.home["customer"])
    assert "Not checked" in words(desk.act("who", nobody="yes")) and desk.contact.customer_id is None
    desk.act("who", customer=desk.world.home["customer"])
    assert not desk.contact.customer.protected


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": "Ana Kowalska", "postcode": "le167aa"}, "Ana Kowalska Checked"),
        ({"name": "Ana", "postcode": "LE16 7AA"}, "No customer of Harborough has that name at that postcode"),
        ({"name": "Ana Kowalska", "postcode": "LE16 9ZZ"}, "No customer of Harborough has that name at that postcode"),
        ({"name": "Ana Kovalska", "postcode": "LE16 7AA"}, "Ask how it is spelt, look for it in Find"),
        ({"name": "Ana Kowalska", "postcode": "LE16"}, "Enter their whole postcode, like LE8 0ES"),
        ({"name": "", "postcode": ""}, "Enter the name that they gave"),
    ],
)
def test_a_caller_is_checked_by_whole_name_and_postcode_alone(desk, given, told):
    desk.talk("")
    assert told in words(desk.act("who", **given))


def test_who_was_found_for_an_earlier_call_is_said_to_be_of_that(desk):
    desk.talk()
    shown = desk.ask("/desk/who/", {"contact": desk.call + 900, "customer": desk.world.home["customer"]})
    assert "That was of a call before this one, so nothing was changed." in words(shown)
    assert "Not checked" in words(shown)


def test_a_customer_of_another_council_is_never_named(desk):
    desk.talk()
    page = words(desk.act("who", customer=desk.world.other["customer"]))
    assert "Bea" not in page and "No customer of Harborough" in page


def test_the_page_answers_without_its_script_too(desk):
    desk.ring()
    done = desk.ask("/desk/answer/", {"contact": desk.call}, whole=True)
    assert done.status_code == 302 and done["Location"] == "/desk/"
    assert Command.objects.count() == 1


def test_nothing_of_the_desk_is_kept_by_a_browser(desk):
    assert "no-store" in desk.ask("/desk/", whole=True)["Cache-Control"]


def test_who_answers_for_nobody_has_no_desk(desk, client):
    for who in ("kit", "jo", "lee"):
        assert desk.ask("/desk/", who=who).status_code == desk.ask("/desk/state/", who=who).status_code == 404
        assert desk.ask("/desk/ready/", {}, who=who).status_code == 404
    assert client.get("/desk/")["Location"].startswith("/accounts/login/")
    assert client.get("/desk/state/", headers={"Moothall-Fragment": "1"}).status_code == 401


def test_the_agent_reads_why_the_call_came_and_nobody_else_does(desk, monkeypatch):
    offer = {"person": desk.world.sam, "why": "Sam: free longest"}
    monkeypatch.setattr(views, "offers_in_words", lambda contact: [offer])
    desk.talk()
    assert desk.ask(f"/desk/why/?contact={desk.call}").content.decode() == "Sam: free longest."
    assert "Sam: free longest." in words(desk.ask(f"/desk/why/?contact={desk.call}", whole=True))
    assert desk.ask(f"/desk/why/?contact={desk.call}", who="priya").status_code == 404
    assert desk.ask("/desk/why/").status_code == 404


def test_whoever_signs_out_is_offered_no_more_calls(desk):
    desk.ask("/accounts/logout/", {})
    assert desk.presence.state == "away"
    assert "Be ready" in words(desk.ask("/desk/", whole=True)) and desk.presence.state == "paused"


def test_signing_out_while_it_rings_lets_the_call_go_on_and_in_a_call_keeps_it(desk):
    desk.ring()
    desk.ask("/accounts/logout/", {})
    assert list(Command.objects.values_list("kind", "contact_id")) == [("decline", desk.call)]
    desk.answered()
    desk.ask("/accounts/logout/", {"sure": "yes"})
    assert desk.presence.state == "in_call"


def test_with_a_caller_on_the_line_signing_out_says_what_becomes_of_them_first(desk, as_role):
    desk.talk()
    client = Client()
    with as_role("web"):
        client.force_login(Person.objects.get(pk=desk.world.sam))
        asked = client.post("/accounts/logout/")
        assert asked.status_code == 200 and "_auth_user_id" in client.session
        assert "You are in a call. The caller isn’t cut off" in words(asked) and "Back to the call" in words(asked)
        assert client.post("/accounts/logout/", {"sure": "yes"}).status_code == 302
        assert "_auth_user_id" not in client.session
    desk.hung_up()
    assert "Your last call isn’t finished." in words(desk.ask("/accounts/logout/", {}))
    desk.act("finish", then="ready", notes="")
    assert desk.ask("/accounts/logout/", {}).status_code == 302, "with no call nothing is asked"


def test_what_is_open_at_the_address_leads_to_the_case_and_says_what_is_paid(desk):
    with scope(System("load")):
        case = Case.objects.filter(property=desk.world.home["property"], state="open").order_by("due_at", "pk").first()
        PaymentRequest.objects.filter(council_id=2, case__isnull=False).update(case_id=case.pk)
    desk.talk()
    page = desk.ask("/desk/state/")
    link = f'<a class="nowrap" href="/cases/{case.reference}/" target="_blank">{case.reference}</a>'
    assert link in page.content.decode()
    assert "£35.00 for Two large items: paid" in words(page)
    with scope(System("load")):
        PaymentRequest.objects.filter(case_id=case.pk).update(state="begun")
    assert "£35.00 for Two large items: they are paying now" in words(desk.ask("/desk/state/"))


def test_the_desk_has_a_place_to_say_that_the_sign_in_has_ended(desk):
    page = desk.ask("/desk/", whole=True).content.decode()
    assert re.search(r'id="sign-in-ended" hidden>.*?<a href="/accounts/login/\?next=/desk/">Sign in again', page, re.S)


def test_a_held_call_says_so_and_for_how_long(desk):
    desk.talk()
    assert "Hold" not in words(desk.ask("/desk/state/")).replace("Alt+Shift+H", ""), "the exchange can't"
    RouterState.objects.update(handles_calls=True)
    assert re.search(r'data-key="hold">Hold', desk.ask("/desk/state/").content.decode())
    desk.act("hold")
    assert Command.objects.get().kind == "hold"
    with scope(System("load")):
        hold_contact(desk.key, at=desk.contact.answered_at)
    page = desk.ask("/desk/state/")
    assert "On hold 0:0" in words(page) and "They hear music." in words(page) and "Back to caller" in words(page)
    assert 'data-title="(On hold) Harborough' in page.content.decode()
    desk.act("retrieve")
    assert Command.objects.latest("pk").kind == "retrieve"
    desk.hung_up()
    assert "On hold" not in words(desk.ask("/desk/state/"))


def test_what_the_telephone_system_refused_is_said_in_words(desk):
    desk.talk()
    Presence.objects.update(notice="refused_no_call")
    assert "has no such call any more" in words(desk.ask("/desk/state/"))
    RouterState.objects.update(handles_calls=False)
    assert "can’t do that" in words(desk.act("hold"))
