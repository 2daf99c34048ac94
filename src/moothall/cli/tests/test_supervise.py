"""The supervisor: readiness, last words, another start after a death, and an end in order."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from moothall.cli import supervise
from moothall.cli.demo import logins
from moothall.cli.supervise import NotReady, Program, Stopped, Supervisor, answers, serves, stopping
from moothall.lib.one_demo import InUse, only_one, refuse_early, refuse_taken

READY = "import time, sys; print('ready'); time.sleep(600)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready'); time.sleep(600)"


def python(name: str, text: str, **more: object) -> Program:
    return Program(name, [sys.executable, "-c", text], **more)  # type: ignore[arg-type]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    made = Supervisor(said.append, tmp_path / "log")
    yield made
    made.stop()


def wait_for(supervisor: Supervisor, words: str, said: list[str]) -> None:
    deadline = time.monotonic() + 20
    while not any(words in line for line in said):
        assert time.monotonic() < deadline, f"{words!r} was never said: {said}"
        supervisor.turn()


def test_a_program_is_ready_when_it_says_so(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.start([python("one", READY), python("two", READY)])
    assert sorted(said) == ["one is ready", "two is ready"]


def test_a_program_is_ready_when_its_port_answers(supervisor: Supervisor, said: list[str]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = f"import http.server as h; h.HTTPServer(('127.0.0.1', {port}), h.SimpleHTTPRequestHandler).serve_forever()"
    supervisor.start([python("pages", server, pages=port)])
    assert said == [f"pages is ready, port {port}"]
    assert answers(port) and serves(port)
    supervisor.stop()
    assert not answers(port) and not serves(port)


def test_one_that_dies_before_it_is_ready_is_told_with_its_last_words(supervisor: Supervisor) -> None:
    with pytest.raises(NotReady, match=r"(?s)one ended \(exit 3\).*no such table"):
        supervisor.start([python("one", "print('no such table'); raise SystemExit(3)")])


def test_a_dead_child_is_started_again(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.start([python("one", READY)])
    first = supervisor.children[0].process
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    wait_for(supervisor, "one is started again", said)
    assert any("one ended (SIGKILL); again in 0.5 s" in line for line in said)
    second = supervisor.children[0].process
    assert second is not None and second.pid != first.pid and second.poll() is None


def test_the_wait_before_another_start_grows(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.start([python("one", "print('ready', flush=True); import time; time.sleep(0.3)")])
    wait_for(supervisor, "again in 1 s", said)
    wait_for(supervisor, "again in 2 s", said)


def test_all_are_stopped_in_reverse_order(tmp_path: Path, supervisor: Supervisor) -> None:
    text = (
        "import signal, sys, time\n"
        "def end(*_): open({0!r}, 'a').write({1!r}); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end); print('ready'); time.sleep(600)"
    )
    order = tmp_path / "order"
    supervisor.start([python(name, text.format(str(order), name)) for name in "abc"])
    supervisor.stop()
    assert order.read_text() == "cba"


def test_one_that_will_not_stop_is_killed(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moothall.cli.supervise.STOP_PATIENCE_S", 0.2)
    supervisor.start([python("one", STUBBORN)])
    process = supervisor.children[0].process
    supervisor.stop()
    assert process is not None and process.poll() == -signal.SIGKILL


def test_a_step_that_fails_shows_its_words_once(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.run_once(python("step", "print('loaded 5')"), show=True)
    assert said == ["loaded 5"]
    with pytest.raises(NotReady, match=r"(?s)step failed \(exit 1\).*ValueError: bad"):
        supervisor.run_once(python("step", "print('begun', flush=True); raise ValueError('bad')"), show=True)
    assert said == ["loaded 5", "begun"], "the log keeps both runs, and each run shows its own lines without traceback"


def test_a_signal_stops_once_and_then_is_ignored() -> None:
    with pytest.raises(Stopped), stopping():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)  # a second one must not cut the stopping short
            time.sleep(0.05)


def test_a_second_demo_on_one_folder_is_refused(tmp_path: Path) -> None:
    with only_one(tmp_path):
        with pytest.raises(InUse, match="--data DIR"), only_one(tmp_path):
            pass
        with pytest.raises(InUse, match="already running"):
            refuse_early(tmp_path, 8000)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InUse, match=f"Port {port} is in use"):
            refuse_taken(port, but=None)
        with pytest.raises(InUse, match=f"Port {port} is in use"):
            refuse_early(tmp_path / "new", port)
    assert not (tmp_path / "new").exists(), "who only looks makes nothing"


def test_the_login_of_everybody_whom_the_first_page_offers_is_printed_once() -> None:
    from moothall.demo.sources import read_yaml

    printed = [email for _, email, _ in logins()]
    offered = [card["email"] for card in read_yaml("cards.yaml")["cards"] if "email" in card]
    assert printed[: len(offered)] == offered and len(printed) == len(set(printed)) <= len(offered) + 2
    assert {"freya@charnwood.example", "mo@charnwood.example"} <= set(printed)
    kinds = [kind for kind, _, _ in logins()]
    assert {"Contact centre agent", "Team leader", "Waste officer", "Partnership manager", "Operator"} <= set(kinds)


def test_a_long_wait_is_not_silent(supervisor: Supervisor, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "SILENCE_S", 0.2)
    supervisor.run_once(python("slow", "import time; time.sleep(0.7)"))
    assert "slow is still at work" in said
    supervisor.start([python("late", "import time; time.sleep(0.7); print('ready'); time.sleep(600)")])
    assert said[-1] == "late is ready" and "Waiting for late" in said


def test_the_officer_whose_login_is_printed_has_the_tours_case():
    from moothall.demo.sources import read_yaml
    from moothall.demo.tour import LINE

    printed = {email for _, email, _ in logins()}
    people = [each for each in read_yaml("people.yaml")["people"] if each["email"] in printed]
    officers = [each for each in people if "officer" in each.get("teams", {}).values()]
    assert any(
        officer["employer"] == LINE["council"] and any(team.endswith("-waste") for team in officer["teams"])
        for officer in officers
    )
