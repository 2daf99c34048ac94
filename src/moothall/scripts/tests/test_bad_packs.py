"""Packs that can't be read or followed: each is told where, what, and what to do; none stops the reader."""

import pytest

from moothall.domain.interview.model import gives
from moothall.domain.interview.parse import parse
from moothall.domain.interview.run import Ask, End, LookUp, next_step
from moothall.scripts.packs import load_pack, read_published
from moothall.scripts.yaml_files import LARGEST

HEAD = "script: small\nservice: refuse\ntitle: {en: Small}\nsteps:\n"
LOOK = "  - {look_up: today, gives: {today: {kind: date, always: true}, now_minute: time}}\n"
END = '  - {end: E, outcome: resolved, code: done, say: {en: "That is all."}}\n'
BOMB = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 8)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def found(tmp_path, text):
    (tmp_path / "scripts").mkdir(exist_ok=True)
    (tmp_path / "pack.yaml").write_text("pack: bins\nservice: refuse\nscripts: [small]\n")
    path = tmp_path / "scripts" / "small.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    pack, findings = load_pack(tmp_path)
    assert pack is None
    assert all(finding.place.file == str(path) for finding in findings)
    return findings


def test_a_sound_one_is_read(tmp_path):
    with pytest.raises(AssertionError, match="is None"):
        found(tmp_path, HEAD + LOOK + END)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        (HEAD + "  - {say: [\n", 6, 1, "expected"),
        (HEAD + "  - key: a\n     say: b\n", 6, 9, "not allowed here"),
        (HEAD + "\t- say: a\n", 5, 1, "cannot start any token"),
        (HEAD + END.replace("code: done", "code: done, code: gone"), 5, 45, "duplicate key"),
        (HEAD + END + BOMB, 7, 8, "write it out"),
        (HEAD.replace("{en: Small}", "&t {en: Small}") + END + "about: *t\n", 6, 8, "write it out"),
        (b"script: \xff\n", 1, 1, "can't be read"),
        (b"script: \x00\n", 1, 1, "can't be read"),
        ("a: " + "[" * 2000, 1, 63, "nests more than 60 deep"),
        ("# " + "x" * LARGEST, 1, 1, "500,000 are allowed"),
        ("", 1, 1, "A script is a mapping"),
        ("- a\n", 1, 1, "A script is a mapping"),
        (HEAD + END + "found_by: {en: bin day}\n", 6, 12, "isn't a list of phrases by language"),
        (HEAD + END + "found_by: {en: [bin day, '']}\n", 6, 12, "isn't a list of phrases by language"),
        (HEAD + END + "found_by: [bin day]\n", 6, 1, "“found_by” holds names with what belongs to each"),
    ],
)
def test_what_is_no_yaml_or_no_script_is_told_with_line_and_column(tmp_path, text, line, column, words):
    findings = found(tmp_path, text)
    assert words in findings[0].words
    assert (findings[0].place.line, findings[0].place.column) == (line, column)


@pytest.mark.parametrize(
    ("when", "words", "remedy"),
    [
        ("now_minut > 3", "Nothing declares “now_minut” (character 1)", "Did you mean “now_minute”?"),
        ("now_minute > 3", "reads “now_minute” where it may not be known", "Ask known(now_minute) first."),
        (" && ".join(["today == today"] * 60), "characters; 500 are allowed", "Work a part out first."),
        ("(" * 200 + "true" + ")" * 200, "nested too deeply", "Work a part out first."),
        ("now_minute > " + "1 + (" * 13 + "1" + ")" * 13, "more than 12 deep", "Work a part out first."),
        ("[1, 2].all(x, x > 0)", "can't have a loop over a list", ""),
        ('"a".matches("(a+)+$")', "“matches” isn't one of the functions here", "There are"),
        ("now_minute > 1.5", "Numbers here are whole", "Write pence"),
        ("today", "truth is needed", ""),
        ("today >", "This stops before it is complete", "Write what comes next"),
    ],
)
def test_a_condition_that_cannot_be_followed_is_told_with_its_character(tmp_path, when, words, remedy):
    text = HEAD + LOOK + f"  - {{end: F, when: {when!r}, outcome: resolved, code: done, say: {{en: Bye.}}}}\n" + END
    finding = next(each for each in found(tmp_path, text) if words in each.words)
    assert remedy in finding.remedy
    assert finding.place.line == 6


def test_a_published_text_is_read_without_aliases_too():
    with pytest.raises(Exception, match="write it out"):
        read_published(HEAD + LOOK + END + BOMB)


def test_a_fact_that_comes_late_or_never_leads_on_all_the_same():
    steps = [
        {"look_up": "look", "gives": {"answer": "text"}},
        {"key": "a", "ask": "text", "say": {"en": "Who?"}},
        {"end": "KNOWN", "when": "known(answer)", "outcome": "resolved", "code": "c", "say": {"en": "Bye."}},
        {"end": "NEVER", "outcome": "resolved", "code": "c", "say": {"en": "Bye."}},
    ]
    script, _ = parse({"script": "s", "service": "x", "title": {"en": "S"}, "steps": steps})

    def after(facts, answers):
        return next_step(script, parameters={}, facts=facts, answers=answers, effects={})

    waiting = after({}, {})
    assert isinstance(waiting, LookUp)
    assert gives(waiting.step) == ("answer",)
    assert isinstance(after({"answer": None}, {}), Ask)  # it never came: nobody waits for it
    ends = [after(facts, {"a": "Ann"}) for facts in ({"answer": None}, {"answer": "late"})]
    assert [end.step.key for end in ends if isinstance(end, End)] == ["NEVER", "KNOWN"]  # what was answered stays
