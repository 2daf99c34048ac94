"""A claim's list of proofs (T14): only rows that apply, each council's own measures, nothing that was seen lately."""

import pytest

from moothall.domain.interview.answers import choices
from moothall.domain.interview.run import Ask, next_step
from moothall.domain.interview.words import fill
from moothall.scripts.packs import FOLDER
from moothall.scripts.tests.checked import loaded_once

SAID = {
    "postcode": "LE11 1AA", "property": "1", "landlord": "private", "home_kind": "ordinary", "secret": "no",
    "partner": "no",
    "born": "1992-03-12", "council_tax": "yes", "support_now": "no", "who": "Sam Price", "uc_words": "said",
    "income": "uc\nwages", "household": "children", "childcare": "no", "lately": "no", "held": "none",
}  # fmt: skip
FOUND = {
    "today": "2026-11-25", "properties": [["1", "1 Mill Lane"]], "property_count": 1, "postcode_ours": True,
    "postcode_council": None, "postcode_website": None, "address": "1 Mill Lane", "property_council": "Here",
    "other_council": False, "pension_age": False, "pension_day": "2059-03-12", "pension_soon": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def pack():
    return loaded_once(FOLDER / "benefits")[0]


def asked(pack, key, gss="E07000131", **answers):
    """What stands in the list of that question, by the words of the council."""
    script = pack.scripts[0].script
    own = next(each.values for each in pack.parameters if each.gss == gss)
    told = {name: value for name, value in {**SAID, **answers}.items() if value and name != key}
    facts = {**FOUND, "channel": "phone", "level": 0}
    following = next_step(script, parameters=own, facts=facts, answers=told, effects={})
    assert isinstance(following, Ask) and following.step.key == key, following
    values, kinds = following.values, script.kinds()
    listed = choices(script, following.step, values)
    return {value: fill(label.get("en"), values, kinds) for value, label in listed}


def test_a_proof_that_was_seen_lately_is_not_asked_for_again(pack):
    assert {"identity", "children_papers"} <= set(asked(pack, "proofs"))
    again = set(asked(pack, "proofs", held="identity\nchildren_papers"))
    assert not again & {"identity", "children_papers"} and {"payslips", "bank"} <= again


@pytest.mark.parametrize(
    ("answers", "has"),
    [
        ({"childcare": "yes"}, {"childcare_bills", "children_papers", "uc_award", "payslips"}),
        ({"income": "wages"}, {"children_papers", "payslips"}),
        ({"income": "other", "childcare": "", "household": "adults\nchildren"}, {"children_papers", "others_pay"}),
        ({"income": "none", "childcare": "", "household": "none"}, set()),
    ],
)
def test_only_what_applies_is_asked_for(pack, answers, has):
    rows = {"childcare_bills", "children_papers", "uc_award", "payslips", "others_pay"}
    assert set(asked(pack, "proofs", **answers)) & rows == has


def test_childcare_is_asked_where_somebody_works_and_children_live_there(pack):
    assert set(asked(pack, "childcare", childcare="")) == {"yes", "no"}
    for answers in ({"household": "none"}, {"income": "other"}):
        assert set(asked(pack, "lately", **{**answers, "childcare": "", "lately": ""})) == {"yes", "no"}


def test_how_many_payslips_and_statements_is_each_councils(pack):
    usual, own = asked(pack, "proofs"), asked(pack, "proofs", gss="E07000199")
    assert usual["payslips"] == "Payslips: five weekly or two monthly"
    assert own["payslips"] == "Payslips: eight weekly or two monthly"
    assert usual["bank"] == "Bank statements: two months, all accounts"
    for each in pack.parameters:
        assert {"payslips", "bank_months", "held_months"} <= set(each.values), each.gss
