"""The words for packs: what each prints, and how it ends."""

import json
import re
import shutil
from pathlib import Path

import pytest

from moothall.cli.main import run_word
from moothall.domain.interview.parse import parse
from moothall.scripts.packs import FOLDER
from moothall.scripts.ports import check_agreed

SAMPLE = Path(__file__).parent / "sample"  # a script of our own: what is shipped may change
OWN = """
overlay:
  bin-days:
    texts:
      postcode.say: {en: "What's your postcode?"}
"""


@pytest.fixture
def packs(tmp_path):
    """Two folders of one pack, old and new; in both Harborough says one thing its own way."""
    for name in ("old", "new"):
        shutil.copytree(FOLDER / "refuse", tmp_path / name / "refuse")
        (tmp_path / name / "refuse" / "pack.yaml").write_text("pack: refuse\nservice: refuse\nscripts: [bin-days]\n")
        for file in (tmp_path / name / "refuse" / "parameters").glob("*.yaml"):
            if file.stem != "E07000131":
                file.unlink()
        file = tmp_path / name / "refuse" / "parameters" / "E07000131.yaml"
        names = ("council_name", "out_by", "bin_")
        lines = file.read_text().partition("\noverlay:")[0].splitlines()
        kept = [line for line in lines if not line.startswith("  ") or line.strip().startswith(names)]
        file.write_text("\n".join(kept) + OWN)
        for file in (tmp_path / name / "refuse" / "scripts").glob("*.yaml"):
            file.unlink()
        shutil.copy(SAMPLE / "bin-days.yaml", tmp_path / name / "refuse" / "scripts" / "bin-days.yaml")
        shutil.rmtree(tmp_path / name / "refuse" / "examples")
        (tmp_path / name / "refuse" / "examples").mkdir()
        shutil.copy(SAMPLE / "bin-days-examples.yaml", tmp_path / name / "refuse" / "examples" / "bin-days.yaml")
    return tmp_path / "old" / "refuse", tmp_path / "new" / "refuse"


def pack(*words):
    return run_word("pack", [str(word) for word in words])


def edit(folder, old, new):
    path = folder / "scripts" / "bin-days.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_check_prints_what_it_looked_at_for_the_base_and_each_council(packs, capsys):
    assert pack("check", packs[1]) == 0
    printed = capsys.readouterr().out
    assert "Nothing found" in printed
    assert "bin-days, the base: 13 states in " in printed
    assert "bin-days, as Harborough has it: 13 states in " in printed
    edit(packs[1], 'when: "!address_found"', 'when: "!addres_found"')
    assert pack("check", packs[1], "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert {each["code"] for each in told["findings"]} >= {"expression"}


def test_an_error_of_a_script_is_told_without_the_examples_that_follow_from_it(packs, capsys):
    edit(packs[1], 'when: "!address_found"', 'when: property_council == "x"')
    assert pack("check", packs[1]) == 1
    told = capsys.readouterr().out
    assert "reads “property_council” where it may not be known [unguarded]" in told
    assert "Example “" not in told
    assert "4 examples of “bin-days”, not played while it or its council's file has errors" in told


def test_one_wrong_condition_tells_each_example_once_and_counts_by_the_step_that_they_end_at(packs, capsys):
    edit(packs[1], 'property != "not_listed"', 'property == "not_listed"')
    for verb in ("check", "test"):
        assert pack(verb, packs[1]) == 1
        told = capsys.readouterr().out
        blamed = re.findall(r"Example “([^”]*)”", told)
        assert blamed and len(blamed) == len(set(blamed))
        assert re.search(r"NOTE +[2-4] of [45] examples of “bin-days” now end at [A-Z_]+ ", told), told


def test_examples_of_other_councils_are_played_beside_one_whose_file_has_errors(packs, capsys):
    file = packs[1] / "parameters" / "E07000131.yaml"
    file.write_text(file.read_text().replace("  out_by:", "  outby:"))
    other = packs[1] / "examples" / "bin-days.yaml"
    other.write_text(other.read_text().replace("E07000131", "E07000130", 1).replace("DAYS_GIVEN", "DAYS_GIVN"))
    assert pack("check", packs[1]) == 1
    told = capsys.readouterr().out
    assert "Example “Is it" in told and "Example “Bin" not in told and "3 examples of “bin-days”, not played" in told


def test_test_names_every_example_and_the_one_that_comes_out_otherwise(packs, capsys):
    assert pack("test", packs[1]) == 0
    assert capsys.readouterr().out.count("as told") == 4
    path = packs[1] / "examples" / "bin-days.yaml"
    path.write_text(path.read_text().replace("result: DAYS_GIVEN", "result: DAYS_UNKNOWN", 1))
    assert pack("test", packs[1]) == 1
    assert capsys.readouterr().out.count("NOT SO") == 1


def test_graph_draws_the_base_or_a_councils_own_way(packs, capsys, tmp_path):
    assert pack("graph", packs[1], "bin-days", "--as", "mermaid") == 0
    assert capsys.readouterr().out.startswith("flowchart TD")
    assert pack("graph", packs[1], "bin-days", "--council", "E07000131", "--into", tmp_path / "a.svg") == 0
    assert "What's your postcode?" in (tmp_path / "a.svg").read_text().replace("&#x27;", "'")
    capsys.readouterr()
    assert pack("graph", packs[1], "bin-day") == 1
    assert "Did you mean “bin-days”?" in capsys.readouterr().err


def test_diff_says_in_words_what_changed_and_who_must_choose(packs, capsys):
    assert pack("diff", packs[1], "--from", packs[0]) == 0
    assert "keeps   Harborough District Council keeps its own words at “Postcode” (say)" in capsys.readouterr().out
    edit(packs[1], "What is the postcode where the bin is?", "Which postcode is it?")
    assert pack("diff", packs[1], "--from", packs[0]) == 1
    printed = capsys.readouterr().out
    assert "CHOOSE  Harborough District Council changed what is said at “Postcode” (say); the base" in printed
    assert "“Postcode” says “Which postcode is it?”; before: “What is the postcode where the bin is?”" in printed
    edit(packs[1], "- key: postcode", "- key: post_code")
    assert pack("diff", packs[1], "--from", packs[0]) == 1
    assert pack("diff", packs[1], "--from", packs[0] / "nowhere") == 1
    assert "There is no folder" in capsys.readouterr().err


def test_an_effect_that_no_agreement_gives_anybody_is_refused():
    steps = [
        {"effect": "open_case", "fixed": {"kind": "x"}, "title": {"en": "T"}, "told": {"en": "T."}},
        {"end": "E", "outcome": "case_opened", "code": "c", "say": {"en": "Bye."}},
    ]
    script, _ = parse({"script": "s", "service": "refuse", "title": {"en": "S"}, "steps": steps})
    both, answer = frozenset({"answer", "resolve"}), frozenset({"answer"})

    def told(agreed):
        return [(each.severity, each.words.rpartition("for ")[2]) for each in check_agreed(script, ADOPTING, agreed)]

    assert told({"A": answer, "B": answer}) == [("error", "any council")]
    assert told({"A": both, "B": answer, "C": answer}) == [("warning", "B")]
    assert told({"A": both, "B": both}) == []
    assert told({"C": answer}) == []  # no agreement is about these councils


ADOPTING = frozenset({"A", "B"})


SLIPS = [  # what a service designer's hand does, and where and how it is told
    ("scripts/bin-days.yaml", "    short: {en: Postcode}", "    shrot: {en: Postcode}",
     "line 27, column 5, step “postcode”: “shrot” isn't known here", "Did you mean “short”?"),
    ("scripts/bin-days.yaml", "when: property_count > 0", "when: propety_count > 0",
     "step “property”: Nothing declares “propety_count”", "Did you mean “property_count”?"),
    ("scripts/bin-days.yaml", "    ask: postcode", "    aks: postcode",
     "line 26, column 5, step “postcode”: “aks” isn't known here", "Did you mean “ask”?"),
    ("scripts/bin-days.yaml", "    ask: postcode", "   ask: postcode", "line 26, column 4: This isn't YAML",
     "Begin this line in the same column as the lines that it belongs to."),
    ("scripts/bin-days.yaml", "    ask: postcode", "\task: postcode", "line 26, column 1: This isn't YAML",
     "Indent with spaces"),
    ("scripts/bin-days.yaml", 'say: {en: "What is the postcode where the bin is?"}', "say: {en: Where: which bin?}",
     "line 28, column 20: This isn't YAML", "Put a text that has a colon or a comma in “quotes”"),
    ("scripts/bin-days.yaml", "script: bin-days", "script: bin_days",
     "column 1: bin-days.yaml holds the script “bin_days”", "Write script: bin-days, or call the file bin_days.yaml"),
    ("scripts/bin-days.yaml", "steps:\n", "steps:\n  - hello\n", "column 5: “hello” has no name before it",
     "Begin each of the steps with a dash and a name"),
    ("scripts/bin-days.yaml", "when: property_count > 0", 'when: "known("', "“(” isn't closed (character",
     "Write what belongs into it, and “)”."),
    ("scripts/bin-days.yaml", "script: bin-days", "script: \0bin-days", "it holds bytes that are no text",
     "Save it as plain text in UTF-8."),
    ("parameters/E07000131.yaml", None, "# nothing yet", "This file holds nothing of a council",
     "Write council: E07000131 and parameters:."),
    ("examples/bin-days.yaml", None, "# nothing yet", "This file holds no list of examples", "Give each example"),
    ("pack.yaml", "[bin-days]", "bin-days", "line 3, column 1: “scripts” is a list of scripts", "Write it as [one"),
    ("pack.yaml", "[bin-days]", "[bin-day]", "The pack names the script “bin-day”", "Did you mean “bin-days”?"),
    ("parameters/E07000131.yaml", "  out_by:", "  outby:", "line 5, column 3: No script of this pack has a parameter",
     "Did you mean “out_by”?"),
    ("parameters/E07000131.yaml", "postcode.say: {en:", "postcode.say: {cy:",
     "E07000131.yaml, line 14, column 7, as Harborough has it: “postcode” has no en:", "Add en:."),
    ("examples/bin-days.yaml", "    answers:", "    anwsers:", "line 15, column 5: Example “Is it",
     "Did you mean “answers”?"),
    ("examples/bin-days.yaml", "at: 2026-12-21T10:00", "at: Monday", "“Monday” isn't a day and time",
     "Write it like 2026-11-25T10:00."),
    ("examples/bin-days.yaml", "{next_refuse:", "{next_refus:", "there is no fact “next_refus”",
     "Did you mean “next_refuse”?"),
    ("examples/bin-days.yaml", "result: DAYS_GIVEN", "result: DAYS_GIVEN\n    asks: [property, …]",
     "first it asks “postcode”, where “property” is expected", "Change the script or the example."),
    ("examples/bin-days.yaml", "result: DAYS_GIVEN", "result: DAYS_GIVEN\n    asks: postcode",
     "line 17, column 5: Example “Is it a different bin day at Christmas?”: asks: lists questions", "Write [postcode"),
    ("examples/bin-days.yaml", "result: DAYS_GIVEN", "result: DAYS_GIVN", "line 10, column 5: Example “Is it",
     "Change the script or the example."),
]  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS, ids=[slip[2].strip().replace("\0", "") for slip in SLIPS])
def test_a_slip_is_told_with_step_line_and_remedy_and_nothing_else_is(packs, capsys, slip):
    file, old, new, words, remedy = slip
    path = packs[1] / file
    assert old is None or old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1) if old else new)
    assert pack("check", packs[1]) == 1
    errors = capsys.readouterr().out.partition("ERROR")[2]
    assert str(path) in errors
    assert words in errors
    assert remedy in errors
    if file.startswith("scripts/"):
        assert "ERROR" not in errors  # nothing follows from it: no example is blamed for a script that can't be read


def test_a_script_that_the_pack_does_not_name_is_told_of_and_a_sub_script_is_not(packs, capsys):
    scripts = packs[1] / "scripts"
    (scripts / "left.yaml").write_text("script: left\n")
    (scripts / "part.yaml").write_text("script: part\nsub: true\n")
    assert pack("check", packs[1]) == 0
    warned = capsys.readouterr().out
    assert "left.yaml, line 1, column 1: pack.yaml doesn't name this script" in warned and "part.yaml" not in warned


WRONG_WORDS = [
    (["check", "refus"], "There is no pack “refus”. Did you mean “refuse”?"),
    (["test", "nonsense"], "There is no pack “nonsense”. There are benefits, bulky,"),
    (["check", str(FOLDER / "refuse/pack.yaml")], "is a file. Name the pack's folder, the one that holds pack.yaml."),
    (["chek"], "moothall pack: “chek” isn't known here. Did you mean “check”? `moothall pack --help`"),
    ([], "moothall pack: something is missing. Give check | test | graph | diff | publish. `moothall pack --help`"),
]


@pytest.mark.parametrize(("words", "told"), WRONG_WORDS, ids=lambda each: str(each)[:20])
def test_a_word_or_a_pack_that_is_not_there_is_told_with_those_that_are(capsys, words, told):
    try:
        assert pack(*words) == 2
    except SystemExit as ended:
        assert ended.code == 2
    assert told in capsys.readouterr().err
