"""The package's HTTP door.

    GET  /tsapi/v2/{authority}/ping
    GET  /tsapi/v2/{authority}/accounts?uprn=…      {"rc", "rt", "data": [{"acref", "propref"}]}
    GET  /tsapi/v2/{authority}/accounts/{acref}     {"rc", "rt", "data": {…}}
    GET  /tsapi/v2/{authority}/dwellings/{uprn}     {"rc", "rt", "data": {"uprn", "band", "amt"}}
    POST /tsapi/v2/{authority}/txns/{txid}          {"op", …} → {"rc", "rt", "posting"}
    GET  /tsapi/v2/{authority}/txns/{txid}

Every answer of the application is HTTP 200 with its code in `rc`, as such packages do; only the key is refused by 401.
`POST /control {"fault", "times"}` makes the next questions go wrong: silent, broken, locked, odd_code, busy.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .accounts import money
from .codes import ANSWERS, full_charge
from .store import Store

LARGEST = 100_000
FAULTS = ("silent", "broken", "locked", "odd_code", "busy")


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], store: Store, keys: Mapping[str, str]) -> None:
        """`keys` by authority; where there are none at all, everybody is let in."""
        super().__init__(address, Handler)
        self.store, self.keys = store, dict(keys)
        self.let_go = threading.Event()  # set when it ends, so that silent questions end too
        self._faults: list[str] = []
        self._lock = threading.Lock()

    def go_wrong(self, fault: str, times: int) -> None:
        with self._lock:
            self._faults = [fault] * times

    def next_fault(self) -> str:
        with self._lock:
            return self._faults.pop() if self._faults else ""

    def end(self) -> None:
        self.let_go.set()
        self.shutdown()
        self.server_close()
        self.store.close()


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve(None)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self._say({"rc": "X01", "rt": ANSWERS["X01"]}, status=413)
            return
        try:
            told = json.loads(self.rfile.read(length) or b"{}")
        except ValueError:
            told = None
        self._serve(told if isinstance(told, dict) else {"op": ""})

    def _serve(self, told: dict[str, Any] | None) -> None:
        where = urlsplit(self.path)
        parts = where.path.strip("/").split("/")
        if parts == ["control"] and told is not None:
            fault = str(told.get("fault", ""))
            if fault and fault not in FAULTS:
                self._answer("X01")
                return
            self.server.go_wrong(fault, int(told.get("times", 1)) if fault else 0)
            self._answer("00")
            return
        if parts[:2] != ["tsapi", "v2"] or len(parts) < 4:
            self._say({"rc": "X01", "rt": ANSWERS["X01"]}, status=404)
        elif self.server.keys and self.headers.get("X-TS-Key") != self.server.keys.get(parts[2], "nobody's"):
            self._say({"rc": "X03", "rt": ANSWERS["X03"]}, status=401)
        elif not self._goes_wrong(self.server.next_fault()):
            self._route(parts[2], parts[3:], parse_qs(where.query), told)

    def _goes_wrong(self, fault: str) -> bool:
        match fault:
            case "silent":
                self.server.let_go.wait(30)
                self.close_connection = True
            case "broken":
                self._say({}, status=500)
            case "locked":
                self._answer("B01")
            case "busy":
                self._say({}, status=503)
            case "odd_code":
                self._say({"rc": "Q77", "rt": "SPECIAL"})
            case _:
                return False
        return True

    def _route(
        self, authority: str, path: list[str], query: dict[str, list[str]], told: dict[str, Any] | None
    ) -> None:
        store = self.server.store
        match path:
            case ["ping"]:
                self._answer("00")
            case ["accounts"] if query.get("uprn", [""])[0].isdigit():
                found = store.accounts_at(authority, int(query["uprn"][0]))
                data = [{"acref": one["acref"], "propref": one["propref"]} for one in found]
                self._answer("00" if len(data) == 1 else "R04" if data else "R03", data=data)
            case ["accounts", acref]:
                held = store.account(authority, acref)
                self._answer("00" if held else "R03", data=held)
            case ["dwellings", uprn] if uprn.isdigit():
                found = store.accounts_at(authority, int(uprn))
                bands = [charge["band"] for one in found[:1] for charge in one["chg"][:1]]
                data = {"uprn": int(uprn), "band": bands[0], "amt": money(full_charge(bands[0]))} if bands else None
                self._answer("00" if bands else "R03", data=data)
            case ["txns", txid] if told is not None:
                op = str(told.pop("op", ""))
                rc, posting = store.post(authority, txid, op, told)
                self._answer(rc, posting=posting)
            case ["txns", txid]:
                known = store.posted(authority, txid)
                self._answer(known[0] if known else "R03", posting=known[1] if known else "")
            case _:
                self._answer("X01")

    def _answer(self, rc: str, **more: Any) -> None:
        self._say({"rc": rc, "rt": ANSWERS[rc], **more})

    def _say(self, told: dict[str, Any], *, status: int = 200) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Nothing: a log of this package would hold who asked for whom."""
