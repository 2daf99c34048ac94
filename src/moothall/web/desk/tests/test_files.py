"""Files that came on the web, at the desk: what they were asked for by name, and never the files themselves."""
from __future__ import annotations

import re

from cast_of_tests import NOW
from moothall.documents.models import Document
from moothall.lib import clock
from moothall.scripts.models import Run, ScriptVersion
from moothall.scripts.packs import hash_of
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk.tests.conftest import words
from moothall.web.desk.tests.test_script import say

SCRIPT = """
script: lent
service: refuse
title: {en: A lent bin}
steps:
  - {key: whose, ask: radio, options: {own: {en: Own}, lent: {en: Lent}}, short: {en: Whose}, say: {en: "Whose is it?"}}
  - key: proofs
    ask: checklist
    options:
      bill: {en: "The shop's bill"}
      letter: {label: {en: Letter of the owner}, when: whose == "lent"}
      photo: {en: Photo}
    short: {en: Proofs}
    say: {en: "Which of these do you have?"}
  - effect: open_case
    key: told
    fixed: {kind: lent-bin}
    title: {en: A lent bin}
    told: {en: "We look at it."}
    gives: {case_reference: {kind: text, always: true}}
  - {end: DONE, outcome: case_opened, code: x, say: {en: "Your reference is {case_reference}."}}
"""
ENTRIES = [["1", "bill.jpg", "proofs", "bill"], ["2", "b.jpg", "proofs", "bill"], ["3", "x.jpg", "proofs", "letter"],
           ["will_send", "", "proofs", "photo"]]  # fmt: skip


def test_what_came_on_the_web_is_named_and_goes_along_with_the_case(desk):
    at = clock.now()
    ScriptVersion.objects.create(hash=hash_of(SCRIPT), pack="refuse", key="lent", text=SCRIPT, published_at=at)
    desk.talk()
    shown = desk.act("need", script="lent")
    with scope(System("load")):
        run = Run.objects.latest("pk")
        Run.objects.filter(pk=run.pk).update(facts={
            "_files": {"value": ENTRIES, "source": "resident", "at": at.isoformat(), "step": ""}})
        for number, name, step, item in ENTRIES[:3]:
            Document.objects.create(
                council_id=2, service_id=524, run=run, step=step, item=item, name=name, kind="jpeg", size=4,
                sha256=number * 64, sent_sha256=number * 64, came_at=at, content=b"dots",
            )  # fmt: skip
    shown = say(desk, shown, "own")
    told = words(shown)
    assert "Files that they sent (2) The shop’s bill: 2 files Photo: to be sent later" in told
    assert "Letter of the owner" not in told and "bill.jpg" not in told and "/files/" not in shown.content.decode()
    ticked = re.findall(r'value="(\w+)" checked', shown.content.decode())
    assert ticked == ["bill", "photo"], "what came, and what they said that they will send"
    ended = say(desk, shown, "bill")
    assert "Your reference is" in words(ended)
    with scope(System("load")):
        rows = {row.name: row.contact_id for row in Document.objects.filter(run=run)}
    assert rows == {"bill.jpg": desk.call, "b.jpg": desk.call, "x.jpg": None}, "what isn't asked for isn't sent"


def test_a_case_at_the_address_tells_what_came_with_it_and_what_did_not(desk, world):
    text = SCRIPT.replace("script: lent", "script: lent2")
    ScriptVersion.objects.create(hash=hash_of(text), pack="refuse", key="lent2", text=text, published_at=NOW)
    with scope(System("load")):
        Run.objects.filter(pk=world.home["run"]).update(
            script_id=hash_of(text), answers={"whose": {"value": "lent"}, "proofs": {"value": "photo"}})
        Document.objects.filter(pk=world.home["document"]).update(item="bill")
    desk.talk()
    told = words(desk.ask("/desk/", whole=True))
    came = "The shop’s bill: 1 file came Letter of the owner: not sent Photo: not here yet"
    assert came in told.partition("Missed bin")[2]
    assert "bank.jpg" not in told
