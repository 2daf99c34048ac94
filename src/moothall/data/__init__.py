"""Open data shipped with the product (README.md beside this file names its sources and licences), read into values."""
from __future__ import annotations

import csv
import gzip
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, cast

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class PostcodeRow:
    """One postcode: as written, its council's, county's and ward's codes, and where it is (degrees)."""

    postcode: str
    lad: str
    county: str
    ward: str
    latitude: float
    longitude: float

    @property
    def key(self) -> str:
        return self.postcode.replace(" ", "")


def rows(name: str) -> list[dict[str, str]]:
    """All rows of one of the small files, as `{column: text}`."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def boundaries() -> dict[str, Any]:
    """Arcs and the wards that they surround, as tooling/boundaries.py writes them."""
    with gzip.open(FOLDER / "boundaries.json.gz", "rt", encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found


def postcodes() -> Iterator[PostcodeRow]:
    """All postcodes shipped, in alphabetical order."""
    with _postcode_lines() as file:
        next(file)
        for columns in csv.reader(file):
            yield _postcode(columns)


def last_postcode() -> PostcodeRow:
    """The last of them, without making rows of the others: it tells whether this file was loaded before."""
    with _postcode_lines() as file:
        [line] = deque(file, maxlen=1)
    return _postcode(next(csv.reader([line])))


def _postcode_lines() -> TextIO:
    return cast(TextIO, gzip.open(FOLDER / "postcodes.csv.gz", "rt", encoding="utf-8", newline=""))


def _postcode(columns: list[str]) -> PostcodeRow:
    postcode, lad, county, ward, latitude, longitude = columns
    return PostcodeRow(postcode, lad, county, ward, float(latitude), float(longitude))
