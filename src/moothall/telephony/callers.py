"""A client of the simulated exchange's callers' port, for `moothall call`, the demo's pages and tests: JSON lines
over TCP.

Only the standard library and no database: whoever plays the public knows nothing of the desk.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

DEFAULT_ADDRESS = "127.0.0.1:8004"
TIMEOUT_S = 5.0


class CallersError(Exception):
    """The exchange can't be reached, or said no; the text is fit to be shown."""


@dataclass(frozen=True, slots=True)
class CallStatus:
    """`state`: waiting, ringing, talking, ended. `seconds` since it was placed, `in_state` since the last change.

    `station` is where it rings or talks; `why` says who ended it: caller, patience, agent, exchange; `told` is the
    message that the caller hears.
    """

    call: str
    state: str
    to: str
    at: str
    station: str
    seconds: float
    in_state: float
    why: str
    told: str = ""


def place(
    address: str,
    *,
    to: str,
    caller: str | None,
    talk: float | None = None,
    patience: float | None = None,
    known_only: bool = False,
) -> str:
    """Ring `to` from `caller` (a number, "withheld", or None: not known); gives the call's id (Contact.call_key).

    `talk`: the caller rings off so many seconds after the answer; `patience`: gives up so many seconds after dialling.
    `known_only`: a short number that the exchange doesn't know is refused, and not put through.
    Raises CallersError, as all here.
    """
    asked = {"op": "place", "to": to, "from": caller, "talk": talk, "patience": patience, "known_only": known_only}
    return str(_ask(address, asked)["call"])


def status(address: str, call: str) -> CallStatus:
    """How a call stands."""
    answer = _ask(address, {"op": "status", "call": call})
    return CallStatus(**{field.name: answer[field.name] for field in fields(CallStatus)})


def hang_up(address: str, call: str) -> None:
    """The caller rings off; nothing happens if the call is over."""
    _ask(address, {"op": "hang_up", "call": call})


def agents(address: str) -> dict[str, int]:
    """How many agents the exchange sees: ready, busy, not_ready."""
    answer = _ask(address, {"op": "agents"})
    return {name: int(answer[name]) for name in ("ready", "busy", "not_ready")}


def operate(address: str, operation: str, **fields_: Any) -> dict[str, Any]:
    """Any other operation of the callers' port (handset, fault, calls); see simulators/exchange/callers.py."""
    return _ask(address, {"op": operation, **fields_})


def watch(address: str, *, timeout: float | None = None) -> Iterator[CallStatus]:
    """Each change of any call as it comes, until the exchange ends; `timeout` bounds the wait for one."""
    names = [field.name for field in fields(CallStatus)]
    try:
        with _connection(address) as connection, connection.makefile("rwb") as stream:
            connection.settimeout(timeout)
            stream.write(b'{"op":"watch"}\n')
            stream.flush()
            for line in stream:
                change = json.loads(line)
                if change.get("change") == "state":
                    yield CallStatus(**{name: change[name] for name in names})
    except TimeoutError:
        raise CallersError(f"The exchange at {address} had nothing to tell for {timeout:g} seconds.") from None
    except OSError as problem:
        raise CallersError(f"The exchange at {address} doesn't answer ({problem}). Is the demo running?") from None


def _ask(address: str, request: dict[str, Any]) -> dict[str, Any]:
    try:
        with _connection(address) as connection, connection.makefile("rwb") as stream:
            stream.write(json.dumps(request).encode() + b"\n")
            stream.flush()
            line = stream.readline()
    except OSError as problem:
        raise CallersError(f"The exchange at {address} doesn't answer ({problem}). Is the demo running?") from None
    try:
        answer = json.loads(line)
    except ValueError:
        raise CallersError(f"What answers at {address} is not the exchange's callers' port.") from None
    if not isinstance(answer, dict) or not answer.get("ok"):
        raise CallersError(f"The exchange refused: {answer.get('error') if isinstance(answer, dict) else answer}.")
    return answer


def _connection(address: str) -> socket.socket:
    host, _, tcp_port = address.rpartition(":")
    if not host or not tcp_port.isdecimal() or not 0 < int(tcp_port) < 65536:
        raise CallersError(f"'{address}' is not host:port, such as {DEFAULT_ADDRESS}.")
    return socket.create_connection((host, int(tcp_port)), timeout=TIMEOUT_S)
