"""The demo's own files, read into values once."""
from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from moothall import data
from moothall.demo.rounds import Timetable
from moothall.demo.seed import Cast, Ground
from moothall.demo.words import Words

DEMO = Path(__file__).resolve().parent
OTHERS_WEIGHT = 8


def ground() -> Ground:
    """What the seed grows on: the ten councils, their postcodes, twenty borders, the words, the cast."""
    found = read_yaml("residents.yaml")
    councils = {
        row["gss"]: (int(row["number"]), found["weights"].get(row["gss"], OTHERS_WEIGHT))
        for row in data.rows("councils.csv")
        if row["kind"] == "council"
    }
    return Ground(
        councils=councils,
        postcodes=[row for row in data.postcodes() if row.lad in councils],
        borders=borders(),
        words=Words.from_yaml(read_yaml("names.yaml")),
        cast=cast(),
    )


def cast() -> list[Cast]:
    """The residents whom the demo's stories need."""
    return [Cast(**person) for person in read_yaml("residents.yaml")["cast"]]


def borders() -> list[tuple[str, str, str]]:
    """Twenty postcodes at a boundary: postcode, the council that most of it lies in, the neighbour."""
    with (DEMO / "border_postcodes.csv").open(encoding="utf-8", newline="") as file:
        return [(row["postcode"], row["council"], row["neighbour"]) for row in csv.DictReader(file)]


def timetable() -> Timetable:
    found = read_yaml("rounds.yaml")
    shifts = {scheme: {_day(k): _day(v) for k, v in table.items()} for scheme, table in found["shifts"].items()}
    return Timetable(found["streams"], frozenset(found["earlier"]), shifts)


def read_yaml(name: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = YAML(typ="safe", pure=True).load((DEMO / name).read_text(encoding="utf-8"))
    return loaded


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
