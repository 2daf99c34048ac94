"""The page that finds: who may, what is shown of whom, and what is said where nothing is."""
from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from moothall.cases.models import Case
from moothall.customers.models import Customer, CustomerToken
from moothall.customers.names import tokens
from moothall.domain.typed import CARD_TAKEN_OUT
from moothall.people.models import Person
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk.tests.conftest import desk, words  # noqa: F401 - a fixture
from moothall.web.keys import KEYS
from moothall.web.staff import FRAGMENT

pytestmark = pytest.mark.django_db
HOME = "14 Mill Lane, Kibworth"


@pytest.fixture
def ask(world, as_role):
    def asked(who: str, part: bool = False, **query: object):
        client = Client(headers={FRAGMENT: "1"} if part else {})
        with as_role("web"):
            client.force_login(Person.objects.get(pk=getattr(world, who)))
            return client.get("/find/", query)

    return asked


def add(council: int, name: str, **more: object) -> Customer:
    with scope(System("load")):
        row = Customer.objects.create(council_id=council, name=name, **more)
        for word in tokens(name):
            CustomerToken.objects.create(council_id=council, customer=row, token=word)
    return row


@pytest.mark.parametrize(("typed", "understood"), [
    ("kowal", "As a name"), ("LE16 7AA", "As the postcode LE16 7AA"), ("kowalska le167aa", "with “kowalska”"),
    ("01632 960123", "As the telephone number 01632 960123"), ("14 LE16 7AA", "with “14”"),
    ("990000000002", "As the UPRN 990000000002"), ("Kovalska", "nobody is called exactly that"),
])  # fmt: skip
def test_a_customer_is_found_with_council_address_and_cases(world, ask, typed, understood):
    told = words(ask("sam", words=typed))
    assert understood in told
    assert "Ana Kowalska , 14 Mill Lane, Kibworth, LE16 7AA" in told and "Harborough" in told
    assert "1 person" in told and "1 case" in told and "HB-10007-Y" in told


def test_addresses_stand_apart_from_people(world, ask):
    told = words(ask("sam", words="LE16 7AA"))
    assert "1 address" in told and "UPRN 990000000002" in told


def test_a_case_is_found_by_its_reference_by_whoever_works_on_it(world, ask):
    page = ask("lee", words="hb 10007 y")
    assert '<a class="nowrap" href="/cases/HB-10007-Y/"' in page.content.decode()
    with scope(System("load")):
        Case.objects.create(council_id=2, service_id=860, reference="HB-10008-W", kind="licence", title="Licence",
                            opened_at=Case.objects.get(pk=world.home["case"]).opened_at)
    told = words(ask("sam", words="HB-10008-W"))
    assert "Licence" not in told and "We can’t find HB-10008-W" in told


@pytest.mark.parametrize("typed", ["lichfield", "Licfield", "WS13 6AA", "01632 960124", "990000000013", "LI-10001-B"])
def test_nothing_of_a_council_that_one_does_not_see_is_found(world, ask, typed):
    told = words(ask("sam", words=typed))
    assert "Bea" not in told and "person" not in told and "1 address" not in told and "1 case" not in told
    assert "Bea Lichfield" in words(ask("olive", words=typed)) or typed == "LI-10001-B"


@pytest.mark.parametrize(
    "typed", ["kowalska", "Kovalska", "LE16 7AA", "01632 960123", "kowalska LE16 7AA", "990000000002"])
def test_nobody_protected_is_found_nor_their_cases(world, ask, typed):
    with scope(System("load")):
        Customer.objects.filter(pk=world.home["customer"]).update(protected=True)
    told = words(ask("sam", words=typed))
    assert "Kowalska ," not in told and "HB-10007-Y" not in told and "person" not in told
    assert "We can’t find HB-10007-Y" in words(ask("sam", words="HB-10007-Y"))


@pytest.mark.parametrize("who", ["jo", "kit"])
def test_whoever_sees_no_customer_has_no_such_page(ask, who):
    assert ask(who, words="kowalska").status_code == 404


def test_with_the_last_grant_the_page_goes(world, ask):
    assert 'href="/find/"' in ask("sam").content.decode()
    Grant.objects.filter(team=world.hub_team).delete()
    assert ask("sam", words="kowalska").status_code == 404


@pytest.mark.parametrize(("typed", "told"), [
    ("", "Enter a name, a postcode, a telephone number, a UPRN or a reference"),
    ("k", "Enter two letters or digits at least"), ("- ’", "Enter two letters or digits at least"),
    ("x" * 81, "Use 80 characters or fewer"), ("4111 1111 1111 1111", CARD_TAKEN_OUT),
])  # fmt: skip
def test_what_cannot_be_looked_for_is_said_at_the_field(ask, typed, told):
    page = ask("sam", words=typed)
    assert page.status_code == 422
    assert words(page).count(told) == 2, "in the summary and at the field"


@pytest.mark.parametrize(("typed", "told"), [
    ("Zzyzx", "Nobody among those that you may see has a name like that. Try their postcode"),
    ("LE1 1AA", "No address among those that you may see has that postcode"),
    ("Zzyzx LE16 7AA", "Nobody at that postcode among those that you may see has that name"),
    ("01632 960999", "Nobody among those that you may see is known by that number"),
    ("990000000999", "No address among those that you may see has that UPRN. Try the postcode."),
    ("HB-10007-Z", "a letter or a digit in it is wrong"), ("01", "That is no telephone number and no UPRN"),
])  # fmt: skip
def test_where_nothing_is_found_it_says_what_to_try(ask, typed, told):
    assert told in words(ask("sam", words=typed))


def test_one_council_alone_may_be_looked_through(world, ask):
    add(1, "Ana Kowalska")
    assert words(ask("sam", words="kowalska")).count("Ana Kowalska") == 2
    told = words(ask("sam", words="kowalska", council=1))
    assert told.count("Ana Kowalska") == 1 and "Among Charnwood’s alone" in told
    assert ask("sam", words="kowalska", council=13).status_code == 422, "a council that one doesn't see isn't offered"


def test_few_are_shown_and_more_on_request(world, ask):
    for at in range(25):
        add(2, f"Zebedee Number{chr(97 + at)}")
    few = ask("sam", words="zebedee")
    assert "The first 20 people" in words(few) and "There are more" in words(few)
    again = re.search(r'href="(/find/\?[^"]+)" data-find-again', few.content.decode())
    assert again and "more=on" in again[1]
    more = words(ask("sam", words="zebedee", more="on"))
    assert "25 people" in more and "There are more" not in more


def test_the_desk_gets_the_part_alone(ask):
    part = ask("sam", part=True, words="kowalska").content.decode()
    assert "<html" not in part and "data-found-head" in part


@pytest.mark.usefixtures("world")
class TestInACall:
    def test_its_council_is_looked_through_first_and_whoever_is_found_can_be_linked(self, desk, ask):  # noqa: F811
        desk.talk("")
        add(1, "Ana Kowalska")
        page = ask("sam", words="kowalska")
        told = words(page)
        assert "Your call for Harborough goes on. Back to your call" in told
        assert told.count("Are they on the line?") == 1 and "Among Harborough’s alone" in told
        assert words(ask("sam", words="kowalska", council="")).count("Are they on the line?") == 1
        sent = re.search(r'action="/desk/who/".*?</form>', page.content.decode(), re.S)
        assert sent is not None
        told = dict(re.findall(r'name="(contact|customer)" value="(\d+)"', sent[0]))
        assert desk.ask("/desk/who/", told, whole=True)["Location"] == "/desk/"
        assert desk.contact.customer.name == "Ana Kowalska"

    def test_while_it_rings_nobody_is_linked(self, desk, ask):  # noqa: F811
        desk.ring("")
        assert "Are they on the line?" not in words(ask("sam", words="kowalska"))

    def test_the_desk_has_the_box_beside_the_call(self, desk):  # noqa: F811
        desk.talk()
        page = desk.ask("/desk/", whole=True).content.decode()
        assert '<dialog class="desk-panel" id="find"' in page
        assert page.index('id="find"') > page.index('data-part="bar"')
        keys = page[page.index('<dialog class="desk-panel" id="keys"'):]
        assert all(f">{html.escape(key.shown)}</th>" in keys for key in KEYS), "and the keys beside it"
