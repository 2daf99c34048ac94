"""The seed: made-up residents, addresses and telephone numbers, the same for the same arguments. Pure, no database.

UPRNs start at 990000000000 and USRNs at 99000000, where no street register has any; telephone numbers are of the ranges
that Ofcom keeps for drama. Postcodes are real, streets and people aren't.
"""
from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from moothall.data import PostcodeRow
from moothall.demo.rounds import ROUNDS
from moothall.demo.words import Words

FIRST_UPRN = 990_000_000_000
FIRST_USRN = 99_000_000
PER_POSTCODE = 40
DRAMA = (
    "+441632960", "+447700900", "+441164960", "+441214960", "+441154960", "+441144960", "+441134960", "+441614960",
    "+441174960", "+441184960", "+441314960", "+441414960", "+441514960", "+441914980", "+442079460", "+442890180",
    "+442920180",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Home:
    """An address. `council` is the number of the council whose property it is: at a border maybe not its postcode's."""

    council: int
    uprn: int
    usrn: int
    number: str
    street: str
    town: str
    postcode: str
    ward: str
    round_code: str
    assisted: bool = False


@dataclass(frozen=True, slots=True)
class Resident:
    """A customer of one council. `home` is the position in the seed's homes, None for somebody without an address."""

    council: int
    name: str
    email: str = ""
    home: int | None = None
    protected: bool = False
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cast:
    """A resident whom the demo's stories need: at this address, with this number."""

    name: str
    gss: str
    number: str
    street: str
    town: str
    postcode: str
    phone: str
    protected: bool = False


@dataclass(slots=True)
class Seed:
    homes: list[Home] = field(default_factory=list)
    residents: list[Resident] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the seed grows on: councils (GSS code → number, weight), real postcodes, borders, words, the cast."""

    councils: Mapping[str, tuple[int, int]]
    postcodes: Sequence[PostcodeRow]
    borders: Sequence[tuple[str, str, str]]
    words: Words
    cast: Sequence[Cast]


def grow(ground: Ground, *, customers: int, seed: int = 1) -> Seed:
    """A seed with about `customers` residents; the cast and the twenty border postcodes are always in it."""
    grower = _Grower(ground, Random(seed))
    grower.plant_cast()
    grower.plant_borders()
    grower.plant_streets(customers)
    grower.settle(customers)
    return grower.seed


class _Grower:
    def __init__(self, ground: Ground, random: Random) -> None:
        self.ground, self.random, self.seed = ground, random, Seed()
        self.by_key = {row.key: row for row in ground.postcodes}
        self.numbers = _telephone_numbers({person.phone for person in ground.cast})
        self.streets = 0

    def plant_cast(self) -> None:
        """Each of the cast at home, with a street of neighbours around."""
        for key in dict.fromkeys((c.gss, c.street, c.town, c.postcode) for c in self.ground.cast):
            gss, street, town, postcode = key
            row = self.by_key[postcode.replace(" ", "")]
            first = len(self.seed.homes)
            self._street(self._council(gss), row, street, town, range(1, 31))
            for person in self.ground.cast:
                if (person.gss, person.street, person.town, person.postcode) == key:
                    home = first + int(person.number) - 1
                    self.seed.homes[home] = replace(self.seed.homes[home], assisted=False)
                    phones = (person.phone,) if person.phone else ()
                    self.seed.residents.append(
                        Resident(self._council(gss), person.name, "", home, person.protected, phones)
                    )

    def plant_borders(self) -> None:
        """Twenty postcodes on whose one street the lower numbers are one council's and the higher its neighbour's."""
        for postcode, gss, neighbour in self.ground.borders:
            row = self.by_key[postcode.replace(" ", "")]
            street, town = self.random.choice(self.ground.words.streets), self.ground.words.town(postcode)
            usrn = self._street(self._council(gss), row, street, town, range(1, 11))
            self._street(self._council(neighbour), row, street, town, range(11, 17), usrn=usrn)

    def plant_streets(self, customers: int) -> None:
        """Two streets a postcode, spread over the councils by weight, until there is a home for each customer."""
        taken = {home.postcode for home in self.seed.homes}
        total = sum(weight for _, weight in self.ground.councils.values())
        for gss, (number, weight) in self.ground.councils.items():
            own = [row for row in self.ground.postcodes if row.lad == gss and row.postcode not in taken]
            wanted = max(2, round(customers * weight / total / PER_POSTCODE))
            for row in self.random.sample(own, min(wanted, len(own))):
                for first in (1, 2):
                    street, town = self.random.choice(self.ground.words.streets), self.ground.words.town(row.postcode)
                    self._street(number, row, street, town, range(first, PER_POSTCODE + first, 2))

    def settle(self, customers: int) -> None:
        """Residents into the homes in turn: mostly one or two a home, some homes empty."""
        homes, random = self.seed.homes, self.random
        taken = {resident.home for resident in self.seed.residents}
        order = [index for index in range(len(homes)) if index not in taken and random.random() < 0.93]
        while len(self.seed.residents) < customers:
            random.shuffle(order)
            for index in order[: customers - len(self.seed.residents)]:
                self.seed.residents.append(self._resident(homes[index].council, index))

    def _street(
        self, council: int, row: PostcodeRow, street: str, town: str, numbers: Sequence[int], *, usrn: int = 0
    ) -> int:
        """Homes with `numbers` on a street; gives its USRN."""
        if not usrn:
            usrn = FIRST_USRN + self.streets
            self.streets += 1
        round_code = ROUNDS[usrn % len(ROUNDS)]
        for number in numbers:
            flat = number > 30 and self.random.random() < 0.1
            said = f"Flat {self.random.randint(1, 4)}, {number}" if flat else str(number)
            assisted = self.random.random() < 0.03
            uprn = FIRST_UPRN + len(self.seed.homes)
            self.seed.homes.append(
                Home(council, uprn, usrn, said, street, town, row.postcode, row.ward, round_code, assisted)
            )
        return usrn

    def _resident(self, council: int, home: int) -> Resident:
        name = self.ground.words.person(self.random)
        draw = self.random.random()
        phones = tuple(next(self.numbers) for _ in range(0 if draw < 0.35 else 1 if draw < 0.9 else 2))
        email = _address(name) if self.random.random() < 0.4 else ""
        return Resident(council, name, email, home, self.random.random() < 0.003, phones)

    def _council(self, gss: str) -> int:
        return self.ground.councils[gss][0]


def _telephone_numbers(reserved: set[str]) -> Iterator[str]:
    """Numbers of the drama ranges in turn, each once as long as they last; then from the start again."""
    while True:
        for prefix in DRAMA:
            for last in range(1000):
                number = f"{prefix}{last:03d}"
                if number not in reserved:
                    yield number


def _address(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    kept = "".join(sign if sign.isalnum() else "." for sign in plain).strip(".")
    return f"{kept}@example.org" if kept else ""
