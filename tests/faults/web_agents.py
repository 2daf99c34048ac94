"""Agents who work over HTTP as their pages do: they follow the doorbell, answer, walk the script, end and finish.

Prints `{"ready": …}` once all sit at their desks; at SIGTERM prints what was acknowledged to them, and which calls the
exchange has put through. What gets no answer is sent again, the same, until it gets one: their web server is killed.
"""
from __future__ import annotations

import argparse
import asyncio
import json
import signal
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.web_desk import Shown, headers_of

ANSWERS = {"postcode": "LE16 7AA", "property": ""}  # the steps that are answered; "": the first choice
LOOK_S = 2.0  # so long a page that nobody rings waits until it looks by itself
AGAIN_S = 0.1
SHORT = "Number withheld"  # such a caller rings off by themselves, and nothing is asked


@dataclass
class Heard:
    """What the crowd was told. `faults`: answers that no page should get."""

    acknowledged: list[dict[str, Any]] = field(default_factory=list)
    talked: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    broken: int = 0


class Agent:
    def __init__(self, number: int, staff: str, live: str, heard: Heard) -> None:
        self.heard, self.live = heard, live
        self.have = 0
        self.bell = asyncio.Event()
        self.http = httpx.AsyncClient(base_url=staff, headers=headers_of(number, staff), timeout=10)

    async def sit_down(self) -> None:
        shown = await self.ask("GET", "/desk/state/?have=0")
        while shown.state != "ready":
            shown = await self.ask("POST", "/desk/ready/", {})

    async def listen(self) -> None:
        """The doorbell; a stream that broke is opened anew."""
        while True:
            try:
                async with self.http.stream("GET", f"{self.live}/desk", timeout=None) as stream:
                    async for line in stream.aiter_lines():
                        if line.startswith("data: "):
                            self.bell.set()
            except httpx.TransportError:
                pass
            await asyncio.sleep(AGAIN_S)

    async def work(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self.bell.wait(), LOOK_S)
            except TimeoutError:
                self.have = 0  # a button may have been pressed in vain: look at the whole desk
            self.bell.clear()
            shown: Shown | None = await self.ask("GET", f"/desk/state/?have={self.have}")
            while shown and shown.status == 200:
                self.have = shown.version
                shown = await self.go_on(shown)

    async def go_on(self, shown: Shown) -> Shown | None:
        """Do the next thing; what the desk then shows, or None where it is the exchange's turn."""
        match shown.state:
            case "ringing":
                await self.act("answer", shown)
            case "in_call" if SHORT not in shown.body:
                return await self.talk(shown)
            case "wrap_up":
                return await self.act("finish", shown, then="ready", notes=notes_of(shown.contact))
            case "paused":
                return await self.act("ready", shown)
        return None

    async def talk(self, shown: Shown) -> Shown | None:
        step, need = shown.form("step"), shown.form("need")
        if not step:
            return await self.act("need", shown, **need)
        if step["step"] in ANSWERS:
            return await self.act("step", shown, **{**step, "value": ANSWERS[step["step"]] or step["value"]})
        await self.act("notes", shown, notes=notes_of(shown.contact))
        await self.act("end", shown)
        return None

    async def act(self, name: str, before: Shown, **fields: str) -> Shown:
        shown = await self.ask("POST", f"/desk/{name}/", {**fields, "contact": str(before.contact)})
        if shown.went:
            run = shown.form("step").get("run")
            told = {**fields, "act": name, "contact": before.contact, "run": int(run) if run else None}
            self.heard.acknowledged.append(told)
        return shown

    async def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> Shown:
        """Sent until it is answered, as a page does that has lost its link."""
        while True:
            try:
                answer = await self.http.request(method, path, data=fields)
            except httpx.TransportError:
                self.heard.broken += 1
                await asyncio.sleep(AGAIN_S)
                continue
            if answer.status_code not in {200, 204}:
                self.heard.faults.append(f"{method} {path} {fields}: {answer.status_code}")
            return Shown(answer.status_code, answer.text)


def notes_of(contact: int) -> str:
    return f"Note of {contact}, O'Brien שלום"


async def watching(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which the exchange has begun to tell of every change."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b'{"op": "watch"}\n')
    assert json.loads(await reader.readline())["ok"]
    return reader, writer


async def hear_exchange(reader: asyncio.StreamReader, heard: Heard) -> None:
    """Which calls the exchange has put through to somebody."""
    while line := await reader.readline():
        change = json.loads(line)
        if change.get("state") == "talking":
            heard.talked.add(change["call"])


async def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("--staff", "--live", "--callers"):
        parser.add_argument(name, required=True)
    parser.add_argument("--agents", type=int, required=True)
    given = parser.parse_args()
    heard, told = Heard(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    agents = [Agent(number, given.staff, given.live, heard) for number in range(given.agents)]
    await asyncio.gather(*(agent.sit_down() for agent in agents))
    reader, writer = await watching(given.callers)
    tasks = [asyncio.create_task(part) for agent in agents for part in (agent.listen(), agent.work())]
    tasks.append(asyncio.create_task(hear_exchange(reader, heard)))
    print(json.dumps({"ready": len(agents)}), flush=True)
    await asyncio.wait([*tasks, stopping := asyncio.create_task(told.wait())], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        if task.done():
            task.result()  # raises what went wrong
        task.cancel()
    assert stopping.done()
    await asyncio.gather(*(agent.ask("POST", "/desk/pause/", {}) for agent in agents))
    writer.close()
    print(json.dumps({**vars(heard), "talked": sorted(heard.talked)}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
