"""GOV.UK Pay: one service, and one key, a council. The payer types their card on Pay's own pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moothall.lib.answers import Later, Refused, Unknown
from moothall.lib.connections import Connection
from moothall.lib.outbound import House, NotReached, Reply
from moothall.payments.port import Bill, Done, Payment, Standing

STANDINGS: Mapping[str, Standing] = {
    "created": "created",
    "started": "begun",
    "submitted": "submitted",
    "capturable": "submitted",
    "success": "paid",
    "failed": "failed",
    "cancelled": "failed",
    "error": "failed",
}
CODES: Mapping[str, str] = {
    "P0010": "declined",
    "P0020": "expired",
    "P0030": "cancelled",  # by the payer
    "P0040": "cancelled",  # by us
    "P0050": "fault",
}
KEY_USED = "P0191"
LONGEST_TEXT = 255


@dataclass(frozen=True, slots=True)
class PayProvider:
    house: House

    @classmethod
    def of(cls, connection: Connection) -> PayProvider:
        key = str(connection.own["api_key"])
        headers = {"Authorization": f"Bearer {key}"}
        return cls(House(connection.address, private=connection.private, headers=lambda: headers))

    def create(self, bill: Bill) -> Payment | Refused | Later | Unknown:
        body = {
            "amount": bill.pence,
            "reference": bill.reference[:LONGEST_TEXT],
            "description": bill.what[:LONGEST_TEXT],
            "return_url": bill.return_to,
            "language": "en",
        }
        answer = self.house.ask("POST", "/v1/payments", body=body, headers={"Idempotency-Key": bill.key})
        if isinstance(answer, Reply) and answer.status == 409 and answer.body.get("code") == KEY_USED:
            return self._made_before(bill)
        return _payment(answer)

    def _made_before(self, bill: Bill) -> Payment | Refused | Later | Unknown:
        """The key has made one already. Search is only eventually consistent, so what it lacks is unknown, not none."""
        answer = self.house.ask("GET", f"/v1/payments?reference={bill.reference}")
        rows = answer.body.get("results", []) if isinstance(answer, Reply) and answer.fine else []
        live = [row for row in rows if row["amount"] == bill.pence and not row["state"]["finished"]]
        return self.look(str(live[0]["payment_id"])) if live else Unknown("the key was used, and no search finds it")

    def look(self, payment: str) -> Payment | Refused | Later | Unknown:
        return _payment(self.house.ask("GET", f"/v1/payments/{payment}"))

    def cancel(self, payment: str) -> Done | Refused | Later | Unknown:
        return _done(self.house.ask("POST", f"/v1/payments/{payment}/cancel"))


def _payment(answer: Any) -> Payment | Refused | Later | Unknown:
    if isinstance(answer, Reply) and answer.fine:
        return _read(answer.body)
    return _declined(answer)


def _done(answer: Any) -> Done | Refused | Later | Unknown:
    if isinstance(answer, Reply) and answer.fine:
        return Done()
    return _declined(answer)


def _read(body: Mapping[str, Any]) -> Payment | Unknown:
    """What Pay says of a payment. Of the card only that there is one is read: nothing of it is kept."""
    state = body.get("state") or {}
    if state.get("status") not in STANDINGS or not body.get("payment_id"):
        return Unknown(f"it stands as “{state.get('status')}”, which no table here knows")
    page = ((body.get("_links") or {}).get("next_url") or {}).get("href", "")
    code = CODES.get(str(state.get("code", "")), "fault") if STANDINGS[state["status"]] == "failed" else ""
    return Payment(str(body["payment_id"]), STANDINGS[state["status"]], str(page), code)


def _declined(answer: Any) -> Refused | Later | Unknown:
    if isinstance(answer, NotReached):
        return Later(answer.reason)
    if not isinstance(answer, Reply):
        return Unknown(answer.reason)
    words = f"{answer.status} {answer.body.get('code', '')} {answer.body.get('description', '')}"
    if answer.status == 429:
        return Later(words)
    if answer.status >= 500:
        return Unknown(words)
    codes = {401: "not_allowed", 403: "not_allowed", 404: "no_such", 409: "finished", 412: "amount_changed"}
    return Refused(codes.get(answer.status, "bad_bill"), words)
