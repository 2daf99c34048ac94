"""The least edits say what was wanted, and leave the comments of what stays. What refers to an entry is found."""
from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moothall.agreements.editing import edit, values
from moothall.agreements.least_edits import least_edits
from moothall.agreements.references import Reference, references
from moothall.agreements.tests.edits import HUB
from moothall.agreements.tests.texts import SMALL

LISTED = SMALL.replace("covers:", "groups:\n  front: # who comes first\n    - refuse # bins\n    - garden # green\n"
                       "    - bulky # large\n  back: [refuse, garden, bulky] # inside\ncovers:", 1)  # fmt: skip
SERVICES = ["refuse", "garden", "bulky", "payments", "benefits"]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(SERVICES), unique=True, min_size=1), st.sampled_from(["front", "back"]))
def test_a_list_says_what_was_wanted_and_no_other_line_is_touched(wanted: list[Any], name: str) -> None:
    before = values(LISTED)["groups"][name]
    after = edit(LISTED, least_edits(("groups", name), before, wanted))
    said = values(after)
    assert said["groups"][name] == wanted
    assert said | {"groups": {}} == values(LISTED) | {"groups": {}}
    apart = [line for line in LISTED.splitlines() if line.strip() and line not in after.splitlines()]
    for line in apart:
        assert line.lstrip().startswith(("- ", f"{name}:")), line
    stay = [each for each in before if each in wanted]
    if name == "front" and wanted[: len(stay)] == stay and stay:
        for each, comment in (("refuse", "# bins"), ("garden", "# green"), ("bulky", "# large")):
            assert (comment in after) == (each in wanted), "a comment is its item's"


@pytest.mark.parametrize("after", [
    {"mon-thu": "09:00-17:00", "bank-holidays": "closed"},
    {"mon-thu": "08:45-17:00", "friday": "closed", "bank-holidays": "closed", "on": {"2026-12-24": "closed"}},
])
def test_lines_are_changed_one_by_one(after: dict[str, Any]) -> None:
    before = values(HUB)["hours"]["harborough-open"]
    made = edit(HUB, least_edits(("hours", "harborough-open"), before, after))
    assert values(made)["hours"]["harborough-open"] == after
    assert "# as Harborough promises its public" in made
    assert ("# Christmas Eve" in made) == ("on" in after)
    assert least_edits(("hours", "harborough-open"), before, before) == []


def same(name: str) -> str:
    return {"Harborough": "E07000131", "Charnwood": "E07000130"}.get(name, name)


def test_whatever_refers_to_an_entry_is_found() -> None:
    said = values(HUB)

    def keys(key: str, name: str) -> set[str]:
        return {each.key for each in references(said, key, name, same)}

    assert keys("parties", "E07000131") == {"teams", "covers", "shares", "lines", "emergency"}
    assert keys("teams", "harborough-customer-services") == {"shares", "emergency"}
    assert keys("hours", "harborough-open") == {"covers", "shares"}
    assert keys("groups", "shared") == {"covers", "shares"}
    assert Reference("emergency", "") in references(said, "teams", "harborough-customer-services")
    assert references(said, "parties", "P00000001", same) == [], "the partnership takes part all the same"
    assert references(said, "teams", "nobody") == references(said, "hours", "late") == []


def test_what_becomes_of_teams_and_hours_by_anothers_name_are_references() -> None:
    become = {"teams": {"charnwood-waste": "harborough-waste"}, "predecessors": ["Charnwood"]}
    said = values(HUB) | {"succession": [become]}
    said["hours"] = said["hours"] | {"late": "harborough-open"}
    said["groups"] = said["groups"] | {"most": ["waste", "licensing"]}
    assert Reference("succession", "0") in references(said, "teams", "harborough-waste")
    assert Reference("succession", "0") in references(said, "teams", "charnwood-waste")
    assert Reference("succession", "0") in references(said, "parties", "E07000130", same)
    assert Reference("hours", "late") in references(said, "hours", "harborough-open")
    assert Reference("groups", "most") in references(said, "groups", "waste")
