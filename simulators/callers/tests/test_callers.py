"""The public: when it rings, how long it waits, and that it does ring."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
from datetime import datetime

import pytest

from exchange_process import ROOT, exchange
from simulators.callers.day import PROFILES, day_noise, factor, patience_s, talk_s
from simulators.callers.people import BadFile, Line, read_lines


def at(hour, minute=0):
    return datetime(2026, 11, 25, hour, minute)  # noqa: DTZ001 - a civil time is what the profile is about


def test_the_bank_s_day_has_two_humps_and_a_mean_of_one():
    day = [factor("bank", at(half_hour // 2, 30 * (half_hour % 2)), steady=False) for half_hour in range(48)]
    assert statistics.mean(day[16:36]) == pytest.approx(1)
    assert day[20] > day[24] < day[26] > day[30]
    assert max(day) == day[20]
    assert day[6] < 0.01


def test_the_council_is_shut_at_night_unless_steady():
    assert factor("council", at(8), steady=False) == 0
    assert factor("council", at(3), steady=True) == 1
    assert factor("council", at(10, 30), steady=True) == factor("council", at(10, 30), steady=False) > 1
    assert sum(PROFILES["council"]) == pytest.approx(100)


def test_talk_and_patience_have_their_means_and_bounds():
    drawn = random.Random(1)
    talks = [talk_s(drawn, 180) for _ in range(20_000)]
    assert statistics.mean(talks) == pytest.approx(180, rel=0.05)
    assert statistics.median(talks) == pytest.approx(115, rel=0.1)
    assert 15 <= min(talks) <= max(talks) <= 3600
    waits = [patience_s(drawn, 348) for _ in range(20_000)]
    assert statistics.mean(waits) == pytest.approx(348, rel=0.05)
    noises = [day_noise(drawn) for _ in range(5000)]
    assert statistics.mean(noises) == pytest.approx(1, rel=0.02)
    assert statistics.stdev(noises) == pytest.approx(0.10, rel=0.1)


def test_both_forms_of_the_file(tmp_path):
    path = tmp_path / "callers.json"
    path.write_text(json.dumps({"lines": [{"to": "5001", "weight": 3, "from": ["+441632960123", ""]}]}))
    assert read_lines(path) == [Line("5001", 3.0, ("+441632960123", "withheld"))]
    path.write_text(json.dumps([{"to": "5001", "from": "01632960123", "weight": 1}, {"to": "5002", "from": None}]))
    assert read_lines(path) == [Line("5001", 1.0, ("01632960123",)), Line("5002", 1.0, ("withheld",))]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "{}",
        "[]",
        "[1]",
        '[{"from":"1"}]',
        '[{"to":5001}]',
        '[{"to":"5001","weight":0}]',
        '[{"to":"5001","weight":true}]',
        '[{"to":"5001","from":[]}]',
        '[{"to":"5001","from":[5]}]',
    ],
)
def test_a_bad_file_is_refused_in_words(tmp_path, content):
    path = tmp_path / "callers.json"
    path.write_text(content)
    with pytest.raises(BadFile):
        read_lines(path)


def test_nobody_rings_until_an_agent_is_ready(tmp_path):
    path = tmp_path / "callers.json"
    path.write_text(json.dumps([{"to": "5001", "from": "01632960123"}]))

    async def whole():
        async with exchange() as running:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "simulators.callers",
                "--exchange",
                f"127.0.0.1:{running.callers}",
                "--callers",
                str(path),
                "--per-hour",
                "72000",
                "--steady",
                "--when-ready",
                "--seed",
                "1",
                stdout=asyncio.subprocess.PIPE,
                cwd=ROOT,
            )
            assert json.loads(await process.stdout.readline()) == {"ready": "callers", "lines": 1}
            await asyncio.sleep(0.5)
            assert (await running.ask("calls"))["count"] == 0
            await make_ready(running)
            async with asyncio.timeout(20):
                while not (await running.ask("calls"))["count"]:
                    await asyncio.sleep(0.05)
            process.terminate()
            assert await process.wait() == 0

    asyncio.run(whole())


async def make_ready(running):
    """Log an agent on over CSTA, by hand."""
    csta = "http://www.ecma-international.org/standards/ecma-323/csta/ed3"
    session = "http://www.ecma-international.org/standards/ecma-354/appl_session"
    reader, writer = await asyncio.open_connection("127.0.0.1", running.csta)
    for number, body in enumerate(
        (
            f'<StartApplicationSession xmlns="{session}"><applicationInfo/></StartApplicationSession>',
            f'<SetAgentState xmlns="{csta}"><device>4001</device><requestedAgentState>ready</requestedAgentState>'
            "</SetAgentState>",
        ),
        1,
    ):
        writer.write(b"\0\0" + (len(body) + 8).to_bytes(2, "big") + b"%04d" % number + body.encode())
        header = await reader.readexactly(8)
        assert b"CSTAErrorCode" not in await reader.readexactly(int.from_bytes(header[2:4], "big") - 8)
    writer.close()
