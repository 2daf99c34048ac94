"""What web processes share about signing in: a limit is one limit, and no role but the web's sees or changes it."""
from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import ProgrammingError, connections, transaction

from conftest import ROOT, environment_of
from moothall.lib import clock
from moothall.people.models import SharedValue
from moothall.tenancy.roles import LOGIN_ROLES

LATER = clock.now() + timedelta(hours=1)


@pytest.fixture
def tomorrow(monkeypatch):
    """Let an hour pass."""
    return lambda: monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.mark.parametrize("value", [[1.5, 2.5], "y", True, 0, {"a": None}])
def test_what_is_set_is_got_until_it_expires(as_web, tomorrow, value):
    cache.set("key", value, 60)
    assert cache.get("key") == value
    cache.set("key", "another", 60)
    assert cache.get("key") == "another" and cache.get("no-key", "none") == "none"
    tomorrow()
    assert cache.get("key") is None


def test_a_key_is_added_once_until_it_expires(as_web, tomorrow):
    assert cache.add("lock", 1, 60) and not cache.add("lock", 2, 60)
    assert cache.get("lock") == 1
    tomorrow()
    assert cache.add("lock", 3, 7200), "one that has expired is free"
    assert not cache.add("lock", 4, 7200) and cache.get("lock") == 3
    assert cache.delete("lock") and not cache.delete("lock") and cache.add("lock", 5, 60)


def test_what_has_expired_is_swept_by_whoever_writes(as_web, tomorrow):
    for number in range(3):
        cache.set(f"old-{number}", 1, 60)
    cache.set("for-ever", 1, None)
    tomorrow()
    cache.set("new", 1, 7200)
    assert set(SharedValue.objects.values_list("key", flat=True)) == {":1:new", ":1:for-ever"}
    assert cache.touch("new", 1) and not cache.touch("old-1", 1)
    cache.clear()
    assert not SharedValue.objects.exists()


@pytest.mark.parametrize("role", [role for role in LOGIN_ROLES if role != "web"])
@pytest.mark.parametrize("do", [lambda: cache.get("x"), lambda: cache.set("x", 1), lambda: cache.add("x", 1)])
def test_no_other_role_reads_or_writes_it(world, as_role, role, do):
    with as_role(role), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        do()


def test_of_many_who_add_at_once_one_is_told_so(own_database, monkeypatch, django_db_blocker):
    """Each with a connection of its own, in autocommit, as processes have them."""
    monkeypatch.setitem(connections.settings["default"], "NAME", own_database.rpartition("/")[2])
    start = threading.Barrier(4)

    def add() -> bool:
        start.wait()
        try:
            return cache.add("the-same", 1, 60)
        finally:
            connections.close_all()

    with django_db_blocker.unblock(), ThreadPoolExecutor(4) as threads:
        added = [thread.result() for thread in [threads.submit(add) for _ in range(4)]]
    assert sorted(added) == [False, False, False, True]


GUESS = """
import sys, django; django.setup()
from django.test import Client
for _ in range(int(sys.argv[1])):
    page = Client().post("/accounts/login/", {"login": "sam@example.test", "password": sys.argv[2]})
print(page.status_code, "You tried too often" in page.content.decode())
"""


def guess(url: str, times: int, password: str) -> str:
    """Try to sign in, in a process of its own: what the last try came to."""
    environment = {
        **os.environ, **environment_of(url), "MOOTHALL_ROLE": "web", "MOOTHALL_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "moothall.settings.test",  # for its cheap password hasher
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", GUESS, str(times), password], env=environment, cwd=ROOT, text=True,
        capture_output=True, timeout=60, check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_limit_on_signing_in_counts_over_all_processes(own_database):
    assert guess(own_database, 5, "wrong") == "200 False"
    assert guess(own_database, 1, "moothall-demo") == "200 True", "the right password comes too late as well"
