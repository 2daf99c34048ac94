"""`moothall live`: the streams that ring at each desk, in one process of their own."""

from __future__ import annotations

import argparse

from moothall.cli import given

ROLE = "web"
HELP = "serve the live streams of the desks"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=given.port, default=8002)


def run(args: argparse.Namespace) -> int:
    given.refuse_taken(args.address, args.port)
    import uvicorn

    # An open stream never ends by itself, so the server would wait for it for ever.
    uvicorn.run(
        "moothall.web.live:app",
        host=args.address,
        port=args.port,
        timeout_graceful_shutdown=1,
        log_level="warning",
        access_log=False,
    )
    return 0
