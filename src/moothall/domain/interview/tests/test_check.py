"""The checker finds what is wrong with a script, by following every way, and says where."""

import copy

import pytest

from moothall.domain.interview.check import check
from moothall.domain.interview.parse import parse
from moothall.domain.interview.proof import prove

END = {"end": "E", "outcome": "resolved", "code": "c", "say": {"en": "Goodbye."}}
ASK = {"key": "a", "ask": "radio", "options": {"x": {"en": "X"}, "y": {"en": "Y"}}, "say": {"en": "Which?"}}
LOOK = {"look_up": "today", "gives": {"maybe": "whole", "sure": {"kind": "whole", "always": True}}}


def script_of(*steps, parameters=None):
    data = {"script": "s", "service": "refuse", "title": {"en": "S"}, "parameters": parameters or {}}
    return parse({**data, "steps": copy.deepcopy(list(steps))})


def codes(*steps, parameters=None):
    script, findings = script_of(*steps, parameters=parameters)
    return {finding.code for finding in (findings or check(script))}


def test_a_sound_script_has_no_findings():
    assert codes(LOOK, ASK, {**END, "when": 'a == "x" || sure > 2'}, {**END, "end": "F"}) == set()


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([ASK], "dead-end"),
        ([ASK, {**END, "when": 'a == "x"'}], "dead-end"),
        ([LOOK, {**END, "when": "maybe > 2"}, {**END, "end": "F"}], "unguarded"),
        ([LOOK, {**END, "when": "maybe > 2 && known(maybe)"}, {**END, "end": "F"}], None),
        ([LOOK, {**END, "when": "maybe > 2 || known(maybe)"}, {**END, "end": "F"}], "unguarded"),
        ([LOOK, {**END, "say": {"en": "It is {maybe}."}}], "unsaid"),
        ([LOOK, {**END, "say": {"en": "Well. [It is {maybe}.]"}}], None),
        ([LOOK, {**END, "when": "known(maybe)", "say": {"en": "It is {maybe}."}}, {**END, "end": "F"}], None),
        ([END, ASK], "unreachable"),
        ([ASK, {**END, "when": 'a == "z"'}, {**END, "end": "F"}], "unreachable"),
        ([LOOK, {**END, "when": "sure > 3 && sure < 4"}, {**END, "end": "F"}], "unreachable"),
        ([{**ASK, "when": 'b == "x"'}, {**ASK, "key": "b"}, END], "reads-later"),
        ([ASK, {**ASK, "say": {"en": "Again?"}}, END], "duplicate-name"),
        ([END, END], "duplicate-key"),
        ([{**ASK, "say": {"en": "One? Two?"}}, END], "two-questions"),
        ([{**ASK, "say": {"en": "This has far more words in it than can be heard and kept in mind by anybody?"}}, END],
         "long-sentence"),
        ([{**ASK, "do": {"en": "Is it red?"}}, END], "question-in-do"),
        ([{**ASK, "do": {"en": "You may not say so."}}, END], "word"),
        ([{**ASK, "say": {}}, END], "nothing-said"),
        ([{**END, "say": {"en": "Bye {nobody}."}}], "unknown-name"),
        ([{**END, "outcome": "vanished"}], "outcome"),
        ([{k: v for k, v in END.items() if k != "code"}], "outcome-code"),
        ([{**END, "whem": "true"}], "unknown-key"),
        ([{"key": "x"}, END], "step-form"),
        ([{**ASK, "ask": "colour"}, END], "field"),
        ([{**ASK, "key": "known_a"}, END], "name"),
        ([{**ASK, "when": "1 == 1.5"}, END], "expression"),
        ([{**ASK, "say": "Which?"}, END], "words"),
    ],
)  # fmt: skip
def test_each_flaw_has_its_finding(steps, code):
    assert codes(*steps) == ({code} if code else set()) or code in codes(*steps)
    if code is None:
        assert codes(*steps) == set()


def test_a_finding_shows_the_way_to_it():
    script, _ = script_of(LOOK, ASK, {**END, "when": 'a == "x"'}, {**END, "end": "F", "when": 'a == "y" && sure > 4'})
    found = [finding for finding in check(script) if finding.code == "dead-end"]
    assert len(found) == 1
    assert "a is y" in found[0].times[0]
    assert "sure is 3" in found[0].times[0]


def test_two_variables_compared_are_followed_both_ways():
    other = {"look_up": "more", "gives": {"other": {"kind": "whole", "always": True}}}
    assert codes(LOOK, other, {**END, "when": "sure < other"}, {**END, "end": "F", "when": "!(sure < other)"}) == set()


def test_a_parameter_without_a_default_must_be_guarded():
    last = {**END, "end": "F"}
    assert codes({**END, "when": "p > 1"}, last, parameters={"p": "whole"}) == {"unguarded"}
    assert codes({**END, "when": "known(p) && p > 1"}, last, parameters={"p": "whole"}) == set()


def test_the_ways_of_many_questions_stay_few_where_nothing_reads_them_later():
    asks = [{**ASK, "key": f"q{n}"} for n in range(40)]
    script, _ = script_of(*asks, END)
    assert prove(script).states < 100
