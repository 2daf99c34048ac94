"""What the benches of the public pages share: this process as the public site on a ground's database, and the site as
it is served, asked by a clock."""
from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.cookies import SimpleCookie
from io import BytesIO
from time import perf_counter, sleep
from typing import Any, NamedTuple
from urllib.parse import urlencode

import django

from bench.ground import ROOT, environment, free_port, percentile

HOST = "harborough.localhost"
ANSWERS = {"bin": "refuse", "was_out": "yes", "tag": "none", "just_you": "me", "stay_out": "yes", "tell": "none"}
WORKERS, SENDERS, START_S = 2, 16, 60
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Answer(NamedTuple):
    status: int
    location: str
    body: bytes


class Visitor:
    """A browser at a council's address, at the door of the application itself: no network, and none of a test client's
    own work, so that what is measured is ours. It keeps cookies, and sends each where it belongs."""

    def __init__(self) -> None:
        from moothall.wsgi import application

        self.application, self.cookies = application, dict[tuple[str, str], str]()

    def get(self, path: str) -> Answer:
        return self.ask(environ(path, self.cookies_for(path)))

    def post(self, path: str, fields: dict[str, Any]) -> Answer:
        return self.ask(self.filled(path, fields))

    def filled(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        """What a browser sends with a form."""
        body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies["csrftoken", "/"]}).encode()
        return environ(path, self.cookies_for(path), body)

    def ask(self, given: dict[str, Any]) -> Answer:
        told: list[Any] = []
        parts = self.application(given, lambda *told_now: told.extend(told_now))
        body = b"".join(parts)
        parts.close()  # type: ignore[attr-defined]
        location = ""
        for name, value in told[1]:
            if name == "Set-Cookie":
                for key, morsel in SimpleCookie(value).items():
                    self.cookies[key, morsel["path"]] = morsel.value
            elif name == "Location":
                location = value
        return Answer(int(told[0].split()[0]), location, body)

    def cookies_for(self, path: str) -> str:
        return "; ".join(f"{name}={value}" for (name, at), value in self.cookies.items() if path.startswith(at))


def environ(path: str, cookies: str, body: bytes | None = None) -> dict[str, Any]:
    """A request as a server hands it over."""
    return {
        "REQUEST_METHOD": "GET" if body is None else "POST", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": "",
        "SERVER_NAME": HOST, "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": HOST, "HTTP_COOKIE": cookies, "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body or b"")), "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body or b""), "wsgi.errors": sys.stderr, "wsgi.multithread": False,
        "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip


def become_public(url: str) -> Visitor:
    os.environ.update(environment(url, MOOTHALL_ROLE="public", MOOTHALL_SITE="public"))
    django.setup()
    visitor = Visitor()
    visitor.get("/do/missed-bin/")  # whose form brings the token that is sent with every form
    return visitor


def begin(visitor: Visitor) -> str:
    """Begin a missed bin; where its first question is."""
    return visitor.post("/do/missed-bin/", {}).location


@contextmanager
def served(url: str, *more: str) -> Iterator[int]:
    """The public pages as they are served, by two processes; the port. `more`: further words for `moothall serve`."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moothall", "serve", "--site", "public", "--port", str(port), "--workers", str(WORKERS),
         *more],
        env=environment(url, MOOTHALL_PUBLIC_URL="http://localhost"), cwd=ROOT, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _await_door(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _await_door(port: int) -> None:
    ends = perf_counter() + START_S
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port)) as line:
                _post(line, _letter(environ("/", "")))
            return
        except OSError:
            if perf_counter() > ends:
                raise SystemExit("The public pages didn't come up") from None
            sleep(0.1)


def paced(port: int, asked: Sequence[dict[str, Any]], a_second: int) -> float:
    """The 95th percentile in ms until each was answered, sent so many a second whether or not the one before is."""
    took, turn, lock = [0.0] * len(asked), iter(range(len(asked))), threading.Lock()
    started = perf_counter() + 0.2

    letters = [_letter(each) for each in asked]

    def send() -> None:
        with socket.create_connection(("127.0.0.1", port)) as line:
            while True:
                with lock:
                    number = next(turn, None)
                if number is None:
                    return
                due = started + number / a_second
                if (early := due - perf_counter()) > 0:
                    sleep(early)
                status = _post(line, letters[number])
                assert status in {200, 302}, f"{asked[number]['PATH_INFO']}: {status}"
                took[number] = (perf_counter() - due) * 1000

    senders = [threading.Thread(target=send) for _ in range(SENDERS)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    assert all(took), "some weren't answered"
    return percentile(took, 0.95)


def _letter(given: dict[str, Any]) -> bytes:
    """A request as it goes over the wire, made before the clock runs: the sender is on the server's own cores."""
    body = given["wsgi.input"].getvalue()
    lines = [f"{given['REQUEST_METHOD']} {given['PATH_INFO']} HTTP/1.1", f"Host: {HOST}",
             f"Cookie: {given['HTTP_COOKIE']}", f"Content-Type: {given['CONTENT_TYPE']}",
             f"Content-Length: {len(body)}", "", ""]  # fmt: skip
    return "\r\n".join(lines).encode() + body


def _post(line: socket.socket, letter: bytes) -> int:
    """The status of the answer, which was read to its end."""
    line.sendall(letter)
    got = b""
    while (end := got.find(b"\r\n\r\n")) < 0:
        got += _more(line)
    length = LENGTH.search(got, 0, end)
    whole = end + 4 + (int(length[1]) if length else 0)
    while len(got) < whole:
        got += _more(line)
    return int(got[9:12])


def _more(line: socket.socket) -> bytes:
    part = line.recv(65536)
    if not part:
        raise ConnectionError("the site closed the line")
    return part
