"""A form is taken from the site that it belongs to: staff pages and public pages don't trust each other's."""
from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

from conftest import ROOT

STAFF, PUBLIC = "https://staff.example", "https://public.example"
TELL = """
from moothall.settings.base import CSRF_TRUSTED_ORIGINS, MIDDLEWARE
print(*CSRF_TRUSTED_ORIGINS, any("sessions" in each for each in MIDDLEWARE))
"""


@pytest.mark.parametrize(("site", "trusted", "sessions"), [("staff", STAFF, True), ("public", PUBLIC, False)])
def test_each_site_lists_its_own_origin_alone_and_only_staff_have_sessions(site, trusted, sessions):
    names = {"MOOTHALL_SITE": site, "MOOTHALL_STAFF_URL": STAFF, "MOOTHALL_PUBLIC_URL": PUBLIC}
    told = subprocess.run(
        [sys.executable, "-c", TELL], env={**os.environ, **names}, cwd=ROOT, text=True, capture_output=True, timeout=60,
        check=True,
    )
    assert told.stdout.split() == [trusted, str(sessions)]


@pytest.mark.parametrize(("origin", "status"), [("STAFF_URL", 200), ("PUBLIC_URL", 403)])
def test_a_form_from_the_other_site_is_refused(world, as_web, origin, status):
    client = Client(enforce_csrf_checks=True, headers={"Origin": getattr(settings, origin)})
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/accounts/login/").content.decode())[1]
    sent = {"login": "sam@example.test", "password": "wrong", "csrfmiddlewaretoken": token}
    assert client.post("/accounts/login/", sent).status_code == status
