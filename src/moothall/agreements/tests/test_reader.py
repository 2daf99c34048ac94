"""Texts that are wrong: each a clear answer with its line and column, and never an exception."""
from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moothall.agreements.check import Checked, check_text
from moothall.agreements.register import register_from_files
from moothall.agreements.tests.texts import SMALL, changed
from moothall.domain.findings import Finding
from moothall.domain.responsibility.shares import Cell

ROOT = Path(__file__).resolve().parents[4]


def check(text: str) -> Checked:
    return check_text(text, register=register_from_files(), file="x.yaml")


def only(text: str) -> Finding:
    [finding] = check(text).findings
    return finding


def where(finding: Finding) -> tuple[int, int]:
    return finding.place.line, finding.place.column


def position(text: str, words: str) -> tuple[int, int]:
    """Where these words first stand in a text."""
    before = text[: text.index(words)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.parametrize("path", sorted((ROOT / "agreements").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_shipped_agreements_are_sound(path: Path) -> None:
    checked = check(path.read_text(encoding="utf-8"))
    assert checked.findings == ()
    assert checked.sound


def test_a_small_agreement_is_read() -> None:
    checked = check(SMALL)
    assert checked.findings == ()
    assert checked.terms is not None
    first = checked.terms.shares[0]
    assert list(first.cells()) == [Cell(13, 524, "phone", "answer"), Cell(13, 9002, "phone", "answer")]
    assert first.hours.weekdays[0] == ((540, 1020),)
    assert first.standard.answered_within_s == 45
    assert first.place.line == position(SMALL, "lichfield-answered:")[0]
    assert checked.terms.lines[0].cell == Cell(13, 524, "phone", "answer")


def test_a_share_for_several_clients_is_one_for_each() -> None:
    text = changed(("client: Lichfield\n    services: [refuse]\n    function: resolve\n    team: lichfield-waste",
                    "clients: [Lichfield, Charnwood]\n    services: [refuse]\n    function: resolve\n"
                    "    team: \"{client}-waste\""),
                   ("  lichfield-waste: {", "  charnwood-waste: {name: Charnwood waste}\n  lichfield-waste: {"))
    terms = check(text).terms
    assert terms is not None
    assert [(s.key, s.client, s.team) for s in terms.shares if s.function == "resolve" and s.services == (524,)] == [
        ("lichfield-resolved.lichfield", 13, "lichfield-waste"), ("lichfield-resolved.charnwood", 1, "charnwood-waste"),
    ]


def test_an_unknown_council_is_told_with_the_nearest() -> None:
    text = changed(("client: Lichfield", "client: Litchfield"))
    found = only(text)
    assert found.code == "unknown-council"
    assert found.words == "“Litchfield” isn't a council here."
    assert found.remedy == "Did you mean Lichfield (E07000194)?"
    assert where(found) == position(text, "Litchfield")


@pytest.mark.parametrize(
    ("old", "new", "code", "remedy"),
    [
        ("services: [refuse, switchboard]\n    function", "services: [refuze, switchboard]\n    function",
         "unknown-service", "Did you mean refuse?"),
        ("team: charnwood-contact-centre", "team: charnwood-contact-center", "unknown-team",
         "Did you mean charnwood-contact-centre?"),
        ("channels: [phone]\n    team", "channels: [fone]\n    team", "unknown-channel", "Did you mean phone?"),
        ("function: answer\n", "function: answers\n", "unknown-function", "Did you mean answer?"),
        ("hours: office\n    standard", "hours: offices\n    standard", "unknown-hours", "Did you mean office?"),
        ("standard: {answered", "standrad: {answered", "unknown-key", "Did you mean standard?"),
        ("client: Lichfield", "client: Tamworth", "no-party",
         "Add E07000199 under parties, or name another council."),
        ("after_s: 120", "after_s: 120\n    overrides: [lichfield-answred]", "unknown-share",
         "Did you mean lichfield-answered?"),
        ("after_s: 120", "after_s: two", "not-a-number", ""),
        ("moothall: 1", "moothall: 2", "unknown-format", ""),
        ('name: Lichfield bins', 'name: Lichfield bins, greeting: "Hello {caller}"', "unknown-placeholder", ""),
        ("    team: charnwood-contact-centre\n    hours", "    hours", "missing-key", "Add a line team: …"),
        ("from: 2026-09-01", "from: 2026-02-30", "not-a-date", "Write it like 2026-12-24."),
        ("from: 2026-09-01", "from: soon", "not-a-date", 'Write it like 2026-09-01, or "2026-09-01 08:30".'),
        ("from: 2026-09-01", 'from: "2026-03-29 01:30"', "no-such-time", "Write a time before or after the change."),
    ],
)
def test_words_that_are_wrong(old: str, new: str, code: str, remedy: str) -> None:
    finding = only(changed((old, new)))
    assert (finding.code, finding.remedy) == (code, remedy)
    assert finding.place.line
    assert finding.place.column


def test_swapped_dates() -> None:
    text = changed(("from: 2026-09-01\nto: 2027-09-01", "from: 2027-09-01\nto: 2026-09-01"))
    found = check(text).findings
    assert [finding.code for finding in found] == ["dates-swapped"]
    assert where(found[0]) == (5, 5)


def test_swapped_dates_of_a_share() -> None:
    text = changed(("after_s: 120", "after_s: 120\n    from: 2027-03-01\n    to: 2026-12-01"))
    found = only(text)
    assert (found.code, where(found)) == ("dates-swapped", position(text, "2026-12-01"))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("09:00-17:00", "time-unquoted"),
        ("[09:00-12:00, \"13:00-17:00\"]", "time-unquoted"),
        ("{from: 09:00, to: \"17:00\"}", "time-unquoted"),
        ("{from: 540, to: \"17:00\"}", "not-a-time"),
        ('"09:00-25:00"', "not-a-time"),
        ('"17:00-09:00"', "times-swapped"),
        ('"09:00-00:00"', "midnight-end"),
        ('"nine to five"', "not-a-time"),
        ('"nine"', "not-hours"),
        ('["09:00-12:00", "11:00-17:00"]', "hours-overlap"),
    ],
)
def test_times_that_are_wrong(written: str, code: str) -> None:
    text = changed(('weekdays: "09:00-17:00"', f"weekdays: {written}"))
    first = check(text).findings[0]
    assert first.code == code
    assert first.place.line == position(text, "weekdays")[0]
    assert first.place.column >= position(text, written)[1]


def test_an_unquoted_time_says_what_to_write() -> None:
    found = only(changed(('weekdays: "09:00-17:00"', "weekdays: 09:00-17:00")))
    assert found.remedy == 'Write "09:00-17:00".'


def test_a_period_that_begins_in_the_hour_that_comes_twice() -> None:
    checked = check(changed(("from: 2026-09-01", 'from: "2026-10-25 01:30"')))
    assert checked.sound
    assert [(finding.code, finding.severity) for finding in checked.findings] == [("time-twice", "warning")]


def test_a_gap() -> None:
    short = 'hours: {weekdays: "09:00-17:00", friday: "09:00-16:30"}'
    text = changed(("hours: office\n    standard", f"{short}\n    standard"))
    text = text.replace("    tier: 1\n    after_s: 120\n    hours: office", "    tier: 1\n    after_s: 120\n"
                        '    hours: {mon-thu: "09:00-17:00"}')
    found = check(text).findings
    assert [finding.code for finding in found] == ["gap-answer"]
    assert found[0].times == ("Fridays 16:30 to 17:00",)
    assert where(found[0]) == position(text, "{council: Lichfield, services: [refuse, switchboard]")


def test_an_overlap_of_one_minute() -> None:
    text = changed(("    tier: 1\n    after_s: 120\n    hours: office", '    hours: {weekdays: "16:59-17:30"}'))
    found = only(text)
    assert found.code == "overlap"
    assert found.times == ("Mondays to Fridays 16:59 to 17:00",)
    assert where(found) == position(text, "lichfield-overflow")


def test_named_days_and_bank_holidays() -> None:
    text = changed(('weekdays: "09:00-17:00"',
                    'weekdays: "09:00-17:00"\n    saturday: "10:00-12:00"\n    wed: closed\n'
                    '    bank-holidays: {as: sunday}\n    on: {2026-12-24: "09:00-12:00", 2026-12-31: closed}'))
    terms = check(text).terms
    assert terms is not None
    hours = terms.shares[0].hours
    assert hours.weekdays[2] == ()
    assert hours.weekdays[5] == ((600, 720),)
    assert [(str(day), spans) for day, spans in hours.exceptions] == [("2026-12-24", ((540, 720),)), ("2026-12-31", ())]


def test_the_same_line_twice() -> None:
    line = '  - {number: "5903", council: Lichfield, service: refuse, name: Again}\n'
    found = only(SMALL + line)
    assert found.code == "line-twice"


def test_duplicate_keys() -> None:
    text = changed(("    after_s: 120", "    after_s: 120\n    after_s: 180"))
    found = only(text)
    assert found.code == "duplicate-key"
    assert where(found) == position(text, "after_s: 180")


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: [1\nb: 2", "not-yaml", 2, 2),
        ("a: b: c", "not-yaml", 1, 5),
        ("moothall: 1\n\tname: x", "not-yaml", 2, 1),
        ("name: 'x", "not-yaml", 1, 9),
        ("name: \x07", "not-yaml", 1, 7),
        ("", "empty", 1, 1),
        ("--- 1\n--- 2\n", "not-yaml", 2, 1),
        ("a: *nothing", "unknown-alias", 1, 4),
        ("a: &x [1, *x]", "unknown-alias", 1, 11),
        ("a: " + "[" * 50 + "]" * 50, "too-deep", 1, 14),
    ],
)
def test_texts_that_are_no_yaml(text: str, code: str, line: int, column: int) -> None:
    found = only(text)
    assert (found.code, where(found)) == (code, (line, column))


def test_aliases_that_unfold_to_billions() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    text += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert only(text).code == "too-deep"


def test_a_file_of_ten_megabytes() -> None:
    found = only("a: b\n" * 2_000_000)
    assert found.code == "too-large"


def test_a_list_where_an_agreement_is_expected() -> None:
    assert check("- 1\n- 2").findings[0].code == "not-a-mapping"


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_damaged_text_never_raises(data: st.DataObject) -> None:
    lines = SMALL.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    start = data.draw(st.integers(0, len(lines[number])))
    damage = st.sampled_from(["", ": ", "[", "}", "- ", "'", "&a ", "!x ", "?"])
    lines[number] = lines[number][:start] + data.draw(damage)
    checked = check("\n".join(lines))
    assert checked.sound or any(finding.severity == "error" for finding in checked.findings)
