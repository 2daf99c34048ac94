"""The router process: waits until it leads, then decides for everybody. Start it twice: the second one waits.

The advisory lock lives and dies with the connection that also listens. When that connection is lost the process ends
with status 1, and whoever supervises it starts it again: rows and the exchange's snapshot make it true.
"""
from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from datetime import timedelta

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from moothall.domain.routing.kernel import warm
from moothall.queueing.calls import RING_LIMIT, Calls
from moothall.queueing.doorbell import ROUTER
from moothall.queueing.loop import Loop
from moothall.telephony.address import read_address, trust
from moothall.telephony.registry import link_to

log = logging.getLogger(__name__)
LOCK = 0x6D6F6F74  # "moot"
RETRY_S = 0.3


def run_router(*, ring_limit: timedelta = RING_LIMIT) -> int:
    """Lead, or wait to; ends with 0 at SIGTERM or SIGINT, with 1 when the database or the lead is lost."""
    try:
        read_address(settings.EXCHANGE)
        trust(settings.EXCHANGE_CA)
    except ValueError as problem:
        sys.stderr.write(f"router: {problem}\n")
        return 1
    try:
        return asyncio.run(_run(ring_limit))
    except (psycopg.OperationalError, LostLead) as problem:
        sys.stderr.write(f"router: {problem}. Ending, to be started again.\n")
        return 1


class LostLead(RuntimeError):
    """The connection that held the lock is gone; somebody else may lead by now."""


async def _run(ring_limit: timedelta) -> int:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await asyncio.to_thread(warm)
    bells = await psycopg.AsyncConnection.connect(_conninfo(), autocommit=True)
    async with bells:
        if not await _lead(bells, stopped):
            return 0
        await bells.execute(f"LISTEN {ROUTER}")
        leader = f"{socket.gethostname()}:{os.getpid()}"
        loop = Loop(link_to(settings.EXCHANGE, ca=settings.EXCHANGE_CA), Calls(ring_limit=ring_limit), leader=leader)
        await loop.start()
        sys.stdout.write(json.dumps({"ready": "router", "pid": os.getpid()}) + "\n")
        sys.stdout.flush()
        await _until(stopped, loop, bells)
    return 0


async def _lead(bells: psycopg.AsyncConnection, stopped: asyncio.Event) -> bool:
    """Wait for the lock; False when told to stop first."""
    told = False
    while not stopped.is_set():
        row = await (await bells.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])).fetchone()
        if row and row[0]:
            return True
        if not told:
            sys.stdout.write(json.dumps({"waiting": "router", "pid": os.getpid()}) + "\n")
            sys.stdout.flush()
            told = True
        try:
            await asyncio.wait_for(stopped.wait(), RETRY_S)
        except TimeoutError:
            continue
    return False


async def _until(stopped: asyncio.Event, loop: Loop, bells: psycopg.AsyncConnection) -> None:
    async def hear_bells() -> None:
        async for bell in bells.notifies():
            loop.notice(bell.payload)
        raise LostLead("the connection that holds the lead is lost")

    parts = [asyncio.create_task(hear_bells()), asyncio.create_task(loop.run())]
    told = asyncio.create_task(stopped.wait())
    done, _ = await asyncio.wait([*parts, told], return_when=asyncio.FIRST_COMPLETED)
    loop.stop()
    parts[0].cancel()
    await asyncio.wait([parts[1]])
    told.cancel()
    for part in done - {told}:
        part.result()
    parts[1].result()


def _conninfo() -> str:
    """The settings of Django's connection, for the one that listens."""
    given = connection.settings_dict
    return make_conninfo(
        host=given["HOST"], port=given["PORT"], dbname=given["NAME"], user=given["USER"], password=given["PASSWORD"],
        application_name="moothall-router-lead",
    )
