"""Brand colours can be read on; the files name each other's councils."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

from moothall import data

COUNCILS = data.rows("councils.csv")
LEAST = 4.5
PACKS = Path(data.__file__).parents[3] / "packs"


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_is_the_one_of_wcag() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#7A7F86", "#FFFFFF") == pytest.approx(4.03, abs=0.01)


@pytest.mark.parametrize("row", COUNCILS, ids=lambda row: row["slug"])
def test_a_councils_name_can_be_read_on_its_colour(row: dict[str, str]) -> None:
    assert row["on_brand"] in {"#FFFFFF", "#16202A"}
    assert contrast(row["brand"], row["on_brand"]) >= LEAST


def test_councils_are_told_apart() -> None:
    for column in ("number", "gss", "slug", "name", "letters", "reference_prefix", "brand"):
        values = [row[column] for row in COUNCILS]
        assert len(set(values)) == len(values), column
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", row["slug"]) for row in COUNCILS)


def test_each_council_is_in_the_list_of_authorities_with_its_county() -> None:
    known = {row["gss"]: row for row in data.rows("authorities.csv")}
    for row in COUNCILS:
        if row["kind"] == "council":
            assert known[row["gss"]]["name"] == row["name"]
            assert known[row["gss"]]["tier"] == row["tier"]
            assert known[row["county_gss"]]["tier"] == "county"


def test_councils_have_the_style_that_they_use_themselves() -> None:
    """A borough is a district by its tier, and no District Council by name; what its scripts say is what pages say."""
    known = {row["gss"]: row["name"] for row in data.rows("authorities.csv")}
    told = {
        (file.stem, file.parts[-3]): re.search(r"^  council_name: (.+)$", file.read_text(), re.MULTILINE)
        for file in PACKS.glob("*/parameters/*.yaml")
    }
    named = {key: found[1].strip("\"'") for key, found in told.items() if found}
    assert len(named) > 40
    assert {key: name for key, name in named.items() if known[key[0]] != name} == {}
    assert known["E07000195"] == "Newcastle-under-Lyme Borough Council"
    style = re.compile(r"Council\b|Borough of|City of|Corporation|Comhairle")
    assert [name for name in known.values() if not style.search(name)] == []


def test_every_postcode_is_in_a_council_that_has_a_name() -> None:
    known = {row["gss"] for row in data.rows("authorities.csv")}
    assert {row.lad for row in data.postcodes()} <= known


def test_bank_holidays_reach_into_next_year() -> None:
    rows = [row for row in data.rows("bank_holidays.csv") if row["division"] == "england-and-wales"]
    days = {row["date"]: row["title"] for row in rows}
    assert days["2026-12-25"] == "Christmas Day"
    assert "2026-12-28" in days
