"""What Moothall asks of a waste system: on which days large items can be collected; to hold such a day, confirm or
release it. Each of the three is a posting with a key of ours (port.py): `hold-<ref>`, `confirm-<ref>`, `release-<ref>`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from django.conf import settings

from moothall.backoffice.port import BackOffice
from moothall.lib.answers import Unknown
from moothall.lib.connections import Connection, connection_of

SYSTEM = "waste"


class Waste(BackOffice, Protocol):
    """One council's waste system."""

    def days(self, first: date, span: int) -> tuple[date, ...] | Unknown:
        """The days from `first` on, within so many, on which the crews have room."""


def _waste(connection: Connection) -> Waste:
    from moothall.backoffice.contrib.waste.link import WasteLink

    return WasteLink.of(connection)


VENDORS: dict[str, Callable[[Connection], Waste]] = {"waste": _waste}


def waste_of(gss: str) -> Waste | None:
    """The waste system of a council, by its GSS code; None where none is connected."""
    connection = connection_of(SYSTEM, gss, settings.CONNECTIONS)
    if connection is None:
        return None
    if connection.vendor not in VENDORS:
        raise ValueError(f"waste: no adapter for '{connection.vendor}'; there are: {', '.join(VENDORS)}.")
    return VENDORS[connection.vendor](connection)
