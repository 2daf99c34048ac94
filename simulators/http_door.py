"""What the simulated systems that speak HTTP share: a small server, faults on command, and the line that says ready.

Routes are methods of a simulator, named in its ROUTES: (method, pattern, handler). A handler gets the Asked and gives
an Answer. Under /simulator/ every one of them has:

    POST   /simulator/faults  {"kind": "error", "times": 2, "status": 500}    answer so and do nothing
                              {"kind": "late", "times": 1, "seconds": 3}      do it, and answer late
                              {"kind": "silent", "times": 1}                  do it, and hang up without an answer
                              {"kind": "busy", "times": 1}                    answer 429
    DELETE /simulator/faults                                                  all is well again
    GET    /healthz
"""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: what the pattern caught, the query, the body as JSON or as a form, and the headers."""

    caught: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    body: Any = None
    page: str = ""  # HTML instead of JSON
    to: str = ""  # a redirect


@dataclass
class Fault:
    kind: str
    times: int = 1
    seconds: float = 2.0
    status: int = 500
    paths: str = ""  # only where the path holds this


@dataclass
class Store:
    """The simulator's own rows, in a file of its own or in memory; one hand at a time."""

    file: str
    schema: str
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.connection = sqlite3.connect(self.file, check_same_thread=False, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.executescript(self.schema)

    def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        with self.lock:
            return [dict(row) for row in self.connection.execute(statement, values)]

    def row(self, statement: str, *values: Any) -> dict[str, Any] | None:
        return next(iter(self.rows(statement, *values)), None)


class Simulator:
    """A simulated system. Subclasses give ROUTES and their handlers."""

    NAME: ClassVar[str] = ""
    ROUTES: ClassVar[tuple[tuple[str, str, str], ...]] = ()

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._faults_lock = threading.Lock()

    def answer(self, method: str, path: str, asked: Asked) -> Answer:
        for wanted, pattern, handler in self.ROUTES:
            if wanted == method and (caught := re.fullmatch(pattern, path)):
                made = Asked(caught.groupdict(), asked.query, asked.body, asked.headers)
                return getattr(self, handler)(made)  # type: ignore[no-any-return]
        return Answer(404, {"errors": [{"error": "NotFound", "message": "no such address here"}]})

    def set_fault(self, asked: Asked) -> Answer:
        kind = asked.body.get("kind")
        if kind not in {"error", "late", "silent", "busy"}:
            return Answer(400, {"message": "kind is error, late, silent or busy"})
        given = {name: asked.body[name] for name in ("times", "seconds", "status", "paths") if name in asked.body}
        with self._faults_lock:
            self.faults.append(Fault(kind, **given))
        return Answer(200, {"ok": True})

    def next_fault(self, path: str) -> Fault | None:
        with self._faults_lock:
            for fault in self.faults:
                if fault.paths in path:
                    fault.times -= 1
                    self.faults = [each for each in self.faults if each.times > 0]
                    return fault
        return None

    def control(self, method: str, path: str, asked: Asked) -> Answer | None:
        if path == "/healthz":
            return Answer(200, {"ok": True})
        if path == "/simulator/faults":
            if method == "DELETE":
                self.faults = []
                return Answer(200, {"ok": True})
            return self.set_fault(asked)
        return None


class Handler(BaseHTTPRequestHandler):
    simulator: ClassVar[Simulator]
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self._do("GET")

    def do_POST(self) -> None:
        self._do("POST")

    def do_DELETE(self) -> None:
        self._do("DELETE")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: addresses hold secrets of links."""

    def _do(self, method: str) -> None:
        where = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.close_connection = True
            return self._send(Answer(413, {"message": "too long"}))
        try:
            body = self._body(self.rfile.read(length))
        except ValueError:
            return self._send(Answer(400, {"errors": [{"error": "BadRequest", "message": "that is no JSON"}]}))
        asked = Asked({}, dict(parse_qsl(where.query)), body, dict(self.headers.items()))
        if controlled := self.simulator.control(method, where.path, asked):
            return self._send(controlled)
        return self._with_faults(method, where.path, asked)

    def _with_faults(self, method: str, path: str, asked: Asked) -> None:
        fault = None if path.startswith("/simulator") else self.simulator.next_fault(path)
        if fault and fault.kind in ("error", "busy"):
            status = 429 if fault.kind == "busy" else fault.status
            words = "too many" if fault.kind == "busy" else "a fault, as you asked"
            return self._send(Answer(status, {"errors": [{"error": "Fault", "message": words}]}))
        answer = self.simulator.answer(method, path, asked)
        if fault and fault.kind == "late":
            time.sleep(fault.seconds)
        if fault and fault.kind == "silent":
            self.close_connection = True
            return None
        return self._send(answer)

    def _body(self, raw: bytes) -> dict[str, Any]:
        if not raw:
            return {}
        if "json" in self.headers.get("Content-Type", ""):
            found = json.loads(raw)
            if not isinstance(found, dict):
                raise ValueError("an object was expected")
            return found
        return dict(parse_qsl(raw.decode(), keep_blank_values=True))

    def _send(self, answer: Answer) -> None:
        content = answer.page or ("" if answer.body is None else json.dumps(answer.body))
        raw = content.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "text/html; charset=utf-8" if answer.page else "application/json")
        self.send_header("Content-Length", str(len(raw)))
        if answer.to:
            self.send_header("Location", answer.to)
        self.end_headers()
        self.wfile.write(raw)


def serve(simulator: Simulator, host: str, port: int, *, started: Callable[[int], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. The first line says `ready` and names the port."""
    server = ThreadingHTTPServer((host, port), type("Bound", (Handler,), {"simulator": simulator}))
    server.daemon_threads = True
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    if started:
        started(server.server_address[1])
    print(json.dumps({"ready": simulator.NAME, "port": server.server_address[1]}), flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    sys.stdout.flush()


PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:18px/1.5 sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#222}}
input,button{{font:inherit;padding:.4rem}}label{{display:block;margin-top:1rem}}table{{border-collapse:collapse}}
td,th{{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ccc}}
.note{{background:#fff4d6;padding:.5rem 1rem}}pre{{white-space:pre-wrap;font:inherit;margin:0}}</style></head>
<body><p class="note">A simulator. No real message is sent and no real money moves.</p>
<h1>{title}</h1>{body}</body></html>"""
