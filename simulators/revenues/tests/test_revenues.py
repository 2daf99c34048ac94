"""The simulated package gives the same accounts for the same homes, in its own codes, and posts a transaction once."""

import http.client
import json
import threading
from datetime import date

import pytest

from simulators.revenues.accounts import Home, account_of
from simulators.revenues.codes import STAGES, check_digit
from simulators.revenues.store import Store
from simulators.revenues.web import Server

TODAY = date(2026, 11, 26)
LATE = {"stage": "10REM", "band": "D"}
HOME = Home("E07000130", 990000000001, "1 Mill Lane, Kibworth", ("Ana Kowalska",), story=LATE)


@pytest.fixture
def server():
    store = Store(":memory:")
    store.fill([HOME, Home("E07000131", 990000000002, "2 Mill Lane", ("Tom Whetford",))], TODAY)
    running = Server(("127.0.0.1", 0), store, {})
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.end()
    thread.join()


def ask(server, method, path, body=None):
    link = http.client.HTTPConnection(*server.server_address)
    link.request(method, path, json.dumps(body) if body is not None else None)
    answer = link.getresponse()
    told = json.loads(answer.read())
    link.close()
    return answer.status, told


def test_an_account_is_the_same_each_time_and_its_sums_fit():
    held = account_of(HOME, TODAY)
    assert held == account_of(HOME, TODAY)
    pence = [round(float(part["amt"]) * 100) for part in held["inst"]]
    assert len(pence) == 10
    assert sum(pence) == round(float(held["bal"][0]["due"]) * 100)
    assert [part["st"] for part in held["inst"]].count("U") == 1  # a reminder: one instalment is late
    assert int(held["acref"][-1]) == check_digit(int(held["acref"][:-1]))


def test_every_stage_of_recovery_can_be_met():
    for stage in STAGES:
        held = account_of(Home("E07000130", 1, "x", ("A B",), story={"stage": stage}), TODAY)
        assert held["rec"]["stg"] == stage


def test_one_council_never_hears_of_anothers_account(server):
    acref = ask(server, "GET", "/tsapi/v2/E07000130/accounts?uprn=990000000001")[1]["data"][0]["acref"]
    assert ask(server, "GET", f"/tsapi/v2/E07000130/accounts/{acref}")[1]["rc"] == "00"
    assert ask(server, "GET", f"/tsapi/v2/E07000131/accounts/{acref}")[1]["rc"] == "R03"


def test_what_anybody_may_know_of_a_home_is_its_band_and_its_charge_and_nothing_else(server):
    told = ask(server, "GET", "/tsapi/v2/E07000130/dwellings/990000000001")[1]
    assert told["data"] == {"uprn": 990000000001, "band": "D", "amt": "2190.00"}
    assert ask(server, "GET", "/tsapi/v2/E07000131/dwellings/990000000001")[1]["rc"] == "R03"


def test_a_council_is_let_in_by_its_own_key_alone(server):
    server.keys = {"E07000130": "a", "E07000131": "b"}
    link = http.client.HTTPConnection(*server.server_address)
    found = []
    for authority, key in (("E07000130", "a"), ("E07000130", "b"), ("E07000199", ""), ("E07000131", "b")):
        link.request("GET", f"/tsapi/v2/{authority}/ping", headers={"X-TS-Key": key} if key else {})
        answer = link.getresponse()
        found.append((answer.status, json.loads(answer.read())["rc"]))
    link.close()
    assert found == [(200, "00"), (401, "X03"), (401, "X03"), (200, "00")]


def test_a_transaction_is_posted_once_and_another_under_its_id_is_refused(server):
    path = "/tsapi/v2/E07000130/txns/abc"
    assert ask(server, "GET", path)[1]["rc"] == "R03"
    first = ask(server, "POST", path, {"op": "CLOSEACC", "acref": "1"})[1]
    assert ask(server, "POST", path, {"op": "CLOSEACC", "acref": "1"})[1] == first
    assert ask(server, "GET", path)[1]["posting"] == first["posting"]
    assert ask(server, "POST", path, {"op": "CLOSEACC", "acref": "2"})[1]["rc"] == "R09"


def test_it_goes_wrong_when_told_and_only_so_often(server):
    ask(server, "POST", "/control", {"fault": "odd_code", "times": 1})
    assert ask(server, "GET", "/tsapi/v2/E07000130/ping")[1]["rc"] == "Q77"
    assert ask(server, "GET", "/tsapi/v2/E07000130/ping")[1]["rc"] == "00"


def test_what_it_cannot_read_it_says_so(server):
    assert ask(server, "GET", "/tsapi/v2/E07000130/accounts?uprn=x")[1]["rc"] == "X01"
    assert ask(server, "GET", "/elsewhere")[0] == 404
    assert ask(server, "POST", "/tsapi/v2/E07000130/txns/q", {"op": "NOSUCH"})[1]["rc"] == "X01"
