"""Runs several programs as one: starts them, waits until each is ready, starts a dead one again, stops all in order."""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

READY_PATIENCE_S = 60
STOP_PATIENCE_S = 6
CALM_S = 60  # a program that ran so long has its back-off forgotten
LONGEST_WAIT_S = 30.0
TURN_S = 0.1
FAILED = 500
LARGE_LOG = 5_000_000
SILENCE_S = 5  # after so long somebody is told what is still waited for

Say = Callable[[str], None]


class Stopped(BaseException):
    """Ctrl-C or SIGTERM: end in order. No Exception, so that no handler of errors takes it."""


class NotReady(RuntimeError):
    """A program died, or said nothing, before it was ready; the text holds its last words."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program: its command, what it adds to the environment, and how it shows that it is ready.

    `pages`: it is ready when this port answers HTTP; `port`: when this port takes connections; neither: when its log
    says `ready`.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    pages: int | None = None
    port: int | None = None


class Child:
    """A running program, its log, and when it may be started again."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program = program
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.wait_s = 0.5
        self.not_before = 0.0
        self._log_start = 0

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LARGE_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as stream:
            self._log_start = stream.tell()
            self.process = subprocess.Popen(
                self.program.command,
                env={**os.environ, **self.program.environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,  # Ctrl-C at the terminal is ours to pass on, in order
                preexec_fn=die_with_parent,  # noqa: PLW1509  # we have one thread
            )
        self.started = time.monotonic()

    def ended(self) -> int | None:
        """Its exit status, where it has ended."""
        return self.process.poll() if self.process else None

    def ready(self) -> bool:
        if self.program.pages is not None:
            return serves(self.program.pages)
        if self.program.port is not None:
            return answers(self.program.port)
        return re.search(r"\bready\b", self.words()) is not None

    def words(self) -> str:
        """What it has written since this start."""
        with self.log.open("rb") as stream:
            stream.seek(self._log_start)
            return stream.read().decode(errors="replace")

    def last_words(self, lines: int = 12) -> str:
        return "\n".join("    " + line for line in self.words().splitlines()[-lines:]) or "    (it wrote nothing)"

    def stop(self) -> None:
        """SIGTERM, and after some seconds SIGKILL to it and what it started."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Silence:
    """Breaks a silence of some seconds, so that nobody thinks that all has stopped."""

    def __init__(self, say: Say) -> None:
        self.say, self.since = say, time.monotonic()

    def tell(self, words: str, *, broken: bool) -> None:
        """Say it where nothing was said for long; `broken`: something else just was."""
        now = time.monotonic()
        if not broken and now - self.since < SILENCE_S:
            return
        self.since = now
        if not broken:
            self.say(words)


class Supervisor:
    """Children in their order of start. Ask `turn()` again and again; call `stop()` at the end."""

    def __init__(self, say: Say, logs: Path) -> None:
        self.say = say
        self.logs = logs
        self.children: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True)

    def run_once(self, program: Program, *, show: bool = False) -> None:
        """Run a program to its end; `show` says its lines as they come. Raises NotReady with its last words."""
        child = Child(program, self.logs / f"{program.name}.log")
        child.start()
        shown, silence = 0, Silence(self.say)
        try:
            while child.ended() is None:
                self.turn()
                before, shown = shown, self._show(child, shown) if show else 0
                silence.tell(f"{program.name} is still at work", broken=shown > before)
        finally:
            child.stop()
        if show:  # also what it said in its last moment, before it failed
            self._show(child, shown)
        if child.ended():
            words = child.last_words()
            raise NotReady(f"{program.name} failed (exit {child.ended()}). Its last words, from {child.log}:\n{words}")

    def _show(self, child: Child, shown: int) -> int:
        """Say the whole lines after the first `shown`, but no traceback; how many there are now."""
        lines = child.words().partition("Traceback (most")[0].split("\n")[:-1]
        for line in lines[shown:]:
            self.say(line)
        return len(lines)

    def start(self, programs: Sequence[Program]) -> None:
        """Start all at once and wait until each is ready, saying so. Raises NotReady."""
        begun = []
        for program in programs:
            child = Child(program, self.logs / f"{program.name}.log")
            self.children.append(child)
            child.start()
            begun.append(child)
        deadline = time.monotonic() + READY_PATIENCE_S
        waiting, silence = list(begun), Silence(self.say)
        while waiting:
            time.sleep(TURN_S / 2)
            awaited = len(waiting)
            for child in list(waiting):
                self._await(child, waiting, late=time.monotonic() > deadline)
            names = ", ".join(child.program.name for child in waiting)
            silence.tell(f"Waiting for {names}", broken=len(waiting) < awaited)

    def _await(self, child: Child, waiting: list[Child], *, late: bool) -> None:
        name = child.program.name
        if child.ended() is not None:
            words = child.last_words()
            raise NotReady(f"{name} ended (exit {child.ended()}) before it was ready. From {child.log}:\n{words}")
        if child.ready():
            port = child.program.pages or child.program.port
            self.say(f"{name} is ready" + (f", port {port}" if port else ""))
            waiting.remove(child)
        elif late:
            raise NotReady(f"{name} was not ready after {READY_PATIENCE_S} s. From {child.log}:\n{child.last_words()}")

    def turn(self) -> None:
        """A tenth of a second: look after every child once."""
        time.sleep(TURN_S)
        for child in self.children:
            self._look_after(child)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.not_before:
                child.start()
                self.say(f"{child.program.name} is started again")
            return
        status = child.ended()
        if status is None:
            if now - child.started > CALM_S:
                child.wait_s = 0.5
            return
        self.say(f"{child.program.name} ended ({_status(status)}); again in {child.wait_s:g} s. Its log: {child.log}")
        child.process = None
        child.not_before = now + child.wait_s
        child.wait_s = min(child.wait_s * 2, LONGEST_WAIT_S)

    def stop(self) -> None:
        """Stop all, the last started first."""
        for child in reversed(self.children):
            child.stop()
        self.children.clear()


@contextlib.contextmanager
def stopping() -> Iterator[None]:
    """Within it, Ctrl-C, SIGTERM and a closed terminal raise Stopped; once. Then they are ignored until it ends."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    before = {each: signal.signal(each, stop) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def answers(port: int) -> bool:
    """Whether something takes connections on this port of the loopback address."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def serves(port: int) -> bool:
    """Whether the pages on this port say that they are well. A port may be open before anybody serves it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return status < FAILED


def _status(status: int) -> str:
    return f"exit {status}" if status >= 0 else signal.Signals(-status).name


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """On Linux this process gets a signal when its parent is killed, so that nothing is left behind on our ports."""
    if _LIBC is not None:
        _LIBC.prctl(1, number)
