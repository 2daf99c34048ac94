"""Asking a colleague about a call: what both desks show, and what neither may see or do."""
from __future__ import annotations

import re

import pytest

from moothall.contacts.holds import hold_contact, retrieve_contact
from moothall.contacts.models import Contact
from moothall.customers.models import Customer
from moothall.lib import clock
from moothall.places.models import Property
from moothall.queueing.consults import actions as consults
from moothall.queueing.models import Command, Passing, Presence, RouterState
from moothall.queueing.passings.queries import lease_passed
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk.tests.conftest import hidden, words
from moothall.web.desk.tests.test_passing import PANEL, free, to_priya
from moothall.web.desk.tests.test_script import begin, first_choice, say

__all__ = ["free"]


@pytest.fixture
def able(free):
    """The exchange lets desks ask somebody."""
    RouterState.objects.update(consults=True)
    return free


@pytest.fixture
def talking(able):
    """Sam talks."""
    able.talk()
    return able


def ask_first(desk, **data):
    return desk.ask("/desk/pass-on/ask/", {"contact": desk.call, "receiver": to_priya(desk), "first": "yes", **data})


def rings(desk) -> Passing:
    """As the router does it: Priya is asked, and it rings at her telephone."""
    at, priya = clock.now(), desk.world.priya
    with scope(System("load")):
        passing = Passing.objects.filter(contact_id=desk.call).latest("pk")
        assert consults.ask_agent(desk.key, priya, at=at)
        lease_passed(desk.key, priya, via=None, at=at)
        consults.ring_consult(passing, at=at)
        hold_contact(desk.key, at=at)
    return passing


def talk(passing: Passing) -> None:
    with scope(System("load")):
        consults.answer_consult(passing, at=clock.now())


def hers(desk):
    return desk.ask("/desk/state/", who="priya")


def test_it_is_asked_of_the_router_with_the_question(talking):
    assert 'name="first" value="yes"' in talking.ask(PANEL.format(talking.call)).content.decode()
    assert ask_first(talking, words="May I waive the fee?").status_code == 200
    assert Command.objects.get().kind == "consult"
    with scope(System("load")):
        row = Passing.objects.get()
    assert (row.consult, row.words, row.person_id) == ("asked", "May I waive the fee?", talking.world.priya)


def test_where_the_exchange_cannot_it_is_not_offered_and_refused_in_words(talking):
    RouterState.objects.update(consults=False)
    assert 'name="first"' not in talking.ask(PANEL.format(talking.call)).content.decode()
    assert "Your telephone system can’t do that" in words(ask_first(talking))


def test_both_desks_say_how_it_stands(talking):
    ask_first(talking, words="Waive it?")
    passing = rings(talking)
    page = words(talking.ask("/desk/state/"))
    assert "You ask Priya Shah" in page and "It rings at Priya Shah. The caller hears music." in page
    assert "Back to caller" in page and "Give Priya the call" in page and "Talk to the caller" not in page
    page = hers(talking)
    assert "Sam Okafor asks you" in words(page) and "“" not in words(page).split("What Sam writes")[0][-20:]
    assert "Waive it?" in words(page) and "Harborough District Council" in words(page)
    assert 'data-pop="Sam Okafor asks you about a call for Harborough.' in page.content.decode()
    assert "(Asked) Harborough" in page.content.decode()
    assert [button in words(page) for button in ("Answer", "I can’t now", "Be ready", "End call")] == [
        True, True, False, False,
    ]
    talk(passing)
    page = words(talking.ask("/desk/state/"))
    assert "You talk with Priya Shah. The caller hears music." in page and "Talk to the caller" in page
    assert "End the talk" in words(hers(talking)) and "You talk with Sam Okafor." in words(hers(talking))
    with scope(System("load")):
        retrieve_contact(talking.key, at=clock.now())
        consults.swap_consult(Passing.objects.get(), with_caller=True, at=clock.now())
    page = words(talking.ask("/desk/state/"))
    assert "You talk with the caller. Priya Shah waits on the line." in page and "Talk to Priya" in page
    assert "Sam talks with the caller. Stay on the line." in words(hers(talking))


def test_it_is_a_page_without_script_too(talking):
    ask_first(talking)
    rings(talking)
    assert "You ask Priya Shah" in words(talking.ask("/desk/", whole=True))
    assert "Sam Okafor asks you" in words(talking.ask("/desk/", whole=True, who="priya"))


@pytest.mark.parametrize(("act", "who", "kind"), [
    ("swap", "sam", "swap"), ("give_up", "sam", "give_up"), ("complete", "sam", "complete"),
    ("join", "priya", "join"), ("part", "priya", "part"),
])
def test_each_button_asks_the_router_for_whose_it_is_alone(talking, act, who, kind):
    ask_first(talking)
    rings(talking)
    other = "sam" if who == "priya" else "priya"
    path, sent = f"/desk/consult/{act.replace('_', '-')}/", {"contact": talking.call}
    talking.ask(path, sent, who=other)
    assert Command.objects.count() == 1
    assert talking.ask(path, sent, who=who).status_code == 200
    assert (Command.objects.latest("pk").kind, Command.objects.latest("pk").person_id) == (
        kind, getattr(talking.world, who),
    )
    assert talking.ask(path, {"contact": "x"}, who=who).status_code in {200, 409}


def test_whoever_is_asked_reads_the_answers_and_changes_nothing(able, scripts):
    say(able, begin(able), "LE16 7AA")
    ask_first(able, words="")
    rings(able)
    page = words(hers(able))
    assert "It is about: Missed bin." in page and "LE16 7AA" in page
    assert able.ask("/desk/notes/", {"contact": able.call, "notes": "Mine"}, who="priya").status_code == 404
    sent = {"contact": able.call, "notes": "", "then": "ready"}
    assert able.ask("/desk/finish/", sent, who="priya").status_code in {404, 409}
    assert able.contact.notes == "" and able.contact.state == "answered"
    assert 'name="value"' not in hers(able).content.decode(), "no step is asked here"


def test_the_story_is_not_told_twice(able, scripts):
    """What the panel proposes is what the script says, which whoever is asked reads in their own sight."""
    say(able, begin(able), "LE16 7AA")
    page = able.ask(PANEL.format(able.call)).content.decode()
    proposed = re.search(r'name="words"[^>]*>([^<]*)<', page)[1]
    ask_first(able, words=proposed)
    with scope(System("load")):
        assert Passing.objects.get().words == ""


def test_what_was_proposed_goes_along_when_the_colleague_takes_the_call(able, scripts):
    """As it is then: the caller went on answering meanwhile."""
    shown = say(able, begin(able), "LE16 7AA")
    page = able.ask(PANEL.format(able.call)).content.decode()
    ask_first(able, words=re.search(r'name="words"[^>]*>([^<]*)<', page)[1])
    talk(rings(able))
    say(able, shown, first_choice(shown))
    assert able.ask("/desk/consult/complete/", {"contact": able.call}).status_code == 200
    assert Command.objects.latest("pk").kind == "complete"
    with scope(System("load")):
        told = Passing.objects.get().words
    assert told.startswith("Missed bin.") and "LE16 7AA" in told and "Mill Lane" in told


def test_what_was_written_for_the_colleague_stays_when_they_take_the_call(able, scripts):
    say(able, begin(able), "LE16 7AA")
    ask_first(able, words="May I waive the fee?")
    talk(rings(able))
    able.ask("/desk/consult/complete/", {"contact": able.call})
    with scope(System("load")):
        assert Passing.objects.get().words == "May I waive the fee?"


def test_whoever_is_asked_follows_what_is_answered_meanwhile_and_whom_it_is_about(able, scripts):
    shown = begin(able)
    ask_first(able, words="")
    talk(rings(able))

    def priya():
        return Presence.objects.get(pk=able.world.priya).version

    seen = priya()
    assert "Nothing is answered yet that you may see." in words(hers(able))
    for act in (
        lambda: say(able, shown, "LE16 7AA"),
        lambda: able.act("back", run=hidden(shown, "run")),
        lambda: able.act("need", script="missed-bin", seen=1),
        lambda: able.act("who", customer=able.world.home["customer"]),
        lambda: able.act("protect"),
    ):
        act()
        assert priya() > seen, "her page asks again"
        seen = priya()
    page = words(able.ask(f"/desk/state/?have={seen - 1}", who="priya"))
    assert "Answers hidden." in page and "LE16 7AA" not in page


def test_of_somebody_protected_no_answer_is_told(able, scripts):
    say(able, begin(able), "LE16 7AA")
    with scope(System("load")):
        zelda = Customer.objects.create(council_id=2, name="Zelda Quill", protected=True)
        Contact.objects.filter(pk=able.call).update(customer_id=zelda.pk)
    proposed = able.ask(PANEL.format(able.call)).content.decode()
    assert "LE16 7AA" not in proposed, "nor is it proposed to be passed on"
    ask_first(able, words="")
    rings(able)
    page = words(hers(able))
    assert "Answers hidden." in page and "Missed bin" in page
    assert "LE16" not in page and "Mill Lane" not in page and "01632" not in page and "Zelda" not in page


def test_an_address_where_somebody_protected_lives_is_not_told_either(able, scripts, monkeypatch):
    say(able, begin(able), "LE16 7AA")
    with scope(System("load")):
        home = Property.objects.filter(council_id=2).latest("pk").pk
        Contact.objects.filter(pk=able.call).update(property_id=home)
    monkeypatch.setattr("moothall.web.desk.passing.somebody_protected", lambda asked: asked == home)
    ask_first(able, words="")
    rings(able)
    page = words(hers(able))
    assert "Answers hidden." in page and "LE16" not in page and "Mill Lane" not in page


@pytest.mark.parametrize(("notice", "told"), [
    ("ask_declined", "They can’t now."), ("ask_no_answer", "They didn’t answer."), ("ask_busy", "Their line is busy."),
    ("ask_hung_up", "They have rung off."), ("ask_lost", "was lost"), ("ask_network", "couldn’t be reached"),
])
def test_how_it_ended_is_said_to_who_asked(talking, notice, told):
    Presence.objects.filter(pk=talking.world.sam).update(notice=notice)
    assert told in words(talking.ask("/desk/state/"))


@pytest.mark.parametrize(("notice", "state", "told"), [
    ("asked_over", "ready", "Your colleague has gone back to the caller."), ("asked_rang_off", "ready", "rung off"),
    ("asked_missed", "paused", "You didn’t answer a colleague"),
])
def test_how_it_ended_is_said_to_who_was_asked(free, notice, state, told):
    Presence.objects.filter(pk=free.world.priya).update(notice=notice, state=state)
    assert told in words(hers(free))


def test_nobody_is_made_ready_or_leaves_while_asked(talking):
    ask_first(talking)
    rings(talking)
    for act in ("ready", "pause"):
        assert "Finish the call first" in words(talking.ask(f"/desk/{act}/", {}, who="priya"))
    assert Presence.objects.get(pk=talking.world.priya).state == "asked"
