"""`moothall serve`: the pages, staff's or the public's, each a process with its own role of the database."""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import signal
import sys
from typing import Any

from moothall.cli import given
from moothall.cli.main import loaded, need_secret
from moothall.cli.supervise import die_with_parent

ROLE = None  # Django is set up in the worker processes, which inherit the environment that `run` leaves
HELP = "serve the pages: --site staff or --site public"
ROLES = {"staff": "web", "public": "public"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--site", choices=sorted(ROLES), default="staff")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=given.port, default=8000)
    parser.add_argument(
        "--workers", type=given.whole(1, 256), default=1,
        help="processes; each has --threads connections to the database"
    )
    parser.add_argument("--threads", type=given.whole(1, 256), default=8)


def run(args: argparse.Namespace) -> int:
    need_secret()
    given.refuse_taken(args.address, args.port)
    from granian import Granian
    from granian.constants import Interfaces

    os.environ["MOOTHALL_SITE"] = args.site
    os.environ["MOOTHALL_ROLE"] = ROLES[args.site]
    server = Granian(
        "moothall.wsgi:application",
        address=args.address,
        port=args.port,
        interface=Interfaces.WSGI,
        workers=args.workers,
        blocking_threads=args.threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=3,
    )
    server.serve(target_loader=application, wrap_loader=False)
    return 0


def application() -> Any:
    """The pages, loaded in a worker. It ends with its parent: else it would hold the port, unseen, for ever.

    By SIGKILL, since a worker that is still loading has its parent's handlers and would swallow another signal.
    """
    die_with_parent(signal.SIGKILL)
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid != os.getppid():  # it was killed before we could ask for that
        sys.exit(1)
    gc.disable()
    from moothall.wsgi import application as pages

    loaded()
    return pages
