"""What the shipped scripts take for an answer and what they refuse in words, whichever script asks."""

import pytest

from moothall.domain.interview.answers import accept
from moothall.domain.interview.expressions import Refusal
from moothall.domain.interview.words import _SPELLING
from moothall.scripts.knowledge import article
from moothall.scripts.packs import FOLDER
from moothall.scripts.tests.checked import loaded_once

PACKS = sorted(path.parent for path in FOLDER.glob("*/pack.yaml"))


def scripts():
    return [(folder, text.script) for folder in PACKS for text in loaded_once(folder)[0].scripts]


def asked(kind):
    """Every question of that kind, with its script."""
    return [(script, step) for _, script in scripts() for step in script.steps if step.field.kind == kind]


def script_called(key):
    return next(script for _, script in scripts() if script.key == key)


def test_no_sum_a_month_and_no_rent_is_without_a_bound():
    found = asked("money")
    assert len(found) >= 2
    for script, step in found:
        values = {"rent_often": "month"}
        refused = accept(script, step, "100,000", values)
        assert isinstance(refused, Refusal) and "Check" in refused.words, (script.key, step.key)
        assert accept(script, step, "650", values) == "650.00"


@pytest.mark.parametrize(("often", "rent"), [("week", "3,001"), ("fortnight", "12,001"), ("month", "15,001")])
def test_a_rent_is_measured_by_how_often_it_is_due(often, rent):
    script = script_called("rent-help")
    refused = accept(script, script.step("rent"), rent, {"rent_often": often})
    assert isinstance(refused, Refusal) and "Check the rent, and how often it is due" in refused.words


def test_one_home_is_not_both_the_old_and_the_new_one():
    moving = script_called("moving")
    two = [["1", "1 Mill Lane"], ["2", "Flat 2, 1 Mill Lane"]]
    known = {"both_new_properties": two, "at_property": "1", "at_address": "1 Mill Lane", "old_home": "1 Mill Lane"}
    new = moving.step("both_new_property")
    assert "Choose the new one. A flat in the same house" in accept(moving, new, "1", known).words
    assert accept(moving, new, "2", known) == "2"
    assert accept(moving, new, "not_listed", {**known, "at_property": "not_listed"}) == "not_listed"
    for key in ("both_new_address_text", "who_last_bill"):
        step = moving.step(key)
        assert isinstance(accept(moving, step, "1 Mill Lane", known), Refusal), key
        assert accept(moving, step, "3 High Street", known) == "3 High Street"


def test_a_garden_plan_comes_from_another_home():
    missed = script_called("missed-bin")
    refused = accept(missed, missed.step("plan_home"), "1 mill lane", {"address": "1 Mill Lane"})
    assert "Enter the address that you moved from" in refused.words


def test_whatever_address_is_typed_is_asked_as_one():
    """As notes or a text, “abc” would do."""
    told = [(script, step) for _, script in scripts() for step in script.steps
            if step.kind == "ask" and step.key.endswith(("address_text", "plan_home", "last_bill"))]  # fmt: skip
    assert len(told) >= 6 and {step.field.kind for _, step in told} == {"address"}
    for script, step in told:
        refused = accept(script, step, "abc", {"old_home": "", "address": "1 Mill Lane"})
        assert refused.words.startswith("Enter the whole address: a number or name, and the street"), script.key
        assert refused.words.endswith("or leave it empty") == step.field.optional


def test_where_the_spelling_list_is_said_it_is_shown():
    said = [(folder, step) for folder, script in scripts() for step in script.steps
            if "spelling list" in step.do.get("en")]  # fmt: skip
    assert len(said) >= 5 and {step.know for _, step in said} == {"spelling"}
    for folder in {folder for folder, _ in said}:
        shown = " ".join(article(folder, "spelling").paragraphs)
        assert all(f"{letter} {word}" in shown for letter, word in _SPELLING.items())


def test_whose_life_is_harder_is_asked_what_would_help():
    balance = script_called("balance")
    helps = balance.step("helps")
    assert helps is not None and helps.short and "health" in helps.hint.get("en")
