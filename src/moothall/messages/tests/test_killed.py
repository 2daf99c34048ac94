"""A worker is killed with kill -9 while the carrier has its message: the next one sends it no second time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import psycopg

from conftest import ROOT, environment_of
from moothall.messages.tests.conftest import connected

SENDS = """
import django; django.setup()
from moothall.messages.actions import send_message
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
with scope(Staff({person})):
    values = {{"code": "1", "link": "https://example.test/"}}
    print(send_message("code-to-return", "07700 900123", values, council=2, service=524))
"""
PATIENCE_S = 60


def test_it_takes_effect_once(world, own_database, notify_process, tmp_path):
    notify_process.well_again()
    notify_process.ask("DELETE", "/simulator/sent")
    environment = {
        **os.environ, **environment_of(own_database), "MOOTHALL_OUTBOUND_LEASE_S": "1",
        "MOOTHALL_CONNECTIONS": connected(tmp_path, notify_process.address),
    }  # fmt: skip
    written = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SENDS.format(person=world.sam)], cwd=ROOT, text=True, check=True,
        env={**environment, "MOOTHALL_ROLE": "web"}, capture_output=True, timeout=PATIENCE_S,
    )  # fmt: skip
    reference = written.stdout.strip()
    notify_process.fault("late", seconds=PATIENCE_S, paths="/v2/notifications/sms")
    worker = [sys.executable, "-W", "ignore", "-m", "moothall", "worker"]
    with subprocess.Popen(worker, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as first:
        wait_until(lambda: sent(notify_process) == 1)
        first.kill()
    assert state(own_database, reference) == "sending"
    for _ in range(5):  # the first may come before the killed one's claim is over
        look_again(own_database, reference)
        subprocess.run([*worker, "--once"], cwd=ROOT, env=environment, check=True, capture_output=True)
        if state(own_database, reference) == "sent":
            break
    assert state(own_database, reference) == "sent"
    assert sent(notify_process) == 1


def look_again(url, reference):
    """What the job of each minute does."""
    args = json.dumps({"message": reference, "council": 2})
    with psycopg.connect(url) as owner:
        owner.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', %s, %s)",
            ["moothall.messages.tasks.carry_message", args],
        )


def sent(notify):
    return len(notify.ask("GET", "/simulator/sent")["sent"])


def state(url, reference):
    with psycopg.connect(url) as owner:
        owner.execute("SELECT set_config('moothall.work', '{20524}', true)")
        return owner.execute("SELECT state FROM outbox_message WHERE reference = %s", [reference]).fetchone()[0]


def wait_until(there):
    until = time.monotonic() + PATIENCE_S
    while not there():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)
