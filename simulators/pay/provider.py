"""A provider with the API of GOV.UK Pay, as its public documentation describes it, and a card page of its own.

No money moves. Of a card that somebody types here only the last four digits are kept, as Pay does.
"""

from __future__ import annotations

import json
import secrets
import time
from datetime import UTC, datetime
from html import escape
from typing import Any, ClassVar

from simulators.http_door import PAGE, Answer, Asked, Simulator, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS payment (
  id TEXT PRIMARY KEY, service TEXT NOT NULL, amount INTEGER NOT NULL, reference TEXT NOT NULL,
  description TEXT NOT NULL, return_url TEXT NOT NULL, status TEXT NOT NULL, code TEXT NOT NULL DEFAULT '',
  token TEXT NOT NULL, idempotency TEXT, asked TEXT NOT NULL, last_four TEXT NOT NULL DEFAULT '', at REAL NOT NULL,
  UNIQUE (service, idempotency)
)"""
LIVES_S = 90 * 60
MOST = 10_000_000
FINISHED = {"success", "failed", "cancelled", "error"}
# The mock cards of Pay's documentation, and one of ours that lets the bank think about it.
CARDS = {
    "4444333322221111": ("success", ""),
    "4000000000000002": ("failed", "P0010"),
    "4000000000000069": ("failed", "P0010"),
    "4000000000000119": ("error", "P0050"),
    "4000000000000077": ("submitted", ""),
}
WORDS = {
    "4444333322221111": "is paid", "4000000000000002": "is declined", "4000000000000069": "has expired: declined",
    "4000000000000119": "ends with an error of the provider", "4000000000000077": "stays with the bank for a while",
}  # fmt: skip
STATE_WORDS = {"P0010": "Payment method rejected", "P0020": "Payment expired", "P0030": "Payment was cancelled by user",
               "P0040": "Payment was cancelled by service", "P0050": "Payment provider returned an error"}  # fmt: skip


class Refusal(Exception):
    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(description)
        self.answer = Answer(status, {"code": code, "description": description})


class Provider(Simulator):
    NAME = "pay"
    ROUTES: ClassVar = (
        ("POST", r"/v1/payments", "create"),
        ("GET", r"/v1/payments", "search"),
        ("GET", r"/v1/payments/(?P<id>\w+)", "one"),
        ("POST", r"/v1/payments/(?P<id>\w+)/cancel", "cancel"),
        ("GET", r"/secure/(?P<token>[\w-]+)", "card_page"),
        ("POST", r"/secure/(?P<token>[\w-]+)", "pay"),
        ("POST", r"/simulator/settle/(?P<id>\w+)", "settle"),
        ("POST", r"/simulator/age", "age"),
        ("GET", r"/simulator/payments", "payments"),
        ("DELETE", r"/simulator/payments", "forget"),
        ("GET", r"/", "page"),
    )

    def __init__(self, services: list[dict[str, Any]], store: str = ":memory:") -> None:
        super().__init__()
        self.services = {service["key"]: service["name"] for service in services}
        self.store = Store(store, SCHEMA)
        self.pages = ""
        self.aged_s = 0.0

    def answer(self, method: str, path: str, asked: Asked) -> Answer:
        try:
            return super().answer(method, path, asked)
        except Refusal as refusal:
            return refusal.answer

    # -- the API

    def create(self, asked: Asked) -> Answer:
        key, body = self._service(asked), asked.body
        amount = body.get("amount")
        if not isinstance(amount, int) or not 0 < amount <= MOST:
            raise Refusal(422, "P0102", "Invalid attribute value: amount. Must be between 1 and 10000000")
        for name, longest in (("reference", 255), ("description", 255), ("return_url", 2000)):
            if not isinstance(body.get(name), str) or not 0 < len(body[name]) <= longest:
                raise Refusal(422, "P0102", f"Invalid attribute value: {name}")
        once, told = asked.headers.get("Idempotency-Key"), json.dumps(body, sort_keys=True)
        with self.store.lock:
            before = self.store.row("SELECT * FROM payment WHERE service = ? AND idempotency = ?", key, once)
            if before is not None:
                if before["asked"] != told:
                    raise Refusal(409, "P0191", "The Idempotency-Key has been used to create a payment")
                return Answer(200, self._shown(before))
            made = secrets.token_hex(13)
            self.store.rows(
                "INSERT INTO payment (id, service, amount, reference, description, return_url, status, token, "
                "idempotency, asked, at) VALUES (?, ?, ?, ?, ?, ?, 'created', ?, ?, ?, ?)", made, key, amount,
                body["reference"], body["description"], body["return_url"], secrets.token_urlsafe(16), once, told,
                self._now(),
            )  # fmt: skip
        return Answer(201, self._shown(self._row(made)))

    def one(self, asked: Asked) -> Answer:
        return Answer(200, self._shown(self._own(asked)))

    def search(self, asked: Asked) -> Answer:
        rows = self.store.rows("SELECT * FROM payment WHERE service = ? ORDER BY at DESC", self._service(asked))
        wanted = asked.query.get("reference")
        return Answer(200, {"results": [self._shown(row) for row in rows if wanted in (None, row["reference"])]})

    def cancel(self, asked: Asked) -> Answer:
        row = self._own(asked)
        if row["status"] not in ("created", "started"):
            raise Refusal(400, "P0501", "Cancellation of payment failed")
        self._become(row["id"], "cancelled", "P0040")
        return Answer(204)

    # -- what the payer sees

    def card_page(self, asked: Asked) -> Answer:
        row = self._by_token(asked)
        if row["status"] in FINISHED:
            return Answer(page=PAGE.format(title="This payment is over", body=_back(row)))
        if row["status"] == "created":
            self._become(row["id"], "started")
        return Answer(page=_form(row, self.services[row["service"]]))

    def pay(self, asked: Asked) -> Answer:
        row = self._by_token(asked)
        if row["status"] not in ("created", "started"):
            return Answer(303, to=row["return_url"])
        if asked.body.get("cancel"):
            self._become(row["id"], "failed", "P0030")
            return Answer(303, to=row["return_url"])
        number = "".join(filter(str.isdigit, str(asked.body.get("card", ""))))
        if number not in CARDS:
            words = "Use one of the test cards below. Never type a real one here."
            return Answer(200, page=_form(row, self.services[row["service"]], words))
        status, code = CARDS[number]
        self.store.rows("UPDATE payment SET last_four = ? WHERE id = ?", number[-4:], row["id"])
        self._become(row["id"], status, code)
        return Answer(303, to=row["return_url"])

    # -- of the simulator alone

    def settle(self, asked: Asked) -> Answer:
        """The bank has thought about it."""
        self._become(asked.caught["id"], str(asked.body.get("status", "success")), str(asked.body.get("code", "")))
        return Answer(200, {"ok": True})

    def age(self, asked: Asked) -> Answer:
        """So many seconds pass here."""
        self.aged_s += float(asked.body["seconds"])
        return Answer(200, {"ok": True})

    def payments(self, asked: Asked) -> Answer:
        rows = self.store.rows("SELECT * FROM payment ORDER BY at DESC LIMIT 200")
        return Answer(200, {"payments": [self._aged(row) for row in rows]})

    def forget(self, asked: Asked) -> Answer:
        self.store.rows("DELETE FROM payment")
        self.aged_s = 0.0
        return Answer(200, {"ok": True})

    def page(self, asked: Asked) -> Answer:
        rows = [self._aged(row) for row in self.store.rows("SELECT * FROM payment ORDER BY at DESC LIMIT 100")]
        lines = "".join(
            f"<tr><td>{escape(self.services.get(row['service'], ''))}</td><td>£{row['amount'] / 100:.2f}</td>"
            f"<td>{escape(row['reference'])}</td><td>{escape(row['description'])}</td>"
            f"<td>{escape(row['status'])} {escape(row['code'])}</td></tr>"
            for row in rows
        )  # fmt: skip
        heads = "<tr><th>To</th><th>Amount</th><th>Reference</th><th>For</th><th>State</th></tr>"
        return Answer(page=PAGE.format(title="Payments", body=f"<table>{heads}{lines}</table>"))

    # -- rows

    def _now(self) -> float:
        return time.time() + self.aged_s

    def _service(self, asked: Asked) -> str:
        key = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        if key not in self.services:
            raise Refusal(401, "P0900", "Credentials are required to access this resource")
        return key

    def _row(self, payment: str) -> dict[str, Any]:
        row = self.store.row("SELECT * FROM payment WHERE id = ?", payment)
        if row is None:
            raise Refusal(404, "P0200", "Not found")
        return self._aged(row)

    def _own(self, asked: Asked) -> dict[str, Any]:
        service, row = self._service(asked), self._row(asked.caught["id"])
        if row["service"] != service:
            raise Refusal(404, "P0200", "Not found")
        return row

    def _by_token(self, asked: Asked) -> dict[str, Any]:
        row = self.store.row("SELECT * FROM payment WHERE token = ?", asked.caught["token"])
        if row is None:
            raise Refusal(404, "P0200", "Not found")
        return self._aged(row)

    def _aged(self, row: dict[str, Any]) -> dict[str, Any]:
        """A payment that nobody finished in 90 minutes has expired."""
        if row["status"] in ("created", "started") and self._now() - row["at"] > LIVES_S:
            self._become(row["id"], "failed", "P0020")
            return {**row, "status": "failed", "code": "P0020"}
        return row

    def _become(self, payment: str, status: str, code: str = "") -> None:
        self.store.rows("UPDATE payment SET status = ?, code = ? WHERE id = ?", status, code, payment)

    def _shown(self, row: dict[str, Any]) -> dict[str, Any]:
        state: dict[str, Any] = {"status": row["status"], "finished": row["status"] in FINISHED}
        if row["code"]:
            state |= {"code": row["code"], "message": STATE_WORDS.get(row["code"], "")}
        on = row["status"] in ("created", "started")
        page = {"href": f"{self.pages}/secure/{row['token']}", "method": "GET"} if on else None
        return {
            "payment_id": row["id"], "amount": row["amount"], "reference": row["reference"],
            "description": row["description"], "return_url": row["return_url"], "state": state,
            "created_date": datetime.fromtimestamp(row["at"], UTC).isoformat(),
            "card_details": {"last_digits_card_number": row["last_four"]} if row["last_four"] else None,
            "_links": {"next_url": page},
        }  # fmt: skip


def _form(row: dict[str, Any], name: str, problem: str = "") -> str:
    cards = "".join(f"<tr><td>{number}</td><td>{WORDS[number]}</td></tr>" for number in CARDS)
    told = f'<p class="note" role="alert">{escape(problem)}</p>' if problem else ""
    body = (
        f"<p>{escape(name)}<br>{escape(row['description'])}<br><strong>£{row['amount'] / 100:,.2f}</strong></p>{told}"
        '<form method="post"><label for="card">Card number</label>'
        '<input id="card" name="card" inputmode="numeric" autocomplete="off" size="22">'
        '<p><button>Confirm payment</button> <button name="cancel" value="1">Cancel payment</button></p></form>'
        f"<h2>Test cards</h2><table><tr><th>Number</th><th>The payment</th></tr>{cards}</table>"
    )
    return PAGE.format(title="Enter card details", body=body)


def _back(row: dict[str, Any]) -> str:
    return f'<p><a href="{escape(row["return_url"])}">Go back</a></p>'
