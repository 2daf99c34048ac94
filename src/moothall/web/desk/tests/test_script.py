"""A script at the desk, from what they need to the end of the call."""
from __future__ import annotations

import re

import pytest

from moothall.cases.models import Case
from moothall.contacts.models import Need
from moothall.customers.models import Customer
from moothall.lib import clock
from moothall.queueing.models import Lease
from moothall.scripts.models import Run
from moothall.scripts.proved import Proved
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk import bundle
from moothall.web.desk.tests.conftest import hidden, words

pytestmark = pytest.mark.usefixtures("scripts")


def begin(desk):
    desk.talk()
    return desk.act("need", script="missed-bin")


def say(desk, shown, value):
    return desk.act(
        "step", run=hidden(shown, "run"), step=hidden(shown, "step"), seen=hidden(shown, "seen"), value=value
    )


def first_choice(shown) -> str:
    return re.findall(r'name="value" value="([^"]+)"', shown.content.decode())[0]


def walk(desk, shown):
    """Answer the first choice of every question up to the end; the bin bears no tag, with which there is no case."""
    shown = say(desk, shown, "LE16 7AA")
    for _ in range(20):
        if "Finish this need" in words(shown):
            return shown
        chosen = first_choice(shown) if 'type="radio"' in shown.content.decode() else ""
        shown = say(desk, shown, "none" if hidden(shown, "step") == "tag" else chosen)
    raise AssertionError(words(shown))


def test_the_first_question_is_said_and_told_apart_from_what_to_do(desk):
    shown = words(begin(desk))
    assert re.search(r"Step 1, about \d+ more", shown) and "1 Missed bin (now)" in shown
    assert shown.index("Say “") < shown.index("Do – don’t read out")


def test_an_answer_that_is_none_is_told_at_the_field_and_on_top_and_stays_typed(desk):
    shown = say(desk, begin(desk), "nonsense")
    assert words(shown).count("Enter a full postcode, like LE8 0ES") == 2
    assert 'value="nonsense"' in shown.content.decode()


def test_the_spelling_list_that_is_to_be_used_can_be_opened_there(desk):
    shown = words(begin(desk))
    assert "Read the postcode back by the spelling list." in shown
    assert "The spelling list" in shown and "K kilo, L lima" in shown


def test_an_address_that_is_told_has_room_for_its_lines_and_must_be_one(desk):
    shown = say(desk, say(desk, begin(desk), "LE16 7AA"), "not_listed")
    page = shown.content.decode()
    assert "Whole address" in words(shown) and '<textarea id="value"' in page and "Ctrl+Enter" in page
    refused = say(desk, shown, "abc")
    assert "Enter the whole address: a number or name, and the street" in words(refused)
    assert hidden(say(desk, refused, "The annexe\nMill Lane"), "step") == "new_bin"


def test_the_same_answer_twice_is_one_answer(desk):
    shown = begin(desk)
    say(desk, shown, "LE16 7AA")
    again = say(desk, shown, "LE16 7AA")
    assert again.status_code == 200 and "isn’t kept" not in words(again) and "Which house or flat" in words(again)
    with scope(System("load")):
        assert Run.objects.get(contact_id=desk.call).answers.keys() == {"postcode"}


def test_an_answer_that_comes_after_another_window_moved_on_is_said_to_be_lost(desk):
    shown = begin(desk)
    say(desk, shown, "LE16 7AA")
    late = say(desk, shown, "le8 0es")
    assert "moved on in another window, so this isn’t kept: “Postcode: LE8 0ES”" in words(late)
    assert "Which house or flat" in words(late)
    late = say(desk, shown, "no idea")
    assert "isn’t kept: “Postcode: no idea”" in words(late)


def test_back_a_step_asks_again_with_the_answer_there(desk):
    shown = say(desk, begin(desk), "LE16 7AA")
    back = desk.act("back", run=hidden(shown, "run"))
    assert hidden(back, "step") == "postcode" and 'value="LE16 7AA"' in back.content.decode()


def test_a_need_goes_to_a_case_and_the_call_to_the_next_one(desk):
    shown = walk(desk, begin(desk))
    assert "Your reference is" in words(shown)
    assert "To hear how it is going they ring us, with the reference." in words(shown), "they have no code for the web"
    shown = say(desk, shown, "")
    assert "(case opened)" in words(shown)
    desk.hung_up()
    finish = words(desk.ask("/desk/state/"))
    assert "Finish this call" in finish and "Case opened:" in finish
    done = desk.act("finish", then="ready", notes="Friendly")
    assert "Calls come to you" in words(done)
    with scope(System("load")):
        need = Need.objects.get(contact_id=desk.call)
        assert need.outcome == "case_opened" and Case.objects.get(pk=need.case_id).property_id
    assert desk.contact.notes == "Friendly" and desk.contact.state == "done"
    assert not Lease.objects.filter(contact_id=desk.call, ends__gt=desk.contact.wrapped_at).exists()


def test_what_a_case_was_opened_with_is_not_offered_for_change_and_a_forged_change_is_refused_in_words(desk):
    shown = walk(desk, begin(desk))
    assert "What was done stands on these answers" in words(shown) and "Change" not in words(shown)
    assert "/desk/back/" not in shown.content.decode()
    run = hidden(shown, "run")
    forged = {"step": "tell", "seen": 1, "value": "email"}
    for act, data in (("back", {"step": "tell"}), ("back", {}), ("step", forged)):
        refused = desk.act(act, run=run, **data)
        assert "can’t be changed here. Write what is different in the notes" in words(refused), (act, data)
        assert "Your reference is" in words(refused)


def case_of(desk) -> Case:
    with scope(System("load")):
        need = Need.objects.filter(contact_id=desk.call, case__isnull=False).get()
        return Case.objects.select_related("customer").get(pk=need.case_id)


def test_the_note_at_the_end_of_a_call_stands_in_the_case_of_the_officer(desk):
    say(desk, walk(desk, begin(desk)), "")
    desk.hung_up()
    desk.act("finish", then="ready", notes="The gate sticks: lift it")
    desk.act("finish", then="ready", notes="The gate sticks: lift it")
    case = words(desk.ask(f"/cases/{case_of(desk).reference}/", who="lee"))
    assert case.count("The gate sticks: lift it") == 1
    assert "Note from the call, by Sam" in case


def test_a_checked_caller_reaches_the_case_whether_checked_before_it_or_after(desk):
    desk.talk()
    desk.act("who", customer=desk.world.home["customer"])
    walk(desk, desk.act("need", script="missed-bin"))
    before = case_of(desk).customer
    assert before is not None
    assert before.name in words(desk.ask(f"/cases/{case_of(desk).reference}/", who="lee"))
    desk.act("who", nobody="yes")
    assert case_of(desk).customer is None, "it was somebody else"
    desk.act("who", customer=desk.world.home["customer"])
    assert case_of(desk).customer == before
    assert "The caller was checked" in words(desk.ask(f"/cases/{case_of(desk).reference}/", who="lee"))


@pytest.mark.parametrize(("proved", "told", "untold"), [
    (Proved("Ann Cowalski", "1 Mill Lane", 3), "proved Ann Cowalski is on the account at 1 Mill Lane.", "May be"),
    (Proved("Ann Cowalski", "", 0), "Not proved They didn’t prove that an account is theirs.", "Ann Cowalski"),
])
def test_what_the_script_has_proved_of_the_caller_stands_beside_it(desk, monkeypatch, proved, told, untold):
    monkeypatch.setattr(bundle, "proved_in", lambda contact, runs: proved)
    page = words(begin(desk))
    assert told in page and "Check who" in page
    assert "Not checked" not in page and untold not in page


def test_hanging_up_half_way_keeps_the_script_to_be_taken_up_again(desk):
    say(desk, begin(desk), "LE16 7AA")
    desk.hung_up()
    finish = desk.ask("/desk/state/")
    with scope(System("load")):
        need = Need.objects.get(contact_id=desk.call)
    assert re.search(r'<option value="broken_off" selected>', finish.content.decode())
    done = words(desk.act("finish", then="ready", notes="", **{f"outcome-{need.pk}": "broken_off"}))
    assert "To take up again (1)" in done
    desk.talk()
    shown = desk.ask("/desk/state/")
    run = re.search(r'name="run" value="(\d+)"', shown.content.decode())
    assert run and "They rang before: missed bin" in words(shown)
    taken = desk.act("switch", run=run[1])
    assert "Which house or flat" in words(taken)


def test_a_script_that_is_not_there_is_not_begun(desk):
    desk.talk()
    assert desk.act("need", script="no-such").status_code == 404


def test_the_run_of_another_council_is_not_there(desk):
    desk.talk()
    assert desk.act("step", run=desk.world.other["run"], step="postcode", seen=1, value="x").status_code == 404


def test_finishing_refuses_an_outcome_that_is_none_by_leaving_it_out(desk):
    begin(desk)
    desk.hung_up()
    with scope(System("load")):
        need = Need.objects.get(contact_id=desk.call)
    desk.act("finish", then="pause", notes="", **{f"outcome-{need.pk}": "nonsense"})
    with scope(System("load")):
        assert Need.objects.get(pk=need.pk).outcome == ""
    assert desk.presence.state == "paused"


def leave_half_way(desk) -> str:
    """A call that broke off at the second question, finished; the run's number."""
    shown = say(desk, begin(desk), "LE16 7AA")
    desk.hung_up()
    desk.act("finish", then="ready", notes="")
    return hidden(shown, "run")


def test_a_script_is_taken_up_again_without_a_call(desk):
    run = leave_half_way(desk)
    taken = desk.act("again", run=run)
    assert taken["Location"] == f"/desk/again/{run}/" and desk.presence.state == "paused"
    page = desk.ask(taken["Location"], whole=True)
    assert "Which house or flat" in words(page) and "Ring 01632 960123 from your phone" in words(page)
    answered = desk.ask("/desk/step/", {
        "contact": desk.call, "run": run, "again": "yes", "step": hidden(page, "step"), "seen": hidden(page, "seen"),
        "value": first_choice(page),
    }, whole=True)
    assert "Which bin was it" in words(desk.ask(answered["Location"], whole=True))
    desk.ask("/desk/again/leave/", {"contact": desk.call, "run": run}, whole=True)
    assert "To take up again (1)" in words(desk.ask("/desk/", whole=True))


def test_what_was_taken_up_is_not_taken_up_again_by_an_older_page(desk):
    """Somebody goes on with it, or has finished it: it would leave their hands, or be a second need."""
    run = leave_half_way(desk)
    old, desk.call = desk.call, 0
    desk.talk()
    with scope(System("load")):
        Run.objects.filter(pk=run).update(state="open")
    desk.act("switch", run=run)
    desk.hung_up()
    desk.act("finish", then="ready", notes="")
    with scope(System("load")):
        assert Run.objects.get(pk=run).contact_id == old
        Run.objects.filter(pk=run).update(state="done")
        Need.objects.filter(contact=old).update(closed_at=clock.now())
    again = desk.ask("/desk/again/", {"contact": old, "run": run}, whole=True)
    assert desk.ask(again["Location"], whole=True)["Location"] == "/desk/"
    with scope(System("load")):
        assert Need.objects.filter(contact=old).count() == 1


def test_a_step_that_is_refused_without_a_call_shows_no_contact_but_ones_own(desk):
    """The call is Sam's: what Priya sends of it, right or wrong, is about nothing."""
    desk.talk()
    for more in ({}, {"step": "postcode", "seen": 1, "value": "x"}):
        for run in (1, 999, "x", ""):
            asked = {"again": "yes", "run": run, "contact": desk.call, **more}
            for name in ("step", "back", "who", "ready"):
                refused = desk.ask(f"/desk/{name}/", asked, who="priya", whole=True)
                assert refused.status_code in (302, 404) and "Ana" not in words(refused), (name, asked)


def test_nobody_takes_up_what_another_began_nor_during_a_call(desk):
    run = leave_half_way(desk)
    assert desk.ask("/desk/again/", {"contact": desk.call, "run": run}, who="priya").status_code == 404
    assert desk.ask(f"/desk/again/{run}/", who="olive").status_code == 404
    old = desk.call
    desk.talk()
    assert desk.ask("/desk/again/", {"contact": old, "run": run}).status_code == 404


CARD = "4242 4242 4242 4242"


def test_a_card_number_is_taken_out_of_an_answer_a_note_and_a_name_and_the_rest_stays(desk, caplog):
    desk.talk()
    shown = desk.act("need", script="enquiry")
    refused = say(desk, shown, f"Paid with {CARD} on Monday")
    assert words(refused).count("That looks like a card number, so we took it out") == 2
    assert "Paid with on Monday" in words(refused)
    saved = desk.act("notes", notes=f"Card {CARD}.")
    assert saved.status_code == 422 and saved.json()["kept"] == "Card ."
    named = desk.act("who", name=f"Ana {CARD}", postcode="LE16 7AA")
    assert "took it out" in words(named) and 'value="Ana "' in named.content.decode()
    assert re.search(r'<details class="fold" data-fold="check" open>', named.content.decode()), "unfolded"
    desk.hung_up()
    finished = desk.act("finish", then="ready", notes=f"Card {CARD}.", whole="")
    assert "Card ." in finished.content.decode() and desk.contact.state == "wrap_up"
    for response in (refused, saved, named, finished):
        assert "4242" not in response.content.decode()
    with scope(System("load")):
        assert "4242" not in str(list(Run.objects.filter(contact_id=desk.call).values())) + desk.contact.notes
    assert "4242" not in caplog.text


def test_a_name_that_fits_nobody_stays_typed(desk):
    desk.talk()
    shown = desk.act("who", name="Nobody Such", postcode="LE16 7AA").content.decode()
    assert 'value="Nobody Such"' in shown and 'value="LE16 7AA"' in shown


def test_a_checked_callers_address_is_offered_before_it_is_asked_for(desk):
    desk.talk()
    desk.act("who", customer=desk.world.home["customer"])
    shown = desk.act("need", script="missed-bin")
    assert "Their address is 14 Mill Lane" in words(shown)
    typed = re.search(r'id="value" name="value" value="([^"]+)"', shown.content.decode())
    assert typed, "the postcode stands there"
    shown = say(desk, shown, typed[1])
    assert "Their address is 14 Mill Lane" in words(shown)
    chosen = re.search(r'name="value" value="(\d+)" checked', shown.content.decode())
    assert chosen and int(chosen[1]) == desk.world.home["property"]


def test_the_address_that_a_script_was_told_stays_when_it_was_somebody_else(desk):
    desk.talk()
    desk.act("who", customer=desk.world.home["customer"])
    shown = say(desk, desk.act("need", script="missed-bin"), "LE16 7AA")
    say(desk, shown, desk.world.home["property"])
    desk.act("who", nobody="yes")
    assert desk.contact.property_id == desk.world.home["property"]


def test_the_next_need_offers_the_address_of_the_one_before(desk):
    shown = say(desk, begin(desk), "LE16 7AA")
    say(desk, shown, first_choice(shown))
    shown = desk.act("need", script="bin-days")
    assert re.search(r"This call was about \d+ Mill Lane", words(shown))
    assert 'value="LE16 7AA"' in shown.content.decode()
    there = say(desk, shown, "LE16 7AA")
    assert re.search(r"This call was about \d+ Mill Lane", words(there))
    back = desk.act("back", run=hidden(there, "run"), step="postcode")
    elsewhere = say(desk, back, "LE16 7ZZ")
    assert "This call was about" not in words(elsewhere), "another postcode is another home"


def test_a_protected_callers_address_is_never_offered(desk):
    desk.talk()
    desk.act("who", customer=desk.world.home["customer"])
    with scope(System("load")):
        Customer.objects.filter(pk=desk.world.home["customer"]).update(protected=True)
    shown = desk.act("need", script="missed-bin")
    assert "14 Mill Lane" not in words(shown) and "Their address is" not in words(shown)
