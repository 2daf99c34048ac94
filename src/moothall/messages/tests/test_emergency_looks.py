"""Who manages a council is told by e-mail when somebody of another begins to look at its records in an emergency."""

from __future__ import annotations

import json
import os
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from moothall.agreements.glass import break_glass, end_glass
from moothall.domain.calendar import LONDON
from moothall.lib import clock
from moothall.messages.carry import carry
from moothall.messages.models import Message
from moothall.messages.tasks import tell_of_look
from moothall.messages.tests.conftest import connected
from moothall.people.models import Membership, Person, Team
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

WHY = "A gas leak in Mill Lane, their lines are down"


@pytest.fixture
def glass(world, as_role):
    """Priya, of Charnwood's hub, begins to look at Harborough's records."""
    with as_role("web"):
        council, priya = Council.objects.get(number=2), Person.objects.get(pk=world.priya)
        return break_glass(council, by=priya, reason=WHY, minutes=30)


@pytest.fixture
def told(glass, as_role):
    """What the worker writes of it, asked for again and again."""

    def tell():
        with as_role("worker"):
            tell_of_look(glass=glass.pk)
        with scope(System("send", 2)):
            return list(Message.objects.filter(template="emergency-look").order_by("to"))

    return tell


def manager(name, *, team="harborough-managers", job="manager", until=None, **person):
    made = Person.objects.create_user(f"{name}@example.test", name=name, **person)
    Membership.objects.create(
        person=made, team=Team.objects.get(slug=team), job=job, valid_from=clock.now() - timedelta(days=9),
        valid_to=until,
    )  # fmt: skip
    return made


def sent(notify):
    return notify.ask("GET", "/simulator/sent")["sent"]


def test_the_job_is_left_with_the_look_itself(glass):
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'moothall.messages.tasks.tell_of_look'")
        assert [json.loads(args) if isinstance(args, str) else args for (args,) in cursor.fetchall()] == [
            {"glass": glass.pk}
        ]


def test_each_manager_is_told_once_who_looks_why_until_when_and_where_to_end_it(world, glass, told, notify, settings):
    settings.STAFF_URL = "https://staff.example"
    manager("second")
    assert [row.to for row in told()] == ["jo@example.test", "second@example.test"]
    jo, _ = told()
    assert (jo.council_id, jo.service_id, jo.channel) == (2, 0, "email")
    for _ in range(2):
        carry(str(jo.reference), 2)
    (there,) = sent(notify)
    assert there["recipient"] == "jo@example.test"
    assert there["subject"] == "Priya Shah is looking at Harborough's records in an emergency"
    page = f"/control/emergency/{glass.pk}/looks/"
    for words in (WHY, "Priya Shah of Charnwood Borough Council", "Harborough District Council", f"https://staff.example{page}"):
        assert words in there["body"]
    assert f"ends by itself at {glass.ends.astimezone(LONDON):%H:%M} on" in there["body"]
    browser = Client()
    browser.force_login(Person.objects.get(pk=world.jo))
    assert "End it now" in browser.get(page).content.decode()


def test_nobody_is_told_who_is_suspended_manages_no_more_or_never_did(world, told):
    manager("suspended", is_active=False)
    manager("operator", is_operator=True)
    manager("left", until=clock.now() - timedelta(days=1))
    manager("leader", job="leader")
    manager("elsewhere", team="lichfield-everything")
    assert [row.to for row in told()] == ["jo@example.test"]


def test_nobody_is_told_who_was_suspended_while_it_waited(world, told, notify):
    (row,) = told()
    Person.objects.filter(pk=world.jo).update(is_active=False)
    assert carry(str(row.reference), 2) == ""
    (row,) = told()
    assert (row.state, row.code, row.body) == ("stopped", "reader_gone", "")
    assert sent(notify) == []


def test_with_the_carrier_away_it_is_told_later_though_the_look_is_over(glass, told, notify, tmp_path, monkeypatch):
    connected(tmp_path, "http://127.0.0.1:1")
    (row,) = told()
    assert carry(str(row.reference), 2) == "queued"
    end_glass(glass, by=glass.person)
    os.utime(connected(tmp_path, notify.address), (1, 1))
    begun = clock.now()
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(minutes=2))
    monkeypatch.setattr(
        "moothall.messages.contrib.notify.carrier.clock", type("C", (), {"now": staticmethod(lambda: begun)})
    )
    assert told() == [row], "not a second one"
    assert carry(str(row.reference), 2) == "sent"
    assert WHY in sent(notify)[0]["body"]
