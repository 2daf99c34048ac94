"""Councils that become one, by form: written, told in words, changed, taken out; wrong entries are said."""
from __future__ import annotations

from typing import Any

import pytest

from moothall.agreements.editing import values
from moothall.agreements.models import AgreementVersion
from moothall.onboarding.actions import add_council
from moothall.onboarding.bring import names_to_come
from moothall.people.models import Person
from moothall.web.configure.tests.test_edit import PAGE, shown, text
from moothall.web.configure.tests.test_edit_parts import sends
from moothall.web.configure.tests.test_sign import sits, version  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def to_come(world: Any) -> None:
    """An operator has let the new council take part."""
    add_council(names_to_come("E06999901", "Northlands Council"), by=Person.objects.get(pk=world.kit))


CHARNWOOD, LICHFIELD = "E07000130", "E07000194"
MERGER = {
    "predecessors": [CHARNWOOD, LICHFIELD], "vesting_day": "2027-04-01", "name": "Northlands Council",
    "short_name": "Northlands", "successor": "E06999901", "letters": "NQ",
    "teams": ["lichfield-waste:stays", "charnwood-contact-centre:lichfield-waste"], "carries_on": [],
}  # fmt: skip


def test_a_merger_is_written_told_changed_and_taken_out(version: AgreementVersion, sits: Any) -> None:  # noqa: F811
    mo, before = sits("mo"), values(text(version))
    made = sends(mo, "mergers/", **MERGER)
    assert made.status_code == 302, made.content.decode()
    assert values(text(version))["succession"] == [{
        "predecessors": ["Charnwood", "Lichfield"], "name": "Northlands Council", "short_name": "Northlands",
        "successor": "E06999901", "letters": "NQ", "vesting_day": "2027-04-01",
        "teams": {"lichfield-waste": "stays", "charnwood-contact-centre": "lichfield-waste"},
    }]  # fmt: skip
    page = mo.get(PAGE).content.decode()
    assert "Charnwood and Lichfield become Northlands Council on 1 April 2027" in page
    assert "Lichfield waste stays" in page and "Charnwood contact centre goes on as Lichfield waste" in page
    again = text(version)
    assert sends(mo, "mergers/0/").status_code == 302 and text(version) == again, "what is shown is what is written"
    promise = mo.get(PAGE + "promises/").content.decode()
    assert "Northlands" in promise, "promises and shares can be the new council's"
    assert sends(mo, "mergers/0/", letters="NX", teams=["lichfield-waste:stays"]).status_code == 302
    now = values(text(version))["succession"][0]
    assert (now["letters"], now["teams"]) == ("NX", {"lichfield-waste": "stays"})
    hangs = mo.get(PAGE + "teams/lichfield-waste/remove/").content.decode()
    assert "become Northlands Council" in hangs, "what the team hangs on is told"
    assert sends(mo, "mergers/0/remove/").status_code == 302
    left = values(text(version))
    assert {key: value for key, value in left.items() if value} == before


def test_shares_that_go_on_are_named_in_words(version: AgreementVersion, sits: Any) -> None:  # noqa: F811
    mo = sits("mo")
    form = mo.get(PAGE + "mergers/").content.decode()
    for words in ("Lichfield: Bins and recycling and Switchboard, answered by phone by Charnwood contact centre",
                  "Lichfield: Bins and recycling, answered by phone by Lichfield waste, after 2 minutes",
                  "Lichfield: Bins and recycling, resolved by Lichfield waste"):  # fmt: skip
        assert words in form, words
    ticks = form[form.index("Shares that go on for it"):]
    assert "“lichfield-answered”" not in ticks[: ticks.index("</fieldset>")]
    assert sends(mo, "mergers/", **{**MERGER, "carries_on": ["lichfield-resolved"]}).status_code == 302
    assert values(text(version))["succession"][0]["carries_on"] == ["lichfield-resolved"]
    page = mo.get(PAGE).content.decode()
    assert "what goes on as it is: Lichfield: Bins and recycling, resolved by Lichfield waste." in page
    share = mo.get(PAGE + "shares/lichfield-overflow/").content.decode()
    assert "“lichfield-answered”: Lichfield: Bins and recycling and Switchboard" in share


def test_a_council_that_nobody_has_added_is_said_to_be_missing(version: AgreementVersion, sits: Any) -> None:  # noqa: F811
    refused = sends(sits("mo"), "mergers/", **{**MERGER, "successor": "E06999902"})
    assert refused.status_code == 422 and "Ask an operator to let it take part" in refused.content.decode()


@pytest.mark.parametrize(("other", "words"), [
    ({"successor": "E6"}, "A code is a letter and eight digits"),
    ({"letters": "Nq"}, "two or three capital letters"),
    ({"predecessors": [LICHFIELD]}, "at least two"),
    ({"vesting_day": "Easter"}, "Enter a day"),
    ({"name": ""}, "Enter the name of the new council"),
    ({"teams": ["nobody:stays"]}, "There is a problem"),
    ({"carries_on": ["nothing"]}, "There is a problem"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_written(
    other: dict[str, Any], words: str, version: AgreementVersion, sits: Any  # noqa: F811
) -> None:
    mo, before = sits("mo"), text(version)
    refused = sends(mo, "mergers/", **{**MERGER, **other})
    assert refused.status_code == 422 and words in refused.content.decode()
    assert text(version) == before


def test_two_who_write_the_same_merger_are_told(version: AgreementVersion, sits: Any) -> None:  # noqa: F811
    mo = sits("mo")
    assert sends(mo, "mergers/", **MERGER).status_code == 302
    opened = shown(mo.get(PAGE + "mergers/0/"))
    assert sends(mo, "mergers/0/", letters="NX").status_code == 302
    late = mo.post(PAGE + "mergers/0/", {**opened, "name": "Northland Council"})
    page = late.content.decode()
    assert late.status_code == 409 and "“NQ” is now “NX”" in page and "Northland Council" in page
