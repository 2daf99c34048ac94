"""Looking at another council's records in an emergency: who may begin, what is shown, what the council sees."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from moothall.agreements.models import BreakGlass
from moothall.cases.models import Case
from moothall.customers.models import Customer
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.people.models import Person
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.formats import clock_time

pytestmark = pytest.mark.django_db
HARBOROUGH = "E07000131"
ASKED = {"council": HARBOROUGH, "reason": "A gas leak", "minutes": "30", "password": "moothall-demo"}


def browser(person: int) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=person))
    return client


@pytest.fixture
def priya(world: Any, as_role: Any) -> Client:
    """Priya, who leads the hub's agents, has broken Harborough's glass."""
    client = browser(world.priya)
    with as_role("web"):
        assert client.post("/control/emergency/", ASKED).status_code == 302
    return client


def page(client: Client, address: str, as_role: Any) -> str:
    with as_role("web"):
        answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return answer.content.decode()


def looks() -> list[tuple[str, str]]:
    with scope(System("load")):
        found = Entry.objects.filter(kind="glass.look", council=2).order_by("id")
        return [(entry.body["what"], entry.body["key"]) for entry in found]


def glass() -> BreakGlass:
    return BreakGlass.objects.get()


def test_a_leader_says_why_and_then_reads_and_each_look_is_told(world, priya, as_role):
    here = f"/control/emergency/{glass().pk}/"
    customer = f"customer:{world.home['customer']}"
    for typed, kind in (("hb 10007 y", "reference:HB-10007-Y"), ("le16 7aa", "postcode:LE167AA"), ("kowal", "name")):
        shown = page(priya, f"{here}?words={typed}", as_role)
        assert "HB-10007-Y" in shown and "End it now" in shown and "Lichfield" not in shown
        assert looks()[-2:] == [
            ("find", kind), ("found", "HB-10007-Y" if kind[0] == "r" else f"HB-10007-Y {customer}")]  # fmt: skip
    read = page(priya, f"{here}cases/HB-10007-Y/", as_role)
    assert "Ana Kowalska" in read and "14 Mill Lane" in read and looks()[-1] == ("case", "HB-10007-Y")
    assert "Add a note" not in read and "Take case" not in read and "Close case" not in read
    assert "found by that" in page(priya, f"{here}?words=li-10001-b", as_role)
    with as_role("web"):
        assert priya.get(f"{here}cases/LI-10001-B/").status_code == 404
        assert priya.get(f"{here}?words=").status_code == 422
        number = priya.get(f"{here}?words=01632+960+777")
        assert number.status_code == 422 and "Nobody is found by a telephone number here" in number.content.decode()


def test_at_its_second_every_page_says_that_it_is_over(world, priya, as_role, monkeypatch):
    here, ends = f"/control/emergency/{glass().pk}/", glass().ends
    monkeypatch.setattr(clock, "now", lambda: ends - timedelta(seconds=1))
    page(priya, here, as_role)
    monkeypatch.setattr(clock, "now", lambda: ends)
    told = looks()
    with as_role("web"):
        for address in (here, f"{here}?words=kowal", f"{here}cases/HB-10007-Y/"):
            answer = priya.get(address)
            assert (answer.status_code, answer.headers.get("Location")) == (302, f"{here}looks/"), address
    assert looks() == told
    shown = page(priya, f"{here}looks/", as_role)
    assert f"Your look ended at {clock_time(ends)}" in shown and "Nothing was opened." in shown
    assert f'href="/control/emergency/?council={HARBOROUGH}">Look again' in shown and "Go on looking" not in shown
    again = page(priya, f"/control/emergency/?council={HARBOROUGH}", as_role)
    assert f'value="{HARBOROUGH}" selected' in again and 'value="30"' in again


def test_a_look_that_its_agreement_allows_no_more_is_over(world, priya, as_role):
    Person.objects.get(pk=world.priya).memberships.update(job="agent")
    here = f"/control/emergency/{glass().pk}/"
    with as_role("web"):
        assert priya.get(here).headers["Location"] == f"{here}looks/"
    assert "You can’t look any more" in page(priya, f"{here}looks/", as_role)


def test_the_minutes_are_never_more_than_is_agreed(world, as_role, monkeypatch):
    monkeypatch.setattr("moothall.agreements.glass.minutes_allowed", lambda *_: 5)
    assert 'value="5"' in page(browser(world.priya), "/control/emergency/", as_role)


def test_what_cannot_be_journalled_is_not_shown(priya, as_role, monkeypatch):
    def broken(*_: Any, **__: Any) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr("moothall.agreements.glass.write", broken)
    priya.raise_request_exception = False
    with as_role("web"):
        answer = priya.get(f"/control/emergency/{glass().pk}/cases/HB-10007-Y/")
    assert answer.status_code == 500 and "Kowalska" not in answer.content.decode()


def test_protected_people_stay_hidden(world, priya, as_role):
    with scope(System("load")):
        Customer.objects.filter(pk=world.home["customer"]).update(protected=True)
        Case.objects.filter(pk=world.home["case"]).update(title="Missed bin at 14 Mill Lane")
    here = f"/control/emergency/{glass().pk}/"
    for address in (f"{here}?words=kowal", f"{here}?words=le16 7aa", f"{here}?words=HB-10007-Y",
                    f"{here}cases/HB-10007-Y/"):  # fmt: skip
        shown = page(priya, address, as_role)
        assert "Kowalska" not in shown and "Mill Lane" not in shown, address


@pytest.mark.parametrize("who", ["sam", "lee", "olive", "kit"])
def test_nobody_else_begins_goes_on_reads_or_ends(world, priya, as_role, who):
    other, here = browser(getattr(world, who)), f"/control/emergency/{glass().pk}/"
    with as_role("web"):
        assert other.get("/control/emergency/").status_code == 404
        assert other.post("/control/emergency/", ASKED).status_code == 404
        for address in (here, f"{here}cases/HB-10007-Y/", f"{here}looks/"):
            assert other.get(address).status_code == 404
        assert other.post(f"{here}end/").status_code == 404
    assert BreakGlass.objects.count() == 1 and glass().ended_at is None


def test_what_is_wrong_is_said_and_what_was_typed_stays(world, as_role):
    client = browser(world.priya)
    wrong = [({"reason": ""}, "Say what the emergency is"), ({"minutes": "61"}, "Enter 60 or less"),
             ({"minutes": "600"}, "Harborough agreed to no more"), ({"minutes": ""}, "for how many minutes you need"),
             ({"password": "x"}, "That isn’t your password"), ({"council": "E07000194"}, "Choose")]  # fmt: skip
    for changed, words in wrong:
        with as_role("web"):
            answer = client.post("/control/emergency/", {**ASKED, **changed})
        shown = answer.content.decode()
        assert answer.status_code == 422 and words in shown and ("A gas leak" in shown or "reason" in changed)
    assert not BreakGlass.objects.exists()


def test_the_councils_manager_sees_it_at_once_on_every_page_and_ends_it(world, priya, as_role):
    for part in ("?words=kowal", "cases/HB-10007-Y/"):
        page(priya, f"/control/emergency/{glass().pk}/{part}", as_role)
    jo, here = browser(world.jo), f"/control/emergency/{glass().pk}/"
    for address in ("/control/", "/reports/"):
        shown = page(jo, address, as_role)
        assert "Priya Shah of Charnwood is looking at Harborough’s records" in shown and "A gas leak" in shown
    assert "is looking at" not in page(browser(world.priya), "/reports/", as_role)
    told = page(jo, f"{here}looks/", as_role)
    assert "Looked for" in told and "a name" in told and "HB-10007-Y and one person" in told
    assert "Read case" in told and "HB-10007-Y" in told and "Looking now" in told
    with as_role("web"):
        assert jo.get(here).status_code == 404, "what is seen is not the manager's to see"
        assert jo.post(f"{here}end/").status_code == 302
        assert priya.get(here).status_code == 302
    shown = page(jo, "/control/", as_role)
    assert "is looking at" not in shown and "What was looked at" in shown
    assert "ended by Jo Bell" in page(priya, f"{here}looks/", as_role)


def test_an_open_page_asks_who_looks_now(world, priya, as_role):
    """What the page's script fetches: managers of the council are told, nobody else, and what has ended is gone."""
    told = page(browser(world.jo), "/control/emergency/now/", as_role)
    assert f'data-rung="{glass().pk}"' in told and "Priya Shah of Charnwood" in told and "A gas leak" in told
    for other in (world.sam, world.lee, world.olive):
        assert 'data-rung=""' in page(browser(other), "/control/emergency/now/", as_role)
    with as_role("web"):
        browser(world.jo).post(f"/control/emergency/{glass().pk}/end/")
    assert 'data-rung=""' in page(browser(world.jo), "/control/emergency/now/", as_role)
