"""What a text says of councils that become one: read, proved, told, and compiled."""
from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from moothall.agreements.check import Checked, check_text
from moothall.agreements.reader import read_agreement
from moothall.agreements.register import register_from_files
from moothall.agreements.tests.merging import MERGING, SECOND, VESTING, VESTING_DAY, merging
from moothall.domain.responsibility.changes import Known, changes_of
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.lookup import plan_at
from moothall.domain.responsibility.shares import AgreementTerms, Cell, ShareTerms
from moothall.domain.responsibility.succession import Passing, behind, pass_on, passings, succeeded

DRAFT = Path(__file__).resolve().parents[4] / "agreements" / "drafts" / "staffordshire-eight-2028.yaml"
REGISTER = register_from_files()
REFUSE = 524
YEAR = VESTING_DAY.year


def check(*changes: tuple[str, str]) -> Checked:
    return check_text(merging(*changes), register=REGISTER)


def found(checked: Checked, code: str) -> str:
    """The words and remedies of the findings of one code."""
    return " ".join(f"{each.words} {each.remedy}" for each in checked.findings if each.code == code)


def terms_of(text: str) -> AgreementTerms:
    terms = read_agreement(text, register=REGISTER).terms
    assert terms is not None
    return terms


def test_the_demonstration_is_sound() -> None:
    checked = check_text(DRAFT.read_text(encoding="utf-8"), register=REGISTER)
    assert checked.sound and {each.code for each in checked.findings} == {"carried-on"}
    assert checked.terms is not None and [each.letters for each in checked.terms.successions] == ["CQ"]


def test_what_is_carried_on_is_said_in_full() -> None:
    checked = check()
    assert checked.sound
    assert found(checked, "carried-on").startswith(
        "“answered.northlands” carries on “answered” for Northlands from 1 April " f"{YEAR}: Charnwood contact centre "
        "answers Bins and recycling, in the hours and to the standard of before.")
    assert checked.terms is not None
    shares = {share.key: share for share in checked.terms.shares}
    assert shares["answered.harborough"].ends == VESTING == shares["answered.northlands"].starts
    assert shares["answered.northlands"].ends == checked.terms.ends
    assert [cover.ends for cover in checked.terms.covers][:2] == [VESTING, VESTING]


@pytest.mark.parametrize(("code", "says", "changes"), [
    ("vesting-not-midnight", f"middle of 1 April {YEAR}",
     [(f"vesting_day: {VESTING_DAY}", f'vesting_day: "{VESTING_DAY} 09:00"')]),
    ("vesting-outside", f"Northlands begins on 1 April {YEAR + 2}",
     [(f"vesting_day: {VESTING_DAY}", f"vesting_day: {YEAR + 2}-04-01")]),
    ("letters-taken", "References with CH are Charnwood (E07000130)'s already.", [("letters: NQ", "letters: CH")]),
    ("not-letters", "“n” must be two or three", [("letters: NQ", "letters: n")]),
    ("not-a-code", "“E1” isn't a council's code", [("successor: E06999901", "successor: E1")]),
    ("no-party", "Tamworth isn't a party", [("predecessors: [Harborough", "predecessors: [Tamworth, Harborough")]),
    ("after-vesting", f"“harborough-resolved” runs on after 1 April {YEAR}, when Harborough is no more. Let it end "
     f"there (to: {VESTING_DAY})", [("team: harborough-waste}", f"team: harborough-waste, to: {YEAR}-05-01}}")]),
    ("after-vesting", f"Harborough promises something after 1 April {YEAR}",
     [("functions: [answer], hours: always}", f"functions: [answer], hours: always, to: {YEAR}-05-01}}")]),
    ("successor-covers-nothing", "Nothing says what Northlands promises",
     [("  - {council: E06999901, services: refuse, channels: [phone], functions: [answer], hours: always, from: "
       f"{VESTING_DAY}}}\n", "")]),
    ("open-cases-nobody", "Nobody resolves Lichfield's open cases of Bins and recycling after “lichfield-resolved”",
     [("    client: E06999901\n    services: [refuse]", "    client: E06999901\n    services: [garden]")]),
    ("not-carried-on", "“answered.harborough” ends on vesting day, and nobody answers about Bins and recycling",
     [("    carries_on: [answered]\n", "")]),
    ("team-left", "Nothing is said of Lichfield everything: from vesting day on they see nothing.", []),
    ("unknown-share", "is called “answerd”. Did you mean answered?", [("[answered]", "[answerd]")]),
    ("unknown-team", "“northland-waste” isn't a team", [("harborough-waste: northlands-waste",
                                                        "harborough-waste: northland-waste")]),
    ("carried-by-several", "“x” would be carried on by", [("[answered]", "[answered, x]"), ("shares:\n",
     "shares:\n  x: {clients: [Harborough, Lichfield], services: [bulky], function: resolve, team: \"{client}-x\"}\n"),
     ("teams:\n", "teams:\n  harborough-x: {name: X}\n  lichfield-x: {name: Y}\n")]),
])
def test_each_fault_is_told_with_a_remedy(code: str, says: str, changes: list[tuple[str, str]]) -> None:
    assert says in found(check(*changes), code)


def test_a_council_has_one_successor() -> None:
    second = MERGING[MERGING.index("  - successor"): MERGING.index("covers:")]
    second = second.replace("E06999901", "E06999902").replace("Northlands", "Southlands").replace("NQ", "SQ")
    checked = check_text(MERGING.replace("covers:\n", second + "covers:\n", 1), register=REGISTER)
    assert "Harborough goes over to Northlands and to Southlands." in found(checked, "two-successors")


def test_it_is_told_before_anybody_signs() -> None:
    head, tail = MERGING[: MERGING.index("succession:")], MERGING[MERGING.index("covers:"):]
    before = terms_of((head + tail).replace("E06999901", "Charnwood"))
    known = Known(REGISTER.names(), REGISTER.holidays_by_council(), {})
    told = [change.words for group in changes_of(before, terms_of(MERGING), known=known).groups
            for change in group.changes]
    assert any("Harborough and Lichfield become Northlands Council (E06999901) on 1 April "
               f"{YEAR}; new references begin with NQ." in words
               and "Harborough waste goes on as Northlands waste" in words for words in told)
    assert any("Northlands waste will see Lichfield's cases about bins and recycling" in words for words in told)
    assert any("Lichfield everything will no longer see Lichfield's" in words for words in told)
    other = terms_of(merging(("letters: NQ", "letters: NX")))
    words = [change.words for group in changes_of(terms_of(MERGING), other, known=known).groups
             for change in group.changes]
    assert len(words) == 1 and "NX, instead of: Harborough and Lichfield become" in words[0]
    assert not any(group.changes for group in changes_of(terms_of(MERGING), terms_of(MERGING), known=known).groups)


def test_cells_pass_at_the_second() -> None:
    terms = terms_of(MERGING)
    table = compile_shares(pass_on(terms.shares, passings(terms.successions)))
    new, shares = terms.successions[0].number, {share.id: share.key for share in terms.shares}
    for function, before, after in (("answer", "answered.{}", "answered.northlands"),
                                    ("resolve", "{}-resolved", "northlands-resolved")):
        for council, slug in ((2, "harborough"), (13, "lichfield")):
            cell = Cell(council, REFUSE, "phone", function)
            plans = [plan_at(table, cell, at) for at in (VESTING - SECOND, VESTING)]
            assert [plan and shares[plan.share] for plan in plans] == [before.format(slug), after]
        assert plan_at(table, Cell(new, REFUSE, "phone", function), VESTING - SECOND) is None


def test_a_successors_successor_has_all_that_is_behind_it() -> None:
    later = VESTING + timedelta(days=400)
    passed = [Passing(1, 5, VESTING), Passing(2, 5, VESTING), Passing(5, 6, later)]
    assert succeeded(passed, VESTING - SECOND) == {} and succeeded(passed, VESTING) == {1: 5, 2: 5}
    assert succeeded(passed, later) == {1: 6, 2: 6, 5: 6} and behind(passed, 6, later) == (1, 2, 5)
    terms = terms_of(MERGING)
    share = next(each for each in terms.shares if each.key == "northlands-resolved")
    made = pass_on([_of(share, 1, 5), _of(share, 2, 6)], passed)
    assert {(each.id, each.client, each.starts == later) for each in made if each.ends > later} == {
        (2, 6, False), (2, 5, True), (2, 1, True), (2, 2, True)}


def _of(share: ShareTerms, number: int, client: int) -> ShareTerms:
    return replace(share, id=number, client=client)
