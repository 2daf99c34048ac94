"""Who says in a script that they must not be found is as protected as whoever an agent pressed the button for: what
they told in it, and whatever else the call or the page led to, tells nobody without the right anything."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cast_of_tests import REFUSE
from conftest import become
from moothall.cases.models import Case
from moothall.contacts.models import Contact, Need
from moothall.customers.models import Customer
from moothall.customers.protection import give_see_protected, protected_people, unprotect_customer
from moothall.handover.export import hand_back
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.people.models import Person
from moothall.scripts.models import Run
from moothall.scripts.protecting import protect_in_run
from moothall.scripts.replay import replay
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Resident, Staff, System
from moothall.tenancy.protection import protect_told
from moothall.tenancy.residents import Keys, begin_run, case_by_code
from moothall.tenancy.scope import scope
from moothall.web.desk.tests.conftest import desk, scripts, words  # noqa: F401 - fixtures
from protected_person import HARBOROUGH, Told
from tests.meta.attack_world import Attacker
from tests.meta.test_protected_people import all_of, reads, walk  # noqa: F401 - a fixture
from told_in_script import KEYS, refuge_claim, secret_move

pytestmark = pytest.mark.usefixtures("scripts")


def both(desk: Any, *, hidden: bool = True) -> tuple[Told, Told]:  # noqa: F811
    found = refuge_claim(fled=hidden), secret_move(desk, secret=hidden)
    finished(desk)
    return found


def finished(desk: Any) -> None:  # noqa: F811
    """The agent's page is done with, and the call is nobody's in hand any more."""
    desk.hung_up()
    with scope(System("load")):
        need = Need.objects.get(contact=desk.call).pk
    notes = desk.contact.notes
    desk.act("finish", then="ready", notes=notes, was=notes, **{f"outcome-{need}": "referred"})
    assert desk.contact.state == Contact.State.DONE


@pytest.mark.parametrize("user", ["sam", "lee"])
def test_what_they_told_is_told_by_no_page(world, reads, desk, user):  # noqa: F811
    for who in both(desk):
        assert list(walk(Attacker.named(user, world), who, world, reads)) == [], who.name


def test_of_twins_who_did_not_say_so_the_same_pages_tell(world, reads, desk):  # noqa: F811
    """So the test above would see it: the name and what was written, and where they live by the case's title or at the
    address itself."""
    for who in both(desk, hidden=False):
        wanted, found = {*who.name.split(), who.email}, set()
        for secret, _ in walk(Attacker.named("sam", world), who, world, reads):
            found.add(secret)
            if found >= wanted:
                break
        assert found >= wanted, who.name


def test_they_themselves_and_whoever_holds_the_code_read_that_it_stands(world, desk):  # noqa: F811
    isolde, twin = refuge_claim(), secret_move(desk, secret=False)
    with become("public"):
        found = case_by_code(isolde.reference, KEYS.code, who="x")
    assert found is not None and (found.state, found.told, found.discreet) == ("open", "", True)
    assert [secret for secret in isolde.secrets if secret in found.title] == []
    with scope(System("load")):
        cases = Case.objects.filter(contact=isolde.ids["contact"])
        assert cases.count() == 2 and set(cases.values_list("apart", "customer")) == {(True, isolde.ids["customer"])}
        entry = Entry.objects.get(kind="customer.protect")
        assert (entry.principal.partition(":")[0], entry.body) == ("resident", {"customer": isolde.ids["customer"]})
        assert not Case.objects.get(pk=twin.ids["case"]).apart


def test_a_claim_from_any_home_of_which_somebody_must_not_learn_is_hidden_as_one_from_a_refuge(world):
    who = refuge_claim(fled=False, secret=True)
    with scope(System("load")):
        assert Customer.objects.get(pk=who.ids["customer"]).protected
        cases = Case.objects.filter(contact=who.ids["contact"])
        assert cases.count() == 2 and set(cases.values_list("apart", flat=True)) == {True}
    assert replay(who.ids["run"]) is None


def test_what_a_council_takes_along_and_a_replay_hold_nothing_of_them(world, desk, tmp_path):  # noqa: F811
    found = both(desk)
    with become("worker"):
        hand_back(Council.objects.get(pk=HARBOROUGH), tmp_path / "rows", at=clock.now())
    text = all_of(tmp_path / "rows")
    for who in found:
        assert [secret for secret in who.secrets if secret in text] == []
        assert replay(who.ids["run"]) is None


def test_the_desk_shows_the_caller_as_protected_and_whoever_is_checked_then_is_it_too(world, desk):  # noqa: F811
    who = secret_move(desk)
    page = words(desk.ask("/desk/", whole=True))
    assert "A protected person" in page and "Address hidden" in page and "A move to be kept secret" not in page
    desk.act("who", nobody="yes")
    desk.act("who", customer=world.home["customer"])  # she has another record, from before
    with scope(System("load")):
        assert Customer.objects.get(pk=world.home["customer"]).protected
        case = Case.objects.get(pk=who.ids["case"])
        assert (case.apart, case.customer_id, case.answers) == (True, world.home["customer"], [])


def test_what_was_told_in_the_call_stays_hidden_though_its_caller_is_unchecked_later(world, desk):  # noqa: F811
    who = secret_move(desk)
    desk.act("who", nobody="yes")
    assert desk.contact.customer_id not in (None, who.ids["customer"])
    finished(desk)
    with scope(System("load")):
        contact, run = Contact.objects.get(pk=desk.call), Run.objects.get(pk=who.ids["run"])
        assert contact.apart and run.apart
        assert (contact.from_number, contact.notes, contact.property_id) == ("", "", None)


def test_a_run_that_is_gone_is_not_taken_for_one_that_is_apart(world, desk):  # noqa: F811
    """Neither is seen afterwards: nobody is protected by a run that isn't there."""
    who = refuge_claim(fled=False)
    with scope(System("load")):
        run = Run.objects.get(pk=who.ids["run"])
        run.pk += 1_000_000
        with pytest.raises(LookupError, match=f"run {run.pk}"):
            protect_in_run(run, [who.ids["case"]])
        assert not run.apart and not Case.objects.get(pk=who.ids["case"]).apart
        run.pk = who.ids["run"]
        protect_in_run(run, [who.ids["case"]])
        assert run.apart and Case.objects.get(pk=who.ids["case"]).apart


def test_who_rings_off_in_the_middle_of_a_script_is_protected_by_what_they_said(world, desk):  # noqa: F811
    who = secret_move(desk, stop_at="safe_way")
    finished(desk)
    with scope(System("load")):
        contact = Contact.objects.get(pk=desk.call)
        assert contact.apart and contact.from_number == "" and Run.objects.get(pk=who.ids["run"]).apart
        assert Customer.objects.get(pk=contact.customer_id).name == "Somebody protected"


def test_whoever_may_see_them_finds_them_by_the_name_they_told_and_lets_them_go(world, desk):  # noqa: F811
    lee, jo = (Person.objects.get(pk=number) for number in (world.lee, world.jo))
    give_see_protected(Council.objects.get(pk=HARBOROUGH), lee, until=clock.now() + timedelta(days=30), by=jo)
    who = both(desk)[1]
    with become("web"), scope(Staff(world.lee, protected=True)):
        (found,) = protected_people(HARBOROUGH, "otti winter")
        assert (found.pk, found.property_id) == (who.ids["customer"], None)
        unprotect_customer(found)
    with scope(System("load")):
        case, contact = Case.objects.get(pk=who.ids["case"]), Contact.objects.get(pk=who.ids["contact"])
        assert (case.apart, case.title, contact.from_number) == (False, "A move to be kept secret", who.phone)
        assert found.tokens.count() == 2, "found by their name, as everybody is"
        assert who.name in str(case.answers) and not Run.objects.get(pk=who.ids["run"]).apart


def test_a_case_that_names_nobody_has_the_button_too(world, desk, as_person):  # noqa: F811
    who = refuge_claim(fled=False)
    assert "Protect this person" in as_person("lee", f"/cases/{who.reference}/").content.decode()
    as_person("lee", f"/cases/{who.reference}/protect/", {})
    page = as_person("lee", f"/cases/{who.reference}/").content.decode()
    assert "A protected person" in page and [secret for secret in who.secrets if secret in page] == []
    with scope(System("load")):
        found = Contact.objects.get(pk=who.ids["contact"])
        assert found.apart and Customer.objects.get(pk=found.customer_id).name == who.name


def test_a_resident_protects_nobody_but_themselves(world, desk):  # noqa: F811
    """By somebody else's case and contact the function finds nothing."""
    who = refuge_claim(fled=False)
    with become("public"):
        number = begin_run(HARBOROUGH, REFUSE, "0" * 64, {}, Keys("t" * 43, "K8P49MXR"))
        with scope(Resident(number, "t" * 43)):
            assert protect_told(who.ids["case"], who.ids["contact"]) == []
    with scope(System("load")):
        assert not Case.objects.get(pk=who.ids["case"]).apart


def test_an_agent_protects_a_caller_whom_nobody_could_check(world, desk):  # noqa: F811
    desk.talk("+441632960999")
    assert "Protect this person" in words(desk.ask("/desk/", whole=True))
    assert "A protected person" in words(desk.act("protect"))
    desk.hung_up()
    desk.act("finish", then="ready", notes="7 Yarrow Snicket", was="")
    contact = desk.contact
    assert contact.state == Contact.State.DONE and contact.apart, "what they told goes when the call is over"
    assert (contact.from_number, contact.notes) == ("", "")
