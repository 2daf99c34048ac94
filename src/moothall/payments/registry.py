"""Which provider takes a council's money. The only module that loads a `contrib`, and only when asked."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from moothall.lib.connections import Connection, connection_of
from moothall.payments.port import Provider

PORT = "payments"


def _govuk_pay(connection: Connection) -> Provider:
    from moothall.payments.contrib.govuk_pay.provider import PayProvider

    return PayProvider.of(connection)


VENDORS: dict[str, Callable[[Connection], Provider]] = {"govuk_pay": _govuk_pay}


def provider_of(gss: str) -> Provider | None:
    """The provider of the council with this GSS code; None where the operator's file names none."""
    connection = connection_of(PORT, gss, settings.CONNECTIONS)
    if connection is None:
        return None
    if connection.vendor not in VENDORS:
        raise ValueError(f"payments: no adapter for '{connection.vendor}'; there are: {', '.join(VENDORS)}.")
    return VENDORS[connection.vendor](connection)


def pages_of(gss: str) -> str:
    """Where the provider's own pages are (scheme, host and port): our form may lead there and nowhere else."""
    connection = connection_of(PORT, gss, settings.CONNECTIONS)
    return str(connection.own.get("pages", "")) if connection else ""
