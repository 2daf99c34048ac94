"""The checker finds what is wrong with a script, by following every way, and says where."""

import copy

import pytest

from moothall.domain.interview import proof
from moothall.domain.interview.check import check
from moothall.domain.interview.parse import parse
from moothall.domain.interview.proof import prove
from moothall.domain.interview.usage import codes as codes_of

END = {"end": "E", "outcome": "resolved", "code": "c", "say": {"en": "Goodbye."}}
REFER = {**END, "outcome": "referred"}
OPTIONS = {"x": {"en": "X"}, "y": {"en": "Y"}}
ASK = {"key": "a", "ask": "radio", "options": OPTIONS, "say": {"en": "Which?"}, "short": {"en": "Which"}}
LOOK = {"look_up": "today", "gives": {"maybe": "whole", "sure": {"kind": "whole", "always": True}}}
ONE_HOLDS = (("x", "sure > 1"), ("y", "sure <= 1"))
HARD = "Notification of the determination necessitates supplementary documentation."


def script_of(*steps, parameters=None):
    data = {"script": "s", "service": "refuse", "title": {"en": "S"}, "parameters": parameters or {}}
    return parse({**data, "steps": copy.deepcopy(list(steps))})


def codes(*steps, parameters=None):
    script, findings = script_of(*steps, parameters=parameters)
    return {finding.code for finding in (findings or check(script, frozenset({"open_case"})))}


def test_an_error_that_residents_read_speaks_of_no_caller():
    calling = {**ASK, "missing": {"en": "Choose who is calling"}}
    assert "words-of-a-call" in codes(calling, END)
    assert "words-of-a-call" not in codes({**ASK, "missing": {"en": "Choose who leaves"}}, END)
    assert "words-of-a-call" not in codes({**calling, "when": 'channel == "phone"'}, END), "residents never see it"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (True, None),
        ('known(a) && a == "x"', None),
        ('!known(a) || a == "x"', None),
        ('a == "x"', "unguarded"),  # asked at every page, so also before it was answered
        ("known(a)", None),
        ("a ==", "expression"),
        ('b == "x"', "expression"),
        ("12", "expression"),
    ],
)
def test_what_makes_a_page_discreet_asks_for_all_that_it_reads(told, code):
    data = {"script": "s", "service": "refuse", "title": {"en": "S"}, "discreet": told, "steps": [ASK, REFER]}
    script, findings = parse(copy.deepcopy(data))
    found = {finding.code for finding in (findings or check(script, frozenset({"open_case"})))}
    assert found == ({code} if code else set())


@pytest.mark.parametrize(
    ("told", "code"),
    [(True, None), ('known(a) && a == "x"', None), ('a == "x"', "unguarded"), ("a ==", "expression")],
)
def test_what_protects_somebody_asks_for_all_that_it_reads(told, code):
    """It is asked where a script breaks off as well. And it uses the answer."""
    case = {"key": "case", "effect": "open_case", "title": {"en": "T"}, "told": {"en": "T."}, "protect": told}
    plain = {key: value for key, value in ASK.items() if key != "short"}
    script, findings = script_of(ASK if told is True else plain, case, REFER)
    assert {finding.code for finding in (findings or check(script))} == ({code} if code else set())


def test_what_makes_a_page_discreet_uses_an_answer_and_is_no_sub_scripts():
    data = {"script": "s", "service": "refuse", "title": {"en": "S"}, "steps": [ASK, END]}
    assert "unused-answer" in {finding.code for finding in check(parse(copy.deepcopy(data))[0])}
    used = {**data, "discreet": 'known(a) && a == "x"'}
    assert not check(parse(copy.deepcopy(used))[0])
    assert {finding.code for finding in parse({**used, "sub": True})[1]} == {"discreet"}


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
        ([LOOK, {**ASK, "options": {"x": {"label": {"en": "X"}, "when": "sure > 1"}}}, END], "no-option"),
        ([LOOK, {**ASK, "must": [{"that": 'a == "x" && sure > 1', "words": {"en": "No."}}]}, END], "no-answer"),
        ([LOOK, {**ASK, "must": [{"that": 'a == "x" || sure > 1', "words": {"en": "No."}}]}, REFER], None),
        ([LOOK, {**ASK, "options": {n: {"label": {"en": n}, "when": w} for n, w in ONE_HOLDS}}, REFER], None),
        ([ASK, {**END, "when": 'a == "z"'}, {**END, "end": "F"}], "no-such-option"),
        ([LOOK, {**END, "when": "sure > 3 && sure < 4"}, {**END, "end": "F"}], "unreachable"),
        ([{**ASK, "when": 'b == "x"'}, {**ASK, "key": "b"}, END], "reads-later"),
        ([ASK, {**ASK, "say": {"en": "Again?"}}, END], "duplicate-name"),
        ([END, END], "duplicate-key"),
        ([ASK, END], "unused-answer"),
        ([ASK, REFER], None),
        ([{**ASK, "short": {}}, REFER], "unused-answer"),
        ([{"key": "a", "ask": "text", "say": ASK["say"]}, {**END, "say": {"en": "Well. [You said {a}.]"}}], None),
        ([ASK, {"key": "case", "effect": "open_case", "with": {"text": "a"}}, END], None),
        ([ASK, {"key": "case", "effect": "link_case"}, END], "unused-answer"),
        ([{"effect": "open_case"}, ASK, END], "unused-answer"),
        ([LOOK, {"key": "w", "work_out": "sure > 1"}, END], "unused-value"),
        ([{**END, "page": {"en": HARD}}], "reading-age"),
        ([{**END, "hint": {"en": HARD}}], "reading-age"),
        ([{**END, "say": {"en": "Compensatory remuneration necessitates documentation."}}], "reading-age"),
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
    assert "“Which” is Y" in found[0].times[0]
    assert "sure is 3" in found[0].times[0]


GATE = {"key": "gate", "ask": "radio", "options": OPTIONS, "say": {"en": "Where?"}, "short": {"en": "Where"}}
PAST = {"when": 'gate == "y"'}


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({**ASK, **PAST, "short": {}}, "unused-answer"),
        ({**ASK, **PAST, "hint": {"en": HARD}}, "reading-age"),
        ({**ASK, **PAST, "do": {"cy": "Chwilio."}}, "missing-text"),
        ({**{k: v for k, v in END.items() if k != "code"}, **PAST, "end": "a"}, "outcome-code"),
        ({**ASK, **PAST, "say": {"en": "Do you mean {maybe}?"}}, "unsaid"),
        ({**ASK, **PAST, "do": {"en": "Do you mean {nobody}."}}, "unknown-name"),
    ],
)
def test_whatever_is_wrong_with_a_step_shows_the_way_to_it(step, code):
    script, _ = script_of(LOOK, GATE, step, REFER)
    (found,) = [finding for finding in check(script) if finding.code == code]
    assert "“a”" in found.words
    way, _, asked = found.times[0].partition(" (")
    assert "“Where” is Y" in way.split("; ") and asked == "after 1 question)"


def test_the_shortest_way_is_the_one_with_the_fewest_questions():
    facts = {name: {"kind": "truth", "always": True} for name in ("f", "g", "h")}
    more = {**ASK, "key": "b", "when": "!f"}
    wrong = {**END, "when": 'f && g && h || a == "x" && known(b)', "page": {"en": HARD}}
    script, _ = script_of({"look_up": "l", "gives": facts}, ASK, more, wrong, {**REFER, "end": "F"})
    (found,) = [finding for finding in check(script) if finding.code == "reading-age"]
    assert found.times == ("f is yes; g is yes; h is yes (after 1 question)",)


GARDEN = {**ASK, "key": "bin", "options": {"food": {"en": "Food"}, "garden": {"en": "Garden"}}}


def test_a_misspelt_option_is_named_and_nothing_that_follows_from_it():
    lost = [{**END, "end": f"E{n}", "when": f'bin == "gardn" && sure > {n}'} for n in range(3)]
    script, _ = script_of(LOOK, GARDEN, *lost, {**END, "end": "F", "when": 'bin in ["food", "gardn"]'})
    (found,) = check(script)
    assert found.words == "“E0” compares bin with “gardn”, which is none of its options (food, garden)"
    assert (found.code, found.remedy, found.severity) == ("no-such-option", "Did you mean “garden”?", "error")
    assert "no-such-option" not in codes(LOOK, GARDEN, {**END, "when": 'bin == "garden"'}, {**END, "end": "F"})


def test_a_misspelt_variable_in_a_text_is_told_once_with_what_was_meant():
    words = {"key": "bin_words", "work_out": 'bin == "food" ? "the caddy" : "the bin"', "kind": "text"}
    said = {**END, "say": {"en": "We come for {bin_word}."}, "page": {"en": "We come for {bin_word}."}}
    script, _ = script_of(GARDEN, words, said)
    (found,) = check(script)
    assert found.words == "“E” says “bin_word”, which nothing declares"
    assert found.remedy == "Did you mean “bin_words”?"


def test_a_way_is_told_in_words_and_a_name_that_no_question_has_beside_them():
    facts = {"property_count": {"kind": "whole", "always": True}, "day_due": {"kind": "date", "always": True},
             "today": {"kind": "date", "always": True}}  # fmt: skip
    when = 'property_count > 0 && day_due == date("2026-12-24") && today > day_due && bin == "garden"'
    bad = {**END, "when": when, "page": {"en": HARD}}
    script, _ = script_of({"look_up": "l", "gives": facts}, GARDEN, bad, {**REFER, "end": "F"})
    (way,) = next(each for each in check(script) if each.code == "reading-age").times
    assert "“Which” is Garden" in way and "property count (property_count) is 1" in way
    assert "day due (day_due) is Thursday 24 December 2026" in way
    assert "is after" in way or "is before" in way


def test_a_way_is_told_by_values_that_can_be():
    kinds = {"homes": "whole", "near": "text"}
    count = {"look_up": "l", "gives": {name: {"kind": kind, "always": True} for name, kind in kinds.items()}}
    none = {**ASK, "when": "homes < 1", "short": {}}
    money = {"key": "rent", "ask": "money", "say": {"en": "How much?"}}
    low = {**ASK, "key": "low", "when": 'rent < 100 && near != "Leek"', "short": {}}
    script, _ = script_of(count, none, money, low, REFER)
    first, last = (finding.times[0] for finding in check(script) if finding.code == "unused-answer")
    assert first == "homes is 0"
    assert "rent is £0.00" in last and "near is something else" in last


OPEN = {"look_up": "l", "gives": {"state": {"kind": "text", "always": True, "values": ["well", "not_well"]}}}
OF_KEYS = {"key": "w", "kind": "text", "work_out": 'a == "x" ? "an X" : "not_an_x"'}
OF_LABELS = {"key": "w", "kind": "text", "work_out": 'a == "x" ? "an X" : "no X"'}
HANDED_ON = {"key": "v", "kind": "text", "work_out": 'known(w) ? w : "none"'}


@pytest.mark.parametrize(
    ("steps", "says", "shown"),
    [
        ([ASK], "A home less_altered for need.", "less_altered"),
        ([ASK], "You chose {a}.", "x"),
        ([ASK, OF_KEYS], "It is {w}.", "not_an_x"),
        ([ASK, OF_KEYS, HANDED_ON], "It is {v}.", "not_an_x"),
        ([OPEN], "It is {state}.", "not_well"),
        ([{"key": "p", "ask": "property", "options_from": "a", "say": {"en": "Which?"}}], "It is {p}.", "p"),
        ([ASK, OF_LABELS], "It is {w}.", ""),
        ([{"key": "t", "ask": "text", "say": {"en": "Which?"}}], "It is {t}.", ""),
        ([ASK], "Write to a_team@council.example, or see council.example/bins_and_bags or a_b.example.", ""),
    ],
)
def test_what_only_the_script_knows_by_name_is_shown_to_nobody(steps, says, shown):
    script, _ = script_of(LOOK, *steps, {**REFER, "do": {"en": says}})
    found = [finding.words for finding in check(script) if finding.code == "raw-name"]
    assert [f"“E” shows people the name “{shown}”: " in each or f"“E” shows people “{shown}” where" in each
            for each in found] == ([True] if shown else [])


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


def test_what_an_effect_notes_of_each_answer_multiplies_nothing():
    asks = [{**ASK, "key": f"q{n}", "when": f"sure > {n}"} for n in range(14)]
    marks = [{"mark": f"m{n}", "when": f'known(q{n}) && q{n} == "x"'} for n in range(14)]
    case = {"key": "case", "effect": "open_case", "title": {"en": "T"}, "told": {"en": "T."}, "marks": marks}
    script, _ = script_of(LOOK, *asks, case, END)
    assert prove(script).states < 1000


def test_a_script_of_sixty_steps_over_money_days_and_counts_is_followed_whole():
    kinds = {"owed": "whole", "due": "date", "adults": "whole"}
    gives = {name: {"kind": kind, "always": True} for name, kind in kinds.items()}
    steps = [LOOK, {"look_up": "debt", "gives": gives}]
    for n in range(24):
        when = f"owed > {n * 1000} && adults >= {n % 4} && due < date('2026-0{n % 9 + 1}-01')"
        steps.append({**ASK, "key": f"q{n}", "when": when})
        steps.append({**END, "end": f"E{n}", "when": f'known(q{n}) && q{n} == "x"'})
    script, findings = script_of(*steps, {**END, "end": "LAST"})
    assert findings == []
    proved = prove(script)
    assert (proved.flaws, proved.longest) == ((), 24)


def test_days_written_in_conditions_are_in_order():
    days = {"look_up": "day", "gives": {"day": {"kind": "date", "always": True}}}
    between = "day > date('2026-06-01') && day < date('2026-06-03')"
    assert codes(days, {**END, "when": between}, {**END, "end": "F"}) == set()
    assert codes(days, {**END, "when": between.replace("06-03", "05-03")}, {**END, "end": "F"}) == {"unreachable"}


def test_too_many_ways_are_refused_by_the_name_of_the_step(monkeypatch):
    monkeypatch.setattr(proof, "LIMIT", 1000)
    facts = [{"look_up": f"l{n}", "gives": {f"f{n}": {"kind": "truth", "always": True}}} for n in range(18)]
    asks = [{**ASK, "key": f"q{n}", "when": f"f{n}"} for n in range(18)]
    all_known = " && ".join(f"known(q{n})" for n in range(18))
    ends = [{**END, "end": f"E{n}", "when": f"f{n} && {all_known}"} for n in range(18)]
    script, _ = script_of(*facts, *asks, *ends, {**END, "end": "LAST"})
    found = [finding for finding in check(script) if finding.code == "too-large"]
    assert "“q9”" in found[0].words


def test_a_way_longer_than_promised_is_refused_with_the_way():
    asks = [{**ASK, "key": f"q{n}", "when": f"sure > {n}"} for n in range(4)]
    steps = [LOOK, *asks, REFER]
    told = {}
    for longest in (3, 4):
        script, _ = parse({"script": "s", "service": "x", "title": {"en": "S"}, "longest": longest, "steps": steps})
        told[longest] = [finding for finding in check(script) if finding.code == "too-long"]
    assert told[4] == []
    assert ["asks 4 questions, where 3 are promised; “q3” is" in each.words for each in told[3]] == [True]
    assert "sure is 4" in told[3][0].times[0]


def test_a_text_that_lacks_a_language_of_the_title_is_refused():
    both = {"en": "S", "cy": "S"}
    script, _ = parse({"script": "s", "service": "x", "title": both, "steps": [END]})
    assert [finding.code for finding in check(script)] == ["missing-text"]
    end = {**END, "say": {**END["say"], "cy": "Hwyl."}}
    script, _ = parse({"script": "s", "service": "x", "title": both, "steps": [end]})
    assert check(script) == []


def test_a_code_that_means_two_outcomes_is_told():
    scripts = [script_of({**END, "outcome": outcome})[0] for outcome in ("resolved", "signposted", "resolved")]
    told = "The code “c” means signposted at “E” and resolved at “E”"
    assert [finding.words for finding in codes_of(scripts)] == [told]


NONE = {"label": {"en": "None"}, "alone": True}
TICKS = {"key": "t", "ask": "choices", "options": {**OPTIONS, "z": {"en": "Z"}, "none": NONE}, "say": {"en": "Which?"}}


def test_what_is_ticked_hangs_together():
    ends = [{**END, "end": f"E{value}", "when": f'"{value}" in t'} for value in ("x", "y", "z", "none")]
    assert codes(TICKS, *ends) == set()  # something always is
    assert codes(TICKS, *ends[:2], ends[3]) == {"dead-end"}
    both = {**END, "end": "BOTH", "when": '"none" in t && "x" in t'}
    assert codes(TICKS, both, {**END, "end": "F"}) == {"unreachable"}  # none of these stands alone
    assert codes(TICKS, {**both, "when": '"w" in t'}, {**END, "end": "F"}) == {"no-such-option"}
