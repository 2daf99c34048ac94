"""A provider of the tests' own: the simulator as a process, and the file that joins Harborough to it."""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
from datetime import timedelta

import pytest

from moothall.lib import clock
from moothall.payments.actions import Ask, request_payment
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from simulator_process import simulator

KEY = "tests-key"
GOOD, DECLINED, SLOW = "4444333322221111", "4000000000000002", "4000000000000077"


@pytest.fixture(scope="module")
def pay_process(tmp_path_factory):
    file = tmp_path_factory.mktemp("pay") / "services.json"
    file.write_text(json.dumps([{"key": KEY, "name": "Harborough District Council"}]))
    with simulator("pay", "--services", str(file)) as running:
        yield running


@pytest.fixture
def provider(pay_process, settings, tmp_path):
    """The simulator, well and empty, with settings that lead to it."""
    pay_process.well_again()
    pay_process.ask("DELETE", "/simulator/payments")
    file = tmp_path / "connections.json"
    own = {"E07000131": {"api_key": KEY, "pages": f"http://localhost:{pay_process.port}"}}
    entry = {"vendor": "govuk_pay", "address": pay_process.address, "private": True, "councils": own}
    file.write_text(json.dumps({"payments": entry}))
    settings.CONNECTIONS = str(file)
    return pay_process


@pytest.fixture
def later(monkeypatch):
    """Turn our clock on; the provider's own isn't turned."""
    begun, state = clock.now(), {"by": timedelta(0)}

    def turn(**by):
        state["by"] += timedelta(**by)

    monkeypatch.setattr(clock, "now", lambda: begun + state["by"])
    return turn


def ask(world, **more):
    """Somebody at the desk asks for £35; the request's key and the secret of its link."""
    given = {
        "council": 2, "service": 524, "pence": 3500, "what": "Collection of 2 large items", "reference": "HB-10007-Y",
        "until": clock.now() + timedelta(hours=24), "send_to": "07700 900123", **more,
    }  # fmt: skip
    with scope(Staff(world.sam)):
        asked = request_payment(Ask(**given))
    return asked.key, re.search(r"/pay/([\w-]+)/$", asked.link)[1]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def type_card(page, card=GOOD, **form):
    """The payer on the provider's page; where they are sent then."""
    opener = urllib.request.build_opener(NoRedirect)
    with opener.open(page, timeout=10) as shown:
        assert b"Enter card details" in shown.read()
    data = urllib.parse.urlencode({"card": card, **form}).encode()
    try:
        with opener.open(page, data, timeout=10) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as moved:
        return moved.headers["Location"]
