"""Which vendor's adapter speaks to the exchange. The only module that loads a `contrib`, and only when asked."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from moothall.telephony.port import ExchangeLink


def _csta(host: str, tcp_port: int, user: str, password: str) -> ExchangeLink:
    from moothall.telephony.contrib.csta.link import CstaLink

    return CstaLink(host, tcp_port, user=user, password=password)


VENDORS: dict[str, Callable[[str, int, str, str], ExchangeLink]] = {"csta": _csta}


def link_to(address: str, *, vendor: str = "csta") -> ExchangeLink:
    """A link, not yet connected, to `[user[:password]@]host:port` (settings.EXCHANGE). Needs a running event loop.

    Raises ValueError for an address that can't be read or a vendor that isn't known.
    """
    parts = urlsplit(f"//{address}")
    if not parts.hostname or not parts.port:
        raise ValueError("The exchange's address is host:port, such as 127.0.0.1:8003.")
    if vendor not in VENDORS:
        raise ValueError(f"No adapter for '{vendor}'; there are: {', '.join(VENDORS)}.")
    return VENDORS[vendor](
        parts.hostname, parts.port, unquote(parts.username or "moothall"), unquote(parts.password or "")
    )
