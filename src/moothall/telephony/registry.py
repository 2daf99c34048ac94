"""Which vendor's adapter speaks to the exchange. The only module that loads a `contrib`, and only when asked."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from moothall.telephony.address import Address, read_address, trust
from moothall.telephony.port import ExchangeLink


def _csta(address: Address, tls: ssl.SSLContext | None) -> ExchangeLink:
    from moothall.telephony.contrib.csta.link import CstaLink

    return CstaLink(address.host, address.tcp_port, user=address.user, password=address.password, tls=tls)


VENDORS: dict[str, Callable[[Address, ssl.SSLContext | None], ExchangeLink]] = {"csta": _csta}


def link_to(address: str, *, ca: str = "", vendor: str = "csta") -> ExchangeLink:
    """A link, not yet connected, to `[user[:password]@]host:port` (settings.EXCHANGE), encrypted where `ca` names an
    authority (settings.EXCHANGE_CA). Needs a running event loop.

    Raises ValueError for an address or a file that can't be read, or a vendor that isn't known.
    """
    read = read_address(address)
    if vendor not in VENDORS:
        raise ValueError(f"No adapter for '{vendor}'; there are: {', '.join(VENDORS)}.")
    return VENDORS[vendor](read, trust(ca))
