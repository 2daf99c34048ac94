"""The people whom one can play on "Ring us", read from personas.yaml. Pure but for reading that file."""
from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from moothall.demo.sources import read_yaml


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing to say, and what the agent does next."""

    say: str
    then: str


@dataclass(frozen=True, slots=True)
class Persona:
    """`number` is E.164, empty for a withheld one; `line` the number dialled."""

    key: str
    label: str
    name: str
    number: str
    line: str
    says: tuple[Saying, ...]
    difficult: tuple[str, ...]


@cache
def personas() -> tuple[Persona, ...]:
    """All of them; the first is the one that is chosen at first."""
    return tuple(
        Persona(
            key=row["key"],
            label=row["label"],
            name=row["name"],
            number=row["number"],
            line=row["line"],
            says=tuple(Saying(**saying) for saying in row["says"]),
            difficult=tuple(row["difficult"]),
        )
        for row in read_yaml("personas.yaml")["personas"]
    )


def persona(key: str) -> Persona | None:
    return next((one for one in personas() if one.key == key), None)
