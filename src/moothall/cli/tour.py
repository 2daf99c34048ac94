"""`moothall tour`: one call from dialling to report, played as an outside client would, each hop with its figure."""

from __future__ import annotations

import argparse
import os

ROLE = None  # the tour sees what a client sees: the exchange's port and public HTTP
HELP = "play one call through the running demo and show each hop"
NAMES = {
    "staff": "MOOTHALL_STAFF_URL",
    "public": "MOOTHALL_PUBLIC_URL",
    "live": "MOOTHALL_LIVE_URL",
    "exchange": "MOOTHALL_EXCHANGE",
    "callers": "MOOTHALL_EXCHANGE_CALLERS",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(args: argparse.Namespace) -> int:
    del args
    missing = [variable for variable in NAMES.values() if not os.environ.get(variable)]
    if missing:
        print(f"No demo is known here: {', '.join(missing)} not set. Start one with `./moot demo`.")
        return 2
    from moothall.demo.tour import run_tour

    return run_tour({name: os.environ[variable] for name, variable in NAMES.items()})
