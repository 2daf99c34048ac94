"""A call on a partnership's line at the desk: no council and no sight, then one council and its sight alone."""
from __future__ import annotations

import functools
import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from moothall.contacts.models import Contact
from moothall.customers.models import Customer, CustomerPhone
from moothall.queueing.models import Command, Presence, RouterState
from moothall.scripts.tests.checked import check_packs_once
from moothall.scripts.versions import publish_packs
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk.tests import conftest
from moothall.web.desk.tests.conftest import Desk, hidden, words
from shared_line import HubCall, border_homes, load_hub

CHARNWOOD, HARBOROUGH, LICHFIELD = 1, 2, 13
OF_MEMBERS = ("Ana", "Kowalska", "Mill Lane", "Namesake", "HB-10007-Y", "Next bin")


@pytest.fixture
def hub(world, as_role, monkeypatch):
    """Sam in a call on the hub's line, with the packs published and the phone link up."""
    check_packs_once(monkeypatch)
    publish_packs()
    load_hub()
    RouterState.objects.create(id=1, link="up", heartbeat_at=datetime.now(UTC))
    with scope(System("load")):
        homes = border_homes()
        other = Customer.objects.create(council_id=CHARNWOOD, name="Namesake")
        CustomerPhone.objects.create(council_id=CHARNWOOD, customer=other, number="+441632960123")
    made = HubDesk(world, as_role)
    made.homes = homes
    return made


class HubDesk(Desk):
    def ring(self, number: str = "+441632960123") -> int:
        self.call = HubCall(self.world).rings(number)
        return self.call

    def talk(self, number: str = "+441632960123"):
        self.call = HubCall(self.world).talks(number)
        return self.ask("/desk/state/")

    def act(self, name: str, /, **data: object):
        done = super().act(name, **data)
        self.call = self.presence.contact_id or self.call
        return done

    def say(self, shown, value: str):
        fields = {name: hidden(shown, name) for name in ("run", "step", "seen")}
        return self.act("step", **fields, value=value)


def test_while_it_rings_nobody_is_suggested(hub):
    hub.ring()
    page = words(hub.ask("/desk/state/"))
    assert "Hello, you are through to the councils. Which council is it about?" in page
    assert "Who may be calling is shown when the council is known." in page
    assert not [word for word in OF_MEMBERS if word in page]


def test_the_desk_asks_for_the_council_and_shows_nothing_of_any(hub):
    page = words(hub.talk())
    assert "Which council is it about?" in page and "You see nothing of any council until they say." in page
    assert "Charnwood Borough Council" in page and "Lichfield District Council" in page
    assert "They don’t know which" in page and "Missed bin" in page
    assert not [word for word in OF_MEMBERS if word in page]
    assert "No customer of Test hub has that name" in words(hub.act("who", name="Ana Kowalska", postcode="LE16 7AA"))


def test_who_is_protected_before_their_council_is_known_can_not_be_checked_yet(hub):
    hub.talk()
    page = words(hub.act("protect"))
    assert "A protected person Protected" in page and "Check who" not in page


def test_the_named_council_gives_its_name_greeting_and_caller(hub):
    hub.talk()
    first = hub.call
    shown = hub.act("council", council=HARBOROUGH)
    page = words(shown)
    assert hub.call != first and 'brand-2"' in shown.content.decode()
    assert "You speak for Harborough" in page and "“Hello, Harborough District Council. My name is Sam.”" in page
    assert "May be Ana Kowalska" in page and "14 Mill Lane, Kibworth" in page and "HB-10007-Y" in page
    assert "Namesake" not in page
    checked = words(hub.act("who", name="Ana Kowalska", postcode="le16 7aa"))
    assert "Ana Kowalska Checked" in checked
    assert hub.contact.property_id == hub.world.home["property"]


def test_pressed_twice_it_is_one_leg(hub):
    hub.talk()
    first = hub.call
    for _ in range(2):
        again = hub.ask("/desk/council/", {"contact": first, "council": HARBOROUGH})
        assert again.status_code == 200 and "You speak for Harborough" in words(again)
    with scope(System("load")):
        assert Contact.objects.filter(council_id=HARBOROUGH, state="answered").count() == 1


def test_a_council_that_others_answer_for_is_told_in_words(hub):
    hub.talk()
    first = hub.call
    page = words(hub.act("council", council=LICHFIELD))
    assert "“Lichfield District Council can help you with that. The number is 01543 900002.”" in page
    assert "answers General enquiries for Lichfield. Your team doesn’t, so you see nothing of it." in page
    assert hub.call == first and "You speak for Test hub" in page
    assert hub.ask("/desk/council/", {"contact": first, "council": LICHFIELD}, whole=True).status_code == 200


@pytest.mark.parametrize("council", [101, 999, "x", ""])
def test_what_is_no_council_of_the_line_is_not_there(hub, council):
    hub.talk()
    assert hub.act("council", council=council).status_code == 404


def test_a_call_on_a_councils_own_line_has_no_council_to_choose(desk):
    desk.talk()
    assert desk.act("council", council=CHARNWOOD).status_code == 404
    assert "Which council" not in words(desk.ask("/desk/state/"))


def test_nobody_else_names_the_council(hub):
    hub.talk()
    assert hub.ask("/desk/council/", {"contact": hub.call, "council": HARBOROUGH}, who="priya").status_code == 404


def test_an_address_that_others_answer_for_stops_the_script_and_tells_who(hub):
    hub.talk()
    shown = hub.act("need", script="missed-bin")
    page = words(hub.say(shown, "WS13 6BB"))
    assert "Lichfield District Council can help you with that." in page and "Postcode WS13 6BB" in page
    back = hub.act("back", run=re.search(r'name="run" value="(\d+)"', hub.ask("/desk/state/").content.decode())[1])
    assert hidden(back, "step") == "postcode"
    hub.say(back, "WS13 6BB")
    with scope(System("load")):
        Contact.objects.filter(pk=hub.call).update(state="wrap_up", ended_at=datetime.now(UTC))
    Presence.objects.filter(pk=hub.world.sam).update(state="wrap_up")
    finish = hub.ask("/desk/state/").content.decode()
    assert re.search(r'<option value="signposted" selected>', finish) and "went_on" not in finish


def test_the_border_address_decides_and_another_can_be_named_after_it(hub):
    hub.talk()
    shown = hub.say(hub.act("need", script="missed-bin"), "LE7 9SX")
    assert "You speak for Test hub" in words(shown)
    page = words(hub.say(shown, str(hub.homes.harborough)))
    assert "You speak for Harborough" in page and "Which bin was it?" in page and "Where 1 Long Lane" in page
    changed = words(hub.act("council", council=CHARNWOOD))
    assert "You speak for Charnwood" in changed and "Which house or flat is it?" in changed, "the postcode is kept"


def test_a_script_that_did_not_go_on_with_its_call_waits_to_be_taken_up(hub, monkeypatch):
    """The web process ended between naming the council and going on there."""
    hub.talk()
    shown = hub.act("need", script="missed-bin")
    with monkeypatch.context() as broken:
        broken.setattr("moothall.scripts.handover.take_up_run", lambda run: 1 / 0)
        broken.setattr(conftest, "Client", functools.partial(Client, raise_request_exception=False))
        assert hub.say(shown, "LE11 1AA").status_code == 500
    page = hub.ask("/desk/state/")
    assert "You speak for Charnwood" in words(page) and "1 Missed bin (waiting)" in words(page)
    run = re.search(r'action="/desk/switch/".*?name="run" value="(\d+)"', page.content.decode(), re.S)
    assert "Which house or flat is it?" in words(hub.act("switch", run=run[1]))


def test_why_the_call_came_is_told_after_its_council_is_known_too(hub, monkeypatch):
    hub.talk()
    first = hub.call
    hub.act("council", council=HARBOROUGH)
    told = {first: [{"person": hub.world.sam, "why": "free longest"}]}
    monkeypatch.setattr("moothall.web.desk.views.offers_in_words", lambda contact: told.get(contact.pk, []))
    assert hub.ask(f"/desk/why/?contact={hub.call}").content.decode() == "Free longest."


def test_the_call_is_ended_and_finished_for_its_council(hub):
    hub.talk()
    hub.act("council", council=HARBOROUGH)
    assert hub.act("end").status_code == 200
    assert Command.objects.get().contact_id == hub.call
    with scope(System("load")):
        Contact.objects.filter(pk=hub.call).update(state="wrap_up", ended_at=datetime.now(UTC))
    Presence.objects.filter(pk=hub.world.sam).update(state="wrap_up")
    finish = words(hub.ask("/desk/state/"))
    assert "Finish this call" in finish and "Harborough District Council" in finish
    assert "Calls come to you" in words(hub.act("finish", then="ready", notes="Told them."))
