"""The demo's life: Ctrl-C with streams open, two side by side, and the status of the tour as its own."""
from __future__ import annotations

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from demo_process import Demo, database_of, start_demo, ten_free_ports
from moothall.cli.supervise import serves
from moothall.demo.browser import Browser
from moothall.lib.one_demo import free
from process_tree import Running, children_of, descendants_of, running

pytestmark = pytest.mark.slow
SAM, PRIYA = "sam@charnwood.example", "priya@charnwood.example"
BEGUN, FAILED, DONE = "One call, from dialling", "  FAILED ", "  done "


def test_ctrl_c_with_open_streams_ends_everything(demo):
    with ExitStack() as pages:
        streams = [pages.enter_context(open_stream(demo, who)) for who in (SAM, PRIYA, SAM)]
        parts = parts_of(demo)
        assert len(parts) > 10
        assert demo.ctrl_c() == 0
        for stream in streams:
            stream.read()  # raises IncompleteRead where it was cut off and not ended
    assert left_of(demo, parts) == []


def test_two_demos_side_by_side_and_one_of_their_tours_fails(kept_demo, tmp_path_factory):
    """One's exchange is killed whenever it comes up: its tour fails and so does it. The other's doesn't notice."""
    kept_demo.stop()
    good = kept_demo.folder
    bad = copied(good, tmp_path_factory.mktemp("beside") / "data")
    first = kept_demo.port
    with played(good, first) as well, played(bad, ten_free_ports(but=first)) as ill:
        ill.wait_for(BEGUN)
        parts = [(demo, parts_of(demo)) for demo in (well, ill)]
        both = False
        while ill.process.poll() is None:
            kill_exchange(ill)
            both = both or (serves(well.port) and serves(ill.port))
            time.sleep(0.2)  # each look reads all processes of the machine
        assert both, "both were up at once"
        assert (well.process.wait(60), ill.process.returncode) == (0, 1), well.words() + ill.words()
        assert DONE in well.words() and FAILED not in well.words()
        assert FAILED in ill.words() and "exchange ended (SIGKILL)" in ill.words()
        assert [left_of(*each) for each in parts] == [[], []]
    database_of(bad).destroy()


@contextmanager
def open_stream(demo: Demo, who: str) -> Iterator[http.client.HTTPResponse]:
    """The doorbell of somebody's desk, as an open page holds it; the page's connection stays open too."""
    with closing(Browser(demo.staff)) as browser:
        browser.sign_in(who, "moothall-demo")
        browser.get("/desk/")
        with closing(http.client.HTTPConnection("localhost", demo.port + 2, timeout=30)) as connection:
            connection.request("GET", "/desk", headers={"Cookie": browser.cookie, "Origin": demo.staff})
            response = connection.getresponse()
            assert response.status == 200 and response.readline()
            yield response


def parts_of(demo: Demo) -> list[Running]:
    """All its processes; the database's server is nobody's child any more."""
    server = int((database_of(demo.folder).data / "postmaster.pid").read_text().split()[0])
    ours = [process for process in running() if process.pid == server]
    return [*descendants_of(demo.process.pid), *ours, *children_of(server)]


def left_of(demo: Demo, parts: list[Running]) -> list[str]:
    """What still lives of an ended demo: its parts, what they started meanwhile, and its ports."""
    sessions = {demo.process.pid, *(part.session for part in parts)} - {os.getsid(0)}
    alive = [process.command for process in running() if process.session in sessions]
    return alive + [f"port {port}" for port in range(demo.port, demo.port + 6) if not free(port)]


def copied(folder: Path, to: Path) -> Path:
    """A demo's folder, and its database's where that lies apart, under another name."""
    for source, target in ((folder, to), (database_of(folder).data.parent, database_of(to).data.parent)):
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", "-T", str(source), str(target)], check=True)
    return to


@contextmanager
def played(folder: Path, port: int) -> Iterator[Demo]:
    demo = start_demo(folder, port, "--exit")
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.ctrl_c()


def kill_exchange(demo: Demo) -> None:
    for part in children_of(demo.process.pid):
        if "simulators.exchange" in part.command:
            os.kill(part.pid, signal.SIGKILL)
