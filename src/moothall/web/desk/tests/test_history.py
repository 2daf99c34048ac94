"""What was before a call, beside it: of whom it tells, when, how much, and of whom never."""
from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast_of_tests import COUNCIL_TAX, NOW, REFUSE
from moothall.cases.models import Case
from moothall.contacts.models import Contact, Need
from moothall.customers.models import Customer
from moothall.places.models import Property
from moothall.queueing.models import Passing
from moothall.scripts.models import Run, ScriptVersion
from moothall.scripts.packs import hash_of
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope
from moothall.web.desk.history import MOST, SHOWN
from moothall.web.desk.queries import CALL, asked_of
from moothall.web.desk.tests.conftest import words
from protected_person import protected_person, unprotected_twin

DISCREET = """
script: quiet
service: refuse
title: {en: Somebody hurts them}
discreet: true
steps:
  - {key: what, ask: radio, options: {yes: {en: Yes}}, short: {en: What}, say: {en: "What is it?"}}
  - {end: DONE, outcome: referred, code: x, say: {en: "We help."}}
"""


def head(shown: Any) -> str:
    found = re.search(r'<summary id="history">([^<]*)</summary>', shown.content.decode())
    return found[1] if found else ""


def opened(desk: Any, *, whole: bool = False, who: str = "sam") -> Any:
    return desk.ask(f"/desk/history/?contact={desk.call}", whole=whole, who=who)


def checked(desk: Any) -> Any:
    """Ana, by the number that rings."""
    desk.talk()
    return desk.act("who", customer=desk.world.home["customer"])


def at_home(desk: Any, home: int) -> Any:
    """Somebody who has said an address, and not who they are."""
    desk.talk("")
    with scope(System("load")):
        Contact.objects.filter(pk=desk.call).update(property=home)
    return desk.ask("/desk/", whole=True)


def call_before(world: Any, days: int, *, council: int = 2, service: int = REFUSE, **more: Any) -> Contact:
    at = NOW - timedelta(days=days)
    given = {"customer_id": world.home["customer"], "agent_id": world.sam, "answered_at": at, **more}
    with scope(System("load")):
        return Contact.objects.create(
            council_id=council, service_id=service, line="5001", state="done", offered_at=at, ended_at=at,
            call_key=f"before-{council}-{service}-{days}", **given,
        )  # fmt: skip


def need_of(contact: Contact, title: str, *, service: int = REFUSE, kind: str = "missed-bin", **more: Any) -> Need:
    with scope(System("load")):
        return Need.objects.create(
            council_id=contact.council_id, service_id=service, contact=contact, kind=kind, title=title,
            created_at=contact.offered_at, **more,
        )  # fmt: skip


def case_before(world: Any, number: int, **more: Any) -> Case:
    given = {"title": f"Bulky waste {number}", "state": "closed", "outcome": "done", "closed_at": NOW,
             "outcome_words": "We did what you asked", "about": f"bulky:{number}", **more}  # fmt: skip
    with scope(System("load")):
        return Case.objects.create(
            council_id=2, service_id=REFUSE, reference=f"HB-{60000 + number}-X", kind="bulky",
            opened_at=NOW - timedelta(days=number), **given,
        )  # fmt: skip


def test_before_the_caller_is_checked_nothing_of_them_is_there(desk):
    desk.ring()
    assert head(desk.ask("/desk/", whole=True)) == "" and opened(desk).status_code == 404
    desk.answered()
    shown = desk.ask("/desk/", whole=True)
    assert "May be Ana Kowalska" in words(shown) and head(shown) == ""
    assert opened(desk).status_code == 404


def test_of_whoever_is_checked_it_tells_the_newest_first_by_whom_and_how_it_ended(desk, world):
    long = call_before(world, 40)
    need_of(long, "Bulky waste", outcome="resolved")
    need_of(long, "Garden waste", outcome="resolved", case=case_before(world, 1, customer_id=world.home["customer"],
                                                                       contact=long, closed_at=NOW))
    call_before(world, 20, outgoing=True, answered_at=None, cause="no_answer")
    shown = checked(desk)
    assert head(shown) == "History (3)", "what the cast has, and these two; a case of one of them is no row of its own"
    assert "Bulky waste" not in words(shown), "nothing is read before it is opened"
    told = words(opened(desk))
    rows = re.findall(r"<li class=.found__row.>(.*?)</li>", opened(desk).content.decode(), re.S)
    assert len(rows) == 3 and "HB-10007-Y" in rows[0] and "Garden waste" in rows[2]
    assert "Missed bin : Open" in told and 'href="/cases/HB-10007-Y/"' in rows[0]
    assert "They rang. Sam Okafor, Charnwood, answered." in told and "Bulky waste : Answered at once" in told
    assert "Sam Okafor, Charnwood, rang them. Nobody answered." in told
    assert re.search(r"Garden waste : Closed \w{3} \d+ \w{3}: We did what you asked HB-60001-X", told)
    whole = words(opened(desk, whole=True))
    assert "Before this call" in whole and "Harborough District Council" in whole and "Back to your call" in whole


def test_a_call_that_was_passed_on_names_who_answered_it_first(desk, world):
    call = call_before(world, 3, agent_id=world.priya)
    with scope(System("load")):
        Passing.objects.create(
            council_id=2, service_id=REFUSE, contact=call, kind="handset", state="taken", by_id=world.sam,
            wanted_id=REFUSE, asked_at=NOW, passed_at=NOW,
        )  # fmt: skip
    checked(desk)
    told = words(opened(desk))
    assert "They rang. Sam Okafor, Charnwood, answered and passed it on to Priya Shah, Charnwood." in told


def test_a_script_that_was_left_says_so(desk, world):
    need = need_of(call_before(world, 3), "Missed bin", outcome="broken_off")
    with scope(System("load")):
        Run.objects.create(council_id=2, service_id=REFUSE, contact=need.contact, need=need, script_id="0" * 64,
                           state="left", started_at=NOW, changed_at=NOW)
        Need.objects.create(council_id=2, service_id=REFUSE, contact=need.contact, kind="missed-bin",
                            title="Not wanted", outcome="mistaken", created_at=NOW)
    checked(desk)
    told = words(opened(desk))
    assert "Missed bin : Left unfinished" in told and "Not wanted" not in told


def test_nothing_before_is_said_in_words_without_a_look(desk, world):
    with scope(System("load")):
        other = Customer.objects.create(council_id=2, name="Ben Kowalski")
    desk.talk("")
    shown = desk.act("who", customer=other.pk)
    assert head(shown) == "History (0)" and "Nothing before this call." in words(shown)
    assert "/desk/history/" not in shown.content.decode()
    assert "Nothing before this call." in words(opened(desk))


@pytest.mark.parametrize("many", [12, 120])
def test_of_many_the_newest_ten_are_told_and_how_many_more(desk, world, many):
    what: dict[str, Any] = {"council_id": 2, "service_id": REFUSE, "line": "5001", "state": "done"}
    with scope(System("load")):
        Contact.objects.bulk_create([
            Contact(**what, call_key=f"many-{n}", offered_at=NOW - timedelta(days=n + 1),
                    customer_id=world.home["customer"]) for n in range(many)
        ])  # fmt: skip
        Contact.objects.create(**what, call_key="old", offered_at=NOW - timedelta(days=800),
                               customer_id=world.home["customer"])
    shown = checked(desk)
    assert head(shown) == (f"History ({many + 1})" if many < MOST else "History (99 or more)")
    with CaptureQueriesContext(connection) as asked:
        told = opened(desk)
    assert told.content.decode().count("found__row") == SHOWN
    assert f"And {many + 1 - SHOWN} more in the last 24 months." in words(told)
    reads = [each["sql"] for each in asked if re.search(r'FROM "(contacts|cases|scripts|customers)_', each["sql"])]
    assert len(reads) == 6, reads  # the call, who it is; contacts; needs, runs, scripts
    assert sum("moothall.before_call" in each["sql"] for each in asked) == 1


def test_while_it_is_closed_the_desk_asks_nothing_more_of_the_database(desk, world):
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            desk.ask("/desk/", whole=True)
        return len(found)

    checked(desk)
    few = asked()
    for days in range(3, 9):
        need_of(call_before(world, days), "Bulky waste")
    assert asked() == few
    with CaptureQueriesContext(connection) as found:
        desk.ask("/desk/", whole=True)
    reads = [each["sql"] for each in found if "contacts_contact" in each["sql"] and "customer_id" in each["sql"]]
    assert sum("earlier" in sql for sql in reads) == 1


def test_services_and_councils_out_of_sight_are_left_out(desk, world):
    tax = call_before(world, 5, service=COUNCIL_TAX)  # of a line that Sam doesn't answer
    need_of(tax, "Council tax debt", service=COUNCIL_TAX)
    both = call_before(world, 6)
    need_of(both, "Moving out", service=COUNCIL_TAX)
    call_before(world, 7, council=13, customer_id=world.other["customer"])
    shown = checked(desk)
    told = words(opened(desk))
    assert head(shown) == "History (2)" and "tax" not in told and "Moving" not in told
    assert "Nothing more is shown." in told, "they rang a line of his; what it was about is another's"
    Grant.objects.filter(team_id=world.hub_team, council_id=2).update(valid_to=NOW)
    assert "Missed bin" not in words(opened(desk)), "the share has ended"


def test_what_a_discreet_script_was_about_is_never_told(desk, world):
    ScriptVersion.objects.create(hash=hash_of(DISCREET), pack="refuse", key="quiet", text=DISCREET, published_at=NOW)
    quiet = call_before(world, 4)
    need = need_of(quiet, "Somebody hurts them", kind="quiet", outcome="referred")
    with scope(System("load")):
        Run.objects.create(council_id=2, service_id=REFUSE, contact=quiet, need=need, script_id=hash_of(DISCREET),
                           state="done", started_at=NOW, changed_at=NOW)
    need_of(call_before(world, 9), "Somebody hurts them", kind="quiet")  # of no run within sight
    marked = case_before(world, 2, customer_id=world.home["customer"], marks=["priority", "discreet"],
                         property_id=world.home["property"], title="Flat of a refuge")
    need_of(quiet, "A safe way to reach them", case=marked)
    shown = checked(desk)
    told = words(opened(desk))
    assert head(shown) == "History (3)" and told.count("Nothing more is shown.") == 2
    for secret in ("hurts", "refuge", "safe way", marked.reference, "Handed"):
        assert secret not in told
    with scope(System("load")):  # the same call, by its address alone
        Contact.objects.filter(pk=desk.call).update(customer=None)
    assert head(desk.ask("/desk/", whole=True)) == "At this address before (0)"


# -- of an address alone ---------------------------------------------------------------------------------------------


def test_of_an_address_alone_it_tells_what_was_closed_there_and_of_nobody(desk, world):
    home = world.home["property"]
    for number in range(1, 4):
        case_before(world, number, property_id=home, customer_id=world.home["customer"])
    case_before(world, 9, property_id=home, closed_at=NOW - timedelta(days=900))
    moved = case_before(world, 4, property_id=home, about="", title="Moved out after a row")
    shown = at_home(desk, home)
    assert head(shown) == "At this address before (3)" and "Bulky waste" not in words(shown)
    told = words(opened(desk))
    assert moved.title not in told, "what somebody wanted for themselves is theirs alone"
    assert "whoever lived here then. Ask; don’t say it." in told and "Ana" not in told and "Kowalska" not in told
    assert told.count("We did what you asked") == 3 and "HB-10007-Y" not in told, "open ones stand above already"
    assert "rang" not in told.replace("They rang", ""), "and no call"


def test_an_address_that_the_number_alone_suggests_is_none_that_they_said(desk):
    desk.talk()
    assert "14 Mill Lane" in words(desk.ask("/desk/", whole=True))
    assert head(desk.ask("/desk/", whole=True)) == "" and opened(desk).status_code == 404


def test_the_count_and_the_list_are_by_one_rule(desk, world):
    """Written into the statement that pops: called as a function it would be planned at each pop."""
    home = {"property_id": world.home["property"], "customer_id": world.home["customer"]}
    case_before(world, 1, **home)
    case_before(world, 2, **home, about="")
    checked(desk)
    with scope(Staff(world.sam, desk.call)), connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + CALL, asked_of(desk.call, NOW))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "before_call" not in plan and "cases_case k" in plan


# -- whose it never is -----------------------------------------------------------------------------------------------


def test_of_somebody_protected_there_is_none_neither_by_person_nor_by_home(desk, world):
    """The twin, of whom the same is there, is told of: so it would be seen."""
    zelda, twin = protected_person(world), unprotected_twin(world)
    with scope(System("load")):
        Case.objects.filter(pk__in=[zelda.ids["case"], twin.ids["case"]]).update(state="closed", closed_at=NOW)
    assert head(at_home(desk, zelda.ids["property"])) == "At this address before (0)"
    assert [each for each in (*zelda.secrets, zelda.reference) if each in words(opened(desk))] == []
    desk.hung_up()
    desk.act("finish", then="ready")
    desk.talk(zelda.phone)
    desk.act("who", customer=zelda.ids["customer"])
    assert head(desk.ask("/desk/", whole=True)) == "" and opened(desk).status_code == 404
    with scope(System("load")):  # as if they had been checked before they were protected
        Contact.objects.filter(pk=desk.call).update(customer=zelda.ids["customer"], property=zelda.ids["property"])
    assert "A protected person" in words(desk.ask("/desk/", whole=True))
    assert head(desk.ask("/desk/", whole=True)) == "" and opened(desk).status_code == 404
    with scope(System("load")):
        Contact.objects.filter(pk=desk.call).update(customer=twin.ids["customer"], property=None)
    assert head(desk.ask("/desk/", whole=True)) == "History (1)" and twin.reference in words(opened(desk))
    desk.act("protect")
    assert head(desk.ask("/desk/", whole=True)) == "" and opened(desk).status_code == 404


def test_a_contact_that_was_a_protected_persons_first_is_nobody_elses_history(desk, world):
    zelda = protected_person(world)
    with scope(System("load")):
        Contact.objects.filter(pk=zelda.ids["contact"]).update(customer=world.home["customer"])
    shown = checked(desk)
    assert head(shown) == "History (1)" and zelda.reference not in words(opened(desk))


@pytest.mark.parametrize("contact", ["", "x", "0", "99999999999999999999"])
def test_no_contact_is_named(desk, contact):
    checked(desk)
    assert desk.ask(f"/desk/history/?contact={contact}").status_code == 404


def test_it_is_of_ones_own_call_alone_while_one_talks(desk, world):
    checked(desk)
    for who in ("priya", "lee", "jo", "olive", "kit"):
        assert opened(desk, who=who).status_code == 404, who
    for foreign in (world.home["contact"], world.other["contact"]):
        assert desk.ask(f"/desk/history/?contact={foreign}").status_code == 404
    assert "no-store" in opened(desk)["Cache-Control"]
    desk.hung_up()
    assert opened(desk).status_code == 404 and head(desk.ask("/desk/", whole=True)) == ""


def test_another_councils_customer_in_ones_own_call_tells_nothing(desk, world):
    desk.talk("")
    with scope(System("load")):
        foreign = Property.objects.get(pk=world.other["property"])
    desk.act("who", customer=world.other["customer"])
    assert opened(desk).status_code == 404 and foreign.street not in head(desk.ask("/desk/", whole=True))


def test_a_case_that_names_them_and_came_of_no_call_of_theirs_is_a_row_of_its_own(desk, world):
    case_before(world, 3, customer_id=world.home["customer"], state="open", closed_at=None, due_at=NOW)
    shown = checked(desk)
    told = words(opened(desk))
    assert head(shown) == "History (2)" and "Case opened. Bulky waste 3 : Open, due" in told
