"""The council tax scripts as a whole: what is never asked, never said and never a fact, in any example."""

import re
from itertools import product

import pytest

from moothall.domain.interview.examples import play
from moothall.domain.interview.expressions import evaluate
from moothall.domain.interview.model import texts
from moothall.domain.interview.run import Ask, Effect, End, LookUp, next_step
from moothall.domain.interview.words import fill
from moothall.scripts import ports_revenues
from moothall.scripts.packs import FOLDER
from moothall.scripts.sums import SUMS
from moothall.scripts.tests.checked import loaded_once

FIGURES = {"owing": 123456, "late": 77777, "costs": 9876, "next_amount": 54321, "months": 17}


@pytest.fixture(scope="module")
def pack():
    found, findings = loaded_once(FOLDER / "council-tax")
    assert findings == []
    return found


@pytest.fixture(scope="module")
def scripts(pack):
    return {script.key: script.script for script in pack.scripts}


def test_each_council_of_the_demo_has_its_parameters(pack):
    codes = {"E07000130", "E07000131", *(f"E070001{n}" for n in range(92, 100))}
    assert {each.gss for each in pack.parameters} == codes


def test_no_name_and_no_address_is_ever_a_fact_of_the_tax_system():
    results = {name for port in ports_revenues.LOOK_UPS.values() for name in port.gives}
    assert not [name for name in results if re.search("name|address|line|person|phone|email|people", name)]


@pytest.mark.parametrize(
    ("chosen", "result", "last_day"),
    [
        ("unset", "TENANCY_NOT_ENDED", None),
        ("tenancy_end", "MOVED_OUT", "Wednesday 30 December"),
        ("vacated", "MOVED_OUT", "Wednesday 9 December"),
    ],
)
def test_who_left_before_the_tenancy_ended_pays_as_the_council_has_settled(pack, scripts, chosen, result, last_day):
    """T1: nobody but the council's revenues lead decides this; until then it is referred."""
    left = next(each for each in pack.examples if each["result"] == "TENANCY_NOT_ENDED")
    expected = {**left, "result": result, "marks": ["tenancy_not_ended"] if chosen == "unset" else []}
    expected["says"] = f"The last day you pay for is {last_day}" if last_day else "An officer will write"
    assert play(scripts["moving"], expected, {"liable_until": chosen}, sums=SUMS)[1] == []


def test_whoever_must_be_kept_safe_is_asked_for_no_address_at_all(scripts):
    steps = scripts["moving"].steps
    place = {step.key: number for number, step in enumerate(steps)}
    assert "property" not in dict(scripts["moving"].step("safe_case").call.with_)
    before = steps[: place["KEPT_SECRET"]]
    assert not [step.key for step in before if step.field.kind in ("postcode", "property", "notes")]
    assert not [step.key for step in before if step.kind == "look_up" and step.call.name != "today"]


def test_nothing_of_an_account_is_said_to_whoever_did_not_prove_who_they_are(pack, scripts):
    """Every way through the bill's script without proof, with an account full of figures behind it."""
    script = scripts["balance"]
    told = {name: value for name, value in FIGURES.items() if name in script.variables}
    for example in pack.examples:
        if example["script"] != "balance" or example["result"] == "at_OTHER_COUNCIL":
            continue
        state: dict = {}
        unproved = {**example["facts"], "who_proved": 0, **told, "stage": "summons"}
        wrong = {f"who_check_{n}": {f"who_right_{n}": False} for n in (1, 2, 3)}
        answers = {**example["answers"], "who_said_1": "x", "who_said_2": "y"}
        play(script, {**example, "facts": unproved, "effects": wrong, "answers": answers}, {}, state, sums=SUMS)
        heard = _everything_shown(script, state)
        assert not [each for each in _as_money(told) if each in heard], example["name"]


def _as_money(told):
    return [f"{value // 100:,}.{value % 100:02}" for name, value in told.items() if name != "months"]


def _everything_shown(script, state):
    """Every text of every step on the way, filled in as the desk and the page do."""
    stop = next_step(script, **{name: state[name] for name in ("parameters", "facts", "answers", "effects")})
    values = stop.values
    passed = [stop.step] if isinstance(stop, Ask | End | Effect | LookUp) else []
    shown = [*script.steps, *passed]
    known = {name: value for name, value in values.items() if value is not None}
    words = [text.get("en") for step in shown for text in texts(step)]
    return " ".join(fill(each, known, script.kinds()) for each in words)


def test_what_a_caller_says_to_prove_themselves_is_told_to_no_case(scripts):
    asked = [step for step in scripts["balance"].steps if step.key.startswith(("who_said", "who_password"))]
    assert len(asked) == 4
    assert not [step.key for step in asked if step.short]
    calls = [step.call for step in scripts["balance"].steps if step.kind == "effect"]
    compared = {dict(call.with_)["said"] for call in calls if call.name == "check_identity"}
    assert compared == {step.key for step in asked}


@pytest.mark.parametrize("script", ["moving", "balance"])
def test_no_end_tells_what_a_claim_or_a_court_will_decide(scripts, script):
    said = " ".join(text.get("en") for step in scripts[script].steps for text in (step.say, step.page))
    for banned in ("you'll get about", "don't go to court", "ignore", "they won't come", "bailiff won't"):
        assert banned not in said.lower()


def test_the_three_questions_of_proof_ask_by_each_kind_of_fact(scripts):
    script, kinds = scripts["balance"], ("account_number", "instalment_day", "last_payment", "ni_last_three",
                                         "letter_reference", "household")  # fmt: skip
    phrases = set()
    for number, kind in product((1, 2, 3), kinds):
        step = script.step(f"who_fact_{number}")
        phrases.add(evaluate(step.value, {f"who_ask_{number}": kind}, script.kinds()))
    assert len(phrases) == len(kinds)
