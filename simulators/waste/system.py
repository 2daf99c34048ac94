"""A waste system with an API of its own: it offers days for large items, holds one for a while, confirms and releases.

Each council has its crews' weekdays and a cap a day. A hold lapses by itself, so that a caller who is never heard of
again blocks nobody.
"""

from __future__ import annotations

import time
import zlib
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Any, ClassVar

from simulators.http_door import PAGE, Answer, Asked, Simulator, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS booking (
  ref TEXT PRIMARY KEY, service TEXT NOT NULL, day TEXT NOT NULL, premises TEXT NOT NULL, pieces INTEGER NOT NULL,
  status TEXT NOT NULL, expires REAL NOT NULL, ticket TEXT NOT NULL DEFAULT ''
)"""
CAP = 6
FREE = {(12, 25), (12, 26), (12, 28), (1, 1)}  # no crew comes; a real system knows its bank holidays
FIRST = 3  # days from the day on which somebody asks


class Refusal(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.answer = Answer(status, {"code": code})


class System(Simulator):
    NAME = "waste"
    ROUTES: ClassVar = (
        ("GET", r"/days", "days"),
        ("POST", r"/bookings", "hold"),
        ("GET", r"/bookings/(?P<ref>[\w-]+)", "one"),
        ("POST", r"/bookings/(?P<ref>[\w-]+)/(?P<act>confirm|release)", "act"),
        ("GET", r"/simulator/bookings", "bookings"),
        ("DELETE", r"/simulator/bookings", "forget"),
        ("POST", r"/simulator/age", "age"),
        ("GET", r"/", "page"),
    )

    def __init__(self, services: list[dict[str, Any]], store: str = ":memory:") -> None:
        super().__init__()
        self.services = {service["key"]: service["name"] for service in services}
        self.store = Store(store, SCHEMA)
        self.aged_s = 0.0

    def answer(self, method: str, path: str, asked: Asked) -> Answer:
        try:
            return super().answer(method, path, asked)
        except Refusal as refusal:
            return refusal.answer

    def days(self, asked: Asked) -> Answer:
        """The days from a day on that still have room."""
        service = self._service(asked)
        first = _day(asked.query.get("from")) + timedelta(days=FIRST)
        span = min(int(asked.query.get("days") or 28), 90)
        found = [first + timedelta(days=step) for step in range(span)]
        rooms = [(day, self._room(service, day)) for day in found if self._comes(service, day)]
        return Answer(200, {"days": [{"day": day.isoformat(), "room": room} for day, room in rooms if room > 0]})

    def hold(self, asked: Asked) -> Answer:
        service, body = self._service(asked), asked.body
        ref, day = str(body.get("ref") or ""), _day(body.get("day"))
        if not ref or not str(body.get("premises") or "").isdigit():
            raise Refusal(400, "VALIDATION")
        with self.store.lock:
            before = self.store.row("SELECT * FROM booking WHERE ref = ?", ref)
            if before is not None:
                return Answer(200, self._shown(before))
            if not self._comes(service, day):
                raise Refusal(409, "NOT_SERVICED")
            if self._room(service, day) < 1:
                raise Refusal(409, "SLOT_GONE")
            until = self._now() + 60 * float(body.get("minutes") or 60)
            self.store.rows("INSERT INTO booking VALUES (?, ?, ?, ?, ?, 'held', ?, '')", ref, service, day.isoformat(),
                            str(body["premises"]), int(body.get("pieces") or 1), until)  # fmt: skip
        return Answer(201, self._shown(self._row(ref, service)))

    def one(self, asked: Asked) -> Answer:
        return Answer(200, self._shown(self._row(asked.caught["ref"], self._service(asked))))

    def act(self, asked: Asked) -> Answer:
        """Confirm what is held, or release it. Done twice is done once; a hold that lapsed can't be confirmed unless
        its day still has room."""
        with self.store.lock:
            row = self._row(asked.caught["ref"], self._service(asked))
            status = self._status(row)
            if asked.caught["act"] == "release":
                self.store.rows("UPDATE booking SET status = 'released' WHERE ref = ?", row["ref"])
            elif status != "confirmed":
                if status == "released" or (status == "lapsed" and self._room(row["service"], _day(row["day"])) < 1):
                    raise Refusal(409, "SLOT_GONE")
                ticket = f"BULK-{zlib.crc32(row['ref'].encode()) % 1_000_000:06}"
                self.store.rows("UPDATE booking SET status = 'confirmed', ticket = ? WHERE ref = ?", ticket, row["ref"])
            return Answer(200, self._shown(self._row(row["ref"], row["service"])))

    def bookings(self, asked: Asked) -> Answer:
        return Answer(200, {"bookings": [self._shown(row) for row in self.store.rows("SELECT * FROM booking")]})

    def forget(self, asked: Asked) -> Answer:
        self.store.rows("DELETE FROM booking")
        self.aged_s = 0.0
        return Answer(200, {"ok": True})

    def age(self, asked: Asked) -> Answer:
        """So many seconds pass here."""
        self.aged_s += float(asked.body["seconds"])
        return Answer(200, {"ok": True})

    def page(self, asked: Asked) -> Answer:
        rows = self.store.rows("SELECT * FROM booking ORDER BY day DESC LIMIT 100")
        lines = "".join(
            f"<tr><td>{escape(self.services.get(row['service'], ''))}</td><td>{escape(row['day'])}</td>"
            f"<td>{escape(row['premises'])}</td><td>{row['pieces']}</td><td>{self._status(row)}</td></tr>"
            for row in rows
        )  # fmt: skip
        heads = "<tr><th>Council</th><th>Day</th><th>Home</th><th>Things</th><th>State</th></tr>"
        return Answer(page=PAGE.format(title="Large items: bookings", body=f"<table>{heads}{lines}</table>"))

    def _service(self, asked: Asked) -> str:
        key = asked.headers.get("X-Api-Key", "")
        if key not in self.services:
            raise Refusal(401, "NO_KEY")
        return key

    def _comes(self, service: str, day: date) -> bool:
        """Two weekdays a council, which differ from council to council; none on a holiday."""
        first = sum(map(ord, self.services[service])) % 3
        return day.weekday() in (first, first + 2) and (day.month, day.day) not in FREE

    def _row(self, ref: str, service: str) -> dict[str, Any]:
        row = self.store.row("SELECT * FROM booking WHERE ref = ? AND service = ?", ref, service)
        if row is None:
            raise Refusal(404, "UNKNOWN_REF")
        return row

    def _room(self, service: str, day: date) -> int:
        rows = self.store.rows("SELECT * FROM booking WHERE service = ? AND day = ?", service, day.isoformat())
        return CAP - sum(self._status(row) in ("held", "confirmed") for row in rows)

    def _status(self, row: dict[str, Any]) -> str:
        return "lapsed" if row["status"] == "held" and row["expires"] < self._now() else str(row["status"])

    def _shown(self, row: dict[str, Any]) -> dict[str, Any]:
        until = datetime.fromtimestamp(row["expires"], UTC).isoformat()
        return {"ref": row["ref"], "day": row["day"], "premises": row["premises"], "pieces": row["pieces"],
                "status": self._status(row), "expires": until, "ticket": row["ticket"]}  # fmt: skip

    def _now(self) -> float:
        return time.time() + self.aged_s


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise Refusal(400, "VALIDATION") from None
