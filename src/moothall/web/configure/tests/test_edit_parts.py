"""Parties, teams, named hours, groups and the emergency clause by forms: added, changed, removed; what stays stays."""
from __future__ import annotations

import difflib
import re
from typing import Any

import pytest

from moothall.agreements.editing import values
from moothall.agreements.models import AgreementVersion
from moothall.web.configure.tests.conftest import rewrite
from moothall.web.configure.tests.test_edit import PAGE, shown, text
from moothall.web.configure.tests.test_sign import sits, version  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
RICH = (
    ("parties: [Charnwood, Lichfield]", """\
parties: # who agrees
  - {council: Charnwood, signatory: Head of Service} # the hub
  - Lichfield # its client
emergency: # at once
  grounds: # any of these
    - Data seen # by who should not
    - Calls not answered # for an hour
  fallback: {Lichfield: lichfield-waste} # its own people
  message: Nobody is here."""),
    ('    weekdays: "09:00-17:00"', """\
    mon-thu: "09:00-17:00" # as ever
    friday: "09:00-16:00" # early
    bank-holidays: closed # all of them
    on:
      2026-12-24: "09:00-12:00" # Christmas Eve
groups:
  waste: # what is carried away
    - refuse # bins
    - garden # green bins"""),
    ("hours: office}\nshares:", "hours: office}\n"
     "  - {council: Lichfield, services: waste, functions: [resolve], hours: office}\nshares:"),
)  # fmt: skip
ENTRIES = ("parties/0/", "parties/1/", "teams/lichfield-waste/", "hours/office/", "groups/waste/", "emergency/")


@pytest.fixture
def rich(version: AgreementVersion) -> AgreementVersion:  # noqa: F811
    """A draft with comments beside everything."""
    made = version.text
    for old, new in RICH:
        assert old in made, old
        made = made.replace(old, new, 1)
    rewrite(version, made)
    version.refresh_from_db()
    return version


def moved(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


def sends(client: Any, where: str, **other: Any) -> Any:
    """Opens a form and sends it back with other values."""
    return client.post(PAGE + where, {**shown(client.get(PAGE + where)), **other})


def test_saving_what_is_shown_changes_not_a_byte(rich: AgreementVersion, sits: Any) -> None:  # noqa: F811
    mo, before = sits("mo"), text(rich)
    for where in ENTRIES:
        answer = sends(mo, where)
        assert answer.status_code == 302, (where, answer.content.decode())
        assert text(rich) == before, where


@pytest.mark.parametrize(("where", "other", "lines"), [
    ("parties/0/", {"signatory": "Chief Executive"}, [
        "-   - {council: Charnwood, signatory: Head of Service} # the hub",
        "+   - {council: Charnwood, signatory: Chief Executive} # the hub"]),
    ("parties/1/", {"signatory": "Leader"}, [
        "-   - Lichfield # its client", "+   - {council: Lichfield, signatory: Leader} # its client"]),
    ("teams/lichfield-waste/", {"employer": ""}, [
        "-   lichfield-waste: {name: Lichfield waste, employer: Lichfield}",
        "+   lichfield-waste: {name: Lichfield waste}"]),
    ("hours/office/", {"friday": "09:00-15:00", "named_days": "2026-12-24 09:00-12:00\n2026-12-31 closed"}, [
        '-     friday: "09:00-16:00" # early', '+     friday: "09:00-15:00" # early', "+       2026-12-31: closed"]),
    ("hours/office/", {"monday": "10:00-17:00", "named_days": ""}, [
        "-     on:", '-       2026-12-24: "09:00-12:00" # Christmas Eve', '+     monday: "10:00-17:00"']),
    ("groups/waste/", {"services": ["bulky", "garden"]}, ["-     - refuse # bins", "+     - bulky"]),
    ("emergency/", {"grounds": "Data seen\nA flood", "by": ["E07000130"],
                    "fallback": ["", "E07000194:charnwood-contact-centre"]}, [
        "-     - Calls not answered # for an hour", "+     - A flood",
        "-   fallback: {Lichfield: lichfield-waste} # its own people",
        "+   fallback: {Lichfield: charnwood-contact-centre} # its own people", "+   by: [Charnwood]"]),
])  # fmt: skip
def test_what_is_changed_is_changed_and_nothing_else(
    where: str, other: dict[str, Any], lines: list[str], rich: AgreementVersion, sits: Any  # noqa: F811
) -> None:
    before = text(rich)
    answer = sends(sits("mo"), where, **other)
    assert answer.status_code == 302, answer.content.decode()
    assert sorted(line for line in moved(before, text(rich)) if line[0] != "?") == sorted(lines)


def test_each_is_added_and_removed_again(sits: Any, version: AgreementVersion) -> None:  # noqa: F811
    """To a text that has neither groups nor a clause; removed, it says what it said before."""
    mo, said = sits("mo"), values(text(version))
    assert sends(mo, "parties/", council="E07000131", signatory="Director").status_code == 302
    assert sends(mo, "teams/", name="Night team", employer="E07000131").status_code == 302
    assert sends(mo, "hours/", called="Late", monday="17:00-20:00", named_days="2026-12-24 closed").status_code == 302
    assert sends(mo, "groups/", called="Bins & more", services=["refuse", "garden"]).status_code == 302
    sent = {"grounds": "A flood", "fallback": ["E07000194:night-team"], "at_most_minutes": "5"}
    assert sends(mo, "emergency/", **sent).status_code == 302
    now = values(text(version))
    assert now["parties"][2] == {"council": "Harborough", "signatory": "Director"}
    assert now["teams"]["night-team"] == {"name": "Night team", "employer": "Harborough"}
    assert now["hours"]["late"] == {"monday": "17:00-20:00", "bank-holidays": "closed", "on": {"2026-12-24": "closed"}}
    assert now["groups"] == {"bins-more": ["refuse", "garden"]}
    assert now["emergency"] == {
        "grounds": ["A flood"], "fallback": {"Lichfield": "night-team"}, "break_glass": {"at_most_minutes": "5"}
    }
    page = mo.get(PAGE).content.decode()
    for each in ("Harborough: signed by its Director.", "Night team: people of Harborough.", "Mon 17:00 to 20:00",
                 "“bins-more”: Bins and recycling and ", "Lichfield’s calls then go to Night team.",
                 "An emergency look may last 5 minutes."):
        assert each in page, each
    for where in ("emergency/all/", "groups/bins-more/", "hours/late/", "teams/night-team/", "parties/2/"):
        answer = sends(mo, where + "remove/")
        assert answer.status_code == 302, (where, answer.content.decode())
    left = values(text(version))
    assert {key: value for key, value in left.items() if value} == said


@pytest.mark.parametrize(("where", "told"), [
    ("parties/1/", ["Lichfield waste: people of Lichfield.", "9 entries refer to it"]),
    ("teams/lichfield-waste/", ["Lichfield waste answers by phone, joins after 120 seconds",
                                "Lichfield’s calls then go to Lichfield waste."]),
    ("hours/office/", ["Charnwood contact centre answers by phone", "resolved by phone"]),
    ("groups/waste/", ["1 entry refers to it"]),
])  # fmt: skip
def test_what_others_refer_to_stays_and_it_is_said_who(
    where: str, told: list[str], rich: AgreementVersion, sits: Any  # noqa: F811
) -> None:
    mo, before = sits("mo"), text(rich)
    page = mo.get(PAGE + where + "remove/").content.decode()
    assert "can’t be removed yet" in page and "<button class=\"button button--main\">Remove" not in page
    for each in told:
        assert each in page, (each, page)
    answer = mo.post(PAGE + where + "remove/", {"sha256": rich.sha256})
    assert answer.status_code == 409 and "Change or remove them first" in answer.content.decode()
    assert text(rich) == before


@pytest.mark.parametrize(("where", "other", "told"), [
    ("parties/", {"council": "E07000194"}, ["Lichfield is a party already"]),
    ("parties/", {"council": ""}, ["Choose the council"]),
    ("teams/", {"name": "Lichfield: waste"}, ["is taken"]),
    ("teams/", {"name": "New"}, ["is taken"]),
    ("teams/", {"name": "…"}, ["Use letters or digits"]),
    ("hours/", {"called": "Office", "monday": "25:00-26:00", "named_days": "Easter"},
     ["“office” is taken", "Monday: ", "Named days: "]),
    ("hours/", {"called": "Always"}, ["“always” is taken"]),
    ("hours/", {"called": "Never"}, ["Enter the hours of at least one day"]),
    ("groups/", {"called": "Refuse"}, ["“refuse” is taken", "Choose at least one service"]),
    ("emergency/", {"grounds": "One: two\n" + "x" * 81}, ["holds a colon", "80 characters or fewer"]),
    ("emergency/", {"at_most_minutes": "241"}, ["enter at most 240 minutes"]),
    ("emergency/", {"grounds": "", "message": "", "fallback": [""]}, ["Fill in at least one of these, or remove"]),
])  # fmt: skip
def test_everything_that_is_wrong_is_said_at_once_and_stays_typed(
    where: str, other: dict[str, Any], told: list[str], rich: AgreementVersion, sits: Any  # noqa: F811
) -> None:
    mo, before = sits("mo"), text(rich)
    answer = sends(mo, where, **other)
    page = answer.content.decode()
    summary = page.partition("There is a problem")[2].partition("</ul>")[0]
    assert answer.status_code == 422
    for each in told:
        assert each in summary, (each, summary)
    again = shown(answer)
    for name, value in other.items():
        assert value == [""] or again[name].replace("\r\n", "\n") == value, name
    assert text(rich) == before


def test_the_second_of_two_managers_is_told_and_loses_nothing(rich: AgreementVersion, sits: Any) -> None:  # noqa: F811
    mo, nia = sits("mo"), sits("nia")
    others = {"parties/1/": {"signatory": "Leader"}, "teams/lichfield-waste/": {"name": "Crews"},
              "hours/office/": {"saturday": "09:00-12:00"}, "groups/waste/": {"services": ["refuse"]},
              "emergency/": {"message": "Later"}}
    hers = {where: shown(nia.get(PAGE + where)) for where in others}
    changed = {"parties/1/": {"signatory": "Mayor"}, "teams/lichfield-waste/": {"employer": ""},
               "hours/office/": {"sunday": "10:00-12:00"}, "groups/waste/": {"services": ["refuse", "bulky"]},
               "emergency/": {"grounds": "A flood"}}
    for where, other in others.items():
        assert sends(mo, where, **changed[where]).status_code == 302
        answer = nia.post(PAGE + where, {**hers[where], **other})
        assert answer.status_code == 409 and re.search(r"(Mo|Nia) changed this at \d\d:\d\d", answer.content.decode())
        again = shown(answer)
        [(name, value)] = other.items()
        assert again[name] in (value, value[0]), where
        assert nia.post(PAGE + where, again).status_code == 302
    said = values(text(rich))
    assert said["parties"][1] == {"council": "Lichfield", "signatory": "Leader"}
    assert said["teams"]["lichfield-waste"]["name"] == "Crews"
    assert said["hours"]["office"]["saturday"] == "09:00-12:00" and said["groups"]["waste"] == ["refuse"]
    assert (said["emergency"]["grounds"], said["emergency"]["message"]) == (["A flood"], "Later")


def test_what_changed_elsewhere_in_the_draft_asks_for_no_second_save(rich: AgreementVersion, sits: Any) -> None:  # noqa: F811
    mo, nia = sits("mo"), sits("nia")
    hers, new = shown(nia.get(PAGE + "teams/lichfield-waste/")), shown(nia.get(PAGE + "teams/"))
    assert sends(mo, "emergency/", grounds="A flood").status_code == 302
    assert nia.post(PAGE + "teams/lichfield-waste/", {**hers, "name": "Crews"}).status_code == 302
    assert nia.post(PAGE + "teams/", {**new, "name": "Night team"}).status_code == 302
    said = values(text(rich))
    assert (said["emergency"]["grounds"], said["teams"]["lichfield-waste"]["name"]) == (["A flood"], "Crews")
    assert said["teams"]["night-team"]["name"] == "Night team"


def test_a_group_that_was_removed_meanwhile_comes_back_under_its_name(
    sits: Any, version: AgreementVersion  # noqa: F811
) -> None:
    mo, nia = sits("mo"), sits("nia")
    sends(mo, "groups/", called="waste", services=["refuse"])
    hers = shown(nia.get(PAGE + "groups/waste/"))
    sends(mo, "groups/waste/remove/")
    answer = nia.post(PAGE + "groups/waste/", {**hers, "services": ["garden"]})
    assert answer.status_code == 409 and shown(answer)["called"] == "waste"
    assert nia.post(PAGE + "groups/", shown(answer)).status_code == 302
    assert values(text(version))["groups"] == {"waste": ["garden"]}


@pytest.fixture
def odd(version: AgreementVersion) -> AgreementVersion:  # noqa: F811
    rewrite(version, version.text.replace("  office:", '  "a/b .. c": always\n  "..": always\n  office:'))
    return version


def test_hours_may_be_called_anything(odd: AgreementVersion, sits: Any) -> None:  # noqa: F811
    """A text may have been loaded whose hours hold strokes, dots and spaces in their names."""
    mo = sits("mo")
    page = mo.get(PAGE).content.decode()
    found = re.findall(r'href="(/agreements/small/2/edit/hours/[^"]+)"', page)
    assert len(found) == 6
    for address in found:
        assert mo.get(address).status_code == 200, address
    assert sends(mo, "hours/%252E%252E/", monday="09:00-10:00").status_code == 302
    assert values(text(odd))["hours"][".."]["monday"] == "09:00-10:00"


def test_the_overview_folds_what_is_long_and_opens_what_was_saved(rich: AgreementVersion, sits: Any) -> None:  # noqa: F811
    mo = sits("mo")
    page = mo.get(PAGE).content.decode()
    assert '<details class="fold part">\n  <summary><h2 id="council' in re.sub(r"\n\s+<summary>", "\n  <summary>", page)
    assert "Parties (2)" in page and "Groups of services (1)" in page
    saved = mo.get(PAGE + "?saved=shares&entry=garden-resolved").content.decode()
    there = saved.partition('<h2 id="findings"')[2].partition("</h2>")[2].lstrip()
    assert there.startswith('<p role="status">') and "Saved</span>" in there[:400], "where saving leads"
    assert saved.count('<details class="fold part" open>') == page.count('<details class="fold part" open>') + 1


@pytest.mark.parametrize("who", ["jo", "sam", "kit"])
def test_nobody_else_finds_anything_to_write(who: str, rich: AgreementVersion, sits: Any) -> None:  # noqa: F811
    client, before = sits(who), text(rich)
    for where in (*ENTRIES, "groups/", "hours/", "teams/", "parties/", "emergency/all/remove/", "groups/waste/remove/"):
        for answer in (client.get(PAGE + where), client.post(PAGE + where, {"sha256": rich.sha256, "before": "{}"})):
            assert answer.status_code == 404, where
    assert text(rich) == before


def test_a_line_of_another_agreement_is_said_while_it_is_written(
    version: AgreementVersion, sits: Any  # noqa: F811
) -> None:
    """Not only when it is proposed: the world's other agreement leads 5001 already."""
    mo, words = sits("mo"), "The line 5001 is already led elsewhere by “Test hub”, version 1 ("
    assert words not in mo.get(PAGE).content.decode()
    assert sends(mo, "lines/0/", number="5001").status_code == 302
    page = mo.get(PAGE).content.decode()
    assert words in page and "Give the line up there first" in page
