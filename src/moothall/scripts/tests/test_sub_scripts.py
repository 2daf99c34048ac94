"""Sub-scripts and articles on disk: found in the pack, then in the common one; a published text holds what it uses."""

import pytest

from moothall.scripts.knowledge import article
from moothall.scripts.library import SHIPPED
from moothall.scripts.packs import hash_of, load_pack, play_examples, published_text, read_published

SCRIPT = """
script: refund
service: refuse
title: {en: Refund}
steps:
  - {key: what, ask: text, say: {en: "What is it for?"}, know: refunds}
  - {use: pay, as: card, with: {thing: {from: what}}}
  - {end: PAID, when: card_amount > 0, outcome: resolved, code: x, say: {en: "{card_amount:pounds} for {what}."}}
  - {end: NOT, outcome: resolved, code: x, say: {en: Nothing.}}
"""
PAY = """
script: pay
sub: true
service: any
title: {en: Pay}
parameters: {thing: text}
steps:
  - {key: amount, ask: money, say: {en: "How much for {thing}?"}}
"""
EXAMPLES = """
examples:
  - {name: paid, script: refund, at: 2026-11-26T10:00, answers: {what: skip, card_amount: "24.50"}, result: PAID,
     says: "£24.50 for skip."}
"""


@pytest.fixture
def folder(tmp_path):
    for name, text in {
        "one/pack.yaml": "pack: one\nscripts: [refund]\n", "one/scripts/refund.yaml": SCRIPT,
        "one/examples/refund.yaml": EXAMPLES, "common/scripts/pay.yaml": PAY,
        "common/knowledge/refunds.md": "title: Refunds\n\nWithin ten\ndays.\n\nNever in cash.\n",
    }.items():  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "one"


def test_a_published_text_holds_what_it_uses(folder):
    pack, findings = load_pack(folder)
    assert findings == [] and play_examples(pack) == []
    text = published_text(pack.scripts[0], None)
    published = read_published(text)[0]
    assert [(step.key, step.say) for step in published.steps] == [
        (step.key, step.say) for step in pack.scripts[0].script.steps
    ]
    (folder.parent / "common/scripts/pay.yaml").write_text(PAY.replace("How much", "How many pounds"))
    changed = published_text(load_pack(folder)[0].scripts[0], None)
    assert hash_of(changed) != hash_of(text)
    assert "How much for" in read_published(text)[0].steps[1].say.get("en")  # as it was published


def test_the_packs_own_sub_script_goes_before_the_common_one(folder):
    (folder / "scripts/pay.yaml").write_text(PAY.replace("How much", "How many pounds"))
    assert load_pack(folder)[0].scripts[0].script.steps[1].say.get("en") == "How many pounds for {what}?"


def test_what_is_wrong_in_a_sub_script_is_told_in_its_file(folder):
    path = folder.parent / "common/scripts/pay.yaml"
    path.write_text(PAY.replace("ask: money", "ask: monney"))
    pack, findings = load_pack(folder)
    assert pack is None
    assert (findings[0].place.file, findings[0].place.line) == (str(path), 8)
    path.write_text("script: [")
    assert "yaml" in {finding.code for finding in load_pack(folder)[1]}


@pytest.mark.parametrize("key", ["../one/scripts/refund", "pay.yaml", "PAY", ""])
def test_a_name_never_leads_out_of_the_folder(folder, key):
    path = folder / "scripts/refund.yaml"
    path.write_text(SCRIPT.replace("use: pay", f'use: "{key}"'))
    assert load_pack(folder)[1][0].words == f"There is no sub-script “{key}”"


def test_an_article_is_read_and_one_that_isnt_there_is_named(folder):
    found = article(folder, "refunds")
    assert (found.title, found.paragraphs, found.public) == ("Refunds", ("Within ten days.", "Never in cash."), False)
    assert article(folder, "../common/knowledge/refunds") is None
    path = folder / "scripts/refund.yaml"
    path.write_text(SCRIPT.replace("know: refunds", "know: refund"))
    (finding,) = load_pack(folder)[1]
    assert (finding.code, finding.remedy, finding.place.line) == ("knowledge", "Did you mean “refunds”?", 6)


LICENCE = """
script: licence
service: licensing
title: {en: Licence}
steps:
  - {key: at, ask: mobile, say: {en: "What is your mobile number?"}}
  - {look_up: today, gives: {today: {kind: date, always: true}}}
  - {key: fee, kind: whole, work_out: "2150"}
  - key: report
    effect: open_case
    fixed: {kind: licence}
    title: {en: "A licence, {at}"}
    told: {en: "We look at it."}
    gives: {case_reference: {kind: text, always: true}}
  - use: take-payment
    as: fee_paid
    with: {what: licence, pence: {from: fee}, reference: {from: case_reference}, to: {from: at}, hours: 48}
"""
PLAYED = """
examples:
  - {name: desk, script: licence, at: 2026-11-26T10:00, answers: {at: 07700 900123}, result: fee_paid_LINK_SENT,
     says: "Pay £21.50"}
  - {name: web, channel: web, script: licence, at: 2026-11-26T10:00, answers: {at: 07700 900123},
     result: fee_paid_PAY_NOW, says: "Pay £21.50"}
"""


def test_any_script_may_take_a_payment_by_a_link_with_nothing_kept_for_it(folder):
    """What large items use serves a fee too, for which no day is held."""
    for name, text in {
        "pack.yaml": "pack: one\nscripts: [licence]\n", "scripts/licence.yaml": LICENCE,
        "examples/refund.yaml": PLAYED,
        "../common/scripts/take-payment.yaml": (SHIPPED / "scripts/take-payment.yaml").read_text(),
    }.items():  # fmt: skip
        (folder / name).write_text(text)
    (folder / "scripts/refund.yaml").unlink()
    pack, findings = load_pack(folder)
    assert findings == [] and play_examples(pack) == []
    asked = next(step.call for step in pack.scripts[0].script.steps if step.key == "fee_paid_ask_money")
    assert asked.name == "request_payment" and asked.title.get("en") == "{fee_paid_what}"
    given = pack.scripts[0].script.defaults
    assert (given["fee_paid_hours"], given["fee_paid_hold"]) == (48, "")
