"""The grown language: kinds of answers, rules for them, sub-scripts, repeats, names that every script may read."""

import copy
import random

import pytest

from moothall.domain.findings import Place
from moothall.domain.interview.answers import accept, value_of
from moothall.domain.interview.check import check
from moothall.domain.interview.expand import Used
from moothall.domain.interview.expressions import Refusal
from moothall.domain.interview.parse import parse
from moothall.domain.interview.proof import prove
from moothall.domain.interview.run import Ask, End, next_step
from moothall.domain.interview.words import fill

END = {"end": "DONE", "outcome": "resolved", "code": "x", "say": {"en": "Done."}}
ASKED = [
    {"key": "kinds", "ask": "choices", "say": {"en": "Which?"}, "options": {
        "a": {"en": "Apples"}, "b": {"label": {"en": "Bread"}, "why": {"en": "It is good"}},
        "none": {"label": {"en": "None of these"}, "alone": True}}},
    {"key": "papers", "ask": "checklist", "say": {"en": "What do you have?"},
     "options": {"pay": {"label": {"en": "A payslip"}, "why": {"en": "It shows pay"}}, "id": {"en": "A passport"}}},
    {"key": "pay", "ask": "money", "least": 100, "most": 50_000_00, "say": {"en": "How much?"}},
    {"key": "adults", "ask": "whole", "least": 1, "most": 9, "say": {"en": "How many?"},
     "must": [{"that": "adults != 7", "words": {"en": "Not {adults} of them"}}]},
    {"key": "name", "ask": "person", "say": {"en": "Who?"}},
    {"key": "place", "ask": "point", "say": {"en": "Where?"}},
    {"key": "proof", "ask": "file", "say": {"en": "Can you send it?"}},
]  # fmt: skip
COUNTED = {"script": "two", "sub": True, "service": "any", "title": {"en": "Two"},
           "parameters": {"limit": {"kind": "whole", "default": 2}, "purpose": "text", "who": "text"},
           "steps": [
               {"look_up": "today", "gives": {"today": {"kind": "date", "always": True}}},
               {"key": "born", "ask": "date", "say": {"en": "When were you born, {who}?"},
                "must": [{"that": "born <= today", "words": {"en": "It must be before {today}"}}]},
               {"end": "YOUNG", "when": 'purpose == "pension" && days_between(born, today) < limit',
                "outcome": "resolved", "code": "x", "say": {"en": "Too young."}},
           ]}  # fmt: skip


def script_of(*steps, **more):
    library = more.pop("library", {})
    data = {"script": "s", "service": "refuse", "title": {"en": "S"}, "steps": [*steps, END], **more}
    return parse(data, library=library)


def made(*steps, **more):
    found, findings = script_of(*steps, **more)
    assert findings == []
    return found


@pytest.fixture(scope="module")
def asked():
    return made(*ASKED)


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("kinds", "b\na", "a\nb"),
        ("kinds", "a\r\na\n", "a"),
        ("kinds", "none", "none"),
        ("papers", "", ""),
        ("papers", "id", "id"),
        ("pay", "24.50", "24.50"),
        ("pay", "£1,200", "1200.00"),
        ("pay", " £ 1 ", "1.00"),
        ("pay", "250p", "2.50"),
        ("adults", "2", "2"),
        ("name", "  Mary   O'Brien-ab Őz ", "Mary O'Brien-ab Őz"),
        ("place", "52.772100, -1.2062", "52.77210,-1.20620"),
        ("place", "By the second bench in Queen's Park", "By the second bench in Queen's Park"),
        ("place", "by the  gate\r\n52.7721,-1.2062", "52.77210,-1.20620\nby the gate"),  # a page's two fields
        ("place", "\n52.7721 , -1.2062\n", "52.77210,-1.20620"),
        ("proof", "will_send", "will_send"),
    ],
)
def test_the_new_kinds_are_taken_as_people_give_them(asked, key, typed, kept):
    assert accept(asked, asked.step(key), typed, {}) == kept
    assert accept(asked, asked.step(key), kept, {}) == kept  # each walk takes the kept answers again


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("kinds", "", "Choose all that fit"),
        ("kinds", "a\nc", "Choose all that fit"),  # never offered
        ("kinds", "none\na", "Choose “None of these” by itself, or take its tick away"),
        ("papers", "deed", "Choose from this list"),
        ("pay", "-5", "Enter pounds and pence, like 24.50"),
        ("pay", "NaN", "Enter pounds and pence, like 24.50"),
        ("pay", "1e9", "Enter pounds and pence, like 24.50"),
        ("pay", "٥٠", "Enter pounds and pence, like 24.50"),
        ("pay", "24.5", "Enter pounds and pence, like 24.50"),
        ("pay", "1,20", "Enter pounds and pence, like 24.50"),
        ("pay", "£50p", "Enter pounds and pence, like 24.50"),
        ("pay", "0.50", "Enter £1 or more"),
        ("pay", "999999999", "Enter £50,000 or less"),
        ("pay", "9" * 1_000_000, "Use 20 characters or fewer"),
        ("adults", "0", "Enter 1 or more"),
        ("adults", "10", "Enter 9 or less"),
        ("adults", "7", "Not 7 of them"),
        ("adults", "2.5", "Enter a whole number, like 2"),
        ("name", "12345", "Enter a name"),
        ("name", "\u0301\x00", "Enter a name"),  # combining and control marks alone
        ("name", "x" * 121, "Use 120 characters or fewer"),
        ("place", "52.7721,-1.2062\n12", "Say where it is, or mark it on the map"),
        ("place", "0,0\nby the gate", "That point is too far away. Mark it again, or say where it is"),
        ("place", "0,0", "That point is too far away. Mark it again, or say where it is"),
        ("proof", "somebody-elses-file", "Choose a file, or that it is sent later"),
        ("proof", "", "Choose a file, or that it is sent later"),
    ],
)
def test_what_isnt_an_answer_of_its_kind_is_refused_in_plain_words(asked, key, typed, words):
    assert accept(asked, asked.step(key), typed, {}) == Refusal(words)


def test_an_answer_is_read_by_conditions_and_said_as_what_it_is(asked):
    values = {key: value_of(asked, asked.step(key), kept, {}) for key, kept in
              {"kinds": "a\nb", "papers": "", "pay": "24.50", "adults": "2"}.items()}  # fmt: skip
    assert values == {"kinds": [["a", "Apples"], ["b", "Bread"]], "papers": [], "pay": 2450, "adults": 2}
    words = fill("{kinds}; {papers}; {pay:pounds}; {adults}", values, asked.kinds())
    assert words == "Apples and Bread; none; £24.50; 2"
    bread = {"key": "toast", "when": '"b" in kinds && size(kinds) > 1 && pay > 2000', "say": {"en": "Toast?"}}
    longer = made(*ASKED, bread)
    answers = {"kinds": "a\nb", "papers": "", "pay": "24.50", "adults": "2"}
    answers |= {"name": "Ed", "place": "Here", "proof": "will_send"}
    state = {"parameters": {}, "facts": {}, "effects": {}}
    assert next_step(longer, answers=answers, **state).step.key == "toast"
    assert isinstance(next_step(longer, answers={**answers, "kinds": "a"}, **state), End)


def test_a_file_is_one_of_this_runs_own(asked):
    assert accept(asked, asked.step("proof"), "f1", {"_files": [["f1", "Payslip.pdf", "proof", ""]]}) == "f1"
    elsewhere = {"_files": [["f1", "Payslip.pdf", "papers", "wages"], ["will_send", "", "proof", ""]]}
    assert isinstance(accept(asked, asked.step("proof"), "f1", elsewhere), Refusal), "it was sent for another question"
    assert accept(asked, asked.step("proof"), "will_send", elsewhere) == "will_send"


def test_every_script_reads_the_channel_and_the_level():
    script = made({"key": "web", "when": 'channel == "web" && level < 2', "say": {"en": "Hello."}})
    state = {"parameters": {}, "answers": {}, "effects": {}}
    assert isinstance(next_step(script, facts={"channel": "web"}, **state), Ask)
    assert isinstance(next_step(script, facts={"channel": "web", "level": 2}, **state), End)
    assert isinstance(next_step(script, facts={"channel": "counter"}, **state), End)
    assert script_of({"key": "level", "say": {"en": "Hello."}})[1][0].words == "“level” every script has already"


def used(item, **more):
    return script_of({"key": "asker", "ask": "person", "say": {"en": "Who?"}}, item, library=LIBRARY, **more)


LIBRARY = {"two": Used(COUNTED, lambda data, key: Place(f"two {key}"))}


def test_a_sub_scripts_steps_stand_there_under_its_names():
    item = {"use": "two", "as": "caller", "with": {"who": {"from": "asker"}, "purpose": "pension"}}
    script, findings = used(item)
    assert findings == [] and check(script) == []
    assert [step.key for step in script.steps] == ["asker", "caller_today", "caller_born", "caller_YOUNG", "DONE"]
    assert script.defaults == {"caller_limit": 2, "caller_purpose": "pension"}
    assert script.steps[1].call.gives == (("caller_today", "today"),)
    assert script.steps[2].say.get("en") == "When were you born, {asker}?"
    assert script.steps[2].place == Place("two ask")
    state = {"parameters": {}, "effects": {}, "facts": {"caller_today": "2026-11-26"}}
    stop = next_step(script, answers={"asker": "Ann", "caller_born": "2026-11-27"}, **state)
    assert stop.step.key == "caller_born"  # refused by its rule, so asked
    assert next_step(script, answers={"asker": "Ann", "caller_born": "2026-11-25"}, **state).step.key == "caller_YOUNG"


def test_a_user_may_keep_the_names_say_texts_otherwise_and_leave_steps_out():
    item = {"use": "two", "as": "", "with": {"who": {"from": "asker"}, "purpose": "pension"}, "drop": ["YOUNG"],
            "texts": {"born.say": {"en": "When was {who} born?"}, "born.hint": {"en": "As on a passport"}}}  # fmt: skip
    script, findings = used(item)
    assert findings == [] and [step.key for step in script.steps] == ["asker", "today", "born", "DONE"]
    born = script.step("born")
    assert (born.say.get("en"), born.hint.get("en")) == ("When was {asker} born?", "As on a passport")
    assert born.place == Place("two ask")
    twice, findings = script_of({"key": "asker", "ask": "person", "say": {"en": "Who?"}}, item, item, library=LIBRARY)
    assert twice is None and "“today” is declared twice" in [each.words for each in findings]


def test_what_a_user_says_otherwise_must_be_there():
    told = {"use": "two", "as": "x", "texts": {"bron.say": {"en": "When?"}}, "drop": ["YUONG"]}
    place = lambda data, key: Place(f"own {key}")  # noqa: E731
    data = {"script": "s", "service": "refuse", "title": {"en": "S"}, "steps": [told, END]}
    _, findings = parse(data, place, LIBRARY)
    gone = [each for each in findings if each.code == "overlay-gone"]
    assert [str(each.place) for each in gone] == ["own drop", "own bron.say"]
    assert [each.remedy for each in gone] == ["Did you mean “YOUNG”?", "Did you mean “born”?"]
    assert gone[0].words == "This use leaves out “YUONG”, which isn't in the sub-script any more"


def test_what_a_user_fixes_is_known_to_the_proof():
    script, _ = used({"use": "two", "with": {"who": {"from": "asker"}, "purpose": "other"}})
    assert [flaw.step.key for flaw in prove(script).flaws] == ["two_YOUNG"]
    assert check(script)[0].words == "Nothing leads to “two_YOUNG”"


@pytest.mark.parametrize(
    ("item", "words", "remedy"),
    [
        ({"use": "tow"}, "There is no sub-script “tow”", "Did you mean “two”?"),
        ({"use": "two", "with": {"purpos": "x"}}, "“two” has no parameter “purpos”", "Did you mean “purpose”?"),
        ({"use": "two", "wiht": {}}, "“wiht” isn't known here", "Did you mean “with”?"),
        ({"use": "two", "as": "Two!"}, "“Two!” can't be a name", "Use small letters, digits and _."),
        ({"use": ["two"]}, "There is no sub-script “['two']”", "Did you mean “two”?"),
    ],
)
def test_what_is_wrong_with_a_use_is_said(item, words, remedy):
    script, findings = used(item)
    assert script is None
    assert (findings[0].words, findings[0].remedy) == (words, remedy)


def test_a_finding_in_a_sub_script_names_the_place_in_its_own_file():
    wrong = copy.deepcopy(COUNTED)
    wrong["steps"][1]["saay"] = "x"
    script, findings = script_of({"use": "two", "as": "x"}, library={"two": Used(wrong, LIBRARY["two"].place)})
    assert script is None
    assert str(findings[0].place) == "two saay, step “x_born”"


def test_a_sub_script_that_uses_itself_or_grows_without_end_is_refused():
    loop = {**COUNTED, "steps": [{"use": "two"}]}
    found = script_of({"use": "two"}, library={"two": Used(loop, LIBRARY["two"].place)})[1]
    assert found[0].words == "“two” uses itself"
    many = {"group": "g", "repeat": {"over": "n", "most": 20, "as": "x"}, "steps": [{"key": "a", "say": {"en": "A."}}]}
    for name in ("y", "z", "w"):
        many = {"group": "g", "repeat": {"over": "n", "most": 20, "as": name}, "steps": [many]}
    found = script_of({"key": "n", "ask": "whole", "say": {"en": "How many?"}}, many)[1]
    assert [finding.code for finding in found] == ["too-many-steps"]


REPEATED = {
    "group": "others", "repeat": {"over": "others", "most": 2, "as": "adult"},
    "steps": [
        {"key": "name", "ask": "person", "say": {"en": "What is the {ordinal} adult's name?"}},
        {"key": "student", "ask": "radio", "say": {"en": "Is {name} a student?"},
         "options": {"yes": {"en": "Yes"}, "no": {"en": "No"}}},
        {"key": "paper", "when": 'student == "yes"', "say": {"en": "Paper number {number}."}},
    ],
}  # fmt: skip


def test_a_repeat_stands_as_often_as_it_is_counted():
    first = {"key": "others", "ask": "whole", "most": 2, "say": {"en": "How many?"}}
    told = 'known(adult_2_student) && adult_2_student == "no"'
    last = {"key": "second", "when": told, "say": {"en": "{adult_2_name}."}}
    script = made(first, REPEATED, last)
    assert check(script) == []
    assert [step.key for step in script.steps if step.key.startswith("adult_2")] == [
        "adult_2_name", "adult_2_student", "adult_2_paper"]  # fmt: skip
    assert script.step("adult_2_name").say.get("en") == "What is the second adult's name?"
    state = {"parameters": {}, "effects": {}, "facts": {}}
    answers = {"others": "1", "adult_1_name": "Bo", "adult_1_student": "no"}
    assert isinstance(next_step(script, answers=answers, **state), End)
    assert next_step(script, answers={**answers, "others": "2"}, **state).step.key == "adult_2_name"
    assert prove(script).flaws == ()


def test_a_rule_for_an_answer_narrows_the_ways_behind_it():
    """With `must` the step behind is never reached, so the proof says so; what a rule reads must be known."""
    asked = {"key": "n", "ask": "whole", "say": {"en": "How many?"}}
    ruled = {**asked, "must": [{"that": "n < 3", "words": {"en": "Less"}}]}
    many = {"key": "many", "when": "n > 5", "say": {"en": "Many."}}
    assert prove(made(asked, many)).flaws == ()
    assert [flaw.kind for flaw in prove(made(ruled, many)).flaws] == ["unreachable"]
    limited = {**asked, "most": 3}
    assert [flaw.kind for flaw in prove(made(limited, many)).flaws] == ["unreachable"]
    maybe = {"key": "m", "ask": "whole", "optional": True, "say": {"en": "More?"}}
    ruled = {**asked, "must": [{"that": "n < m", "words": {"en": "Less"}}]}
    assert [(flaw.kind, flaw.name) for flaw in prove(made(maybe, ruled)).flaws] == [("unguarded", "m")]


def test_odd_data_is_a_finding_and_never_an_exception():
    """Any part of a script in the place of any other."""
    whole = {"script": "s", "service": "refuse", "title": {"en": "S"},
             "parameters": {"p": {"kind": "whole", "default": 2}},
             "steps": [*ASKED, REPEATED | {"repeat": {"over": "adults", "most": 2, "as": "adult"}},
                       {"use": "two", "with": {"who": {"from": "name"}, "purpose": "x"}},
                       {"effect": "open_case", "key": "case", "with": {"a": "name"},
                        "marks": [{"mark": "m", "when": "pay > 1"}],
                        "gives": {"ref": {"kind": "text", "always": True}}, "title": {"en": "T"}}, END]}  # fmt: skip
    odd = [None, 7, -1, True, "x", "", [], ["x"], {}, {"en": 7}, [[]], {"a": {"b": []}}, 10**30, [{"key": []}]]
    chance = random.Random(5)
    spots = list(_spots(whole))
    for _ in range(150):
        data = copy.deepcopy(whole)
        *way, last = chance.choice(spots)
        at = data
        for part in way:
            at = at[part]
        at[last] = chance.choice(odd)
        script, findings = parse(data, library=LIBRARY)
        assert script is not None or findings


def _spots(data, way=()):
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*way, key)
        yield from _spots(value, (*way, key))


def test_a_parameter_says_how_it_is_asked_for():
    values = {"one": {"en": "Only once"}, "other": {"en": "Now and then"}}
    script = made(parameters={
        "fee": {"kind": "whole", "ask": "money", "label": {"en": "The fee"}, "hint": {"en": "In pounds."}},
        "often": {"kind": "text", "values": values, "default": "one"}, "bare": "text",
        "same": {"kind": "whole", "fixed": 3},
    })  # fmt: skip
    assert script.asked["fee"].field == "money" and script.asked["fee"].label.get("en") == "The fee"
    assert script.variables["often"].values == ("one", "other")
    assert [(name, words.get("en")) for name, words in script.asked["often"].values] == [
        ("one", "Only once"), ("other", "Now and then")]  # fmt: skip
    assert not script.asked["bare"].label and "same" not in script.asked, "no council is asked for what is fixed"


@pytest.mark.parametrize("told", [{"kind": "text", "ask": "money"}, {"kind": "whole", "ask": "date"}])
def test_how_a_parameter_is_typed_fits_its_kind(told):
    _, findings = script_of(parameters={"fee": told})
    assert [each.code for each in findings] == ["parameter-form"] and "beside kind: whole" in findings[0].remedy
