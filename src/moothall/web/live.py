"""The live streams: one small ASGI process that rings the doorbell of connected desks.

`/desk` is a stream of server-sent events for the person signed in. It says `{"version": n}` at once and whenever that
person's desk has changed, never what changed: the page fetches its state under its own scope. A stream holds no
connection to the database and no transaction. Run: `uvicorn moothall.web.live:app`.
"""
from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable, MutableMapping
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings

django.setup(set_prefix=False)

from moothall.web.live_doorbell import Doorbell, Stream  # noqa: E402 - models need Django's set-up first

PING_S = 15
RETRY_MS = 1000
STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Live:
    """The ASGI application; one a process."""

    def __init__(self) -> None:
        self.doorbell: Doorbell | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        self.doorbell = Doorbell()
        self.doorbell.start()
        end_streams_at_signals(self.doorbell)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.doorbell.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        cors = cors_headers(headers.get("origin"))
        doorbell = self.doorbell
        if cors is None or doorbell is None or scope["method"] != "GET":
            await _plain(send, 404, "Not found", [])
        elif scope["path"] == "/healthz":
            await _plain(send, 200 if doorbell.listening else 503, "ok" if doorbell.listening else "no database", cors)
        elif scope["path"] == "/desk":
            await self._desk(doorbell, headers.get("cookie", ""), cors, (receive, send))
        else:
            await _plain(send, 404, "Not found", cors)

    async def _desk(
        self, doorbell: Doorbell, cookies: str, cors: list[tuple[bytes, bytes]], channel: tuple[Receive, Send]
    ) -> None:
        receive, send = channel
        stream = await doorbell.join(cookies)
        if stream is None:  # 204 tells the browser's EventSource to stop; the page's own poll finds out why
            await _plain(send, 503 if doorbell.closing else 204, "", cors)
            return
        gone = asyncio.create_task(_until_gone(receive, stream))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS + cors})
            await _speak(stream, send)
        finally:
            doorbell.leave(stream)
            gone.cancel()


async def _speak(stream: Stream, send: Send) -> None:
    async def say(text: str) -> None:
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

    await say(f"retry: {RETRY_MS}\n\n")
    stream.rung.set()
    while True:
        try:
            await asyncio.wait_for(stream.rung.wait(), PING_S)
        except TimeoutError:
            await say(": ping\n\n")
            continue
        stream.rung.clear()
        if stream.ended:
            break
        if stream.again or stream.version != stream.said:
            body = {"version": stream.version} | ({"again": True} if stream.again else {})
            stream.said, stream.again = stream.version, False
            await say(f"id: {stream.said}\ndata: {json.dumps(body)}\n\n")
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _plain(send: Send, status: int, text: str, headers: list[tuple[bytes, bytes]]) -> None:
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": plain})
    await send({"type": "http.response.body", "body": text.encode()})


def cors_headers(origin: str | None) -> list[tuple[bytes, bytes]] | None:
    """What lets the staff pages read us with their cookie; None where another site asks."""
    if origin is None:
        return []
    if not is_staff_origin(origin):
        return None
    return [
        (b"access-control-allow-origin", origin.encode()),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"origin"),
    ]


def is_staff_origin(origin: str) -> bool:
    """Whether `origin` is the staff pages' own; in a demo also any name of this machine on their port."""
    if origin == settings.STAFF_URL.rstrip("/"):
        return True
    asked, staff = urlsplit(origin), urlsplit(settings.STAFF_URL)
    host = asked.hostname or ""
    here = host in {"localhost", "127.0.0.1"} or host.endswith(".localhost")
    return settings.DEMO and here and (asked.scheme, asked.port) == (staff.scheme, staff.port)


def end_streams_at_signals(doorbell: Doorbell) -> None:
    """A server waits for open streams before it stops, and they never end by themselves: so the signal ends them."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def handle(signum: int, frame: FrameType | None, before: Any = before) -> None:
            loop.call_soon_threadsafe(doorbell.close)
            if callable(before):
                before(signum, frame)

        signal.signal(number, handle)


app = Live()
