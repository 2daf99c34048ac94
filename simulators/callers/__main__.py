"""Run the public: `python -m simulators.callers --exchange 127.0.0.1:8004 --callers callers.json --when-ready
--steady`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .day import PROFILES, day_noise, factor, patience_s, talk_s
from .people import BadFile, Line, read_lines

LOCAL = ZoneInfo("Europe/London")
ASK_TIMEOUT_S = 5.0
LOOK_AGAIN_S = 1.0


class NoExchange(Exception):
    """The exchange can't be reached or answers nonsense; the next try may do better."""


class Public:
    """Places calls for ever; one at a time, a Poisson stream whose rate follows the profile."""

    def __init__(self, options: argparse.Namespace, lines: list[Line]) -> None:
        self._options, self._lines = options, lines
        self._random = random.Random(options.seed)
        self._noise: tuple[date | None, float] = (None, 1.0)
        self._reachable = True

    async def ring_for_ever(self) -> None:
        while True:
            await self._pause()
            try:
                if self._options.when_ready:
                    await self._until_somebody_is_ready()
                await self._ring()
                self._reachable = True
            except NoExchange as problem:
                if self._reachable:
                    print(f"callers: {problem}; trying on", file=sys.stderr, flush=True)
                self._reachable = False
                await asyncio.sleep(LOOK_AGAIN_S)

    async def _pause(self) -> None:
        """Wait for the next arrival, drawn anew each minute to follow the profile: a Poisson stream doesn't notice."""
        while True:
            rate = self._rate_per_s(datetime.now(UTC).astimezone(LOCAL))
            gap = self._random.expovariate(rate) if rate > 0 else 60.0
            await asyncio.sleep(min(gap, 60.0))
            if rate > 0 and gap <= 60.0:
                return

    def _rate_per_s(self, at: datetime) -> float:
        if self._noise[0] != at.date():
            self._noise = (at.date(), day_noise(self._random))
        shape = factor(self._options.profile, at, steady=self._options.steady)
        return float(self._options.per_hour) / 3600 * shape * self._noise[1]

    async def _until_somebody_is_ready(self) -> None:
        waited = False
        while not (await self._ask({"op": "agents"})).get("ready"):
            waited = True
            await asyncio.sleep(LOOK_AGAIN_S)
        if waited:  # who just sat down gets a moment's peace, not a minute's
            await asyncio.sleep(self._random.uniform(2, 6))

    async def _ring(self) -> None:
        line = self._random.choices(self._lines, [line.weight for line in self._lines])[0]
        options = self._options
        await self._ask(
            {
                "op": "place",
                "to": line.to,
                "from": self._random.choice(line.callers),
                "talk": talk_s(self._random, options.talk_mean) if options.talk_mean else None,
                "patience": patience_s(self._random, options.patience_mean) if options.patience_mean else None,
            }
        )

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(ASK_TIMEOUT_S):
                reader, writer = await asyncio.open_connection(*self._options.exchange)
                try:
                    writer.write(json.dumps(request).encode() + b"\n")
                    answer = json.loads(await reader.readline())
                finally:
                    writer.close()
        except (OSError, ValueError, TimeoutError) as problem:
            raise NoExchange(f"no answer from the exchange ({problem or 'time-out'})") from None
        if not isinstance(answer, dict) or not answer.get("ok"):
            raise NoExchange(f"the exchange refused: {answer}")
        return answer


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="callers", description="Rings the exchange's lines as the public would.")
    parser.add_argument("--exchange", required=True, type=_address, metavar="HOST:PORT", help="the callers' port")
    parser.add_argument(
        "--callers", required=True, type=Path, metavar="FILE", help="JSON: lines and the numbers that ring them"
    )
    parser.add_argument("--per-hour", type=float, default=60.0, help="calls an hour, as the mean of 08 to 18")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="bank")
    parser.add_argument("--steady", action="store_true", help="at night and in the evening as many as by day")
    parser.add_argument("--when-ready", action="store_true", help="ring only while an agent is ready and free")
    parser.add_argument("--talk-mean", type=float, default=180.0, metavar="S", help="0: until the agent rings off")
    parser.add_argument("--patience-mean", type=float, default=348.0, metavar="S", help="0: for ever")
    parser.add_argument("--seed", type=int)
    return parser.parse_args(words)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise argparse.ArgumentTypeError("an address is HOST:PORT")
    return host, int(port)


async def _run(options: argparse.Namespace, lines: list[Line]) -> None:
    ringing = asyncio.create_task(Public(options, lines).ring_for_ever())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ringing.cancel)
    print(json.dumps({"ready": "callers", "lines": len(lines)}), flush=True)
    await asyncio.gather(ringing, return_exceptions=True)


def main(words: list[str] | None = None) -> int:
    options = _arguments(words)
    try:
        lines = read_lines(options.callers)
    except BadFile as problem:
        print(f"callers: {problem}", file=sys.stderr)
        return 1
    asyncio.run(_run(options, lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
