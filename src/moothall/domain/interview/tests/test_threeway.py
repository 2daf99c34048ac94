"""The base as it was, the base as it is, and a council's own way: what changed, what is kept, what conflicts."""

import copy

import pytest

from moothall.domain.interview.parse import parse
from moothall.domain.interview.threeway import changes, judge

BIN = {"key": "bin", "ask": "radio", "options": {"food": {"en": "Food"}, "paper": {"en": "Paper"}},
       "say": {"en": "Which bin was it?"}}  # fmt: skip
TAG = {"key": "tag", "ask": "text", "say": {"en": "Is there a tag?"}}
END = {"end": "E", "outcome": "referred", "code": "c", "say": {"en": "Goodbye."}}
SCRAPS = {"food": {"en": "Scraps"}}
NEW = {**BIN, "say": {"en": "Which one was missed?"}}


def script_of(*steps):
    data = {"script": "s", "service": "x", "title": {"en": "S"}, "steps": copy.deepcopy(list(steps))}
    return parse(data)[0]


def told(old, new):
    return [(change.step, change.part) for change in changes(script_of(*old), script_of(*new))]


@pytest.mark.parametrize(
    ("new", "found"),
    [
        ([BIN, TAG, END], []),
        ([NEW, TAG, END], [("bin", "say")]),
        ([BIN, END], [("tag", "removed")]),
        ([BIN, TAG, {**TAG, "key": "lid"}, END], [("lid", "added")]),
        ([TAG, END, BIN], [("bin", "moved")]),
        ([BIN, {**TAG, "when": 'bin == "food"'}, END], [("tag", "when")]),
        ([BIN, {**TAG, "optional": True}, END], [("tag", "rules")]),
        ([BIN, TAG, {**END, "code": "d"}], [("E", "code")]),
        ([{**BIN, "options": SCRAPS}, TAG, END], [("bin", "options.food"), ("bin", "options.paper")]),
    ],
)
def test_each_change_beneath_is_told_once(new, found):
    assert sorted(told([BIN, TAG, END], new)) == sorted(found)


def held(overlay, before, new):
    old, now = script_of(BIN, TAG, END), script_of(*new)
    return [(each.bearing, each.words) for each in judge("Harborough", overlay, before, changes(old, now), now)]


def test_whom_an_effect_protects_is_told_in_the_condition():
    case = {"key": "case", "effect": "open_case", "title": {"en": "T"}}
    (change,) = changes(script_of(BIN, case, END), script_of(BIN, {**case, "protect": 'known(bin)'}, END))
    assert change.words == "“case” protects whoever it is about where: known(bin); before: never"


OWN = {"texts": {"bin.say": {"en": "Which caddy?"}}}


@pytest.mark.parametrize(
    ("overlay", "before", "new", "bearing"),
    [
        (OWN, OWN, [BIN, TAG, END], "keeps"),
        (OWN, OWN, [NEW, TAG, END], "choose"),
        (OWN, None, [NEW, TAG, END], "settled"),
        ({"texts": {"bin.say": NEW["say"]}}, OWN, [NEW, TAG, END], "same"),
        (OWN, OWN, [TAG, END], "choose"),
        ({"drop": ["tag"]}, {"drop": ["tag"]}, [BIN, TAG, END], "keeps"),
        ({"drop": ["tag"]}, {"drop": ["tag"]}, [BIN, {**TAG, "say": {"en": "A tag?"}}, END], "choose"),
        ({"drop": ["tag"]}, None, [BIN, {**TAG, "say": {"en": "A tag?"}}, END], "keeps"),
        ({"drop": ["tag"]}, {"drop": ["tag"]}, [BIN, END], "same"),
        ({"insert": [{"after": "tag", "steps": [{"key": "x"}]}]}, None, [BIN, TAG, END], "keeps"),
        ({"insert": [{"after": "tag", "steps": [{"key": "x"}]}]}, None, [BIN, END], "choose"),
        ({"insert": [{"after": "bin", "steps": [{"key": "x"}]}]}, None, [BIN, TAG, {**TAG, "key": "x"}, END], "choose"),
    ],
)
def test_what_a_council_has_otherwise_is_kept_or_it_must_choose(overlay, before, new, bearing):
    assert [each for each, _ in held(overlay, before, new)] == [bearing]


def test_a_conflict_shows_all_three_texts_in_words():
    words = held(OWN, OWN, [NEW, TAG, END])[0][1]
    assert words.startswith("Harborough changed what is said at “Which one was missed?” (say); the base changed it too")
    assert all(text in words for text in ("“Which caddy?”", "“Which one was missed?”", "“Which bin was it?”"))


AFTER = {"insert": [{"after": "bin", "steps": [{"key": "x"}]}]}


@pytest.mark.parametrize(
    ("overlay", "new", "again"),
    [
        (OWN, [NEW, TAG, END], [{**NEW, "say": {"en": "Another?"}}, TAG, END]),
        ({"drop": ["tag"]}, [BIN, {**TAG, "say": {"en": "A tag?"}}, END], [BIN, {**TAG, "optional": True}, END]),
        (AFTER, [TAG, END, BIN], [BIN, TAG, END]),
    ],
)
def test_what_was_decided_holds_for_what_was_seen_and_no_longer(overlay, new, again):
    old, now, later = (script_of(*steps) for steps in ([BIN, TAG, END], new, again))
    (asked,) = judge("Harborough", overlay, overlay, changes(old, now), now)
    assert asked.bearing == "choose"
    name, _, mark = asked.remedy.partition("{")[2].partition("}")[0].rpartition(": ")
    decided = {**overlay, "keeps": {name: mark}}
    assert [each.bearing for each in judge("Harborough", decided, overlay, changes(old, now), now)] == ["settled"]
    assert [each.bearing for each in judge("Harborough", decided, decided, changes(now, later), later)] == ["choose"]
