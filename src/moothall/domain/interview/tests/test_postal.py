"""Addresses as people write them, and what else a typed answer is told: what is missing, and that it may stay empty."""

from datetime import date

import pytest

from moothall.domain.interview.answers import accept
from moothall.domain.interview.check import check
from moothall.domain.interview.expressions import Refusal
from moothall.domain.interview.parse import parse
from moothall.domain.interview.picture import name_of
from moothall.domain.interview.plainly import plainly
from moothall.domain.interview.postal import WHOLE_ADDRESS, can_be_address, same_address
from moothall.domain.interview.words import day_told, fill

END = {"end": "DONE", "outcome": "resolved", "code": "x", "say": {"en": "Done."}}
TWO_HOMES = [
    {"key": "old", "ask": "address", "short": {"en": "Old home"}, "say": {"en": "Where is the old one?"}},
    {"key": "new", "ask": "address", "short": {"en": "Address[, not {old}]"}, "say": {"en": "Where is the new one?"},
     "must": [{"that": "!same_address(new, old)", "words": {"en": "That is the old one"}}]},
    {"key": "send", "ask": "address", "optional": True, "say": {"en": "Where do we send it?"}, "short": {"en": "To"}},
    {"key": "ring", "ask": "phone", "optional": True, "say": {"en": "Which number?"}, "short": {"en": "Ring"}},
    {"key": "text", "ask": "mobile", "optional": True, "say": {"en": "Which number?"}, "short": {"en": "Text"}},
    {"key": "rang", "ask": "phone", "say": {"en": "Which number?"}, "short": {"en": "Rang"}},
    {"key": "told", "effect": "open_case", "title": {"en": "Told"}},
]  # fmt: skip


@pytest.fixture(scope="module")
def homes():
    script, findings = parse({"script": "s", "service": "refuse", "title": {"en": "S"}, "steps": [*TWO_HOMES, END]})
    assert findings == [] and [each for each in check(script) if each.severity == "error"] == []
    return script


@pytest.mark.parametrize("text", [
    "12 Mill Lane", "12a Mill Lane", "The Cottage, Mill Lane", "Rose Cottage Mill Lane", "Flat 2, 1 Mill Lane",
    "Plot 7, The Orchard", "Pitch 4, Foxton Locks Caravan Park", "Narrowboat Daisy\nFoxton Locks", "2 Hillside",
    "The Old Rectory, Tugby LE7 9WB", "Őz House, Mill Lane", "שלום, הפח שלי", "Unit 3 Canal Wharf",
])  # fmt: skip
def test_real_addresses_are_taken(homes, text):
    assert can_be_address(text)
    assert accept(homes, homes.step("old"), text, {}) == text


@pytest.mark.parametrize("text", ["abc", "12", "Flat 2", "no idea", "LE16 7ZZ", "12, LE16 7ZZ", "?, ?", "a, b", "--"])
def test_what_names_no_home_is_refused_in_words(homes, text):
    assert accept(homes, homes.step("old"), text, {}) == Refusal(WHOLE_ADDRESS)


@pytest.mark.parametrize("other", [
    "1 mill lane", "1 Mill Ln", "1, Mill Lane, Kibworth", "1 Mill Lane\nKibworth LE8 0AA", "1 Mill Lane LE80AA.",
])  # fmt: skip
def test_one_home_written_otherwise_is_the_same(other):
    assert same_address("1 Mill Lane, Kibworth, LE8 0AA", other)
    assert same_address(other, "1 Mill Lane, Kibworth, LE8 0AA")


@pytest.mark.parametrize("other", [
    "11 Mill Lane", "Flat 2, 1 Mill Lane", "1 Mill Road", "1 Mill Lane, Oadby", "1 Mill Lane LE2 5AA", "1", "",
])  # fmt: skip
def test_another_home_is_not(other):
    assert not same_address("1 Mill Lane, Kibworth, LE8 0AA", other)
    assert not same_address("", other)


def test_a_script_can_refuse_the_same_home_twice_and_says_so_plainly(homes):
    values = {"old": "1 Mill Lane"}
    assert accept(homes, homes.step("new"), "1 mill lane", values) == Refusal("That is the old one")
    assert accept(homes, homes.step("new"), "2 Mill Lane", values) == "2 Mill Lane"
    assert plainly(homes.step("new").field.must[0].that, homes) == "not (“Address” is the same address as “Old home”)"


def test_whoever_may_leave_it_empty_is_told_so_with_what_is_wrong(homes):
    def refused(key, typed, **values):
        return accept(homes, homes.step(key), typed, values)

    assert refused("send", "abc") == Refusal(f"{WHOLE_ADDRESS}, or leave it empty")
    assert refused("ring", "12") == Refusal("Enter a telephone number, like 07700 900123, or leave it empty")
    assert refused("ring", "0900 123 4567", channel="web") == refused("ring", "12")
    assert refused("text", "12").words.endswith("We can't text other numbers. Or leave it empty")
    assert refused("rang", "12") == Refusal("Enter a telephone number, like 07700 900123")
    assert (refused("send", ""), refused("ring", "")) == ("", "")


def test_a_short_question_may_name_what_was_answered_and_is_read_without_it(homes):
    short = homes.step("new").short.get("en")
    assert fill(short, {"old": "1 Mill Lane"}, homes.kinds()) == "Address, not 1 Mill Lane"
    assert name_of(homes.step("new")) == "Address"


def test_a_day_far_from_today_has_its_year_and_no_weekday():
    said = {"day": "1950-03-03", "soon": "2026-12-24", "today": "2026-11-26"}
    kinds = {"day": "date", "soon": "date", "today": "date"}
    assert fill("{day}, {day:short}, {soon}, {soon:short}", said, kinds) == (
        "3 March 1950, 3 March 1950, Thursday 24 December, Thu 24 Dec"
    )
    assert fill("{day}", {"day": "1950-03-03"}, kinds) == "Friday 3 March"  # nothing says how far that is
    assert day_told(date(1950, 3, 3), date(2026, 11, 26)) == "3 March 1950"
    assert day_told(date(2026, 12, 24), date(2026, 11, 26)) == "Thursday 24 December 2026"


def test_rules_for_one_answer_are_judged_together():
    """The first cuts the answers into classes: the second isn't blamed for those of them that it refuses."""
    ask = {"key": "sum", "ask": "money", "say": {"en": "How much?"}, "short": {"en": "Sum"}}
    more = {"that": "sum > 0", "words": {"en": "More"}}

    def found(*rules):
        steps = [{**ask, "must": list(rules)}, TWO_HOMES[-1], END]
        script, findings = parse({"script": "s", "service": "refuse", "title": {"en": "S"}, "steps": steps})
        return [finding.code for finding in (*findings, *check(script))]

    assert found(more, {"that": "sum <= 500", "words": {"en": "Less"}}) == []
    assert found(more, {"that": "sum < 0", "words": {"en": "Less"}})[0] == "no-answer"
