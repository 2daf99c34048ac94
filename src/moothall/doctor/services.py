"""What the doctor asks of the running parts: front-end files, jobs, router, exchange."""
from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from django.conf import settings

from moothall.doctor import queries
from moothall.domain.findings import Finding, Place
from moothall.domain.plural import count
from moothall.lib import clock
from moothall.queueing.models import RouterState
from moothall.telephony.address import read_address, trust

STALLED_S = 60


def check_assets() -> Iterator[Finding]:
    built = settings.BASE / "web" / "static" / "built"
    for name in ("staff.css", "public.css", "icons.svg", "htmx.js"):
        if not (built / name).is_file():
            yield Finding("assets.missing", f"The front-end file {name} hasn't been built: pages will look broken.",
                          "Run `./moot demo` or `python -m moothall.web.assets`.", Place(name))


def check_jobs() -> Iterator[Finding]:
    failed, stalled, workers = queries.job_facts(STALLED_S)
    if not workers:
        yield Finding("jobs.no_worker", "No worker has given a sign of life for a minute.",
                      "Start `moothall worker`.", Place("worker"))
    if stalled:
        yield Finding("jobs.stalled", f"{count(stalled, 'job was', 'jobs were')} begun by a worker that has gone.",
                      "A running worker takes them up within a minute; if not, look at its log.", Place("worker"))
    if failed:
        yield Finding("jobs.failed", f"{count(failed, 'job')} failed and won't be tried again.",
                      "Read the worker's log; each names its job.", Place("worker"), severity="warning")


def check_router() -> Iterator[Finding]:
    state = RouterState.objects.first()
    if state is None or state.heartbeat_at is None or clock.now() - state.heartbeat_at > RouterState.HEARTBEAT_LIMIT:
        yield Finding("router.quiet", "No router has given a sign of life for 20 seconds: calls reach nobody.",
                      "Start `moothall router`.", Place("router"))
        return
    if state.link != "up":
        yield Finding("exchange.link", "The router has no link to the exchange: calls don't reach the desks.",
                      "Look at the router's log and at the exchange's own.", Place("router"))
    for name, times in sorted(state.counters.items()):
        if name.startswith("unknown"):
            yield Finding("exchange.unknown", f"The exchange sent something we don't know, {times} times: {name}.",
                          "Tell the vendor's adapter about it.", Place("router"), severity="warning")


def check_exchange() -> Iterator[Finding]:
    if not settings.EXCHANGE:
        words = "MOOTHALL_EXCHANGE names no exchange."
        yield Finding("exchange.unset", words, "Set it to host:port.", Place("exchange"))
        return
    shown = settings.EXCHANGE.rpartition("@")[2]  # without the password
    certificate = ("Let MOOTHALL_EXCHANGE_CA name the authority that signed its certificate, and MOOTHALL_EXCHANGE the "
                   "host by the name that the certificate has.")
    try:
        tls = trust(settings.EXCHANGE_CA)
    except ValueError as problem:
        yield Finding("exchange.certificate", str(problem), certificate, Place("exchange"))
        return
    try:
        address = read_address(settings.EXCHANGE)
        with socket.create_connection((address.host, address.tcp_port), timeout=3) as connection:
            if tls is not None:
                tls.wrap_socket(connection, server_hostname=address.host).close()
    except ssl.SSLError as problem:
        words = getattr(problem, "verify_message", "") or problem.reason or "it doesn't speak TLS"
        yield Finding("exchange.certificate", f"{shown} isn't believed: {words}.", certificate, Place("exchange"))
    except (OSError, ValueError) as problem:
        yield Finding("exchange.unreachable", f"{shown} doesn't answer: {str(problem).rstrip('.')}.",
                      "Start the exchange, or mend the address in MOOTHALL_EXCHANGE.", Place("exchange"))
