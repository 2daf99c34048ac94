"""Where the exchange is, and whom we believe that we speak to it: `MOOTHALL_EXCHANGE` and `MOOTHALL_EXCHANGE_CA`."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Address:
    """`place` may be shown to anybody: it has no password in it."""

    host: str
    tcp_port: int
    user: str
    password: str

    @property
    def place(self) -> str:
        return f"{self.host}:{self.tcp_port}"


def read_address(text: str) -> Address:
    """Of `[user[:password]@]host:port`. ValueError where it isn't one."""
    parts = urlsplit(f"//{text}")
    if not parts.hostname or not parts.port:
        raise ValueError("The exchange's address is host:port, such as 127.0.0.1:8003.")
    return Address(
        parts.hostname, parts.port, unquote(parts.username or "moothall"), unquote(parts.password or "")
    )  # fmt: skip


def trust(ca: str) -> ssl.SSLContext | None:
    """TLS with whoever shows a certificate of the authority in the file `ca` for the host that we dial; `system`: of an
    authority that this machine trusts. None without a word: then the link isn't encrypted. ValueError for a file that
    can't be used.
    """
    if not ca:
        return None
    try:
        context = ssl.create_default_context(cafile=None if ca == SYSTEM else ca)
    except OSError as problem:  # an SSLError, for what is no certificate, is one
        words = problem.strerror or "it holds no certificate"
        raise ValueError(f"MOOTHALL_EXCHANGE_CA names {ca}, which can't be used: {words}.") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
