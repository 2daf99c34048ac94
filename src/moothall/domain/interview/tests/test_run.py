"""Walking: replay, going back, look-ups, effects that happen once, seals, answers that are refused."""

import pytest

from moothall.domain.interview.answers import accept
from moothall.domain.interview.dependence import asked_anew, outdated, sealed, taken_back
from moothall.domain.interview.expressions import Refusal
from moothall.domain.interview.parse import parse
from moothall.domain.interview.run import Ask, Effect, End, LookUp, Stuck, go_on, next_step, walk

SCRIPT = {
    "script": "small", "service": "refuse", "title": {"en": "Small"},
    "parameters": {"limit": {"kind": "whole", "default": 2}},
    "steps": [
        {"key": "hello", "say": {"en": "Hello."}},
        {"key": "where", "ask": "postcode", "say": {"en": "Where?"}},
        {"look_up": "homes", "with": {"postcode": "where"},
         "gives": {"homes": {"kind": "choices", "always": True}, "count": {"kind": "whole", "always": True}}},
        {"key": "home", "ask": "property", "options_from": "homes", "options": {"none": {"en": "None"}},
         "say": {"en": "Which?"}},
        {"end": "NOWHERE", "when": 'home == "none"', "outcome": "signposted", "code": "x", "say": {"en": "Bye."}},
        {"key": "note", "ask": "notes", "optional": True, "say": {"en": "More?"}},
        {"key": "many", "work_out": "count > limit"},
        {"key": "colour", "ask": "radio", "when": "many", "options": {"red": {"en": "Red"}, "blue": {"en": "Blue"}},
         "missing": {"en": "Choose a colour"}, "say": {"en": "Colour?"}},
        {"key": "open", "effect": "open_case", "with": {"home": "home"}, "gives": {"reference": {"kind": "text"}}},
        {"end": "DONE", "outcome": "case_opened", "code": "y", "say": {"en": "Done."}},
    ],
}  # fmt: skip
HOMES = {"homes": [["1", "1 Mill Lane"], ["2", "2 Mill Lane"]], "count": 3}


@pytest.fixture(scope="module")
def script():
    found, findings = parse(SCRIPT)
    assert findings == []
    return found


def step_of(script, facts=None, answers=None, effects=None, parameters=None):
    return next_step(
        script, parameters=parameters or {}, facts=facts or {}, answers=answers or {}, effects=effects or {}
    )


def test_it_stops_at_the_first_step_that_is_not_done(script):
    assert step_of(script).step.key == "hello"
    answers = {"hello": "said"}
    assert step_of(script, answers=answers).step.key == "where"
    answers["where"] = "LE167AA"
    assert isinstance(step_of(script, answers=answers), LookUp)
    assert step_of(script, HOMES, answers).step.key == "home"


def test_taking_an_answer_away_goes_back_and_giving_it_again_comes_where_it_was(script):
    answers = {"hello": "said", "where": "LE167AA", "home": "1", "note": "", "colour": "red"}
    assert isinstance(step_of(script, HOMES, answers), Effect)
    without = {name: value for name, value in answers.items() if name != "home"}
    assert step_of(script, HOMES, without).step.key == "home"
    assert isinstance(step_of(script, HOMES, {**without, "home": "2"}), Effect)


def test_an_answer_that_is_no_longer_among_the_choices_is_asked_again(script):
    answers = {"hello": "said", "where": "LE167AA", "home": "9"}
    stop = step_of(script, HOMES, answers)
    assert isinstance(stop, Ask)
    assert stop.step.key == "home"


def test_a_condition_decides_by_a_parameter(script):
    answers = {"hello": "said", "where": "LE167AA", "home": "1", "note": ""}
    assert step_of(script, HOMES, answers).step.key == "colour"
    assert isinstance(step_of(script, HOMES, answers, parameters={"limit": 5}), Effect)


def test_an_effect_is_done_once_and_its_result_is_a_fact(script):
    answers = {"hello": "said", "where": "LE167AA", "home": "1", "note": "", "colour": "red"}
    stop = step_of(script, HOMES, answers, {"open": {"reference": "HB-1-A"}})
    assert isinstance(stop, End)
    assert stop.values["reference"] == "HB-1-A"


def with_steps(*steps):
    longer, findings = parse({**SCRIPT, "steps": [*SCRIPT["steps"][:-2], *steps, SCRIPT["steps"][-1]]})
    assert findings == []
    return longer


def test_an_effect_seals_what_it_read_and_what_stood_on_the_way(script):
    """Its call reads the home, the home its list, the list the postcode; the end before it read the home as well."""
    assert sealed(script, {"open": {}}) == {"hello", "where", "home"}
    assert sealed(script, {}) == frozenset()
    coloured = {"key": "open", "effect": "paint", "when": 'known(colour) && colour == "red"'}
    assert sealed(with_steps(coloured), {"open": {}}) == {"hello", "where", "home", "colour"}


def test_a_case_seals_all_that_it_tells_and_nothing_that_came_after():
    told = {"key": "size", "ask": "text", "short": {"en": "Size"}, "say": {"en": "Size?"}}
    case = {"key": "open", "effect": "open_case", "title": {"en": "A case"}}
    after = {"key": "more", "ask": "notes", "short": {"en": "More"}, "say": {"en": "More?"}}
    longer = with_steps(told, case, after)
    assert "size" in sealed(longer, {"open": {}}) and "more" not in sealed(longer, {"open": {}})
    unnamed = {"key": "open", "effect": "open_case", "title": {"en": "About {note}"}}
    assert "note" in sealed(with_steps(unnamed), {"open": {}}), "its title says it"


def test_an_effect_that_can_be_undone_seals_nothing_and_is_taken_back_first():
    slot = {"key": "book", "effect": "take", "undo": "free", "with": {"colour": "note"}, "gives": {"slot": "text"}}
    paid = {"key": "pay", "effect": "ask_for_money", "undo": "cancel", "with": {"slot": "slot"}}
    script = with_steps(slot, paid)
    done = {"book": {}, "pay": {}}
    assert sealed(script, done) == frozenset()
    assert [step.key for step in taken_back(script, done, "note")] == ["pay", "book"]
    assert taken_back(script, done, "colour") == taken_back(script, {}, "note") == ()


def test_what_may_be_asked_anew_is_what_reads_the_answer(script):
    answered = {"where", "home", "note", "colour"}
    assert asked_anew(script, "where", answered) == ("home", "colour")
    assert asked_anew(script, "note", answered) == ()


def test_changing_an_answer_outdates_what_was_looked_up_with_it(script):
    assert outdated(script, "where") == {"homes"}
    assert outdated(script, "colour") == frozenset()


def test_a_fact_that_is_not_known_where_it_is_needed_stops_for_a_person(script):
    answers = {"hello": "said", "where": "LE167AA", "home": "1", "note": ""}
    stop = step_of(script, {**HOMES, "count": None}, answers)
    assert stop == Stuck("many", "“count” isn't known", stop.values)


def test_a_walk_goes_on_in_another_reading_of_the_same_text(script):
    """As where two windows had a new process read the script at the same time."""
    (other, _), answers, facts, effects = parse(SCRIPT), {}, {}, {}
    walked = walk(script, parameters={}, facts=facts, answers=answers, effects=effects)
    given = {"hello": "said", "where": "LE167AA", "home": "1", "note": "", "colour": "red"}
    while not isinstance(walked.next, End):
        match walked.next:
            case Ask(step):
                answers[step.key] = given[step.key]
            case LookUp():
                facts |= HOMES
            case Effect(step):
                effects[step.key] = {"reference": "R1"}
        known = {"facts": facts, "answers": answers, "effects": effects}
        walked = go_on(other, walked, **known)
        assert walked == walk(other, parameters={}, **known)
    assert walked.next.step.key == "DONE"


def test_the_same_walk_twice_is_the_same(script):
    state = {"parameters": {}, "facts": HOMES, "answers": {"hello": "said", "where": "LE167AA"}, "effects": {}}
    assert walk(script, **state) == walk(script, **state)


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("where", " le16-7aa. ", "LE167AA"),
        ("home", "none", "none"),
        ("note", "", ""),
        ("note", "O'Brien-ab Őz", "O'Brien-ab Őz"),
        ("note", "שלום\x00 مرحبا", "שלום مرحبا"),
        ("note", "<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("note", "a\r\nb", "a\nb"),
        ("note", "x" * 10_240, "x" * 10_240),
        ("note", "lone \ud800 half", "lone  half"),
    ],
)
def test_answers_are_kept_as_people_said_them(script, key, typed, kept):
    assert accept(script, script.step(key), typed, HOMES) == kept


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("where", "LE16", "Enter a full postcode, like LE8 0ES"),
        ("where", "", "Enter a full postcode, like LE8 0ES"),
        ("home", "3", "Choose the address, or that it isn't in this list"),
        ("colour", "green", "Choose a colour"),
        ("colour", "", "Choose a colour"),
        ("note", "x" * 20_001, "Use 20,000 characters or fewer"),
    ],
)
def test_what_is_no_answer_is_told_in_the_words_of_the_field(script, key, typed, words):
    assert accept(script, script.step(key), typed, HOMES) == Refusal(words)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("phone", " 07700  900123 ", "07700 900123"), ("phone", "+44 (0)7700-900123", "+44 (0)7700-900123"),
        ("phone", "4001", "4001"), ("email", "o'brien@example.org", "o'brien@example.org"),
        ("mobile", "07700 900 123", "07700 900 123"), ("mobile", "+33 6 12 34 56 78", "+33 6 12 34 56 78"),
        ("reach", "01858 000000", "01858 000000"), ("reach", "a@b.example", "a@b.example"),
    ],
)  # fmt: skip
def test_a_way_to_reach_people_is_kept_as_it_is_written(kind, typed, kept):
    script, _ = parse({**SCRIPT, "steps": [{"key": "at", "ask": kind, "say": {"en": "Where?"}}]})
    assert accept(script, script.step("at"), typed, {}) == kept


@pytest.mark.parametrize(
    "typed", ["abc", "0123", "01", "000000", "0770090", "0770090012345", "a@b", "a b@b.org", "@b.org", "07700 9OO123"]
)
def test_what_reaches_nobody_is_refused_with_what_to_do(typed):
    for kind, words in (("phone", "telephone number"), ("email", "e-mail address"), ("reach", "e-mail address")):
        script, _ = parse({**SCRIPT, "steps": [{"key": "at", "ask": kind, "say": {"en": "Where?"}}]})
        refused = accept(script, script.step("at"), typed, {})
        assert isinstance(refused, Refusal) and words in refused.words


@pytest.mark.parametrize("typed", ["01632 960123", "+44 1632 960123", "0800 123456", "4001", "070 1234 5678", "a@b.c"])
def test_a_number_that_gets_no_texts_is_refused_where_a_text_is_sent(typed):
    script, _ = parse({**SCRIPT, "steps": [{"key": "at", "ask": "mobile", "say": {"en": "Where?"}}]})
    refused = accept(script, script.step("at"), typed, {})
    assert isinstance(refused, Refusal) and "mobile number" in refused.words


def test_no_answer_holds_a_card_number(script):
    refused = accept(script, script.step("note"), "Card 4242-4242-4242-4242", HOMES)
    assert isinstance(refused, Refusal) and "4242" not in refused.words


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("24/12/2026", "2026-12-24"), ("2026-12-24", "2026-12-24"), ("1.2.2026", "2026-02-01"),
     ("24th December 2026", "2026-12-24"), ("1 sept 2026", "2026-09-01"), ("3 mar, 1960", "1960-03-03")],
)
def test_days_are_taken_as_they_are_written_here(typed, kept):
    script, _ = parse({**SCRIPT, "steps": [{"key": "day", "ask": "date", "say": {"en": "When?"}}]})
    assert accept(script, script.step("day"), typed, {}) == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [("31/02/2026", "February 2026 has 28 days. Check the day"), ("31 April 2026", "April 2026 has 30 days"),
     ("12/24/2026", "There is no month 24. The day comes first"), ("20/11/26", "Write the year with all 4 figures"),
     ("1 Jan 26", "Write the year with all 4 figures"), ("1/1/1800", "1800 is too long ago. Check the year"),
     ("1/1/2206", "2206 is too far ahead. Check the year"), ("0001-01-01", "0001 is too long ago"),
     ("24/12", "The year is missing. Add it, like"), ("24th December", "The year is missing"),
     ("3 foo", "Enter a day, like"), ("12/2026", "The day is missing. Add it, like"),
     ("December 2026", "The day is missing"),
     ("1950", "The day and the month are missing. Add them"), ("31/31", "Enter a day, like 24/12/2026"),
     ("3 foo 2026", "Enter a day, like 24/12/2026"), ("soon", "Enter a day, like 24/12/2026")],
)
def test_what_is_wrong_with_a_day_is_told(typed, words):
    script, _ = parse({**SCRIPT, "steps": [{"key": "day", "ask": "date", "say": {"en": "When?"}}]})
    refused = accept(script, script.step("day"), typed, {})
    assert isinstance(refused, Refusal) and refused.words.startswith(words)
