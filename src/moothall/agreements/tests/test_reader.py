"""Texts that are wrong: each a clear answer with its line and column, and never an exception."""
from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from moothall.agreements.document import nearest
from moothall.agreements.tests.texts import SMALL, changed, check, only, position, where
from moothall.domain.responsibility.shares import Cell, Notice

ROOT = Path(__file__).resolve().parents[4]


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
        ("to: 2027-09-01", "to: 9999-12-31", "not-a-date", ""),
        ("from: 2026-09-01", "from: 0001-01-01", "not-a-date", ""),
        ("    after_s: 120", '    after_s: 120\n    to: "2027-03-28 01:59"', "no-such-time",
         "Write a time before or after the change."),
        ("functions: [answer], hours: office}", 'functions: [answer], hours: office, from: "2027-03-28 01:00"}',
         "no-such-time", "Write a time before or after the change."),
        ("after_s: 120", "after_s: 120\n    overrides: [lichfield-overflow]", "overrides-nothing",
         "Name a wider share of the same client, or leave it out."),
        ("after_s: 120", "after_s: 120\n    overrides: [garden-resolved]", "overrides-nothing",
         "Name a wider share of the same client, or leave it out."),
        ("after_s: 120", "after_s: 120\n    sees: [council-taxes]", "unknown-service", "Did you mean council-tax?"),
        ("after_s: 120", "after_s: 120\n    sight_confirmed_by: Jo Bell", "nothing-confirmed",
         "Add sees: with the services, or leave this line out."),
        ("after_s: 120", "after_s: 120\n    notice_days: a month", "not-a-number", ""),
        ("to: 2027-09-01", "to: 2027-09-01\nnotice_days: -1", "not-a-number", ""),
        ("hours: office}\n  - {council: Lichfield, services: refuse,",
         "hours: office, standard: {answered_in: 45}}\n  - {council: Lichfield, services: refuse,", "unknown-key",
         "Did you mean answered_within_s?"),
        ("working_days: 3}", 'working_days: 3, by: "00:00"}', "midnight-end",
         "Write 24:00 for midnight at the day's end."),
        ("client: Lichfield\n", "clients: [Lichfield, E07000194]\n", "named-twice", "Leave one out."),
        ("name: Small agreement", "name: !!python/name:os.system x", "tag", "Leave it out."),
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


@pytest.mark.parametrize(
    "change",
    [
        ("from: 2026-09-01", 'from: "2026-10-25 01:30"'),
        ("to: 2027-09-01", 'to: "2027-10-31 01:30"'),
        ("    after_s: 120", '    after_s: 120\n    from: "2026-10-25 01:30"'),
        ("functions: [answer], hours: office}", 'functions: [answer], hours: office, to: "2026-10-25 01:30"}'),
    ],
    ids=["agreement begins", "agreement ends", "share", "promise"],
)
def test_a_period_within_the_hour_that_comes_twice_takes_the_first(change: tuple[str, str]) -> None:
    checked = check(changed(change))
    assert checked.sound
    assert [(finding.code, finding.severity) for finding in checked.findings] == [("time-twice", "warning")]


def test_the_first_of_the_hour_that_comes_twice_is_summers() -> None:
    terms = check(changed(("from: 2026-09-01", 'from: "2026-10-25 01:30"'))).terms
    assert terms is not None
    assert terms.starts == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_hours_that_end_within_the_hour_of_the_clock_change() -> None:
    night = '\n    saturday: "00:00-01:30"\n    sunday: ["00:00-01:30", "22:00-24:00"]'
    checked = check(changed(('weekdays: "09:00-17:00"', f'weekdays: "09:00-17:00"{night}')))
    assert checked.sound
    codes = [finding.code for finding in checked.findings]
    assert codes == ["clock-change"] * 5  # three promises and two shares have these hours
    assert checked.findings[0].times == (
        "Sunday 25 October 2026: 01:30 comes twice and counts both times",
        "Sunday 28 March 2027: 01:30 is skipped, 02:00 takes its place",
    )


@pytest.mark.parametrize("end", ['{from: "09:00", to: "00:00"}', '"09:00-0:00"', '["09:00-12:00", "13:00-00:00"]'])
def test_midnight_as_an_end_is_written_24(end: str) -> None:
    found = only(changed(('weekdays: "09:00-17:00"', f"weekdays: {end}")))
    assert (found.code, found.remedy) == ("midnight-end", "Write 24:00 for midnight at the day's end.")


def test_what_is_seen_beyond_what_is_served() -> None:
    sees = ("hours: office\n    standard", "hours: office\n    sees: [benefits, refuse]\n    standard")
    found = only(changed(sees))
    assert (found.code, found.severity) == ("sight-unconfirmed", "error")
    assert found.words.startswith("Charnwood contact centre sees Lichfield's Housing benefit and council tax support")
    assert where(found) == position(changed(sees), "lichfield-answered:")
    confirmed = check(changed((sees[0], sees[1].replace("benefits, refuse]", "benefits]\n    sight_confirmed_by: Jo"))))
    assert confirmed.sound
    assert confirmed.terms is not None
    assert (confirmed.terms.shares[0].sees, confirmed.terms.shares[0].sight_confirmed_by) == ((69,), "Jo")


def test_a_councils_own_minimum() -> None:
    text = changed(("functions: [answer], hours: office}",
                    "functions: [answer], hours: office, standard: {answered_within_s: 30, for_percent: 80}}"))
    found = only(text)
    assert found.code == "standard-below"
    assert found.times == ("Mondays to Fridays 09:00 to 17:00",)
    assert where(found) == position(text, "lichfield-answered:")


def test_the_notice_that_is_agreed() -> None:
    text = changed(("to: 2027-09-01", "to: 2027-09-01\nnotice_months: 6\nnotice_days: 10"),
                   ("    after_s: 120", "    after_s: 120\n    notice_days: 30"))
    terms = check(text).terms
    assert terms is not None
    assert terms.notice == Notice(6, 10)
    assert [share.notice for share in terms.shares] == [None, Notice(0, 30), None, None]


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


def test_names_that_nobody_would_read_through_are_not_listed() -> None:
    few, many = ["ash", "bay"], [f"council {number}" for number in range(700)]
    assert nearest("zzz", few) == "Known are: ash, bay."
    assert nearest("zzz", many) == "Check how it is spelt."
    assert nearest("council 70", many) == "Did you mean council 70?"
