"""A carrier with the API of GOV.UK Notify, as its public documentation describes it. It sends nothing and lists all."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
import uuid
from datetime import UTC, datetime
from html import escape
from typing import Any, ClassVar

from simulators.http_door import PAGE, Answer, Asked, Simulator, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS sent (
  id TEXT PRIMARY KEY, service TEXT NOT NULL, channel TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL,
  body TEXT NOT NULL, reference TEXT NOT NULL, created_at TEXT NOT NULL, at REAL NOT NULL,
  asked INTEGER NOT NULL DEFAULT 0
)"""
TOKEN_S = 30
# As Notify's own smoke tests have it: these numbers and addresses fail in a known way.
FATES = {
    "07700900003": "temporary-failure", "07700900002": "permanent-failure",
    "temp-fail@simulator.notify": "temporary-failure", "perm-fail@simulator.notify": "permanent-failure",
}  # fmt: skip
PLACE = re.compile(r"\(\((\w+)\)\)")


class Refusal(Exception):
    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        body = {"status_code": status, "errors": [{"error": error, "message": message}]}
        self.answer = Answer(status, body)


class Carrier(Simulator):
    NAME = "notify"
    ROUTES: ClassVar = (
        ("POST", r"/v2/notifications/(?P<channel>sms|email|letter)", "send"),
        ("GET", r"/v2/notifications", "list"),
        ("GET", r"/v2/notifications/(?P<id>[0-9a-f-]{36})", "one"),
        ("GET", r"/simulator/sent", "sent"),
        ("DELETE", r"/simulator/sent", "forget"),
        ("GET", r"/", "page"),
    )

    def __init__(self, services: list[dict[str, Any]], store: str = ":memory:") -> None:
        super().__init__()
        self.services = {service["service_id"]: service for service in services}
        self.store = Store(store, SCHEMA)

    def answer(self, method: str, path: str, asked: Asked) -> Answer:
        try:
            return super().answer(method, path, asked)
        except Refusal as refusal:
            return refusal.answer

    def send(self, asked: Asked) -> Answer:
        service, channel = self._service(asked), asked.caught["channel"]
        template = service["templates"].get(channel)
        if template is None or asked.body.get("template_id") != template["id"]:
            raise Refusal(400, "BadRequestError", "Template not found")
        recipient = self._recipient(channel, asked.body)
        given = asked.body.get("personalisation") or {}
        subject, body = (_filled(template.get(part, ""), given) for part in ("subject", "body"))
        reference, made = str(asked.body.get("reference") or ""), str(uuid.uuid4())
        self.store.rows(
            "INSERT INTO sent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)", made, service["service_id"], channel, recipient,
            subject, body, reference, datetime.now(UTC).isoformat(), time.time(),
        )  # fmt: skip
        content = {"body": body, **({"subject": subject} if channel != "sms" else {})}
        told = {"id": made, "reference": reference or None, "content": content, "uri": f"/v2/notifications/{made}"}
        return Answer(201, {**told, "template": {"id": template["id"], "version": 1}})

    def one(self, asked: Asked) -> Answer:
        wanted = (asked.caught["id"], self._service(asked)["service_id"])
        row = self.store.row("SELECT * FROM sent WHERE id = ? AND service = ?", *wanted)
        if row is None:
            raise Refusal(404, "NoResultFound", "No result found")
        return Answer(200, self._told(row))

    def list(self, asked: Asked) -> Answer:
        service = self._service(asked)
        rows = self.store.rows("SELECT * FROM sent WHERE service = ? ORDER BY at DESC", service["service_id"])
        wanted = asked.query.get("reference")
        found = [self._told(row) for row in rows if wanted is None or row["reference"] == wanted]
        return Answer(200, {"notifications": found[:250], "links": {}})

    def _told(self, row: dict[str, Any]) -> dict[str, Any]:
        """As Notify tells of it: on its way when it is first asked about, then what became of it."""
        self.store.rows("UPDATE sent SET asked = asked + 1 WHERE id = ?", row["id"])
        fate = FATES.get(row["recipient"], "received" if row["channel"] == "letter" else "delivered")
        return {"id": row["id"], "reference": row["reference"] or None, "type": row["channel"],
                "status": fate if row["asked"] else "sending",
                "phone_number": row["recipient"] if row["channel"] == "sms" else None,
                "email_address": row["recipient"] if row["channel"] == "email" else None,
                "subject": row["subject"] or None, "body": row["body"], "created_at": row["created_at"]}  # fmt: skip

    def sent(self, asked: Asked) -> Answer:
        """Not Notify's: what all services sent, the newest first, for tests and for whoever plays a resident."""
        rows = self.store.rows("SELECT * FROM sent ORDER BY at DESC LIMIT 200")
        wanted = asked.query.get("to")
        found = [{**row, "service_name": self._name(row)} for row in rows if wanted in (None, row["recipient"])]
        return Answer(200, {"sent": found})

    def forget(self, asked: Asked) -> Answer:
        self.store.rows("DELETE FROM sent")
        return Answer(200, {"ok": True})

    def page(self, asked: Asked) -> Answer:
        rows = self.store.rows("SELECT * FROM sent ORDER BY at DESC LIMIT 100")
        lines = "".join(
            f"<tr><td>{escape(row['created_at'][11:19])}</td><td>{escape(self._name(row))}</td>"
            f"<td>{escape(row['recipient'])}</td><td><strong>{escape(row['subject'])}</strong>"
            f"<pre>{_linked(row['body'])}</pre></td></tr>"
            for row in rows
        )  # fmt: skip
        heads = "<tr><th>At</th><th>From</th><th>To</th><th>Words</th></tr>"
        return Answer(page=PAGE.format(title="Messages that were sent", body=f"<table>{heads}{lines}</table>"))

    def _name(self, row: dict[str, Any]) -> str:
        return str(self.services.get(row["service"], {}).get("name", row["service"]))

    def _recipient(self, channel: str, body: Any) -> str:
        if channel == "sms":
            digits = re.sub(r"[^\d]", "", str(body.get("phone_number") or ""))
            national = "0" + digits[2:] if digits.startswith("44") else digits
            if not re.fullmatch(r"07\d{9}", national):
                raise Refusal(400, "ValidationError", "phone_number Not a valid phone number")
            return national
        if channel == "email":
            address = str(body.get("email_address") or "")
            if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
                raise Refusal(400, "ValidationError", "email_address Not a valid email address")
            return address
        given = body.get("personalisation") or {}
        lines = [str(given[f"address_line_{n}"]) for n in range(1, 8) if given.get(f"address_line_{n}")]
        if len(lines) < 3:
            raise Refusal(400, "ValidationError", "Address must be at least 3 lines")
        return ", ".join(lines)

    def _service(self, asked: Asked) -> dict[str, Any]:
        """The service whose token this is; 403 in Notify's words for one that isn't."""
        token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            head, body, mark = token.split(".")
            claims = json.loads(_raw(body))
            service = self.services[claims["iss"]]
            made = hmac.new(service["secret"].encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
            good = json.loads(_raw(head)).get("alg") == "HS256" and hmac.compare_digest(made, _raw(mark))
        except (ValueError, KeyError, TypeError, AttributeError):
            good, claims, service = False, {}, {}
        if not good:
            raise Refusal(403, "AuthError", "Invalid token: API key not found")
        if abs(time.time() - int(claims.get("iat", 0))) > TOKEN_S:
            raise Refusal(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")
        return dict(service)


def _raw(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _filled(words: str, given: dict[str, Any]) -> str:
    missing = [name for name in PLACE.findall(words) if name not in given]
    if missing:
        raise Refusal(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
    return PLACE.sub(lambda place: str(given[place[1]]), words)


def _linked(body: str) -> str:
    return re.sub(r"(https?://[^\s<]+)", r'<a href="\1">\1</a>', escape(body))
