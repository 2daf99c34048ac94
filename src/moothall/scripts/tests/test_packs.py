"""The shipped pack is sound, its examples come out, and a pack that isn't says where, with line and column."""

import random
import shutil
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moothall.cli.script import check as check_pack
from moothall.domain.findings import has_errors
from moothall.domain.interview.answers import accept, choices
from moothall.domain.interview.expressions import Refusal
from moothall.domain.interview.model import CHANNELS, HIGHEST_LEVEL, gives
from moothall.domain.interview.proof import prove
from moothall.domain.interview.run import Ask, Effect, End, LookUp, Stuck, go_on, next_step, walk
from moothall.domain.interview.words import fill, spelled, spoken_time
from moothall.scripts import ports
from moothall.scripts.effects import EFFECTS
from moothall.scripts.lookups import LOOK_UPS
from moothall.scripts.packs import FOLDER, hash_of, load_pack, play_examples, published_text, read_published
from moothall.scripts.tests.chance import TRIES, Chance
from moothall.scripts.tests.checked import loaded_once

PACKS = sorted(path.parent for path in FOLDER.glob("*/pack.yaml"))
REFUSE = FOLDER / "refuse"


@pytest.fixture(scope="module")
def pack():
    found, findings = loaded_once(REFUSE)
    assert findings == []
    return found


def test_every_example_conversation_comes_out_as_the_officers_say(pack):
    assert len(pack.examples) >= 30
    assert play_examples(pack) == []


def test_every_end_of_every_script_has_an_example():
    for folder in PACKS:
        pack, findings = loaded_once(folder)
        assert findings == []
        assert play_examples(pack) == []
        reached = {(example["script"], example["result"]) for example in pack.examples}
        ends = {(s.key, step.key) for s in pack.scripts for step in s.script.steps if step.kind == "end"}
        assert ends - reached == set()


def test_every_script_has_an_example_that_lists_its_questions():
    for folder in PACKS:
        pack, _ = loaded_once(folder)
        listed = {example["script"] for example in pack.examples if example.get("asks")}
        assert {script.key for script in pack.scripts if not script.script.sub} == listed


def test_every_day_that_is_asked_for_lies_within_bounds():
    """A slip of the year is said at the field; a step that takes any day has no bounds."""
    sample = {"date": "2026-11-01", "whole": 30, "time": 600, "truth": True}
    for folder in PACKS:
        for text in loaded_once(folder)[0].scripts:
            script, kinds = text.script, text.script.kinds()
            known = {**{name: sample.get(kind, "") for name, kind in kinds.items()}, "today": "2026-11-25"}
            for step in script.steps:
                if step.kind == "ask" and step.field.kind == "date":
                    took = [day for day in ("01/01/1901", "01/06/1960", "20/11/2026", "20/12/2026", "31/12/2099")
                            if not isinstance(accept(script, step, day, known), Refusal)]
                    assert took and not {"01/01/1901", "31/12/2099"} & set(took), (script.key, step.key, took)


def test_an_example_that_expects_something_else_is_a_finding(pack):
    first = next(example for example in pack.examples if example["result"] == "NOT_YET")
    wrong = {**first, "result": "CASE"}
    found = play_examples(type(pack)(pack.slug, pack.service, pack.scripts, pack.parameters, (wrong,)))
    assert ["comes to NOT_YET, not CASE" in finding.words for finding in found] == [True]


def test_every_council_of_the_demo_has_its_parameters(pack):
    codes = {"E07000130", "E07000131", *(f"E070001{n}" for n in range(92, 100))}
    assert {council.gss for council in pack.parameters} == codes


def test_all_ways_of_the_script_are_followed_and_they_are_few_enough(pack):
    proof = prove(pack.scripts[0].script)
    assert proof.flaws == ()
    assert 1000 < proof.states < 20_000


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("when: known(suspended) && suspended", "when: suspended", "unguarded"),
        ("[We come next on {next_day}.]", "We come next on {next_day}.", "unsaid"),
        ('when: tag == "contaminated"', 'when: tag == "contaminated" && tag == "lid"', "unreachable"),
        ("work_out: bin == ", "work_out: bni == ", "expression"),
        ("  - end: CASE  ", "  - end: CASE\n    when: repeat  ", "dead-end"),
        ("kind: whole, default: 3,", "kind: whole, default: 2.5,", "parameter-default"),
        ("steps:\n", "steps:\n  - [\n", "yaml"),
        ("out_by: {kind: time", "out_by: {kind: tyme", "kind"),
        ("code: bin_day_given", "cod: bin_day_given", "unknown-key"),
        ("look_up: collections", "look_up: colections", "port"),
        ("with: {property: property, stream: bin, due: due}", "with: {property: property, stream: bin}", "argument"),
        ("last_day: date", "last_day: text", "expression"),
        ("crew_time: time", "crew_time: whole", "result"),
        ("effect: link_case", "effect: send_money", "port"),
    ],
)
def test_a_changed_script_is_refused_with_its_line(tmp_path, old, new, code):
    folder = tmp_path / "refuse"
    shutil.copytree(REFUSE, folder)
    path = folder / "scripts" / "missed-bin.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    pack, findings = load_pack(folder)
    assert pack is None
    assert code in {finding.code for finding in findings}
    assert all(finding.place.line for finding in findings if finding.code != "dead-end")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("  window_dais: 2", "unknown-parameter"),
        ("  out_by: 7am", "parameter"),
        ("  window_days: two", "parameter"),
        ("  window_unit: hours", "parameter"),
        ("  council_name: [", "yaml"),
    ],
)
def test_wrong_parameters_are_refused_with_their_line(tmp_path, line, code):
    folder = tmp_path / "refuse"
    shutil.copytree(REFUSE, folder)
    (folder / "parameters" / "E07000130.yaml").write_text(f"council: E07000130\nparameters:\n{line}\n")
    pack, findings = load_pack(folder)
    assert pack is None
    assert [(finding.code, finding.place.line >= 3) for finding in findings if finding.code == code] == [(code, True)]


def test_times_need_no_quotation_marks_in_this_yaml(tmp_path):
    folder = tmp_path / "refuse"
    shutil.copytree(REFUSE, folder)
    text = "council: E07000130\nparameters:\n  out_by: 06:30\n  crew_finish: 17:30\n"
    (folder / "parameters" / "E07000130.yaml").write_text(text)
    pack, findings = load_pack(folder)
    assert not has_errors(findings)
    values = next(council.values for council in pack.parameters if council.gss == "E07000130")
    assert values == {"out_by": 390, "crew_finish": 1050}


def test_the_command_tells_and_ends_with_one(tmp_path, capsys):
    assert check_pack(REFUSE, as_json=False) == 0
    assert "Nothing found" in capsys.readouterr().out
    assert check_pack(tmp_path, as_json=True) == 1
    assert '"no-file"' in capsys.readouterr().out


def test_a_published_text_gives_back_the_script_and_its_parameters(pack):
    script, council = pack.scripts[0], pack.parameters[0]
    text = published_text(script, council)
    again, parameters = read_published(text)
    assert parameters == council.values
    assert again.steps == script.script.steps or [s.key for s in again.steps] == [s.key for s in script.script.steps]
    assert hash_of(text) != hash_of(published_text(script, pack.parameters[1]))
    assert hash_of(text) == hash_of(published_text(script, council))


def test_words_are_said_as_people_say_them():
    kinds = {"due": "date", "at": "time", "ref": "text", "gone": "date"}
    values = {"due": "2026-12-24", "at": 462, "ref": "HB-48213-K"}
    assert fill("Due {due} at {at}. [Next {gone}.] Done.", values, kinds) == "Due Thursday 24 December at 7:42am. Done."
    assert fill("{gone}", values, kinds) == "(not known)"
    assert fill("{due:short}", values, kinds) == "Thu 24 Dec"
    assert spelled("HB-48213-K") == "H for hotel, B for bravo, 4 8 2 1 3, K for kilo"
    assert [spoken_time(minute) for minute in (420, 1020, 1440, 720, 30)] == [
        "7am",
        "5pm",
        "midnight",
        "12pm",
        "12:30am",
    ]
    assert fill("{ref}", {"ref": "{due} [x]"}, kinds) == "{due} [x]"


def test_the_ports_that_are_checked_are_those_that_are_there():
    assert set(ports.LOOK_UPS) == set(LOOK_UPS)
    assert set(ports.EFFECTS) == set(EFFECTS)


@pytest.mark.parametrize("seed", range(120))
def test_no_walk_by_chance_gets_stuck_or_says_what_is_not_known(pack, seed):
    """Shares no code with the checker: the real walk over random facts and answers always comes to an end in words."""
    chance = random.Random(seed)
    script = pack.scripts[seed % len(pack.scripts)].script
    parameters = {**chance.choice(pack.parameters).values, "has_garden": chance.random() < 0.8}
    facts, answers, effects = {"holidays": ["2026-12-25"]}, {}, {}
    for _ in range(80):
        stop = next_step(script, parameters=parameters, facts=facts, answers=answers, effects=effects)
        match stop:
            case LookUp(step, _):
                facts |= {name: some_fact(chance, script.variables[name]) for name in gives(step)}
            case Effect(step, _):
                effects[step.key] = {name: some_fact(chance, script.variables[name]) for name in gives(step)}
            case Ask(step, values):
                answers[step.key] = some_answer(chance, script, step, values)
                assert "(not known)" not in fill(step.say.get("en") + step.do.get("en"), values, script.kinds())
            case End(step, values):
                assert "(not known)" not in fill(step.say.get("en") + step.do.get("en"), values, script.kinds())
                return
            case _:
                raise AssertionError(stop)
    raise AssertionError("no end in 80 steps")


def some_fact(chance, variable):
    if not variable.always and chance.random() < 0.5:
        return None
    day = (date(2026, 12, 20) + timedelta(days=chance.randrange(20))).isoformat()
    made = {"truth": chance.random() < 0.5, "whole": chance.randrange(5), "time": chance.randrange(1440), "date": day}
    made |= {"choices": [["1", "One"], [day, "A day"]], "text": chance.choice(variable.values or ("7",))}
    return made[variable.kind]


def some_answer(chance, script, step, values):
    if step.field.kind in ("radio", "property", "choices"):
        return chance.choice([value for value, _ in choices(script, step, values)])
    day = values.get("today") or "2026-12-24"
    typed = {"postcode": "LE167AA", "date": day, "phone": "07700 900123", "email": "a@b.example",
             "address": "Plot 7, The Orchard"}  # fmt: skip
    return typed.get(step.field.kind, "Said")


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_a_walk_that_goes_on_is_the_replay_from_the_top(folder):
    """After each step of every script, councils' own ways among them, whatever its look-ups and people may say."""
    pack, _ = loaded_once(folder)

    @settings(max_examples=8 * len(pack.scripts), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32))
    def stays_the_same(seed):
        pick = random.Random(seed).choice
        council = pick(pack.parameters) if pack.parameters else None
        base = pick(pack.scripts)
        script = (pack.script_for(base.key, council.gss) if council else base).script
        told = council.values if council else {}
        goes_on(script, {name: told[name] for name in told if name in script.variables}, pick)

    stays_the_same()


def goes_on(script, parameters, pick):
    chance = Chance(script, pick)
    facts = {"holidays": ["2026-12-25"], "channel": pick(CHANNELS), "level": pick(range(HIGHEST_LEVEL + 1))}
    known = {"facts": facts, "answers": {}, "effects": {}}
    walked = walk(script, parameters=parameters, **known)
    for _ in range(2 * len(script.steps)):
        if isinstance(stop := walked.next, End | Stuck):
            break
        for _ in range(TRIES):  # mostly an answer that goes on: else few walks come far
            then = chance.settle(stop, known)
            found = go_on(script, walked, **then)
            if not isinstance(found.next, End) and getattr(found.next, "step", None) != stop.step:
                break
        assert found == walk(script, parameters=parameters, **then)
        known, walked = then, found
