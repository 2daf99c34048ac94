"""The seed is the same for the same arguments, and everything in it can be told from real people."""
from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

import pytest

from moothall import data
from moothall.customers.names import tokens
from moothall.customers.phones import e164
from moothall.demo import sources
from moothall.demo.personas import personas
from moothall.demo.seed import DRAMA, FIRST_UPRN, FIRST_USRN, Ground, Seed, grow
from moothall.places.postcodes import normalise_postcode

CUSTOMERS = 6000


@pytest.fixture(scope="module")
def ground() -> Ground:
    return sources.ground()


@cache
def seed() -> Seed:
    return grow(sources.ground(), customers=CUSTOMERS)


def test_the_same_seed_grows_the_same_people(ground: Ground) -> None:
    assert grow(ground, customers=500, seed=3) == grow(ground, customers=500, seed=3)
    assert grow(ground, customers=500, seed=3) != grow(ground, customers=500, seed=4)


def test_it_grows_as_many_as_asked_for() -> None:
    assert len(seed().residents) == CUSTOMERS


def test_there_are_more_surnames_than_a_faker_has() -> None:
    surnames = Counter(resident.name.split()[-1] for resident in seed().residents)
    assert len(surnames) > 500
    assert max(surnames.values()) < CUSTOMERS / 20


def test_names_come_from_many_places() -> None:
    names = [resident.name for resident in seed().residents]
    assert any("'" in name for name in names)
    assert any("-" in name for name in names)
    assert any("\u0590" <= name[0] <= "\u06ff" for name in names), "no name is written from right to left"
    assert all(tokens(name) for name in names)


def test_twenty_border_postcodes_have_homes_of_two_councils(ground: Ground) -> None:
    councils: dict[str, set[int]] = defaultdict(set)
    streets: dict[str, set[str]] = defaultdict(set)
    for home in seed().homes:
        councils[home.postcode].add(home.council)
        streets[home.postcode].add(home.street)
    shared = {postcode for postcode, found in councils.items() if len(found) == 2}
    assert shared == {postcode for postcode, _, _ in ground.borders}
    assert len(shared) == 20
    assert all(len(streets[postcode]) == 1 for postcode in shared)


def test_border_postcodes_lie_in_the_council_that_the_file_names(ground: Ground) -> None:
    lads = {row.postcode: row.lad for row in ground.postcodes}
    assert all(lads[postcode] == gss and gss != neighbour for postcode, gss, neighbour in ground.borders)


def test_every_home_is_in_a_real_postcode_of_its_council(ground: Ground) -> None:
    numbers = {number: gss for gss, (number, _) in ground.councils.items()}
    lads = {row.postcode: row.lad for row in ground.postcodes}
    borders = {postcode for postcode, _, _ in ground.borders}
    for home in seed().homes:
        assert home.town
        assert home.postcode in borders or lads[home.postcode] == numbers[home.council]


def test_property_numbers_are_no_real_ones() -> None:
    uprns = [home.uprn for home in seed().homes]
    assert len(set(uprns)) == len(uprns)
    assert min(uprns) >= FIRST_UPRN
    assert max(uprns) < 10**12
    assert all(FIRST_USRN <= home.usrn < 10**8 for home in seed().homes)


def test_an_address_stands_once() -> None:
    lines = Counter((home.council, home.number, home.street, home.postcode) for home in seed().homes)
    assert [line for line, count in lines.items() if count > 2] == []


def test_telephone_numbers_are_kept_for_drama_and_mostly_one_persons() -> None:
    numbers = [number for resident in seed().residents for number in resident.phones]
    assert all(number.startswith(DRAMA) for number in numbers)
    assert all(e164(number) == number for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_the_ten_councils_have_the_postcodes_that_were_promised(ground: Ground) -> None:
    assert len(ground.postcodes) == 39_555
    assert len(ground.councils) == 10


def test_the_personas_that_are_residents_live_where_they_say() -> None:
    known = {number: resident for resident in seed().residents for number in resident.phones}
    for key in ("ana", "tom", "sian", "dev"):
        persona = next(one for one in personas() if one.key == key)
        assert known[persona.number].name == persona.name


def test_what_a_persona_says_has_an_end() -> None:
    for persona in personas():
        assert persona.says[-1].then == "Hang up."
        assert persona.difficult


def test_postcodes_in_the_data_are_all_readable() -> None:
    assert all(normalise_postcode(row.postcode) == row.key for row in data.postcodes())
