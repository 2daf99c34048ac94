"""Searches by names that were misspelt or misheard, under row security: who is found, and who never is."""
from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from moothall.customers import queries
from moothall.customers.models import Customer, CustomerPhone, CustomerToken, NameWord
from moothall.customers.names import tokens
from moothall.customers.queries import _door, by_name, by_phone, by_postcode, by_spelling, read_as
from moothall.places.models import Property
from moothall.tenancy.bulk import load_rows
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope

pytestmark = pytest.mark.django_db
ALIKE = """jon john, smythe smith, macleod mcleod, mackenzie mckenzie, siobhan shivaun, philip filip, stephen steven,
catherine kathryn, niamh neve, sean shawn, wright right, knight night, thompson tomson, leigh lee, clarke clark,
reid reed, geoffrey jeffrey, hughes hews, mohammed muhamad, hussain hussein, chowdhury choudhury, kowalska kovalska,
wojcik voycik, gallagher galagher, rhys reece, ciara keira, caoimhe keeva, aoife eefa, llewellyn lewellin, xiang shang,
schmidt smith, begum begam, singh sing, yvonne evonne, isobel isabel, graeme graham, marc mark, hilary hillary,
leicester lester, white wite, nicholas nicolas, lamb lam"""
UNLIKE = "smith jones, patel shah, khan kaur, brown green, anna john, mace mckenzie"


def add(council: int, name: str, **more: Any) -> Customer:
    """As any loader does: the customer and the words of the name; the rest is the database's."""
    row = Customer.objects.create(council_id=council, name=name, **more)
    load_rows(CustomerToken, ["council", "customer", "token"], [(council, row.pk, word) for word in tokens(name)])
    return row


@pytest.fixture
def people(world: Any) -> dict[str, Customer]:
    with scope(System("load")):
        known = {name: add(2, name) for name in (
            "John Smith", "Jonathan Smithers", "Siobhán Murphy", "Stephen Patel", "Angus McDonald", "Николай Орлов")}
        known["Johan Smit"] = add(13, "Johan Smit")  # of the council that takes no part
        known["Jon Smyth"] = add(2, "Jon Smyth", protected=True)
        CustomerPhone.objects.create(council_id=2, customer=known["Jon Smyth"], number="+441632960777")
    return known


def found(text: str, person: int, **more: Any) -> list[str]:
    with scope(Staff(person)):
        return [each.name for each in by_spelling(text, **more)]


def test_words_that_sound_alike_have_one_key_and_others_have_not() -> None:
    with connection.cursor() as cursor:
        for alike, pairs in ((True, ALIKE), (False, UNLIKE)):
            for pair in pairs.replace("\n", " ").split(", "):
                cursor.execute("SELECT moothall.sound_of(%s), moothall.sound_of(%s)", pair.split())
                one, other = cursor.fetchone()
                assert (one == other) is alike, f"{pair}: {one}, {other}"
        cursor.execute("SELECT moothall.sound_of('орлов'), moothall.sound_of('9a'), moothall.sound_of('')")
        assert cursor.fetchone() == (None, None, None)


@pytest.mark.parametrize(("typed", "first"), [
    ("jhon smith", "John Smith"), ("Jonn Smithe", "John Smith"), ("Smoth", "John Smith"),
    ("Shivaun", "Siobhán Murphy"), ("murfy", "Siobhán Murphy"), ("Steven Pattel", "Stephen Patel"),
    ("Mc Donald", "Angus McDonald"), ("macdonald angus", "Angus McDonald"),
    ("Орлв", "Николай Орлов"), ("jonh smi", "John Smith"), ("o'smith", "John Smith"),
])  # fmt: skip
def test_a_misspelt_name_finds_whom_it_means_first(world, people, as_role, typed, first):
    with as_role("web"):
        assert found(typed, world.sam)[:1] == [first]


def test_nobody_of_a_council_that_one_does_not_see_is_found(world, people, as_role):
    with as_role("web"):
        assert "Johan Smit" not in found("Jon Smit", world.sam)
        assert found("Jon Smit", world.olive) == ["Johan Smit"]
        assert found("Jon Smit", world.kit) == []
        assert found("Jon Smit", world.sam, council=1) == []
        with scope(Staff(world.sam)):
            assert read_as(["smit"])["smit"] == ["smith", "smithers"], "nor is a word whose only bearer is protected"


def test_nobody_protected_is_found_by_any_search(world, people, as_role):
    with scope(System("load")):
        Customer.objects.filter(pk=people["Jon Smyth"].pk).update(property=world.home["property"])
    with as_role("web"), scope(Staff(world.sam)):
        everybody = [*by_name("jon smyth"), *by_name("smyth"), *by_spelling("jon smith"), *by_spelling("smyth"),
                     *by_phone("01632 960777"), *by_postcode("LE16 7AA")]  # fmt: skip
        assert [each.name for each in everybody if each.name == "Jon Smyth"] == []
        assert {each.name for each in everybody} >= {"John Smith", "Ana Kowalska"}


def test_what_is_no_word_or_like_nobody_finds_nobody(world, people, as_role):
    with as_role("web"):
        assert [found(text, world.sam) for text in ("", "’ -", "xqzvbn", "john xqzvbn")] == [[], [], [], []]


@pytest.mark.parametrize(("typed", "first"), [
    ("sarah smith", "Sarah Smith"), ("smith sarah", "Sarah Smith"), ("sa smith", "Sarah Smith"), ("s", "Zoe S"),
])  # fmt: skip
def test_whoever_bears_the_name_is_never_lost_to_those_whose_names_begin_so(world, as_role, monkeypatch, typed, first):
    monkeypatch.setattr(queries, "BEGINNING", 3)
    with scope(System("load")):
        for at in range(9):
            add(2, f"Sarahjane Smithson{chr(97 + at)}")
        add(2, "Sarah Smith"), add(2, "Zoe S")
    with as_role("web"), scope(Staff(world.sam)):
        assert [each.name for each in by_name(typed, limit=3)][:1] == [first]


def test_each_word_typed_is_another_word_of_the_name(world, people, as_role):
    with as_role("web"), scope(Staff(world.sam)):
        assert [each.name for each in by_name("s smith")] == []
        assert [each.name for each in by_name("j smith")] == ["John Smith", "Jonathan Smithers"]


def test_no_more_are_given_than_are_asked_for(world, people, as_role):
    with as_role("web"):
        assert len(found("jon", world.sam, limit=1)) == 1


def words_of(council: int) -> set[str]:
    return set(NameWord.objects.filter(council_id=council).values_list("word", flat=True))


def test_a_word_is_kept_once_a_council_and_goes_with_the_last_who_bears_it(world, people):
    with scope(System("load")):
        assert {"john", "smith", "mcdonald"} <= words_of(2)
        assert "johan" not in words_of(2) and "johan" in words_of(13)
        add(2, "Ann Smith")
        assert NameWord.objects.filter(council_id=2, word="smith").count() == 1
        CustomerToken.objects.filter(customer=people["John Smith"]).delete()
        assert "smith" in words_of(2) and "john" not in words_of(2)
        CustomerToken.objects.filter(token="ann").update(token="anne")
        assert "anne" in words_of(2)


def test_names_that_were_here_before_get_their_words(world, people):
    with scope(System("load")):
        before = words_of(2), words_of(13)
        NameWord.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(import_module("moothall.customers.migrations.0003_name_words").OF_WHOM_IS_HERE)
    with scope(System("load")):
        assert (words_of(2), words_of(13)) == before


def test_the_desk_may_name_somebody_and_their_words_are_kept(world, as_role):
    with as_role("web"), scope(Staff(world.sam)):
        row = Customer.objects.create(council_id=2, name="Zebedee")
        CustomerToken.objects.create(council_id=2, customer=row, token="zebedee")
        assert [each.name for each in by_spelling("zebedea")] == ["Zebedee"]


def test_homes_of_a_postcode_stand_in_the_order_of_their_doors():
    homes = [Property(street=street, number=number) for street, number in (
        ("Mill Lane", "10"), ("Mill Lane", "2"), ("High Street", "11"), ("Mill Lane", "2A"), ("Mill Lane", "1"))]
    people = [Customer(pk=place, property=home) for place, home in enumerate(homes)]
    told = [each.property.number for each in sorted([*people, Customer(pk=9)], key=_door) if each.property]
    assert told == ["11", "1", "2", "2A", "10"]
