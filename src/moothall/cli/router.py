"""`moothall router`: the process that holds the exchange's link and decides who gets which call."""
from __future__ import annotations

import argparse
from datetime import timedelta

from moothall.cli import given

HELP = "Hold the exchange's link and decide who gets which call (a second one waits)"
ROLE = "router"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ring-limit", type=given.seconds(0.1, 600), default=20.0, metavar="SECONDS",
        help="how long it rings at one agent (20)"
    )


def run(arguments: argparse.Namespace) -> int:
    from moothall.queueing.router import run_router

    return run_router(ring_limit=timedelta(seconds=arguments.ring_limit))
