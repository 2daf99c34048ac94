"""GOV.UK Notify. Its templates are three of a pass-through kind in each council's Notify service: a text and an e-mail
whose words are ((body)) (the e-mail's subject is ((subject))), and a letter likewise. So the words stay ours.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from moothall.lib import clock
from moothall.lib.answers import Later, Refused, Unknown
from moothall.lib.connections import Connection
from moothall.lib.outbound import House, NotReached, Reply
from moothall.messages.port import Found, Letter, NotThere, Standing, Taken

UUID = 36  # an API key is a name, the service's id and the secret, joined by hyphens
# Notify's words for where a message stands, and ours with a code.
STANDINGS: Mapping[str, tuple[Standing, str]] = {
    "created": ("accepted", ""),
    "sending": ("accepted", ""),
    "pending": ("accepted", ""),
    "sent": ("accepted", ""),
    "pending-virus-check": ("accepted", ""),
    "accepted": ("accepted", ""),
    "delivered": ("delivered", ""),
    "received": ("delivered", ""),
    "permanent-failure": ("failed", "no_such_address"),
    "temporary-failure": ("failed", "not_reachable"),
    "technical-failure": ("failed", "carrier_fault"),
    "virus-scan-failed": ("failed", "carrier_fault"),
    "validation-failed": ("failed", "bad_message"),
    "cancelled": ("failed", "cancelled"),
}
ADDRESS_WORDS = ("phone_number", "email_address", "address", "Not a valid", "recipient")


@dataclass(frozen=True, slots=True)
class NotifyCarrier:
    house: House
    templates: Mapping[str, str]
    extra: Mapping[str, Mapping[str, str]]  # by channel: whose name it goes out in

    @classmethod
    def of(cls, connection: Connection) -> NotifyCarrier:
        own = connection.own
        house = House(connection.address, private=connection.private, headers=bearer(str(own["api_key"])))
        extra: dict[str, dict[str, str]] = {"sms": {}, "email": {}, "letter": {}}
        if own.get("sms_sender_id"):
            extra["sms"]["sms_sender_id"] = str(own["sms_sender_id"])
        if own.get("email_reply_to_id"):
            extra["email"]["email_reply_to_id"] = str(own["email_reply_to_id"])
        return cls(house, {channel: str(own[channel]) for channel in extra if own.get(channel)}, extra)

    def send(self, letter: Letter) -> Taken | Refused | Later | Unknown:
        if letter.channel not in self.templates:
            return Refused("not_allowed", f"no {letter.channel} template is named for this council")
        body = {
            **self.extra[letter.channel],
            **_to(letter),
            "template_id": self.templates[letter.channel],
            "personalisation": {"subject": letter.subject, "body": letter.body, **_address_lines(letter)},
            "reference": letter.reference,
        }
        answer = self.house.ask("POST", f"/v2/notifications/{letter.channel}", body=body)
        if isinstance(answer, NotReached):
            return Later(answer.reason)
        if not isinstance(answer, Reply):
            return Unknown(answer.reason)
        if answer.fine and answer.body.get("id"):
            return Taken(str(answer.body["id"]))
        return _declined(answer)

    def probe(self, reference: str) -> Found | NotThere | Unknown:
        answer = self.house.ask("GET", f"/v2/notifications?reference={quote(reference)}")
        if not isinstance(answer, Reply) or not answer.fine:
            return Unknown(f"{answer.status}" if isinstance(answer, Reply) else answer.reason)
        rows = answer.body.get("notifications")
        if not isinstance(rows, list):
            return Unknown("the answer could not be read")
        if not rows:
            return NotThere()
        if rows[0]["status"] not in STANDINGS:
            return Unknown(f"it stands as “{rows[0]['status']}”, which no table here knows")
        standing, code = STANDINGS[rows[0]["status"]]
        return Found(str(rows[0]["id"]), standing, code)


def _to(letter: Letter) -> dict[str, str]:
    names: dict[Literal["sms", "email", "letter"], str] = {"sms": "phone_number", "email": "email_address"}
    return {names[letter.channel]: letter.to} if letter.channel in names else {}


def _address_lines(letter: Letter) -> dict[str, str]:
    if letter.channel != "letter":
        return {}
    return {f"address_line_{number}": line for number, line in enumerate(letter.to.splitlines()[:7], 1)}


def _declined(answer: Reply) -> Refused | Later | Unknown:
    """429: too many for now. 5xx: it may have been taken all the same. 400 and 403 are final."""
    errors = answer.body.get("errors")
    words = "; ".join(str(error.get("message", "")) for error in errors or [] if isinstance(error, dict))
    if answer.status == 429:
        return Later(words)
    if answer.status >= 500:
        return Unknown(f"{answer.status} {words}")
    if answer.status == 403:
        return Refused("not_allowed", words)
    wrong = any(word in words for word in ADDRESS_WORDS)
    return Refused("bad_address" if wrong else "bad_message", f"{answer.status} {words}")


def bearer(api_key: str) -> Callable[[], Mapping[str, str]]:
    """A token for each question: Notify takes one for 30 seconds only."""
    service, secret = api_key[-2 * UUID - 1 : -UUID - 1], api_key[-UUID:]
    if len(service) != UUID or len(secret) != UUID:
        raise ValueError("A Notify API key is name-serviceid-secret, as its page shows it once.")
    return lambda: {"Authorization": f"Bearer {token(service, secret, int(clock.now().timestamp()))}"}


def token(service: str, secret: str, at: int) -> str:
    """A JSON web token, HS256."""
    parts: list[dict[str, Any]] = [{"typ": "JWT", "alg": "HS256"}, {"iss": service, "iat": at}]
    signed = ".".join(_url64(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    return f"{signed}.{_url64(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())}"


def _url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
