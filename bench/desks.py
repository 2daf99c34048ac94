"""Plays the desks of bench/screen_pop.py: streams, and fragments fetched as the page's script does. Its own process.

    python -m bench.desks STAFF LIVE DESKS answer|look

Says `ready` when every stream is open. A line on standard input is answered by what has popped since:
number → moments of the doorbell and of the fragment's last byte.
"""
from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from urllib.parse import urlencode, urlsplit

from bench.agents import session_key

FROM = re.compile(rb'From <span class="nowrap">([^<]+)<')
STATE = re.compile(rb'data-version="(\d+)" data-state="(\w+)" data-contact="(\d*)"')
TOKEN = "t" * 32
popped: dict[str, tuple[float, float]] = {}


class Desk:
    """One agent's page: a stream, and one kept-open connection for fragments and acts."""

    def __init__(self, number: int, staff: str, live: str, *, answers: bool) -> None:
        self.staff, self.live, self.answers = urlsplit(staff), urlsplit(live), answers
        self.cookie = f"sessionid={session_key(number)}; csrftoken={TOKEN}"
        self.origin, self.have = staff, 0
        self.opened = asyncio.Event()
        self._pages: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def run(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.live.port)
        writer.write(f"GET /desk HTTP/1.1\r\nHost: localhost\r\nOrigin: {self.origin}\r\n"
                     f"Cookie: {self.cookie}\r\n\r\n".encode())
        status = await reader.readline()
        assert b" 200 " in status, status
        while line := await reader.readline():
            if line.startswith(b"data: "):
                bell = time.perf_counter()
                version = int(json.loads(line[6:])["version"])
                if not self.opened.is_set():
                    self.have = version
                    self.opened.set()
                elif version > self.have:
                    await self.catch_up(bell)

    async def catch_up(self, bell: float) -> None:
        body = await self.fetch(f"GET /desk/state/?have={self.have}")
        moment = time.perf_counter()
        found = STATE.search(body)
        if found is None:
            return
        self.have = int(found.group(1))
        state, contact = found.group(2), found.group(3).decode()
        if state == b"ringing" and (number := FROM.search(body)):
            popped.setdefault(e164(number.group(1).decode()), (bell, moment))
            if self.answers:
                await self.act("answer", contact)
        elif state == b"wrap_up" and self.answers:
            await self.act("finish", contact, then="ready", notes="")

    async def act(self, name: str, contact: str, **fields: str) -> None:
        await self.fetch(f"POST /desk/{name}/", urlencode({"contact": contact, **fields}))

    async def fetch(self, request: str, body: str = "") -> bytes:
        """The answer's body. A kept connection that the server has closed is opened anew, as browsers do."""
        try:
            return await self._fetch(request, body)
        except (asyncio.IncompleteReadError, ConnectionError) as closed:
            if isinstance(closed, asyncio.IncompleteReadError) and closed.partial:
                raise
            self._pages = None
            return await self._fetch(request, body)

    async def _fetch(self, request: str, body: str) -> bytes:
        if self._pages is None:
            self._pages = await asyncio.open_connection("127.0.0.1", self.staff.port)
        reader, writer = self._pages
        writer.write(
            f"{request} HTTP/1.1\r\nHost: {self.staff.netloc}\r\nCookie: {self.cookie}\r\nOrigin: {self.origin}\r\n"
            f"Referer: {self.origin}/desk/\r\nX-CSRFToken: {TOKEN}\r\nMoothall-Fragment: 1\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if b" 200 " not in head and b" 204 " not in head and b" 409 " not in head:
            print(head.decode(), file=sys.stderr, flush=True)
        return await reader.readexactly(int(length.group(1))) if length else b""


def e164(shown: str) -> str:
    digits = re.sub(r"\D", "", shown)
    return f"+44{digits[1:]}" if digits.startswith("0") else f"+{digits}"


async def main() -> None:
    staff, live, count, what = sys.argv[1:5]
    desks = [Desk(number, staff, live, answers=what == "answer") for number in range(int(count))]
    running = []
    for desk in desks:
        running.append(asyncio.create_task(desk.run()))
        opened = asyncio.create_task(desk.opened.wait())
        await asyncio.wait([running[-1], opened], return_when=asyncio.FIRST_COMPLETED)
        if running[-1].done():
            running[-1].result()  # raises what went wrong
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        for task in running:
            if task.done():
                task.result()  # a desk that died would otherwise pass for a call that was not seen
        print(json.dumps(popped), flush=True)
        popped.clear()
    for task in running:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main())
