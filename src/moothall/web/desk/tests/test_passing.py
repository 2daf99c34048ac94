"""Passing a call on at the desk: to whom, with what story, and what is left to finish."""
from __future__ import annotations

import re
from datetime import timedelta

import pytest

from moothall.contacts.actions import Stamp, end_contact
from moothall.contacts.models import Contact, Need
from moothall.contacts.next_legs import answer_leg, pass_on_call
from moothall.customers.models import Customer
from moothall.directory.models import Listing
from moothall.domain.calendar import wall_clock
from moothall.lib import clock
from moothall.people.models import Membership
from moothall.queueing import actions as queue
from moothall.queueing.models import Command, Passing, Presence, RouterState
from moothall.queueing.passings.actions import begin_passing, refuse_passing, take_passing
from moothall.queueing.passings.queries import lease_passed
from moothall.queueing.queries import insert_offer
from moothall.scripts.queries import step_in_hand
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk.passing import passed_on
from moothall.web.desk.tests.conftest import words
from moothall.web.desk.tests.test_script import begin, say

PANEL = "/desk/pass-on/?contact={}"


@pytest.fixture
def free(desk):
    """Priya is free, and the exchange can pass calls on."""
    at = clock.now()
    RouterState.objects.update(handles_calls=True)
    Presence.objects.create(person_id=desk.world.priya, state="ready", since=at, idle_since=at, device="4002")
    return desk


@pytest.fixture
def talking(free):
    """Sam talks."""
    free.talk()
    return free


def to_priya(desk) -> str:
    return f"person-{desk.world.priya}-{desk.world.hub_team}-524"


def ask(desk, **data):
    return desk.ask("/desk/pass-on/ask/", {"contact": desk.call, **data})


def passed(desk, *, ring: str = "priya") -> Passing:
    """As the router does it; it rings at somebody's desk then."""
    at = clock.now()
    with scope(System("load")):
        passing = Passing.objects.filter(contact_id=desk.call).latest("pk")
        begin_passing(passing, at=at)
        stamp = Stamp(desk.world.version, desk.world.share, [[0, desk.world.hub_team]], 45)
        assert pass_on_call(desk.key, stamp, wanted=524, person=desk.world.sam, device="5001", at=at)
        queue.start_finishing(desk.key, desk.world.sam, at=at)
        lease_passed(desk.key, getattr(desk.world, ring), via=None, at=at)
        assert insert_offer(desk.key, getattr(desk.world, ring), at=at, why={})
    return passing


def stays_with_the_first(need: Need) -> None:
    """As if the next answered another service than this need's."""
    with scope(System("load")):
        passing = Passing.objects.latest("pk")
        Passing.objects.filter(pk=passing.pk).update(needs=[each for each in passing.needs if each != need.pk])


def taken(desk, passing: Passing) -> None:
    at = clock.now()
    with scope(System("load")):
        queue.end_offer(desk.key, state="accepted", at=at)
        assert answer_leg(desk.key, person=desk.world.priya, device="4002", at=at)
        take_passing(passing, person=desk.world.priya, at=at)
        queue.take_call(desk.key, desk.world.priya, at=at)


def test_the_panel_names_who_answers_here_and_who_of_them_is_free(talking):
    page = words(talking.ask(PANEL.format(talking.call)))
    assert "Charnwood contact centre Bins and recycling: 1 of 1 free" in page
    assert "Priya Shah Charnwood contact centre: free" in page
    assert "Sam Okafor" not in page and "Olive" not in page and "Lee Marsh" not in page
    assert "Charnwood Borough Council 01632" in page
    Presence.objects.filter(pk=talking.world.priya).update(state="paused")
    page = talking.ask(PANEL.format(talking.call)).content.decode()
    assert re.search(rf'value="{to_priya(talking)}" disabled', page) and "on a pause" in page


def test_it_is_a_page_of_its_own_without_the_pages_script(talking):
    page = words(talking.ask(PANEL.format(talking.call), whole=True))
    assert "Pass this call on" in page and "You speak for" in page
    assert "Pass this call on" not in words(talking.ask("/desk/", whole=True))


def test_where_the_exchange_cannot_nothing_offers_it(talking):
    assert 'data-key="pass_on"' in talking.ask("/desk/state/").content.decode()
    RouterState.objects.update(handles_calls=False)
    assert 'data-key="pass_on"' not in talking.ask("/desk/state/").content.decode()


@pytest.mark.parametrize(("said", "there", "gone"), [
    ("pri sha", "Priya Shah", "01632"), ("BINS", "Charnwood contact centre", "Priya"),
    ("01858 111", "Planning", "Priya"),
    ("nobody-so-called", "fits “nobody-so-called”", "Priya"),
])
def test_finding_by_parts_of_words(talking, said, there, gone):
    today = wall_clock(clock.now())[0]
    with scope(System("load")):
        Listing.objects.create(council_id=2, service_id=524, kind="team", code="p", name="Planning",
                               number="01858 111111", valid_from=today, checked_on=today)
        Listing.objects.create(council_id=2, service_id=524, kind="person", code="r", name="Hidden Person",
                               restricted=True, number="01858 111112", valid_from=today, checked_on=today)
    for page in (talking.ask(PANEL.format(talking.call) + f"&said={said}"), ask(talking, said=said, find="yes")):
        found = words(page).split("Who takes it?")[1].split("What should they know?")[0]
        assert there in found and gone not in found and "Hidden" not in found


def test_what_was_written_stays_while_one_finds(talking):
    page = ask(talking, said="pri", find="yes", words="Half a sen", receiver=to_priya(talking)).content.decode()
    assert ">Half a sen</textarea>" in page and re.search(rf'value="{to_priya(talking)}" checked', page)
    assert not Command.objects.exists()


def test_the_story_so_far_is_proposed_and_goes_along(free, scripts):
    say(free, begin(free), "LE16 7AA")
    page = free.ask(PANEL.format(free.call)).content.decode()
    proposed = re.search(r'name="words"[^>]*>([^<]*)<', page).group(1)
    assert proposed.startswith("Missed bin") and "LE16 7AA" in proposed
    assert ask(free, receiver=to_priya(free), words="They rang before.").status_code == 200
    assert Command.objects.get().kind == "pass_on"
    with scope(System("load")):
        row = Passing.objects.get()
        need = Need.objects.get(contact_id=free.call)
    assert (row.words, row.kind, row.person_id, row.needs) == (
        "They rang before.", "person", free.world.priya, [need.pk],
    )


def test_a_story_that_nobody_touched_goes_along_as_it_is_when_the_call_goes(free, scripts):
    """The panel is open, then the caller is checked and is somebody protected: what it had proposed isn't kept."""
    say(free, begin(free), "LE16 7AA")
    page = free.ask(PANEL.format(free.call)).content.decode()
    words_now = re.search(r'name="words"[^>]*>([^<]*)<', page).group(1)
    mark = re.search(r'name="proposed" value="([0-9a-f]{64})"', page).group(1)
    with scope(System("load")):
        Contact.objects.filter(pk=free.call).update(customer_id=free.world.home["customer"])
        Customer.objects.filter(pk=free.world.home["customer"]).update(protected=True)
    found = ask(free, said="pri", find="yes", words=words_now, proposed=mark).content.decode()
    assert "LE16 7AA" not in re.search(r'name="words"[^>]*>([^<]*)<', found).group(1)
    ask(free, receiver=to_priya(free), words=words_now, proposed=mark)
    with scope(System("load")):
        assert Passing.objects.get().words == "Missed bin."


def test_whoever_it_rings_at_reads_the_story_first_and_goes_on_in_the_script(free, scripts):
    say(free, begin(free), "LE16 7AA")
    ask(free, receiver=to_priya(free), words="They rang <b>before</b>.")
    passing = passed(free)
    page = free.ask("/desk/state/", who="priya")
    assert "Passed on by Sam Okafor" in words(page) and "They rang &lt;b&gt;before&lt;/b&gt;." in page.content.decode()
    assert "“Hello, my name is Priya. Sam has told me what you need.”" in words(page)
    assert 'data-pop="Call for Harborough, passed on by Sam Okafor.' in page.content.decode()
    taken(free, passing)
    page = words(free.ask("/desk/state/", who="priya"))
    assert "Mill Lane" in page and "LE16 7AA" in page and "Their script goes on where it was." in page


def test_the_first_finishes_what_they_did_alone(free, scripts):
    say(free, begin(free), "LE16 7AA")
    with scope(System("load")):
        contact = Contact.objects.get(pk=free.call)
        done = Need.objects.create(council_id=2, service_id=524, contact=contact, kind="x", title="Bin days",
                                   created_at=clock.now())
    free.act("notes", notes="In the call")
    ask(free, receiver=to_priya(free), words="x")
    stays_with_the_first(done)
    passing = passed(free)
    page = words(free.ask("/desk/state/"))
    assert "Finish your part of this call" in page and "You passed it on to Priya Shah at" in page
    assert "Missed bin went along" in page and "1 Bin days" in page and "2 Missed bin" not in page
    taken(free, passing)
    assert free.act("notes", notes="Afterwards").status_code == 200
    assert "“Afterwards”" not in words(free.ask("/desk/state/", who="priya"))
    page = free.act("finish", **{f"outcome-{done.pk}": "resolved", "notes": "Afterwards, too", "then": "pause"})
    assert page.status_code == 200 and free.presence.state == "paused"
    with scope(System("load")):
        row = Passing.objects.get()
        assert (row.note, row.finished_at is not None) == ("Afterwards, too", True)
        assert Contact.objects.get(pk=free.call).notes == "In the call", "the notes are the next one's by then"
        assert Contact.objects.get(pk=free.call).state == "answered"
        assert Need.objects.get(pk=done.pk).outcome == "resolved"
    assert free.act("finish", notes="", then="ready").status_code == 200, "pressed twice it is finished"
    assert free.presence.state == "paused"


def test_the_next_is_not_asked_about_what_the_first_is_finishing(talking):
    with scope(System("load")):
        contact = Contact.objects.get(pk=talking.call)
        needs = [Need.objects.create(council_id=2, service_id=524, contact=contact, kind="x", title=title,
                                     created_at=clock.now() - timedelta(seconds=5))
                 for title in ("Missed bin", "Bin days")]
    ask(talking, receiver=to_priya(talking), words="x")
    stays_with_the_first(needs[1])
    taken(talking, passed(talking))
    with scope(System("load")):
        end_contact(talking.key, by="caller", cause="normal", at=clock.now())
        queue.start_finishing(talking.key, talking.world.priya, at=clock.now())
    page = words(talking.ask("/desk/state/", who="priya"))
    assert "1 Missed bin" in page and "Bin days" not in page


@pytest.mark.parametrize(("sent", "told"), [
    ({}, "Choose who the call goes to"), ({"receiver": "team-1"}, "They don’t answer for this council now"),
    ({"receiver": "team-999-524"}, "They don’t answer for this council now"),
    ({"receiver": "number-0909879879"}, "They don’t answer for this council now"),
    ({"receiver": "x; drop"}, "older than what it shows"),
    ({"receiver": f"person-{'9' * 18}-1-524"}, "They don’t answer"),
    ({"receiver": "person-1-2-3-4"}, "older than what it shows"),
])
def test_what_cannot_be_is_said_and_what_was_written_stays(talking, sent, told):
    page = ask(talking, words="Keep this", **sent)
    assert told in words(page) and ">Keep this</textarea>" in page.content.decode()
    assert not Command.objects.exists()


@pytest.mark.parametrize(("state", "told"), [("paused", "They aren’t free any more"), ("away", "aren’t free any more")])
def test_somebody_who_is_free_no_more(talking, state, told):
    Presence.objects.filter(pk=talking.world.priya).update(state=state)
    assert told in words(ask(talking, receiver=to_priya(talking), words="x"))
    if state == "away":
        team = f"team-{talking.world.hub_team}-524"
        assert "Nobody of that team is there" in words(ask(talking, receiver=team, words="x"))


def test_somebody_whose_membership_has_ended(talking):
    Membership.objects.filter(person_id=talking.world.priya).update(valid_to=clock.now())
    assert "They don’t answer for this council now" in words(ask(talking, receiver=to_priya(talking), words="x"))


def test_a_card_number_is_neither_kept_nor_passed_on(talking):
    page = ask(talking, receiver=to_priya(talking), words="Paid by 4242 4242 4242 4242 today").content.decode()
    assert "4242" not in page and "Paid by" in page and not Command.objects.exists()


def test_pressed_twice_it_is_passed_on_once(talking):
    assert ask(talking, receiver=to_priya(talking), words="x").status_code == 200
    assert "being passed on already" in words(ask(talking, receiver=to_priya(talking), words="x"))
    assert Command.objects.count() == 1


def test_what_the_exchange_refused_is_said_and_what_was_written_is_proposed_again(talking):
    ask(talking, receiver=to_priya(talking), words="Not again")
    with scope(System("load")):
        refuse_passing(Passing.objects.get(), why="no_such_device", at=clock.now())
    Presence.objects.filter(pk=talking.world.sam).update(notice="refused_no_such_device")
    assert "doesn’t know that number. The call is still with you." in words(talking.ask("/desk/state/"))
    assert ">Not again</textarea>" in talking.ask(PANEL.format(talking.call)).content.decode()


def test_nobody_chooses_for_a_call_that_is_not_in_their_hand(talking):
    assert talking.ask(PANEL.format(talking.call), who="priya").status_code == 404
    assert talking.ask(PANEL.format(talking.call), who="olive").status_code == 404
    assert talking.ask(PANEL.format(0)).status_code == 404
    sent = {"contact": talking.call, "receiver": to_priya(talking)}
    assert talking.ask("/desk/pass-on/ask/", sent, who="olive").status_code == 404
    talking.hung_up()
    assert talking.ask(PANEL.format(talking.call)).status_code == 404
    assert "no longer yours" in words(ask(talking, receiver=to_priya(talking), words="x"))


def test_the_caller_who_rings_off_on_the_way_is_said_to_the_first(talking):
    Presence.objects.filter(pk=talking.world.sam).update(notice="passed_rang_off", state="wrap_up")
    assert "They rang off before anybody took the call." in talking.ask("/desk/state/").content.decode()


def test_a_story_is_told_in_a_few_lines_and_without_what_stands_beside_it(free, scripts):
    shown = begin(free)
    say(free, shown, "LE16 7AA")
    with scope(System("load")):
        step = step_in_hand(Contact.objects.get(pk=free.call))
    told = {"by": "Sam Okafor", "by_id": 0, "state": "taken", "passed_at": clock.now().isoformat(),
            "words": f"Missed bin. Postcode: LE16 7AA. She is upset.\n{'Anything else. ' * 30}"}
    story = passed_on(told, 1, hidden=False).beside(step)
    assert story.words.startswith("Missed bin. She is upset.\nAnything else.") and story.is_long
    assert len(story.first) <= 242 and story.first.endswith(" …")
    hidden = passed_on(told, 1, hidden=True)
    assert (hidden.words, hidden.is_long) == ("", False)
