"""Which vendor's package a council has. The only module that loads a `contrib`, and only when asked."""
from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from moothall.backoffice.revenues import Revenues
from moothall.lib.connections import Connection, connection_of


def _tallystick(connection: Connection) -> Revenues:
    from moothall.backoffice.contrib.tallystick.link import TallystickLink

    return TallystickLink(connection)


REVENUES: dict[str, Callable[[Connection], Revenues]] = {"tallystick": _tallystick}


class UnknownVendor(ValueError):
    """The connections' file names a vendor for which there is no adapter."""


def revenues_of(gss: str) -> Revenues | None:
    """The revenues package of a council, by its GSS code; None where none is connected."""
    connection = connection_of("revenues", gss, settings.CONNECTIONS)
    if connection is None:
        return None
    if connection.vendor not in REVENUES:
        raise UnknownVendor(f"No adapter for “{connection.vendor}”; there are: {', '.join(REVENUES)}.")
    return REVENUES[connection.vendor](connection)
