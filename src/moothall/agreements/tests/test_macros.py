"""Short forms: written out they are the shares that one would have written; what is wrong points at their own lines."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from moothall.agreements.actions import load_version
from moothall.agreements.check import check_text
from moothall.agreements.drafts import as_rows
from moothall.agreements.reader import ReadAgreement, read_agreement
from moothall.agreements.register import register_from_files
from moothall.agreements.tests.test_text_schema import faults_of
from moothall.agreements.tests.texts import SMALL, position
from moothall.cli.main import run_word
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.shares import AgreementTerms

AGREEMENTS = Path(__file__).resolve().parents[4] / "agreements"
RESOLVED = """\
      resolved:
        waste:
          services: waste
          team: "{client}-waste"
          standard: {resolved_within_working_days: 3, by: "17:00", for_percent: 95}
        services:
          services: [revenues, licensing, front]
          team: "{client}-services"
          standard: {resolved_within_working_days: 10, by: "17:00", for_percent: 90}
"""
HUB = """\
macros:
  - hub_and_client:
      key: front
      hub: Charnwood
      clients: [Harborough]
      team: charnwood-contact-centre
      services: shared
      hours: {Charnwood: charnwood-open, Harborough: harborough-open}
      standard: {answered_within_s: 45, for_percent: 80}
      price: {per_contact_pence: 225}
      guarantee: 1
      overflow: {team: harborough-customer-services, after_s: 120}
      purpose: Answering Harborough's residents and opening cases for Harborough's officers
      lawful_basis: Public task; delegated under section 101 of the Local Government Act 1972
""" + RESOLVED + """\
  - hub_and_client:
      key: night
      hub: E07000130
      clients: Harborough
      team: charnwood-contact-centre
      services: day-and-night
      hours: {Charnwood: charnwood-night, Harborough: harborough-night}
      standard: {answered_within_s: 90, for_percent: 80}
      price: {per_contact_pence: 410}
      purpose: Answering Harborough's residents when its own offices are closed
      lawful_basis: Public task; delegated under section 101 of the Local Government Act 1972

"""
MANY = """\
macros:
  - many_together:
      key: pool
      councils: *all
      team: staffordshire-pool
      services: pooled
      hours: open
      standard: {answered_within_s: 60, for_percent: 80}
      guarantee: 1
      purpose: Answering each other's residents and opening cases for each council's own officers
      lawful_basis: Public task; delegated under section 101 of the Local Government Act 1972
""" + RESOLVED + """\
  - many_together:
      key: pool-at-night
      councils: *all
      team: staffordshire-pool
      services: day-and-night
      hours: night
      standard: {answered_within_s: 90, for_percent: 80}
      purpose: Answering each other's residents when the offices are closed
      lawful_basis: Public task; delegated under section 101 of the Local Government Act 1972

"""


def demo(name: str) -> str:
    return (AGREEMENTS / f"{name}.yaml").read_text(encoding="utf-8")


def by_macros(name: str) -> str:
    """A demo agreement whose main shares stand as short forms; the shared line's stays a share."""
    text = demo(name)
    begin = text.index("shares:\n")
    kept = ""
    if "hub" in name:
        kept = "shares:\n" + text[text.index("  # The shared line, until"): text.index("  waste-resolved:")]
    return text[:begin] + (HUB if "hub" in name else MANY) + kept + text[text.index("lines:\n"):]


def read(text: str) -> ReadAgreement:
    return read_agreement(text, register=register_from_files(), file="x.yaml")


def meant(terms: AgreementTerms) -> Any:
    """What a text means, whatever its shares are called: the compiled map with each share's own words in place of its
    number, and what its body says."""
    table = compile_shares(terms.shares, register_from_files().holidays_by_council())
    said = {share.id: (replace(share, id=0, key="", place=terms.place, overrides=()),
                       {name: value for name, value in terms.bodies[share.id].items() if name != "overrides"})
            for share in terms.shares}  # fmt: skip
    plans = [(plan.tiers, [said[each] for each in plan.shares]) for plan in table.plans]
    weeks = [[[(minute, plans[value]) for minute, value in day] for day in week] for week in table.weeks]
    cells = table.cells.items()
    return {cell: [(each.starts, each.named, weeks[each.week]) for each in found] for cell, found in cells}


@pytest.mark.parametrize("name", ["leicestershire-hub", "staffordshire-eight"])
def test_written_out_they_are_the_map_of_the_hand_written_text(name: str) -> None:
    short, long = read(by_macros(name)), read(demo(name))
    assert not short.findings and not check_text(short.text, register=register_from_files()).findings
    assert short.terms and long.terms and meant(short.terms) == meant(long.terms)
    assert len(short.terms.shares) == len(long.terms.shares)
    assert "macros:" not in short.text and short.text.count("# From the macro “") >= 4
    assert read(short.text).terms == replace(short.terms, **placed(read(short.text))), "reading it again says the same"
    assert faults_of(by_macros(name)) == faults_of(short.text) == []


def placed(again: ReadAgreement) -> dict[str, Any]:
    """Places are other ones in the written-out text."""
    assert again.terms
    return {name: getattr(again.terms, name) for name in ("shares", "covers", "lines", "place", "bodies")}


def test_all_else_stays_byte_for_byte() -> None:
    text, out = by_macros("leicestershire-hub"), read(by_macros("leicestershire-hub")).text
    begin, end = text.index("macros:"), text.index("shares:\n")
    assert out.startswith(text[:begin] + text[end:text.index("lines:\n")].rstrip())
    assert out.endswith(text[text.index("lines:\n"):])
    assert read(text.replace("\n", "\r\n")).text == out.replace("\n", "\r\n")
    assert read(SMALL).text == SMALL


POOL = """\
macros:
  - many_together:
      key: bins
      councils: [Charnwood, Lichfield]
      team: charnwood-contact-centre
      services: bulky
      hours: {weekdays: "09:00-17:00"}
      pooled: false
      own_team: lichfield-waste
      after_s: 60
"""


def test_own_people_first_and_the_others_join() -> None:
    found = read(SMALL + POOL)
    assert not found.findings and found.terms
    shares = {share.key: share for share in found.terms.shares}
    own, joined = shares["bins-own.lichfield"], shares["bins-joined.charnwood"]
    assert (own.tier, own.team, joined.tier, joined.after_s) == (0, "lichfield-waste", 1, 60)
    assert YAML(typ="safe").load(found.text)["shares"]["bins-own"]["hours"] == {"weekdays": "09:00-17:00"}


@pytest.mark.parametrize(
    ("old", "new", "words", "at"),
    [
        ("services: bulky", "services: bulkies", "“bulkies” isn't a service", "bulkies"),
        ("[Charnwood, Lichfield]", "[Charnwood, Litchfield]", "“Litchfield” isn't a council", "Litchfield]"),
        ("[Charnwood, Lichfield]", "[Charnwood, Harborough]", "Harborough isn't a party", "[Charnwood, Harb"),
        ("own_team: lichfield-waste", "own_team: nobody", "“nobody” isn't a team", "nobody"),
        ("after_s: 60", "after_s: sixty", "must be a whole number", "sixty"),
        ("many_together", "many_alone", "“many_alone” isn't a macro", "many_alone"),
        ("      key: bins\n", "", "has no “key”", "councils: [Charnwood, Lichfield]\n      team"),
        ("pooled: false", "pooled: perhaps", "must be true or false", "perhaps"),
        ("      after_s: 60\n", "", "need own_team and after_s", "false\n"),
        ("[Charnwood, Lichfield]", "[Charnwood, E07000130]", "Charnwood is named twice", "E07000130]"),
        ("key: bins", "kei: bins", "“kei” isn't known", "kei: bins"),
        ("key: bins", "key: Bins!", "must be small letters", "Bins!"),
        ("  - many_together:", "  - also: 1\n    many_together:", "one form with its lines", "also: 1"),
    ],
)
def test_what_is_wrong_points_at_the_macros_line(old: str, new: str, words: str, at: str) -> None:
    text = SMALL.replace("lines:\n", POOL.replace(old, new, 1) + "lines:\n")
    findings = check_text(text, register=register_from_files(), file="x.yaml").findings
    assert words in findings[0].words, findings[0]
    assert (findings[0].place.line, findings[0].place.column) == position(text, at)


def test_a_gap_of_the_expansion_is_told_where_it_was_promised() -> None:
    """What stands below the macros keeps its own place, too."""
    text = SMALL.replace("parties: [Charnwood, Lichfield]\n", "parties: [Charnwood, Lichfield]\n" + POOL)
    text = text.replace("team: lichfield-waste\n    standard", "team: lichfield-wast\n    standard")
    [finding] = check_text(text, register=register_from_files()).findings
    assert (finding.place.line, finding.place.column) == position(text, "lichfield-wast\n    standard")


def test_what_is_wrong_with_a_list_that_a_name_stands_for_points_at_the_macro() -> None:
    pool = "team: staffordshire-pool\n      services"
    text = by_macros("staffordshire-eight").replace(pool, "team: no\n      services", 1)
    places = {finding.place.line for finding in read(text).findings}
    assert places and places <= set(range(position(text, "many_together")[0], position(text, "many_together")[0] + 8))


def test_what_the_proof_finds_points_at_the_macros_too() -> None:
    """Two short forms that both answer: the overlap is told at one of their lines, by the names of its shares."""
    text = SMALL + POOL + POOL.partition("\n")[2].replace("key: bins", "key: more")
    findings = [each for each in check_text(text, register=register_from_files()).findings if "overlap" in each.code]
    first, last = position(text, "many_together")[0], text.count("\n")
    assert findings and all(first <= each.place.line <= last for each in findings)
    assert "more-own" in f"{findings[0].words} {findings[0].remedy}"


def test_hours_for_some_and_not_for_all_are_told() -> None:
    text = by_macros("leicestershire-hub").replace("{Charnwood: charnwood-night, ", "{", 1)
    assert "No hours are said for Charnwood here" in read(text).findings[0].words


def test_an_anchor_in_a_macro_is_told() -> None:
    text = SMALL + POOL.replace("[Charnwood, Lichfield]", "&both [Charnwood, Lichfield]")
    assert "aren't there afterwards" in read(text).findings[0].words


def test_what_is_stored_and_hashed_is_the_written_out_text(world: Any) -> None:
    text = SMALL + POOL
    version = load_version(text)
    assert version.text == read(text).text and "macros" not in version.text
    assert as_rows(text)["text"] == version.text


def test_the_command_writes_it_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "short.yaml", tmp_path / "long.yaml"
    file.write_text(SMALL + POOL, encoding="utf-8")
    assert run_word("agreement", ["expand", str(file), "-o", str(out)]) == 0
    assert run_word("agreement", ["expand", str(file)]) == 0
    assert capsys.readouterr().out == out.read_text(encoding="utf-8") == read(SMALL + POOL).text
    file.write_text(SMALL + POOL.replace("bulky", "bulkies"), encoding="utf-8")
    assert run_word("agreement", ["expand", str(file), "-o", str(tmp_path / "none.yaml")]) == 1
    assert "“bulkies” isn't a service here" in capsys.readouterr().err and not (tmp_path / "none.yaml").exists()


def test_a_misspelt_council_is_told_its_nearest() -> None:
    text = by_macros("leicestershire-hub").replace("hub: Charnwood", "hub: Charnwod", 1)
    [finding] = read(text).findings
    assert finding.remedy == "Did you mean Charnwood (E07000130)?"


def test_what_would_unfold_to_too_much_is_refused() -> None:
    services = ", ".join(["refuse"] * 12_000)
    text = SMALL + POOL.replace("bulky", f"[{services}]").replace("bins", "a") + POOL.partition("\n")[2].replace(
        "bulky", f"[{services}]").replace("bins", "b")
    assert [finding.code for finding in read(text).findings] == ["too-large"]


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_macro_never_raises(data: st.DataObject) -> None:
    lines = POOL.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    start = data.draw(st.integers(0, len(lines[number])))
    signs = ["", ": ", "[", "}", "- ", "'", "&a ", "!x ", "?", "# ", "{a: b}", "\n", "x: y"]
    damage = data.draw(st.sampled_from(signs))
    lines[number] = lines[number][:start] + damage + lines[number][start + 1:]
    whole = SMALL.replace("shares:\n", "\n".join(lines) + "\nshares:\n") if data.draw(st.booleans()) else \
        SMALL + "\n".join(lines)
    checked = check_text(whole, register=register_from_files())
    assert checked.sound or any(finding.severity == "error" for finding in checked.findings)
