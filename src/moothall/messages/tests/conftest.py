"""A carrier of the tests' own: the simulator as a process, and the file that joins Harborough to it."""

from __future__ import annotations

import json

import pytest

from simulator_process import simulator

SERVICE = {
    "service_id": "11111111-2222-3333-4444-555555555555",
    "name": "Harborough District Council",
    "secret": "66666666-7777-8888-9999-aaaaaaaaaaaa",
    "templates": {
        "sms": {"id": "sms-1", "body": "((body))"},
        "email": {"id": "email-1", "subject": "((subject))", "body": "((body))"},
        "letter": {"id": "letter-1", "subject": "((subject))", "body": "((body))"},
    },
}
OWN = {
    "api_key": f"tests-{SERVICE['service_id']}-{SERVICE['secret']}",
    "sms": "sms-1",
    "email": "email-1",
    "letter": "letter-1",
}


def connected(folder, address, *, own=OWN, **more):
    file = folder / "connections.json"
    entry = {"vendor": "notify", "address": address, "private": True, "councils": {"E07000131": own}, **more}
    file.write_text(json.dumps({"messages": entry}))
    return str(file)


@pytest.fixture(scope="module")
def notify_process(tmp_path_factory):
    file = tmp_path_factory.mktemp("notify") / "services.json"
    file.write_text(json.dumps([SERVICE]))
    with simulator("notify", "--services", str(file)) as running:
        yield running


@pytest.fixture
def notify(notify_process, settings, tmp_path):
    """The simulator, well and empty, with settings that lead to it."""
    notify_process.well_again()
    notify_process.ask("DELETE", "/simulator/sent")
    settings.CONNECTIONS = connected(tmp_path, notify_process.address)
    return notify_process
