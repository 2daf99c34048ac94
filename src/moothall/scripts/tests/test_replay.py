"""A run replayed after its pack was edited and published anew, and the language's schema."""

import argparse
import json
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from moothall.cases.models import Case
from moothall.cli import script as command
from moothall.contacts.models import Need
from moothall.domain.interview import grammar
from moothall.domain.interview.schema import schema
from moothall.scripts.packs import FOLDER, hash_of
from moothall.scripts.replay import replay
from moothall.scripts.replay_words import _day, _filled, _time, replayed
from moothall.scripts.tests.test_undo import publish
from moothall.scripts.tests.walks import LAST, THURSDAY, to_the_bin
from moothall.scripts.versions import script_of
from moothall.scripts.yaml_files import read_yaml
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope

NEVER = ("E07000131", "Mill Lane", "LE16")


@pytest.fixture
def walked(town, world, as_role):
    with as_role("web"), scope(Staff(world.sam)):
        return to_the_bin(world, town.mill_lane, **LAST)


def test_a_run_is_the_same_after_its_pack_was_edited(walked, monkeypatch):
    before = replay(walked.pk)
    assert [step["step"] for step in before["steps"]][:3] == ["today", "postcode", "properties_at_postcode"]
    assert (before["stands"], before["outcome"], before["still_in_force"]) == ("end", "case_opened", True)
    version = walked.script
    edited = version.text.replace("Which bin was it?", "Which one?").replace("key: tag", "key: label")
    edited = edited.replace("  - key: bin_words", "  - {key: new, ask: text, say: {en: New?}}\n  - key: bin_words")
    assert edited != version.text
    publish(edited, THURSDAY + timedelta(days=1))
    type(version).objects.filter(pk=hash_of(edited)).update(key=version.key)
    assert replay(walked.pk) == {**before, "still_in_force": False}
    assert "Which bin was it?" in json.dumps(before, ensure_ascii=False)


def test_it_is_printed_without_what_people_said(walked, monkeypatch, capsys):
    monkeypatch.setattr(command, "set_up_django", lambda module: None)
    for as_json in (False, True):
        assert command.run(SimpleNamespace(verb="replay", run=walked.pk, json=as_json)) == 0
        out = capsys.readouterr().out
        assert "bin_words" in out and ("case_opened" if as_json else "Case opened; wrap-up code ") in out
        assert not [word for word in NEVER if word in out.replace("missed-bin/E07000131", "")]
    assert command.run(SimpleNamespace(verb="replay", run=2**62, json=False)) == 1
    said = capsys.readouterr().err
    assert "There is no run" in said and "/form/NUMBER/" in said and "or none that can be told" in said


def test_it_is_told_in_words_with_what_the_council_filled_in_and_londons_times(walked):
    lines = replayed(walked.pk)
    told = "\n".join(lines)
    assert lines[0].startswith("Run ") and "“" in lines[0] and lines[1].endswith("London time.")
    assert "Asked: “Which bin was it?”" in told and "Worked out: bin words (bin_words)" in told
    assert "Looked up: " in told and "It is at its end. End: “" in told
    assert not re.search(r"\{\w|UTC|work_out|look_up|: today$", told), told
    summer = {"began_at": "2026-07-01T12:00:00+00:00"}
    assert _day(summer["began_at"]) == "1 July 2026 at 13:00" and _time("2026-07-01T12:00:05+00:00") == "  [13:00:05]"


def test_what_the_council_filled_in_is_said_and_what_the_call_brought_is_left_open(walked):
    script = script_of(walked)
    assert _filled(script, "Out by {out_by}? [On {nobody}.]", walked.parameters) == "Out by 7am? On …."


@pytest.mark.parametrize("typed", ["HB-48213-L", "HB-4821", "case"])
def test_a_reference_with_a_slip_is_told_as_one_and_not_as_a_number(typed):
    with pytest.raises(argparse.ArgumentTypeError) as refused:
        command._run(typed)
    assert "is no reference: a letter or a digit in it is wrong" in str(refused.value)


def test_it_is_found_by_the_case_that_came_of_it(walked, monkeypatch, capsys):
    monkeypatch.setattr(command, "set_up_django", lambda module: None)
    with scope(System("load")):
        case = Case.objects.get(pk=Need.objects.get(pk=walked.need_id).case_id)
    typed = case.reference.lower().replace("-", " ")
    assert command.run(SimpleNamespace(verb="replay", run=command._run(typed), json=False)) == 0
    assert f"Run {walked.pk} of “Missed bin” (missed-bin/" in capsys.readouterr().out
    assert command.run(SimpleNamespace(verb="replay", run=command._run("HB-48213-K"), json=False)) == 1
    assert "no run behind HB-48213-K" in capsys.readouterr().err
    assert command._run(str(walked.pk)) == walked.pk


def test_the_schema_stands_in_the_packs_folder():
    """If it doesn't: ./moot script schema > packs/script.schema.json"""
    assert json.loads((FOLDER / "script.schema.json").read_text()) == schema()


def test_every_key_of_the_parser_stands_in_the_schema_and_no_other():
    whole = schema()
    parts = whole["$defs"]
    assert set(whole["properties"]) == grammar.TOP
    for verb in (*grammar.BY_VERB, "say"):
        assert set(parts[f"step_{verb}"]["properties"]) == grammar.allowed(verb) | {verb}
    small = {"option": grammar.OPTION, "must": grammar.MUST, "mark": grammar.MARK, "given": grammar.GIVEN,
             "parameter": grammar.PARAMETER, "repeat": grammar.REPEAT, "reply": grammar.REPLY}  # fmt: skip
    for part, keys in small.items():
        assert set(parts[part]["properties"]) == keys


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/scripts/*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_script_fits_the_schema(path):
    whole, data = schema(), read_yaml(path, [])
    assert list(unfit(data, whole, whole["$defs"])) == []
    assert list(unfit({**data, "stepz": []}, whole, whole["$defs"])) == ["stepz"]
    assert list(unfit({**data, "steps": [{"ask": "colour", "key": "x"}]}, whole, whole["$defs"])) == ["steps"]


OF = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}


def unfit(value, told, parts):
    """The part of JSON Schema that ours uses: the keys at which something doesn't fit."""
    told = parts[told["$ref"].rsplit("/", 1)[1]] if "$ref" in told else told
    if "anyOf" in told:
        if all(list(unfit(value, each, parts)) for each in told["anyOf"]):
            yield "no form fits"
        return
    kinds = [told["type"]] if isinstance(told.get("type"), str) else told.get("type", [])
    truth = isinstance(value, bool) and "boolean" not in kinds
    if kinds and (truth or not any(isinstance(value, OF[kind]) for kind in kinds)):
        yield "type"
        return
    if "enum" in told and value not in told["enum"]:
        yield "enum"
    if "pattern" in told and not re.search(told["pattern"], value):
        yield "pattern"
    yield from (key for key in told.get("required", ()) if key not in value)
    if isinstance(value, list) and any(list(unfit(each, told.get("items", {}), parts)) for each in value):
        yield "items"
    for key, each in value.items() if isinstance(value, dict) else ():
        own = told.get("properties", {}).get(key, told.get("additionalProperties", {}))
        if own is False or list(unfit(each, own, parts)):
            yield key
