"""`moothall call` against the simulated exchange's own process."""

import json
import threading

import pytest

from exchange_process import start
from moothall.cli.main import main
from moothall.telephony import callers


@pytest.fixture(scope="module")
def exchange():
    running = start()
    yield running
    running.end()


@pytest.fixture
def address(exchange):
    return f"127.0.0.1:{exchange.callers}"


def say(capsys, *words):
    status = main(["call", *words])
    told = capsys.readouterr()
    return status, told.out.strip(), told.err.strip()


def test_a_call_is_placed_seen_and_ended(address, capsys, monkeypatch):
    monkeypatch.setenv("MOOTHALL_EXCHANGE_CALLERS", address)
    status, out, _ = say(capsys, "place", "--to", "5001", "--from", "01632960123", "--patience", "60", "--json")
    assert status == 0
    call = json.loads(out)["call"]
    status, out, _ = say(capsys, "status", call)
    assert (status, out.split(",")[0]) == (0, "Waiting in the queue")
    assert say(capsys, "hang-up", call)[:2] == (0, "The caller rang off.")
    assert say(capsys, "status", call)[1].endswith("the caller rang off.")
    answer = json.loads(say(capsys, "status", call, "--json")[1])
    assert (answer["state"], answer["why"], answer["to"]) == ("ended", "caller", "5001")


def test_what_can_not_be_done_is_said_in_words(address, capsys):
    status, out, err = say(capsys, "status", "123", "--exchange", address)
    assert (status, out) == (1, "")
    assert "no such call" in err
    status, _, err = say(capsys, "place", "--to", "5001", "--from", "withheld", "--exchange", "127.0.0.1:1")
    assert status == 1
    assert "Is the demo running?" in err
    status, _, err = say(capsys, "status", "1", "--exchange", "nowhere")
    assert status == 1
    assert "host:port" in err
    with pytest.raises(SystemExit):
        main(["call", "place", "--to", "5001", "--from", "unknown", "--talk", "-1"])
    status, out, err = say(capsys, "place", "--to", "9999", "--from", "withheld", "--exchange", address)
    assert (status, out) == (1, "")
    assert "there is no number 9999; the lines are 5" in err


def test_what_answers_but_is_no_exchange(exchange, capsys):
    """The CSTA port closes on a line of JSON."""
    status, _, err = say(capsys, "status", "1", "--exchange", f"127.0.0.1:{exchange.csta}")
    assert status == 1
    assert "callers' port" in err or "doesn't answer" in err


def test_watching_from_another_program(address):
    seen = []

    def watch():
        for change in callers.watch(address, timeout=10):
            seen.append(change)
            if change.state == "ended":
                return

    watching = threading.Thread(target=watch)
    watching.start()
    while watching.is_alive():  # until the watch stands and has seen a whole call
        callers.place(address, to="4001", caller=None)
        callers.operate(address, "handset", station="4001", do="hang_up")
        watching.join(0.02)
    assert seen[-1].why == "agent"
    assert {change.call for change in seen} == {seen[-1].call}
    assert callers.agents(address) == {"ready": 0, "busy": 0, "not_ready": 0}


def test_a_watch_of_nothing_ends_in_words(address):
    with pytest.raises(callers.CallersError, match="nothing"):
        next(callers.watch(address, timeout=0.05))
