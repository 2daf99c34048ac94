"""The waste system of the demonstration, by its own API: days, and bookings that are held, confirmed and released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from moothall.backoffice.port import Done, NeverCame, Posting, Refused, Result, ours
from moothall.lib.answers import Unknown
from moothall.lib.connections import Connection
from moothall.lib.outbound import House, NotReached, Outcome, Reply

VENDOR = "waste"
PATIENCE_S = 3.0  # somebody waits on the telephone
REFUSALS: Mapping[str, Any] = {
    "SLOT_GONE": "slot_gone",
    "NOT_SERVICED": "slot_gone",
    "UNKNOWN_REF": "no_record",
    "VALIDATION": "not_read",
    "NO_KEY": "not_allowed",
}
# What an operation has come to where the booking stands so.
DONE_WHEN = {"hold": {"held", "confirmed"}, "confirm": {"confirmed"}, "release": {"released", "lapsed"}}


@dataclass(frozen=True, slots=True)
class WasteLink:
    house: House

    @classmethod
    def of(cls, connection: Connection) -> WasteLink:
        headers = {"X-Api-Key": str(connection.own["api_key"])}
        return cls(House(connection.address, connection.private, headers=lambda: headers, answer_s=PATIENCE_S))

    def days(self, first: date, span: int) -> tuple[date, ...] | Unknown:
        answer = self.house.ask("GET", f"/days?from={first.isoformat()}&days={span}")
        rows = answer.body.get("days") if isinstance(answer, Reply) and answer.fine else None
        if not isinstance(rows, list):
            return Unknown(_reason(answer))
        return tuple(date.fromisoformat(row["day"]) for row in rows)

    def send(self, key: str, posting: Posting) -> Result:
        ref = key.partition("-")[2]
        if posting.operation == "hold":
            answer = self.house.ask("POST", "/bookings", body={**posting.body, "ref": ref})
        else:
            answer = self.house.ask("POST", f"/bookings/{ref}/{posting.operation}")
        return _result(answer, posting.operation)

    def probe(self, key: str) -> Result:
        operation, _, ref = key.partition("-")
        return _result(self.house.ask("GET", f"/bookings/{ref}"), operation)


def _result(answer: Outcome, operation: str) -> Result:
    """A question that never left may be sent again as if it hadn't been asked."""
    if isinstance(answer, NotReached):
        return NeverCame()
    if not isinstance(answer, Reply) or answer.status >= 500 or answer.status == 429:
        return Unknown(_reason(answer))
    if not answer.fine:
        code = ours(VENDOR, "answer", REFUSALS, answer.body.get("code"))
        return NeverCame() if code == "no_record" and operation == "hold" else Refused(code)
    status = answer.body.get("status")
    if status in DONE_WHEN[operation]:
        return Done(str(answer.body.get("ticket") or answer.body.get("ref") or ""))
    return NeverCame()


def _reason(answer: Outcome) -> str:
    return f"answered {answer.status}" if isinstance(answer, Reply) else answer.reason
