"""`moothall load-demo`: fill a migrated database with the demo's councils, staff, agreements and made-up residents."""
from __future__ import annotations

import argparse
import os

from moothall.cli import given

ROLE = "owner"
HELP = "fill the database with the demo's councils, staff, agreements and made-up residents"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=given.whole(1000, 1_000_000), default=6000, metavar="N",
                        help="how many residents (default 6000)")
    parser.add_argument("--callers", type=given.path, metavar="FILE",
                        help="write here who rings, for the exchange's callers")
    parser.add_argument("--quiet", action="store_true", help="print nothing")


def run(args: argparse.Namespace) -> int:
    from django.conf import settings

    if not settings.DEMO:
        print("This would put made-up people with known passwords into the database.")
        print("Set MOOTHALL_DEMO=1 if the database is a demo's.")
        return 2
    # Few calls are played: compiling the routing kernel, or only loading it, takes longer than they do in plain Python.
    os.environ.setdefault("NUMBA_DISABLE_JIT", "1")
    from moothall.demo.load import load_demo
    from moothall.demo.residents import OtherSeed
    from moothall.scripts.versions import PackRefused

    try:
        for what, seconds in load_demo(customers=args.customers, callers_file=args.callers):
            if not args.quiet:
                print(f"{what} ({seconds:.1f} s)", flush=True)
    except (OtherSeed, PackRefused) as problem:
        print(problem)
        return 1
    return 0
