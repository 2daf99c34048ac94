"""Run the exchange: `python -m simulators.exchange --csta-port 4721 --callers-port 4722`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import ssl
import sys

from .callers import LONGEST_LINE, BadRequest, CallersPort, apply_fault
from .csta import CstaPort
from .exchange import Exchange
from .faults import Faults
from .plan import Plan, number_ranges
from .sessions import Sessions


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="exchange", description="A simulated telephone exchange that speaks CSTA III XML."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--csta-port", type=int, required=True, help="0 takes a free one; the line 'ready' names it")
    parser.add_argument("--callers-port", type=int, required=True)
    parser.add_argument("--stations", default="4000-4999", type=number_ranges, metavar="RANGES")
    parser.add_argument(
        "--route-points", default="5000-5002,5011,5012,5101-5108,5111-5118", type=number_ranges, metavar="RANGES"
    )
    parser.add_argument("--default-route-point", default="5000", metavar="NUMBER", help="where unknown numbers arrive")
    parser.add_argument("--session-seconds", type=int, default=60, help="longest session without a keep-alive")
    parser.add_argument("--user", default="", help="demand this user; the password comes from EXCHANGE_PASSWORD")
    parser.add_argument("--certificate", default="", metavar="FILE", help="speak TLS on the CSTA port; with --key")
    parser.add_argument("--key", default="", metavar="FILE")
    parser.add_argument("--seed", type=int, default=0, help="of the faults' random source")
    parser.add_argument(
        "--faults",
        default="",
        metavar="KIND[,KIND]",
        help="standing faults from the start, such as split_frames,duplicate_events",
    )
    return parser.parse_args(words)


async def run(options: argparse.Namespace) -> None:
    """Serve until told to stop."""
    faults = Faults(options.seed)
    plan = Plan(options.stations, options.route_points, options.default_route_point)
    exchange = Exchange(plan)
    sessions = Sessions(
        longest_s=options.session_seconds, user=options.user, password=os.environ.get("EXCHANGE_PASSWORD", "")
    )
    csta = CstaPort(exchange, sessions, faults)
    callers = CallersPort(exchange, csta, faults)
    for kind in filter(None, options.faults.split(",")):
        apply_fault({"kind": kind}, csta, faults)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    csta_server = await asyncio.start_server(csta.serve, options.host, options.csta_port, ssl=_tls(options))
    callers_server = await asyncio.start_server(callers.serve, options.host, options.callers_port, limit=LONGEST_LINE)
    ports = {"csta": _port(csta_server), "callers": _port(callers_server)}
    print(json.dumps({"ready": "exchange", **ports}), flush=True)
    time_keeper = asyncio.create_task(csta.keep_time())
    await stopped.wait()
    time_keeper.cancel()
    csta_server.close()
    callers_server.close()
    csta.drop_links()
    for watcher in list(callers.watchers):
        watcher.transport.abort()


def _tls(options: argparse.Namespace) -> ssl.SSLContext | None:
    if not options.certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key or None)
    return context


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


def main(words: list[str] | None = None) -> int:
    try:
        asyncio.run(run(_arguments(words)))
    except (OSError, BadRequest) as problem:
        print(f"exchange: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
