"""A message goes out once, says what the council says, and not to whom it mustn't; whatever the carrier does."""

from __future__ import annotations

import json
import os
from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector

from moothall.customers.models import Customer, CustomerPhone
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.messages import carry as carrying
from moothall.messages import templates
from moothall.messages.actions import About, send_message
from moothall.messages.carry import carry
from moothall.messages.models import Message
from moothall.messages.tasks import forget_messages
from moothall.messages.templates import MessageRefused
from moothall.messages.tests.conftest import OWN, connected
from moothall.tenancy.principals import Resident, Staff, System
from moothall.tenancy.scope import scope

VALUES = {"code": "482913", "link": "https://example.test/back"}
TO = "07700 900123"
REFUSE = 524


@pytest.fixture
def later(monkeypatch):
    """Turn the clock on."""
    begun = clock.now()
    state = {"by": timedelta(0)}

    def turn(**by):
        state["by"] += timedelta(**by)

    monkeypatch.setattr(clock, "now", lambda: begun + state["by"])
    # The tokens of the carrier are good for seconds only, and its own clock isn't turned.
    monkeypatch.setattr(
        "moothall.messages.contrib.notify.carrier.clock", type("C", (), {"now": staticmethod(lambda: begun)})
    )
    return turn


def send(world, to=TO, template="code-to-return", values=VALUES, **more):
    with scope(Staff(world.sam)):
        return str(send_message(template, to, values, council=2, service=REFUSE, **more))


def row(reference):
    with scope(System("send", 2)):
        return Message.objects.get(reference=reference)


def sent(notify):
    return notify.ask("GET", "/simulator/sent")["sent"]


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'moothall.messages.tasks.carry_message'")
        return [args for (args,) in cursor.fetchall()]


def test_a_text_goes_out_in_the_councils_name_and_its_code_is_forgotten(world, notify, later):
    reference = send(world)
    assert row(reference).body.startswith("Harborough District Council: your code is 482913.")
    assert carry(reference, 2) == "sent"
    (there,) = sent(notify)
    assert (there["recipient"], there["service_name"]) == ("07700900123", "Harborough District Council")
    assert there["body"].startswith("Harborough District Council: your code is 482913. Go on here: https://")
    kept = row(reference)
    assert kept.body == ""
    assert "482913" not in kept.shown
    assert "••••" in kept.shown


def test_its_fate_is_followed_and_journalled(world, notify, later):
    reference = send(world)
    carry(reference, 2)
    assert carry(reference, 2) == "", "not due yet"
    later(minutes=5)
    assert carry(reference, 2) == "sent", "on its way"
    later(minutes=10)
    assert carry(reference, 2) == "delivered"
    assert row(reference).state == "delivered"
    assert row(reference).next_at is None
    with scope(System("load")):
        entries = Entry.objects.filter(body__message=reference).order_by("pk")
        assert [entry.kind for entry in entries] == ["message.send", "message.settle"]


def test_nothing_goes_out_where_the_caller_undoes_their_transaction(world, notify):
    before = len(jobs())
    with pytest.raises(RuntimeError), scope(Staff(world.sam)):
        send_message("code-to-return", TO, VALUES, council=2, service=REFUSE)
        raise RuntimeError
    assert len(jobs()) == before
    with scope(System("send", 2)):
        assert not Message.objects.filter(state="queued").exists()


def test_the_job_names_ids_alone(world, notify):
    reference = send(world)
    assert json.loads(jobs()[-1]) == {"message": reference, "council": 2}


def test_a_job_that_sends_a_message_leaves_it_in_its_own_transaction(world, notify):
    """A worker reaches the queue by a connection of its own; what it leaves there is seen before it is committed."""
    with app.replace_connector(InMemoryConnector()):
        before = len(jobs())
        reference = send(world)
        assert json.loads(jobs()[-1])["message"] == reference
        assert len(jobs()) == before + 1
        assert app.connector.jobs == {}


def test_whom_an_old_message_went_to_is_forgotten(world, notify, later):
    about = About(case=world.home["case"])
    old = send(world, to="01632 960123", about=about)
    assert carry(old, 2) == "failed"
    later(days=60)
    new = send(world, to="01632 960123", about=about)
    carry(new, 2)
    later(days=31)
    forget_messages(timestamp=0)
    kept = row(old)
    assert (kept.to, kept.shown, kept.case_id) == ("", "", world.home["case"])
    assert row(new).to == "+441632960123"


def test_taken_without_an_answer_is_probed_and_not_sent_again(world, notify, later):
    reference = send(world)
    notify.fault("silent", paths="/v2/notifications/sms")
    assert carry(reference, 2) == "unknown"
    assert carry(reference, 2) == "", "not before a while: it may still arrive"
    later(minutes=2)
    assert carry(reference, 2) == "sent"
    assert len(sent(notify)) == 1


def test_an_error_after_which_nothing_is_there_is_sent_again_once(world, notify, later):
    reference = send(world)
    notify.fault("error", status=500)
    assert carry(reference, 2) == "unknown"
    assert sent(notify) == []
    later(minutes=2)
    assert carry(reference, 2) == "sent"
    assert len(sent(notify)) == 1


def test_what_was_never_taken_is_not_sent_again_to_whom_it_may_not_go_any_more(world, notify, later):
    reference = send(world, about=About(customer=world.home["customer"]))
    notify.fault("error", status=500)
    assert carry(reference, 2) == "unknown"
    with scope(System("load")):
        Customer.objects.filter(pk=world.home["customer"]).update(protected=True)
    later(minutes=2)
    assert carry(reference, 2) == "stopped"
    assert (row(reference).code, row(reference).body, sent(notify)) == ("protected", "", [])


@pytest.mark.parametrize("fault", [{"kind": "busy"}, None])
def test_too_busy_or_away_is_tried_again_later(world, notify, later, tmp_path, fault):
    reference = send(world)
    if fault:
        notify.fault(**fault)
    else:
        connected(tmp_path, "http://127.0.0.1:1")
    assert carry(reference, 2) == "queued"
    if not fault:
        os.utime(connected(tmp_path, notify.address), (1, 1))
    later(minutes=2)
    assert carry(reference, 2) == "sent"
    assert len(sent(notify)) == 1


def test_a_worker_that_dies_with_it_leaves_it_to_be_probed(world, notify, later, monkeypatch):
    """Killed after the carrier took it, before that was written down: nobody sends it a second time."""
    reference = send(world)

    class Killed(BaseException):
        pass

    def die(message, came):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(carrying, "settle_message", die)
        with pytest.raises(Killed):
            carry(reference, 2)
    assert len(sent(notify)) == 1
    assert row(reference).state == "sending"
    assert carry(reference, 2) == "", "whoever has it may still be at work"
    later(minutes=2)
    assert carry(reference, 2) == "sent"
    assert len(sent(notify)) == 1


def test_a_worker_that_comes_late_changes_nothing(world, notify, later):
    """It slept with its claim; another has taken the message up since."""
    reference = send(world)
    claimed, _ = carrying._claim(reference, 2)
    later(minutes=2)
    assert carry(reference, 2) == "sent"
    assert carrying.settle_message(claimed, carrying.Refused("bad_address")) == "sent"
    assert row(reference).state == "sent"


@pytest.mark.parametrize(
    ("refused", "code"),
    [(("01632 960123", OWN), "bad_address"), ((TO, {**OWN, "api_key": OWN["api_key"][:-1] + "b"}), "not_allowed"),
     ((TO, {**OWN, "sms": "gone"}), "bad_message"), ((TO, {"api_key": OWN["api_key"]}), "not_allowed")],
)  # fmt: skip
def test_what_the_carrier_refuses_is_failed_with_a_code(world, notify, tmp_path, refused, code):
    to, own = refused
    os.utime(connected(tmp_path, notify.address, own=own), (1, 1))
    reference = send(world, to=to)
    assert carry(reference, 2) == "failed"
    assert (row(reference).code, row(reference).next_at) == (code, None)
    assert sent(notify) == []


def test_a_number_that_was_changed_meanwhile_is_not_written_to(world, notify):
    with scope(System("load")):
        CustomerPhone.objects.filter(customer=world.home["customer"]).update(number="+447700900123")
    about = About(customer=world.home["customer"], recorded=True)
    goes, stays = send(world, about=about), send(world, about=about)
    assert carry(goes, 2) == "sent"
    with scope(System("load")):
        CustomerPhone.objects.filter(customer=world.home["customer"]).update(number="+447700900999")
    assert carry(stays, 2) == ""
    assert (row(stays).state, row(stays).code, row(stays).body) == ("stopped", "contact_changed", "")
    assert len(sent(notify)) == 1


@pytest.mark.parametrize(("to", "channel"), [("12 Old Road\nKibworth\nLE16 7AA", "letter"), (TO, "sms")])
def test_somebody_who_became_protected_is_not_written_to_at_an_old_address(world, notify, monkeypatch, to, channel):
    from moothall.messages import templates

    known = templates.read_templates(templates.PACKS, "E07000131")
    letter = {"subject": {"en": "Code"}, "body": {"en": "{code} {link}"}}
    monkeypatch.setattr(
        templates, "read_templates",
        lambda packs, council: {**known, "code-to-return": {**known["code-to-return"], "letter": letter}},
    )  # fmt: skip
    reference = send(world, to=to, channel=channel, about=About(customer=world.home["customer"]))
    with scope(System("load")):
        Customer.objects.filter(pk=world.home["customer"]).update(protected=True)
    assert carry(reference, 2) == ""
    assert (row(reference).state, row(reference).code) == ("stopped", "protected")
    assert sent(notify) == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [({"template": "cod-to-return"}, "There is no message"), ({"values": {"code": "1"}}, "needs link"),
     ({"to": "12"}, "not a telephone number"), ({"to": "me@home"}, "not an e-mail address"),
     ({"channel": "letter"}, "no words for letter")],
)  # fmt: skip
def test_what_cant_be_sent_is_said_in_words_and_leaves_nothing(world, asked, words):
    with pytest.raises(MessageRefused, match=words):
        send(world, **asked)
    with scope(System("send", 2)):
        assert not Message.objects.filter(state="queued").exists()


def test_a_councils_own_file_replaces_what_it_names_and_no_more_and_for_nobody_else(world, tmp_path, monkeypatch):
    (tmp_path / "messages").mkdir()
    (tmp_path / "refuse").mkdir()
    shared = (templates.PACKS / "messages.yaml").read_text(encoding="utf-8")
    (tmp_path / "messages.yaml").write_text(shared, encoding="utf-8")
    (tmp_path / "refuse/messages.yaml").write_text('messages: {crew: {sms: {en: "The pack says {link}"}}}')
    own = """
messages:
  code-to-return: {sms: {en: "Harborough here. {code} is yours, {link}"}}
  crew: {sms: {en: "We say {link}"}}
"""
    (tmp_path / "messages/E07000131.yaml").write_text(own)
    monkeypatch.setattr(templates, "PACKS", tmp_path)
    assert row(send(world)).body == "Harborough here. 482913 is yours, https://example.test/back"
    assert row(send(world)).shown == "Harborough here. •••• is yours, ••••", "what is secret stays so"
    assert row(send(world, template="crew", values={"link": "x"})).body == "We say x"
    assert row(send(world, "sam@safe.example")).body.startswith("You asked us to keep your answers."), "not named there"
    with scope(System("load")):
        others = [send_message("crew", TO, {"link": "x"}, council=1, service=REFUSE),
                  send_message("code-to-return", TO, VALUES, council=1, service=REFUSE)]  # fmt: skip
        bodies = [Message.objects.get(reference=each).body for each in others]
    assert bodies[0] == "The pack says x" and bodies[1].startswith("Charnwood Borough Council: your code is 482913.")


def test_a_value_that_looks_like_a_place_is_left_as_it_is(world, notify):
    reference = send(world, values={"code": "{link}", "link": "((body)) {council}"})
    carry(reference, 2)
    assert "your code is {link}. Go on here: ((body)) {council}" in sent(notify)[0]["body"]


def test_who_has_no_grant_writes_and_reads_no_message(world, as_role):
    with as_role("web"), scope(Staff(world.olive)):
        assert not Message.objects.filter(council_id=2).exists()
    with pytest.raises(Exception, match="row-level security"), as_role("public"), scope(Resident(1, "guess")):
        send_message("code-to-return", TO, VALUES, council=2, service=REFUSE)
