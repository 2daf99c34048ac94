"""Which carrier takes a council's messages. The only module that loads a `contrib`, and only when asked."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from moothall.lib.connections import Connection, connection_of
from moothall.messages.port import Carrier


def _notify(connection: Connection) -> Carrier:
    from moothall.messages.contrib.notify.carrier import NotifyCarrier

    return NotifyCarrier.of(connection)


VENDORS: dict[str, Callable[[Connection], Carrier]] = {"notify": _notify}


def carrier_of(gss: str) -> Carrier | None:
    """The carrier of the council with this GSS code; None where the operator's file names none."""
    connection = connection_of("messages", gss, settings.CONNECTIONS)
    if connection is None:
        return None
    if connection.vendor not in VENDORS:
        raise ValueError(f"messages: no adapter for '{connection.vendor}'; there are: {', '.join(VENDORS)}.")
    return VENDORS[connection.vendor](connection)
