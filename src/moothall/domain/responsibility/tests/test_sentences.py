"""How single differences are said: lines, tiers, emergencies, sight, and the times at which something differs."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from moothall.domain.responsibility.changes import Known, changes_of
from moothall.domain.responsibility.cover_words import cover_sentences, sight_sentences
from moothall.domain.responsibility.diff import CoverChange
from moothall.domain.responsibility.phrases import Phrases
from moothall.domain.responsibility.shares import (
    AgreementTerms,
    Cell,
    Emergency,
    LineTerms,
    Notice,
    StandardTerms,
    TeamTerms,
)
from moothall.domain.responsibility.sight import sight_changes
from moothall.domain.responsibility.tests.one_council import (
    ENDS,
    HOLIDAYS,
    NAMES,
    STARTS,
    agreement,
    check,
    cover,
    share,
    week,
)
from moothall.domain.responsibility.text_changes import line_sentences
from moothall.domain.responsibility.times import in_words
from moothall.domain.responsibility.told import Change
from moothall.domain.responsibility.when import when

TEXT = agreement(share(1), teams=(TeamTerms("hub", "The hub", 2), TeamTerms("own", "Own")))
PHRASES = Phrases(NAMES, (TEXT,))
KNOWN = Known(NAMES, HOLIDAYS, {})
EVENING, YEAR = ((1020, 1200),), (date(2026, 9, 1), date(2027, 8, 31))
WEDNESDAYS = [date(2026, 12, 2) + timedelta(days=7 * n) for n in range(8)]


def told(before: AgreementTerms, after: AgreementTerms) -> list[str]:
    return [change.sentence for change in changes_of(before, after, known=KNOWN)]


# -- times ------------------------------------------------------------------------------------------------------------

def test_weeks_without_it_in_between_make_two_stretches_of_it() -> None:
    found = dict.fromkeys((*WEDNESDAYS[:3], *WEDNESDAYS[5:]), EVENING)
    assert in_words(found, YEAR, ()) == (
        "Wednesdays 17:00 to 20:00, from 2 December 2026 to 16 December 2026",
        "Wednesdays 17:00 to 20:00, from 6 January 2027 to 20 January 2027",
    )


def test_hours_that_end_while_others_go_on_are_told_with_their_end() -> None:
    late = ((1200, 1260),)
    found = {day: EVENING + late if day < WEDNESDAYS[3] else EVENING for day in WEDNESDAYS}
    assert in_words(found, (WEDNESDAYS[0], WEDNESDAYS[-1]), ()) == (
        "Wednesdays 17:00 to 20:00", "Wednesdays 20:00 to 21:00, to 16 December 2026")


def test_the_last_day_of_a_period_counts_among_the_usual_ones() -> None:
    days = [YEAR[0] + timedelta(days=n) for n in range(364)]
    mondays = [day for day in days if day.weekday() == 0]
    found = dict.fromkeys(mondays, EVENING)
    assert when(found, (mondays[0], mondays[-1]), ()) == ("Mondays 17:00 to 20:00",)
    del found[mondays[3]]
    assert when(found, (mondays[0], mondays[-1]), ()) == (
        "Mondays 17:00 to 20:00", "but not Monday 28 September 2026")
    del found[mondays[-1]]
    assert when(found, (mondays[0], mondays[-1]), ()) == (
        "Mondays 17:00 to 20:00, to 21 September 2026",
        "Mondays 17:00 to 20:00, from 5 October 2026 to 23 August 2027",
    ), "what ends before the last of its days isn't the usual"


def test_times_follow_the_words_in_small_letters() -> None:
    change = Change("cover-added", "calls", "Somebody answers.", ("Every day 17:00 to 20:00", "Mondays all day"))
    assert change.sentence == "Somebody answers: every day 17:00 to 20:00; Mondays all day."
    at_holidays = replace(change, words="Calls: they are answered.", times=("Bank holidays all day",), note="So be it.")
    assert at_holidays.sentence == "Calls: they are answered, bank holidays all day. So be it."


# -- lines ------------------------------------------------------------------------------------------------------------

LINE = LineTerms("5001", 2, 524, "phone", "Bins", public_number="+441632960001", aliases=("a",), greeting="Hello")


def line_words(before: tuple[LineTerms, ...], after: tuple[LineTerms, ...]) -> list[str]:
    texts = (replace(TEXT, lines=before), replace(TEXT, lines=after))
    return [change.words for change in line_sentences(*texts, Phrases(NAMES, texts))]


def test_a_line_is_known_again_by_its_public_number_and_then_by_its_name() -> None:
    other = LineTerms("6001", 2, 57, "phone", "Tax")
    assert line_words((LINE,), (replace(LINE, number="5009", name="Waste"),)) == [
        "The line Waste is dialled at the exchange as 5009 instead of 5001.",
        "The line 5009 is called Waste instead of Bins.",
    ]
    assert line_words((replace(LINE, public_number=""),), (replace(LINE, number="5009", public_number=""),)) == [
        "The line Bins is dialled at the exchange as 5009 instead of 5001."]
    assert line_words((replace(LINE, public_number=""),), (replace(other, public_number=""),)) == [
        "The line Tax (6001) is new. It leads to Harborough's council tax.",
        "The line Bins (5001) is no longer part of the agreement. It led to Harborough's bins.",
    ], "two lines without a public number aren't the same for that"
    assert line_words((LINE,), (replace(LINE, number="5009", public_number="+44163296777", service=57),))[0].startswith(
        "The line Bins (5009) is new")


def test_lines_are_told_in_the_order_of_the_new_text() -> None:
    first, second = replace(LINE, greeting=""), LineTerms("6001", 2, 57, "phone", "Tax")
    assert line_words((LINE,), (second, first)) == [
        "The line Tax (6001) is new. It leads to Harborough's council tax.",
        "Who rings Bins (5001) hears the usual words instead of “Hello”.",
    ]


@pytest.mark.parametrize(("changes", "words"), [
    ({"public_number": ""}, "The line Bins (5001) is no longer dialled by the public as 01632 960001."),
    ({"aliases": ("a", "b")}, "The line Bins (5001) is dialled also as a, b instead of a."),
    ({"service": 57}, "The line Bins (5001) leads to Harborough's council tax instead of Harborough's bins."),
])
def test_what_differs_about_a_line(changes: dict[str, object], words: str) -> None:
    assert line_words((LINE,), (replace(LINE, **changes),)) == [words]  # type: ignore[arg-type]


# -- tiers ------------------------------------------------------------------------------------------------------------

def tier_words(before: tuple[tuple[int, str], ...], after: tuple[tuple[int, str], ...]) -> str:
    change = CoverChange((Cell(2, 524, "phone", "answer"),), before, after, ())
    [told_] = cover_sentences([change], PHRASES, ())
    return told_.words


@pytest.mark.parametrize(("before", "after", "words"), [
    (((0, "hub"), (60, "own")), ((0, "hub"), (120, "own")),
     "For Harborough's calls about bins, Own joins after 2 minutes instead of 1 minute."),
    (((0, "hub"), (60, "a"), (90, "own")), ((0, "hub"), (60, "a"), (30, "b")),
     "For Harborough's calls about bins, b joins after 30 seconds, Own no longer joins."),
    (((0, "hub"),), ((0, "own"), (0, "hub")),
     "Own answers Harborough's calls about bins first instead of The hub, The hub joins at once."),
    (((0, "hub"), (60, "own")), ((0, "own"),), "Own answers Harborough's calls about bins instead of The hub."),
    (((0, "hub"), (60, "a"), (60, "b")), ((0, "hub"), (60, "b"), (60, "a")),
     "For Harborough's calls about bins, The hub is first, then b, then a."),
    ((), ((0, "hub"), (60, "own")),
     "Cover is added for Harborough's calls about bins: The hub answers them, Own joins after 1 minute."),
    (((0, "hub"), (60, "own")), (),
     "Cover is removed for Harborough's calls about bins: The hub no longer answers them, and nobody else does."),
])
def test_who_answers_in_which_order(
    before: tuple[tuple[int, str], ...], after: tuple[tuple[int, str], ...], words: str
) -> None:
    assert tier_words(before, after) == words


# -- sight ------------------------------------------------------------------------------------------------------------

def test_sight_is_told_with_its_dates_its_people_and_as_figures() -> None:
    half = STARTS + timedelta(days=100, hours=1)  # the clocks have gone back
    found = sight_changes([], [share(1, starts=half, services=(524,))], STARTS, ENDS)
    [gained] = sight_sentences(found, PHRASES, {"hub": 1}, (STARTS, ENDS))
    assert gained.words == (
        "1 person in The hub will see Harborough's calls and cases about bins, from 10 December 2026.")
    assert (gained.kind, gained.before, gained.after) == ("sight-gained", 0, 2)
    found = sight_changes([share(1, services=(524,), function="resolve")], [], STARTS, ENDS)
    [lost] = sight_sentences(found, PHRASES, {"hub": 0}, (STARTS, ENDS))
    assert lost.words == "The hub, with nobody in it yet, will no longer see Harborough's cases about bins."
    assert (lost.kind, lost.before, lost.after, lost.starts, lost.ends) == ("sight-lost", 1, 0, STARTS, ENDS)


def test_a_share_that_ends_in_the_same_instant_as_another_begins_gives_nothing_and_takes_nothing() -> None:
    half = STARTS + timedelta(days=100)
    parts = [share(1, ends=half), share(2, starts=half)]
    assert sight_changes([share(1)], parts, STARTS, ENDS) == []
    assert {each.shares for each in sight_changes([], parts, STARTS, ENDS)} == {("share-1", "share-2")}
    later = replace(parts[1], starts=half + timedelta(seconds=1))
    assert [(each.starts, each.ends) for each in sight_changes([share(1)], [parts[0], later], STARTS, ENDS)] == [
        (half, later.starts)]


# -- the agreement's own ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("emergency", "words"), [
    (Emergency(by=(2,)), "In an emergency the client and Harborough may pause a share or take it back. Until now only "
     "the client may pause a share or take it back."),
    (Emergency(grounds=("fire", "flood")), "In an emergency that is allowed for fire; flood. Until now that is allowed "
     "for any reason."),
    (Emergency(fallback=((2, "own"),)), "In an emergency Harborough's contacts go to Own. Until now contacts go to "
     "whoever is next by the shares."),
    (Emergency(break_glass=0), "In an emergency no other party may see a client's records outside its shares. Until "
     "now another party may see a client's records for at most 60 minutes."),
    (Emergency(break_glass=1), "In an emergency another party may see a client's records for at most 1 minute. Until "
     "now another party may see a client's records for at most 60 minutes."),
])
def test_what_may_be_done_in_an_emergency(emergency: Emergency, words: str) -> None:
    assert told(TEXT, replace(TEXT, emergency=emergency)) == [words]


def test_teams_names_and_dates() -> None:
    teams = (TeamTerms("hub", "The hub", 2), TeamTerms("own", "Own"))
    assert told(TEXT, replace(TEXT, teams=(replace(teams[0], name="Hub", employer=None), teams[1]))) == [
        "The team The hub is called Hub.", "The people of Hub are employed by several councils instead of Harborough."]
    assert told(TEXT, replace(TEXT, teams=(*teams, TeamTerms("new", "New")))) == []
    assert told(TEXT, replace(TEXT, name="Other")) == ["The agreement is called Other instead of Test."]
    joined = replace(TEXT, parties=(2, 9))
    assert told(TEXT, joined) == ["council 9 joins the agreement."]
    assert told(joined, TEXT) == ["council 9 leaves the agreement."]


def test_a_case_is_due_by_five_in_the_afternoon_where_nothing_else_is_said() -> None:
    assert StandardTerms(resolved_within_days=3).by_minute == 17 * 60


def test_three_days_in_a_row_are_told_by_the_first_and_the_last() -> None:
    days = [YEAR[0] + timedelta(days=n) for n in range(365)]
    found = {day: EVENING for day in days if day.weekday() in (0, 1, 2)}
    assert in_words(found, YEAR, ()) == ("Mondays to Wednesdays 17:00 to 20:00",)
    found = {day: EVENING for day in days if day.weekday() in (0, 1, 3)}
    assert in_words(found, YEAR, ()) == ("Mondays, Tuesdays and Thursdays 17:00 to 20:00",)


@pytest.mark.parametrize(("span", "said"), [
    ((0, 61), "01:01"), ((119, 600), "01:59"), ((60, 120), ""), ((120, 180), "")])
def test_the_hour_that_comes_twice_is_from_one_to_two(span: tuple[int, int], said: str) -> None:
    found = [each.words for each in check(share(1, hours=week((span,), sun=(span,)))) if each.code == "clock-change"]
    assert found == ([f"“share-1” begins or ends at {said}, within an hour that the clocks change."] if said else [])


def test_a_promise_holds_at_an_instant_of_its_hours_and_its_time() -> None:
    noon = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
    assert cover().holds(noon, ())
    assert not cover().holds(noon + timedelta(hours=6), ()), "in the evening"
    assert not cover().holds(noon, {noon.date()}), "a bank holiday"
    assert not cover(ends=noon).holds(noon, ()) and cover(starts=noon).holds(noon, ())
    assert not cover(starts=noon + timedelta(seconds=1)).holds(noon, ())


@pytest.mark.parametrize(("notice", "given", "first"), [
    (Notice(months=3), date(2026, 8, 31), date(2026, 11, 30)),
    (Notice(months=1), date(2026, 11, 30), date(2026, 12, 30)),
    (Notice(months=2), date(2026, 12, 31), date(2027, 2, 28)), (Notice(days=2), date(2026, 12, 31), date(2027, 1, 2)),
    (Notice(months=1, days=1), date(2026, 11, 30), date(2026, 12, 31)), (Notice(), date(2026, 1, 1), date(2026, 1, 1)),
])
def test_notice_counts_months_of_any_length(notice: Notice, given: date, first: date) -> None:
    assert notice.over(given) == first
