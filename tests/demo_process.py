"""Demos as processes, started as a newcomer starts them, but nobody rings by themselves."""
from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from moothall.lib.cluster import Cluster

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 240
UP = "Up. Ctrl-C"


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that was started: its folder, its first port, its process (which leads a group, as in a terminal)."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def staff(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def public(self) -> str:
        return f"http://localhost:{self.port + 1}"

    @property
    def live(self) -> str:
        return f"http://localhost:{self.port + 2}"

    @property
    def callers(self) -> str:
        return f"127.0.0.1:{self.port + 4}"

    def words(self) -> str:
        return words_file(self.folder).read_text()

    def wait_for(self, words: str) -> None:
        """Until it has said so."""
        until = time.monotonic() + PATIENCE_S
        while words not in self.words():
            assert self.process.poll() is None, f"the demo ended without “{words}”:\n{self.words()}"
            assert time.monotonic() < until, f"the demo never said “{words}”:\n{self.words()}"
            time.sleep(0.1)

    def ctrl_c(self) -> int:
        """As a terminal does it: to the whole group. Its exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE_S)


def database_of(folder: Path) -> Cluster:
    """A demo's database, to look at while it rests. Run by root it lies apart, where pytest's clearing doesn't come."""
    return Cluster(folder, port=0)


def start_demo(folder: Path, port: int, *options: str) -> Demo:
    """Start one on this folder and these ten ports. It isn't up yet."""
    ours = ("MOOTHALL", "DATABASE", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    words = ["demo", *options, "--port", str(port), "--data", str(folder)]
    with words_file(folder).open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "moothall", *words], cwd=ROOT, env=environment, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )
    return Demo(folder, port, process)


def words_file(folder: Path) -> Path:
    """Beside the folder, which is the demo's own."""
    return folder.with_suffix(".txt")


class KeptDemo:
    """One demo for all tests of a run. It is started when it is first wanted, and again if a test has stopped it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, ten_free_ports()
        self._demo: Demo | None = None

    def running(self) -> Demo:
        if self._demo is None or self._demo.process.poll() is not None:
            self._demo = start_demo(self.folder, self.port, "--no-tour", "--no-callers")
            self._demo.wait_for(UP)
        return self._demo

    def stop(self) -> None:
        """Stop it where it runs, and see that it goes in good order."""
        if self._demo is not None and self._demo.process.poll() is None:
            status = self._demo.ctrl_c()
            assert status == 0, f"the demo did not stop cleanly ({status}):\n{self._demo.words()}"

    def remove(self) -> None:
        self.stop()
        database_of(self.folder).destroy()


def ten_free_ports(*, but: int = 0) -> int:
    """The first of ten free ports in a row; not `but`. Another run of tests on this machine looks elsewhere first."""
    for turn in range(2000):
        first = 18000 + (os.getpid() + turn) % 1400 * 10
        if first == but:
            continue
        probes = [socket.socket() for _ in range(10)]
        try:
            for step, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + step))
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
        return first
    raise RuntimeError("no ten free ports in a row")
