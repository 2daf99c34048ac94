"""The profile of CEL, and the library's behaviour that it relies on."""

from datetime import date

import pytest

from moothall.domain.interview.expressions import Condition, Refusal, Vocabulary, evaluate
from moothall.domain.interview.tree import Call, Const, Name, decode

KINDS = {
    "bin": "text", "misses": "whole", "assisted": "truth", "due": "date", "today": "date", "now_minute": "time",
    "days": "choices",
}  # fmt: skip
WORDS = Vocabulary(KINDS)
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28)})


def compiled(source, result="truth"):
    found = WORDS.compile(source, result)
    assert isinstance(found, Condition), found
    return found


def value_of(source, values, result="truth"):
    return evaluate(compiled(source, result), values, KINDS, CHRISTMAS)


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ('bin == "food"', {"bin": "food"}, True),
        ('bin in ["food", "garden"]', {"bin": "refuse"}, False),
        ("misses >= 3 && !assisted", {"misses": 3, "assisted": False}, True),
        ("now_minute < 1020", {"now_minute": 1019}, True),
        ("today == due", {"today": "2026-12-24", "due": "2026-12-24"}, True),
        ("days_between(due, today) > 7", {"today": "2027-01-01", "due": "2026-12-24"}, True),
        ('date("2026-12-24") == due', {"due": "2026-12-24"}, True),
        ("size(days) == 0", {"days": []}, True),
        ("known(misses)", {"misses": None}, False),
        ("known(misses) && misses > 2", {}, False),
        ("assisted ? misses > 1 : misses > 5", {"assisted": True, "misses": 2}, True),
        ("bin == 'known(bin)'", {"bin": "known(bin)"}, True),
        ('bin == "O\'Brien-ab Őz"', {"bin": "O'Brien-ab Őz"}, True),
    ],
)
def test_conditions_come_out(source, values, expected):
    assert value_of(source, values) is expected


def test_working_days_skip_weekends_and_the_holidays_given():
    assert value_of("add_working_days(due, 2)", {"due": "2026-12-24"}, "date") == date(2026, 12, 30)
    assert value_of("add_days(due, 7)", {"due": "2026-12-24"}, "date") == date(2026, 12, 31)


def test_an_unknown_fact_is_a_refusal_and_not_an_exception():
    assert value_of("misses > 2", {}) == Refusal("“misses” isn't known")


def test_a_sum_that_cannot_be_done_is_a_refusal():
    found = value_of("date(bin) == due", {"bin": "soon", "due": "2026-12-24"})
    assert isinstance(found, Refusal)
    assert "soon" in found.words


@pytest.mark.parametrize(
    ("source", "part", "remedy"),
    [
        ("misses > 2.5", "whole", "pence"),
        ("mises > 2", "Nothing declares “mises”", "Did you mean “misses”?"),
        ("known(mises)", "Nothing declares “mises”", "misses"),
        ('misses == "3"', "can't stand at", ""),
        ("misses", "This gives whole", ""),
        ('bin.matches("a")', "matches", ""),
        ('days.exists(d, d == "a")', "loop", ""),
        ("days.map(d, d + d) == days", "loop", ""),
        ('bin + "x" == "yx"', "join", ""),
        ('bin + bin == "yy"', "join", ""),
        ('(assisted ? bin : "x") + bin == "yy"', "join", ""),
        ("days + days == days", "join", ""),
        ("misses >", "stops before", ""),
        ("misses == 3u", "can't stand at", ""),
        ('timestamp("2026-12-24T00:00:00Z") == due', "timestamp", ""),
        ("{'a': 1}.size() == 1", "map", ""),
        ("(" * 40 + "assisted" + ")" * 40, "nested", ""),
        ("!(" * 13 + "assisted" + ")" * 13, "deep", ""),
        ("assisted || " * 45 + "assisted", "characters", ""),
    ],
)
def test_what_the_profile_refuses_is_told_in_words(source, part, remedy):
    found = WORDS.compile(source)
    assert isinstance(found, Refusal), source
    assert part in found.words
    assert remedy in found.remedy


def test_a_refusal_names_the_column_also_after_known():
    found = WORDS.compile("known( bin ) && nothing")
    assert isinstance(found, Refusal)
    assert found.column == 17


def test_reads_and_asks_are_told_apart():
    found = compiled("known(misses) && misses > 2 && assisted")
    assert found.reads == {"misses", "assisted"}
    assert found.asks_known == {"misses"}


def test_the_tree_is_decoded_with_negative_numbers_and_zero():
    tree = compiled("misses == -1 || misses == 0").tree
    assert isinstance(tree, Call)
    assert [arg.args[1].value for arg in tree.args] == [-1, 0]
    assert tree.args[0].args[0] == Name("misses", 0)
    assert isinstance(tree.args[1].args[1], Const)


def test_decoding_nothing_gives_something_foreign():
    assert "loop" in decode(b"").what


SLIPS = [
    ("known(", "“(” isn't closed", "and “)”"), ("(misses > 3", "“(” isn't closed", "and “)”"),
    ("misses >", "stops before it is complete", "what comes next"), ("", "Nothing stands here", "take the line out"),
    ("misses ? 3", "lacks what holds otherwise", "one : other"), ("misses = 3", "“=” isn't known", "Write =="),
    ("assisted and assisted", "“and” isn't known", "Write &&"), ("not assisted", "“not” isn't known", "Write !"),
    ("assisted | assisted", "“|” isn't known", "Write ||"), ("misses <> 3", "“<>” isn't known", "Write !="),
    ("bin == 'abc", "A text isn't closed", "Close it with '"), ("misses > 3)", "“)” can't stand here", "Take it out"),
    ("bin > 3", "“>” can't stand at a text and a whole number", "'quotes'"), ("days_between(1)", "isn't used like that",
     "Write days_between("), ("date(3) == date(3)", "date() can't take a whole number", "Write date("),
    ("known('bin')", "“known” isn't used like that", "Write known(name)"), ("misses == null", "null", "Ask known("),
    ("foo(misses)", "“foo” isn't one of the functions", "There are"), ("misses % 2 == 0", "“%” isn't", "There are"),
    ("misses > 99999999999999999999", "too large", "smaller"), ("if assisted", "“if” can't be a name", "one : other"),
    ("misses", "gives whole, where truth is needed", "Compare it"), ("has(misses)", "can't be read", "join them by"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "words", "remedy"), SLIPS)
def test_a_slip_is_told_in_words_of_those_who_write_scripts_and_with_a_remedy(source, words, remedy):
    found = WORDS.compile(source)
    assert isinstance(found, Refusal), source
    assert words in found.words and remedy in found.remedy
    assert "<EOF>" not in found.words and "expecting" not in found.words
