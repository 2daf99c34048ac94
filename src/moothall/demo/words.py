"""Names of made-up people and streets, built from the demo's word lists with a random source that is given. Pure."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists, flattened. `built` are surnames of syllables, `other_scripts` whole names."""

    first: tuple[str, ...]
    surnames: tuple[str, ...]
    built: tuple[str, ...]
    other_scripts: tuple[str, ...]
    streets: tuple[str, ...]
    towns: Mapping[str, str]

    @classmethod
    def from_yaml(cls, found: Mapping[str, Any]) -> Words:
        listed = _flat(found["surnames"])
        built = [s + e for s in found["surname_starts"] for e in found["surname_ends"] if s + e not in listed]
        ends = found["streets"]["ends"]
        return cls(
            first=tuple(_flat(found["first"])),
            surnames=tuple(dict.fromkeys(listed)),
            built=tuple(built),
            other_scripts=tuple(found["other_scripts"]),
            streets=tuple(f"{start} {end}" for start in found["streets"]["starts"] for end in ends),
            towns={code: town for town, codes in found["towns"].items() for code in codes},
        )

    def surname(self, random: Random) -> str:
        """Every other one from the list of many origins, with English ones more often; else built of syllables."""
        return random.choice(self.surnames if random.random() < 0.5 else self.built)

    def person(self, random: Random) -> str:
        """A full name; one in eighty in another script, one in twenty with two surnames."""
        if random.random() < 0.0125:
            return random.choice(self.other_scripts)
        surname = self.surname(random)
        if random.random() < 0.05:
            surname = f"{surname}-{random.choice(self.surnames)}"
        return f"{random.choice(self.first)} {surname}"

    def town(self, postcode: str) -> str:
        return self.towns.get(postcode.split(" ", 1)[0], "")


def _flat(lists: Sequence[Sequence[str]]) -> list[str]:
    return [word for words in lists for word in words]
