"""The one HTTP client with which Moothall speaks to other houses. What comes of a question is a value.

Addresses come from the operator's file (lib/connections.py), never from a person; all the same no private address is
reached unless its entry says `private: true`, redirects aren't followed, and no proxy of the environment is taken.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore
import httpx

LARGEST = 1_000_000  # bytes of an answer; more is no answer
CONNECT_S, ANSWER_S = 5.0, 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    """They answered. `body` is their JSON, empty where it was none."""

    status: int
    body: Mapping[str, Any]

    @property
    def fine(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class NotReached:
    """The question never left: nothing was done there."""

    reason: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The question left and no answer came: it may have been done, or not."""

    reason: str


Outcome = Reply | NotReached | NoAnswer


@dataclass(frozen=True, slots=True)
class House:
    """Somebody we speak to: the address that their paths begin with, and whether it may be in a private network.

    `headers` are made for each question, since a token may be good for seconds only.
    """

    address: str
    private: bool = False
    headers: Callable[[], Mapping[str, str]] = dict
    answer_s: float = ANSWER_S

    def ask(
        self, method: str, path: str, *, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Outcome:
        """One question. One that only reads is asked a second time where the first never arrived or had no answer."""
        outcome = self._ask(method, path, body, headers or {})
        if method == "GET" and not isinstance(outcome, Reply):
            return self._ask(method, path, body, headers or {})
        return outcome

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> Outcome:
        time_outs = httpx.Timeout(self.answer_s, connect=CONNECT_S)
        try:
            with httpx.Client(transport=_Guarded(private=self.private), timeout=time_outs, trust_env=False) as client:
                sent = {**self.headers(), **headers}
                with client.stream(method, self.address.rstrip("/") + path, json=body, headers=sent) as answer:
                    return Reply(answer.status_code, _read(answer))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as problem:
            return NotReached(str(problem) or type(problem).__name__)
        except (httpx.HTTPError, TooLarge) as problem:
            return NoAnswer(str(problem) or type(problem).__name__)


class TooLarge(Exception):
    """The answer is longer than any that makes sense."""


def _read(answer: httpx.Response) -> Mapping[str, Any]:
    content = b""
    for part in answer.iter_bytes():
        content += part
        if len(content) > LARGEST:
            raise TooLarge(f"the answer is longer than {LARGEST} bytes")
    try:
        found = json.loads(content) if content else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {"items": found}


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Whose certificates count, read once: reading them takes longer than most questions."""
    return httpx.create_ssl_context(trust_env=False)


class _Guarded(httpx.HTTPTransport):
    """httpx's transport with a resolver of ours: the address that was looked at is the one that is connected to."""

    def __init__(self, *, private: bool) -> None:
        super().__init__(verify=_trusted())
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusted(), max_connections=1, http1=True,
            network_backend=_Backend(private=private),
        )  # fmt: skip


class _Backend(httpcore.SyncBackend):
    def __init__(self, *, private: bool) -> None:
        self.private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        problem = "no address"
        for address in addresses_of(host, port):
            if not self.private and not ipaddress.ip_address(address).is_global:
                problem = f"{host} is in a private network ({address}), and its entry doesn't say `private: true`"
                continue
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = str(failed)
        raise httpcore.ConnectError(problem)


def addresses_of(host: str, port: int) -> list[str]:
    """What a name stands for now, each once. httpcore.ConnectError where it stands for nothing."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as problem:
        raise httpcore.ConnectError(f"{host}: {problem}") from problem
    return list(dict.fromkeys(str(row[4][0]) for row in found))
