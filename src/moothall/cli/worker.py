"""`moothall worker`: runs the jobs that actions have left in the database."""

from __future__ import annotations

import argparse

from moothall.cli import given

ROLE = "worker"
HELP = "run the jobs that wait in the database"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=given.whole(1, 64), default=4,
                        help="jobs at a time; more than some are slower")
    parser.add_argument("--once", action="store_true", help="end when no job waits")


def run(args: argparse.Namespace) -> int:
    from django.db import connection
    from procrastinate.contrib.django import app

    connection.ensure_connection()  # the jobs' own pool would try for half a minute before it says so
    connection.close()
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]
        print("ready", flush=True)
        worker_app.run_worker(concurrency=args.concurrency, wait=not args.once, shutdown_graceful_timeout=5)
    return 0
