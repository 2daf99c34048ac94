"""A council's own way with a script: said otherwise, put in, left out; what is gone is told with the nearest name."""

import copy

import pytest

from moothall.domain.findings import Place
from moothall.domain.interview.check import check
from moothall.domain.interview.expand import Used
from moothall.domain.interview.parse import parse

END = {"end": "E", "outcome": "referred", "code": "c", "say": {"en": "Goodbye."}}
BIN = {
    "key": "bin",
    "ask": "radio",
    "options": {"food": {"en": "Food"}, "paper": {"label": {"en": "Paper"}, "when": "true"}},
    "say": {"en": "Which bin was it?"},
    "short": {"en": "Bin"},
}
TAG = {"key": "tag", "ask": "text", "say": {"en": "Is there a tag?"}, "short": {"en": "Tag"}}
BASE = {
    "script": "s",
    "service": "x",
    "title": {"en": "S"},
    "steps": [BIN, {"group": "later", "when": 'bin == "food"', "steps": [TAG]}, END],
}


def laid(overlay, base=BASE, library=None):
    return parse(copy.deepcopy(base), lambda _data, _key: Place("here"), library, copy.deepcopy(overlay))


def test_texts_are_said_the_councils_way_and_all_else_stays():
    script, findings = laid({"texts": {
        "bin.say": {"en": "Which caddy was it?"}, "tag.help": {"en": "Look at the lid."},
        "bin.options.paper": {"en": "Card"}, "bin.options.food": {"en": "Scraps"},
    }})  # fmt: skip
    assert findings == []
    assert script.step("bin").say.get("en") == "Which caddy was it?"
    assert script.step("tag").help.get("en") == "Look at the lid."
    assert [(o.value, o.label.get("en"), bool(o.when)) for o in script.step("bin").field.options] == [
        ("food", "Scraps", False), ("paper", "Card", True),
    ]  # fmt: skip
    assert [step.key for step in script.steps] == ["bin", "tag", "E"]
    assert check(script) == []


def test_steps_are_put_in_and_left_out_in_their_place():
    said = {"key": "early", "say": {"en": "I see."}}
    script, findings = laid({
        "insert": [{"after": "tag", "steps": [said]}, {"before": "bin", "steps": [{**said, "key": "first"}]}],
        "drop": ["tag"],
    })  # fmt: skip
    assert findings == []
    assert [step.key for step in script.steps] == ["first", "bin", "early", "E"]
    assert len(script.step("early").conditions) == 1  # it stands in the group, where the other one stood


def test_a_sub_scripts_steps_are_reached_and_may_be_put_in():
    sub = {"script": "who", "service": "x", "title": {"en": "W"}, "sub": True, "steps": [
        {"key": "name", "ask": "text", "say": {"en": "What is your name?"}, "short": {"en": "Name"}}]}  # fmt: skip
    library = {"who": Used(sub, lambda _data, _key: Place("sub"))}
    base = {**BASE, "steps": [{"use": "who"}, *BASE["steps"]]}
    script, findings = laid({"texts": {"who_name.say": {"en": "Who are you?"}}}, base, library)
    assert (findings, script.step("who_name").say.get("en")) == ([], "Who are you?")
    script, findings = laid({"insert": [{"after": "bin", "steps": [{"use": "who", "as": "again"}]}]}, BASE, library)
    assert (findings, script.step("again_name") is not None) == ([], True)


@pytest.mark.parametrize(
    ("overlay", "code", "remedy"),
    [
        ({"texts": {"bni.say": {"en": "X?"}}}, "overlay-gone", "“bin”"),
        ({"texts": {"bin.options.fod": {"en": "X"}}}, "overlay-gone", "“options.food”"),
        ({"texts": {"bin.says": {"en": "X"}}}, "overlay-gone", "“say”"),
        ({"texts": {"bin.title": {"en": "X"}}}, "overlay-gone", "There are"),
        ({"drop": ["tags"]}, "overlay-gone", "“tag”"),
        ({"insert": [{"after": "bins", "steps": [TAG]}]}, "overlay-gone", "“bin”"),
        ({"insert": [{"steps": [TAG]}]}, "overlay", "after: key"),
        ({"drop": "tag"}, "overlay", "[one, other]"),
        ({"drop": ["tag"], "texts": {"tag.say": {"en": "X?"}}}, "overlay", "Take one out"),
        ({"texts": {"bin.say": {}}}, "overlay", "en:"),
        ({"texts": {"bin.say": "X?"}}, "words", "en:"),
        ({"drop": ["tag"], "keeps": {"tga": "kmbtrfgh"}}, "overlay", "“tag”"),
        ({"drop": ["tag"], "keeps": ["tag"]}, "script-form", "name: value"),
        ({"text": {}}, "unknown-key", "“texts”"),
        ({"insert": [{"after": "bin", "steps": [{**TAG, "key": "bin"}]}]}, "duplicate-name", "another name"),
        ({"drop": ["bin"]}, "expression", "Declare it"),
    ],
)
def test_what_is_gone_or_half_said_is_a_finding_with_its_remedy(overlay, code, remedy):
    script, findings = laid(overlay)
    assert script is None
    assert code in {finding.code for finding in findings}
    assert any(remedy in finding.remedy for finding in findings)
