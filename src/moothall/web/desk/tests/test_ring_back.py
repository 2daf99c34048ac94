"""Ringing somebody back from the desk: who asked for it on the web, or whose script was broken off."""
from __future__ import annotations

import re
from datetime import timedelta

import pytest

from moothall.cases.actions import open_case
from moothall.cases.models import Case, CaseNote
from moothall.contacts.actions import end_contact, open_need
from moothall.contacts.models import Contact, Need
from moothall.contacts.outgoing import reach_contact
from moothall.contacts.queries import ContactKey
from moothall.customers.models import Customer, CustomerPhone, ProtectedSight
from moothall.domain.calendar import LONDON
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.people.models import Person
from moothall.queueing import actions as queue
from moothall.queueing.models import Command, RouterState
from moothall.scripts.models import Run
from moothall.scripts.ring_back import when_again
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk.tests.conftest import words
from moothall.web.desk.tests.test_script import begin, say

NUMBER, SHOWN = "+441632960456", "01632 960456"


@pytest.fixture
def able(desk):
    RouterState.objects.update(calls_out=True, handles_calls=True)
    return desk


def asks(council: int = 2, service: int = 524, phone: str = SHOWN, about: str = "ring:0:0") -> Case:
    """Somebody asked on the web to be rung."""
    with scope(System("load")):
        return open_case(
            council=council, service=service, kind="ring-back", title="Ring back: Missed bin", about=about,
            answers=[{"question": "Ring them on", "answer": phone}], due_working_days=1,
        )


def ring(desk, **what):
    done = desk.ask("/desk/ring/", what)
    desk.call = desk.presence.contact_id or 0
    return done


def resolved(desk) -> dict[str, str]:
    with scope(System("load")):
        need = Need.objects.filter(contact_id=desk.call).latest("pk")
    return {f"outcome-{need.pk}": "resolved"}


def ended(desk, *, cause: str, reached: bool = False) -> None:
    at, key = clock.now(), ContactKey(desk.call, 2, 524)
    with scope(System("load")):
        if reached:
            reach_contact(key, at=at)
        end_contact(key, by="exchange", cause=cause, at=at)
        queue.start_finishing(key, desk.world.sam, at=at)


def test_who_asked_for_it_is_listed_with_a_button_and_rung_in_the_councils_name(able):
    case = asks()
    page = words(able.ask("/desk/", whole=True))
    assert "To ring back (1)" in page and case.reference in page and f"Ring {SHOWN}" in page
    whole = ring(able, case=case.pk)
    page, html = words(whole), whole.content.decode()
    assert "You speak for Harborough" in page and f"You ring them 0:00 {SHOWN}" in page
    assert "Hold" not in page and "Pass on" not in page and "End call" in page
    assert "You asked us to ring you. Do you have the code from our page?" in page and "anything else" not in page
    assert 'data-fold="code" open' in html and 'action="/desk/switch/"' not in html  # it has no script to go to
    assert "Why did I get this call?" not in page
    with scope(System("load")):
        contact = Contact.objects.get(pk=able.call)
        told = Entry.objects.get(kind="contact.ring")
    assert (contact.council_id, contact.service_id, contact.from_number, contact.outgoing) == (2, 524, NUMBER, True)
    assert (Command.objects.get().kind, told.case_id) == ("ring", case.pk)


def test_without_the_link_it_is_said_how_to_ring(able):
    asks()
    RouterState.objects.update(calls_out=False)
    page = words(able.ask("/desk/", whole=True))
    assert f"Ring {SHOWN} from your phone." in page and 'action="/desk/ring/"' not in page


def test_the_case_is_done_when_they_were_rung_and_what_they_began_on_the_web_stays_theirs(able, scripts):
    """Nothing of it is sent or done because somebody rings: they read out the code of their page."""
    say(able, begin(able), "LE16 7AA")
    with scope(System("load")):
        run = Run.objects.latest("pk")
    able.hung_up()
    able.act("finish", notes="", then="pause")
    case = asks(about=f"ring:{run.pk}:0")
    page = words(ring(able, case=case.pk))
    assert "LE16 7AA" not in page and "Ring back: Missed bin" in page
    with scope(System("load")):
        left = Run.objects.get(pk=run.pk)
        case.refresh_from_db()
    assert (left.contact_id, left.state) == (run.contact_id, "left") and case.officer_id is None
    ended(able, cause="normal", reached=True)
    page = able.ask("/desk/state/").content.decode()
    assert re.search(r'name="rung" value="yes" checked', page) and f"{case.reference}</b>: they were rung" in page
    able.act("finish", notes="", then="ready", rung="yes", **resolved(able))
    with scope(System("load")):
        case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "done")


def refused_to_sam(able, case: Case) -> bool:
    listed = case.reference in words(able.ask("/desk/", whole=True))
    refused = "A colleague rings them already" in words(ring(able, case=case.pk))
    assert refused != listed, "what is listed can be rung, and nothing else"
    return refused


def rung_by_priya(able, case: Case, **call) -> None:
    """She rings them: her call is in `call`'s state."""
    with scope(System("load")):
        contact = Contact.objects.create(**{
            "council_id": 2, "service_id": 524, "channel": "phone", "from_number": NUMBER, "outgoing": True,
            "agent_id": able.world.priya, "offered_at": clock.now(), "state": "answered", "call_key": "p1", **call,
        })
        open_need(contact=contact, service=524, kind="ring-back", title="Ring back", case=case.pk)


@pytest.mark.parametrize(("state", "minutes", "refused"), [
    ("answered", None, True), ("wrap_up", 14, True), ("wrap_up", 16, False), ("done", 0, False),
])
def test_nobody_is_rung_by_two_and_a_desk_that_ends_without_a_word_holds_nobody(able, state, minutes, refused):
    case, ended_at = asks(), None if minutes is None else clock.now() - timedelta(minutes=minutes)
    rung_by_priya(able, case, state=state, ended_at=ended_at)
    assert refused_to_sam(able, case) == refused


def test_whom_a_colleague_has_taken_nobody_else_rings(able):
    case = asks()
    with scope(System("load")):
        Case.objects.filter(pk=case.pk).update(officer_id=able.world.priya)
    assert refused_to_sam(able, case) and not Command.objects.exists()


@pytest.mark.parametrize("reached", [True, False])
def test_a_case_that_was_ones_own_stays_so_unless_it_is_done(able, reached):
    case = asks()
    with scope(System("load")):
        Case.objects.filter(pk=case.pk).update(officer_id=able.world.sam)
    ring(able, case=case.pk)
    ended(able, cause="normal" if reached else "no_answer", reached=reached)
    able.act("finish", notes="", then="ready", try_again="morning", **resolved(able))  # and without the tick
    with scope(System("load")):
        case.refresh_from_db()
    assert (case.state, case.officer_id) == ("open", able.world.sam)


CARD, CHOSEN = "4242 4242 4242 4242", r'<option value="{}" selected'


def test_a_finish_that_is_refused_forgets_no_choice(able):
    """Pressed again, it would record what nobody chose, and close a case of somebody who wasn't rung."""
    case = asks()
    ring(able, case=case.pk)
    ended(able, cause="normal", reached=True)
    chosen = dict.fromkeys(resolved(able), "callback")
    for sent in ({"notes": CARD}, {"notes": "Gate", "was": "", "then": "pause"}, {"notes": "a" * 20_001}):
        able.act("notes", notes="Dog")
        page = able.act("finish", **{"then": "ready", **chosen, **sent}).content.decode()
        assert "field__error" in page and 'name="rung" value="yes">' in page
        assert re.search(CHOSEN.format("callback"), page)
    ticked = able.act("finish", then="ready", notes=CARD, rung="yes", **chosen).content.decode()
    assert 'name="rung" value="yes" checked' in ticked
    able.act("finish", then="ready", notes="Dog", was="Dog", **chosen)
    with scope(System("load")):
        case.refresh_from_db()
    assert case.state == "open"


def test_a_finish_that_comes_too_soon_forgets_no_choice_either(able):
    """As the presence is and the call isn't yet: nothing of it is wrong, and the note is written."""
    ring(able, case=asks().pk)
    ended(able, cause="normal", reached=True)
    with scope(System("load")):
        Contact.objects.filter(pk=able.call).update(state="answered")
    chosen = dict.fromkeys(resolved(able), "callback")
    page = able.act("finish", then="ready", notes="Gate", was="", **chosen).content.decode()
    assert "Finish the call first." in page and 'name="was" value="Gate"' in page
    assert 'name="rung" value="yes">' in page and re.search(CHOSEN.format("callback"), page)


@pytest.mark.parametrize("again", ["afternoon", "", "offered no more"])
def test_when_to_try_again_stays_as_it_was_chosen(able, again):
    ring(able, case=asks().pk)
    ended(able, cause="no_answer")
    page = able.act("finish", then="ready", notes=CARD, try_again=again[:10]).content.decode()
    assert re.search(CHOSEN.format(again[:10]), page[page.index('id="try-again"'):page.index("Not again")])


def test_nobody_is_reached_and_it_is_tried_again_later(able):
    case = asks()
    ring(able, case=case.pk)
    ended(able, cause="no_answer")
    page = able.ask("/desk/state/").content.decode()
    assert "You didn’t reach them" in page and "Nobody answered." in page
    assert re.search(r'<option value="callback" selected>', page), "to be rung back is chosen already"
    assert 'name="rung"' not in page
    with scope(System("load")):
        need = Need.objects.filter(contact_id=able.call).latest("pk")
    sent = {"notes": "", "then": "ready", "try_again": "morning", f"outcome-{need.pk}": "callback"}
    assert able.act("finish", **sent).status_code == 200
    with scope(System("load")):
        case.refresh_from_db()
        need.refresh_from_db()
        contact = Contact.objects.get(pk=able.call)
        note = CaseNote.objects.get(case=case)
    assert case.officer_id is None, "somebody else may ring next"
    assert case.state == "open" and case.due_at == contact.again_at and contact.again_at > clock.now()
    assert need.outcome == "callback" and "not reached" in note.text
    assert case.reference in words(able.ask("/desk/", whole=True)), "it stands there still, due then"


def test_what_was_offered_a_moment_ago_is_done_though_it_is_offered_no_more(able, monkeypatch):
    case = asks()
    ring(able, case=case.pk)
    ended(able, cause="no_answer")
    late = clock.now().astimezone(LONDON).replace(hour=20, minute=5)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: late)
        able.act("finish", notes="", then="ready", try_again="hour")
    with scope(System("load")):
        case.refresh_from_db()
    assert case.due_at.astimezone(LONDON).hour == 21


@pytest.mark.parametrize(("hour", "offered"), [(10, True), (18, True), (20, False), (23, False)])
def test_nobody_is_rung_again_late_in_the_evening(able, hour, offered):
    with scope(System("load")):
        council = Council.objects.get(pk=2)
        now = clock.now().astimezone(LONDON).replace(hour=hour, minute=5)
        again = when_again(council, now)
    assert ("hour" in dict(again)) == offered and "morning" in dict(again)


def test_a_call_that_was_cut_off_is_rung_and_its_script_goes_on(able, scripts):
    say(able, begin(able), "LE16 7AA")
    with scope(System("load")):
        run = Run.objects.latest("pk")
    able.hung_up()
    able.act("finish", notes="", then="ready")
    page = able.ask("/desk/", whole=True)
    assert "Ring 01632 960123" in words(page)
    page = words(ring(able, run=run.pk))
    assert "LE16 7AA" in page and "We spoke before, and it isn’t finished yet." in page
    ended(able, cause="busy")
    assert able.act("finish", notes="", then="ready", try_again="morning").status_code == 200
    page = words(able.ask("/desk/", whole=True))
    assert "To take up again (1)" in page and "Not reached; try again" in page


def test_a_number_of_somebody_protected_is_told_and_rung_by_nobody(able):
    """As one that can't be rung: who may see them reads the case, and that look is journalled."""
    with scope(System("load")):
        zelda = Customer.objects.create(council_id=2, name="Zelda Quill", protected=True)
        CustomerPhone.objects.create(council_id=2, customer=zelda, number=NUMBER)
    at = clock.now()
    Person.objects.filter(pk=able.world.sam).update(employer_id=2)  # who works for that council alone can have it
    ProtectedSight.objects.create(
        council_id=2, person_id=able.world.sam, given_by_id=able.world.jo, starts=at, ends=at + timedelta(days=1)
    )
    case = asks()
    page = words(able.ask("/desk/", whole=True))
    assert SHOWN not in page and "The number isn’t told here." in page
    assert "No number that can be rung" in words(ring(able, case=case.pk))
    assert not Command.objects.exists()


def test_the_number_of_who_is_protected_since_is_neither_listed_nor_told_when_it_is_taken_up(able, scripts):
    say(able, begin(able), "LE16 7AA")
    able.hung_up()
    able.act("finish", notes="", then="ready")
    with scope(System("load")):
        run = Run.objects.latest("pk")
        Customer.objects.filter(pk=able.world.home["customer"]).update(protected=True)
    page = words(able.ask("/desk/", whole=True))
    assert "To take up again (1)" in page and "01632 960123" not in page
    able.ask("/desk/again/", {"contact": able.call, "run": run.pk}, whole=True)
    page = words(able.ask(f"/desk/again/{run.pk}/", whole=True))
    assert "Which house or flat" in page and "01632 960123" not in page


@pytest.mark.parametrize("phone", ["", "a neighbour’s", "12"])
def test_what_is_no_number_is_not_rung(able, phone):
    case = asks(phone=phone)
    assert "No number that can be rung" in words(ring(able, case=case.pk))
    assert not Command.objects.exists()


def test_nobody_rings_for_a_service_that_is_not_theirs(able):
    case, other = asks(service=524), asks(council=13)
    for who in ("olive", "lee", "jo"):
        assert able.ask("/desk/ring/", {"case": case.pk}, who=who).status_code == 404
    assert able.ask("/desk/ring/", {"case": other.pk}).status_code == 404
    for sent in ({"case": 10**9}, {"run": 10**9}, {}, {"case": "x"}):
        assert able.ask("/desk/ring/", sent).status_code == 404
    assert not Command.objects.exists()


def test_in_a_call_nobody_else_is_rung(able):
    case = asks()
    able.talk()
    assert "Finish the call first" in words(able.ask("/desk/ring/", {"case": case.pk}))
