"""Councils' own ways with a pack's scripts: read from their files, checked each, published with the base, replayed."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from moothall.domain.findings import has_errors
from moothall.domain.interview.run import Ask, next_step
from moothall.scripts import packs
from moothall.scripts.packs import (
    ParameterText,
    hash_of,
    load_pack,
    overlay_block,
    play_examples,
    published_text,
    read_published,
    with_overlay,
)

END = '  - {end: E, outcome: resolved, code: done, say: {en: "That is all."}}'
SCRIPT = f"""
script: small
service: refuse
title: {{en: Small}}
parameters:
  days: {{kind: whole, default: 3}}
  line: text
steps:
  - key: bin
    ask: radio
    options: {{food: {{en: Food}}, paper: {{en: Paper}}}}
    say: {{en: "Which bin was it?"}}
  - {{end: F, when: bin == "food" && known(line), outcome: resolved, code: done, say: {{en: "Ring {{line}}."}}}}
{END}
"""
OWN = """
council: E07000131
parameters: {days: 4, line: 01858 1}
overlay:
  small:
    texts:
      bin.say: {en: "Which caddy was it?"}
    insert:
      - after: bin
        steps:
          - {key: lid, say: {en: "Keep the lid shut."}}
"""
PLAIN = "council: E07000130\nparameters: {line: null}\n"
EXAMPLE = """
examples:
  - {name: one, script: small, council: E07000131, at: 2026-11-27T09:00, answers: {bin: food}, result: F}
"""


@pytest.fixture
def folder(tmp_path):
    for name in ("scripts", "parameters", "examples"):
        (tmp_path / "bins" / name).mkdir(parents=True)
    write = (tmp_path / "bins").joinpath
    write("pack.yaml").write_text("pack: bins\nservice: refuse\nscripts: [small]\n")
    write("scripts", "small.yaml").write_text(SCRIPT)
    write("parameters", "E07000131.yaml").write_text(OWN)
    write("parameters", "E07000130.yaml").write_text(PLAIN)
    write("examples", "small.yaml").write_text(EXAMPLE)
    return tmp_path / "bins"


def test_each_council_has_its_own_script_and_the_others_the_base(folder):
    pack, findings = load_pack(folder)
    assert findings == []
    own, base = pack.script_for("small", "E07000131"), pack.script_for("small", "E07000130")
    assert [step.key for step in own.script.steps] == ["bin", "lid", "F", "E"]
    assert base is pack.scripts[0]
    assert [(looked.script, looked.council) for looked in pack.looked] == [("small", ""), ("small", "E07000131")]
    assert play_examples(pack) == []


def test_a_published_text_gives_back_the_councils_own_script(folder):
    pack, _ = load_pack(folder)
    text = published_text(pack.script_for("small", "E07000131"), pack.parameters[1])
    script, parameters = read_published(text)
    first = next_step(script, parameters=parameters, facts={}, answers={}, effects={})
    assert isinstance(first, Ask)
    assert first.step.say.get("en") == "Which caddy was it?"
    assert parameters == {"days": 4, "line": "01858 1"}
    (folder / "parameters" / "E07000131.yaml").write_text(OWN.replace("caddy", "tub"))
    again, _ = load_pack(folder)
    other = published_text(again.script_for("small", "E07000131"), again.parameters[1])
    assert hash_of(other) != hash_of(text)
    assert read_published(text)[0].step("bin").say.get("en") == "Which caddy was it?"


def test_a_published_text_is_read_once_for_all_who_ask_at_once(monkeypatch):
    """A process has just begun: of its threads one reads, the others wait for what it read."""
    made, make = [], packs._made

    def slowly(text, overlay=None):
        made.append(text)
        time.sleep(0.05)
        return make(text, overlay)

    monkeypatch.setattr(packs, "_made", slowly)
    text = SCRIPT.replace("That is all.", "That was all.")
    with ThreadPoolExecutor(4) as threads:
        scripts = [script for script, _ in threads.map(read_published, [text] * 4)]
    assert len(made) == 1
    assert all(each is scripts[0] for each in scripts)


def test_what_a_council_chose_here_keeps_its_own_way(folder):
    pack, _ = load_pack(folder)
    file = pack.parameters[1]
    chosen = with_overlay(ParameterText(file.gss, "council: E07000131\nparameters:\n  days: 9\n", {"days": 9}), file)
    script, parameters = read_published(published_text(pack.script_for("small", file.gss), chosen))
    assert (parameters, script.step("lid") is not None) == ({"days": 9}, True)
    assert with_overlay(chosen, pack.parameters[0]) is chosen
    assert overlay_block("a: 1\noverlay:\n  s:\n    drop:\n    - x\n\n    # y\nz: 2\n") == (
        "\noverlay:\n  s:\n    drop:\n    - x\n\n    # y\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("bin.say", "bni.say", "overlay-gone", 7),
        ("after: bin", "after: bins", "overlay-gone", 9),
        ("  small:", "  smal:", "overlay-gone", 5),
        ("overlay:", "overlays:", "unknown-key", 4),
        ('{en: "Keep', '{cy: "Keep', "missing-text", 11),
        ("key: lid, say", "key: lid, ask: text, say", "unused-answer", 11),
        ("key: lid, say", "key: lid, ask: colour, say", "field", 11),
        ("line: 01858 1", "days: 5", "duplicate", 0),
        ("days: 4, line: 01858 1", "days: 4", "missing-parameter", 1),
        ("days: 4", "days: null", "parameter", 3),
    ],
)
def test_a_fault_in_one_councils_way_is_found_there(folder, old, new, code, line):
    path = folder / "parameters" / "E07000131.yaml"
    assert old in OWN
    path.write_text(OWN.replace(old, new))
    pack, findings = load_pack(folder)
    assert pack is None
    told = [finding for finding in findings if finding.code == code or (code == "duplicate" and finding.code == "yaml")]
    assert told
    assert told[0].place.file == str(path)
    assert not line or told[0].place.line == line


def test_a_fault_of_the_base_that_only_one_councils_way_shows_names_the_council(folder):
    path = folder / "parameters" / "E07000131.yaml"
    path.write_text(OWN + "    drop: [E]\n")
    _, findings = load_pack(folder)
    assert [finding.code for finding in findings] == ["dead-end"]
    assert "is Paper" in findings[0].times[0]
    assert findings[0].place.what == "as Harborough has it"
    assert has_errors(findings)
    path.write_text(OWN.replace("bin.say", "F.say").replace("Which caddy was it?", "Ring {lien}."))
    _, findings = load_pack(folder)
    assert [(finding.code, finding.place.what) for finding in findings] == [("unknown-name", "as Harborough has it")]
