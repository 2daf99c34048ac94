"""Whatever is done with calls, in whatever order: the adapter's picture of them is the exchange's own.

Each seed is another walk, the same each time. No snapshot is asked for: the events alone must tell.
"""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from moothall.telephony import port
from moothall.telephony.contrib.csta.resync import snapshot_of
from moothall.telephony.tests.linked import LINES, Linked, run

STEPS, SETTLED_BY_S = 250, 2.0
STATIONS = ("4001", "4002", "4003", "4004")
OUTSIDE = "01632960777"
LEGS = {"waiting": "waiting", "ringing": "alerting", "talking": "connected", "held": "held"}
FAR = {"waiting": "ringing", "ringing": "ringing", "talking": "talking", "held": "talking", "failed": "failed"}
MENDED = ("audit_difference", "anomaly", "unknown_root", "event_not_followed", "event_without_call")
Calls = list[dict[str, Any]]


def told(calls: Calls, seconds: set[str]) -> dict[str, Any]:
    """What the exchange says of its callers' calls, and of those that ring out, in the port's words. `seconds`: the
    calls that were seen to be about a caller on hold, which they stay when that caller has rung off."""
    shown: dict[str, Any] = {}
    for call in calls:
        if not call["made_at"] and call["at"] in {*STATIONS, *LINES}:
            shown[call["call"]] = ({call["at"]: LEGS[call["state"]]}, None)
    for call in sorted(calls, key=lambda call: call["call"] in seconds):  # whom one rang out may be asked about, too
        station, held = call["made_at"], call["made_state"] == "held"
        about = next((key for key, (legs, _) in shown.items() if station in legs), None)
        if station and about is not None:
            seconds.add(call["call"])
            shown[about] = (shown[about][0], (station, call["to"], asked_state(call)))
        elif station and call["at"] == OUTSIDE and call["state"] != "failed" and call["call"] not in seconds:
            leg = "calling" if call["state"] == "ringing" else "held" if held else "connected"
            shown[call["call"]] = ({station: leg}, None)
    return shown


def asked_state(call: dict[str, Any]) -> str:
    """How whoever is asked stands, seen from the telephone that asks."""
    return "held" if call["made_state"] == "held" else FAR[call["state"]]


def pictured(link: Any) -> dict[str, Any]:
    """The adapter's picture as it stands, without asking the exchange."""
    shown = {}
    for call in link._picture.calls.values():
        one = snapshot_of(call, link._picture.consults.about(call.key))
        consult = one.consult and (one.consult.device, one.consult.to, one.consult.state)
        shown[one.call] = (dict(one.legs), consult)
    return shown


class Walk:
    """Does one thing after another and compares after each."""

    def __init__(self, both: Linked, seed: int) -> None:
        self.both, self.random = both, random.Random(seed)
        self.done: list[str] = []
        self.seconds: set[str] = set()

    async def calls(self) -> Calls:
        return list((await self.both.exchange.ask("calls"))["calls"])

    async def same(self) -> None:
        """The two pictures are one, as soon as the events have come."""
        try:
            async with asyncio.timeout(SETTLED_BY_S):
                while pictured(self.both.link) != told(await self.calls(), self.seconds):
                    await asyncio.sleep(0.002)
        except TimeoutError:
            ours, theirs = pictured(self.both.link), told(await self.calls(), self.seconds)
            pytest.fail(f"after {self.done[-12:]}:\nours   {ours}\ntheirs {theirs}")

    async def step(self) -> None:
        calls = await self.calls()
        self.done.append(await self.something(calls))
        await self.same()

    async def something(self, calls: Calls) -> str:
        choose, ask = self.random.choice, self.both.exchange.ask
        dice = self.random.random()
        if not calls or (dice < 0.2 and len(calls) < 5):
            return f"place {await self.both.exchange.place(choose(LINES))}"
        if dice < 0.22:
            compared = len(self.both.of(port.Resynced))
            await ask("fault", kind="drop_link", forget=self.random.random() < 0.5)
            await self.both.until(lambda: len(self.both.of(port.Resynced)) > compared)
            return "drop_link"
        if dice < 0.4:
            station, do, to = choose(STATIONS), choose(HANDSET), choose((*STATIONS, OUTSIDE, "5001"))
            answer = await ask("handset", station=station, do=do, to=to)
            return f"handset {station} {do} {to}: {answer.get('error', 'ok')}"
        ours = told(calls, self.seconds)
        known = [one for one in calls if one["call"] in ours] or calls
        call = choose([one for one in known if ours.get(one["call"], ((), None))[1]] * 4 + known)  # asked about first
        if dice < 0.5:
            await ask("hang_up", call=call["call"])
            return f"hang_up {call['call']}"
        consult = next((one for one in calls if one["made_at"] and one["made_at"] == call["at"]), None)
        able = ASKED[asked_state(consult)] if consult else ABLE.get(call["state"], VERBS)
        do, to = choose(VERBS if dice < 0.55 else able), choose((*STATIONS, *STATIONS, OUTSIDE))
        asked = consult and do in {"answer", "clear"}  # by whoever is asked
        device = choose(STATIONS) if dice < 0.53 else consult["at"] if asked else call["made_at"] or call["at"]
        return f"{do} {call['call']} {device} {to}: {await self.verb(do, call['call'], device, to)}"

    async def verb(self, do: str, call: str, device: str, to: str) -> port.Result:
        link = self.both.link
        if do == "deflect":
            return await link.deflect(call, to)
        if do == "call_out":
            return await link.call_out(device, OUTSIDE)
        if do in {"transfer", "consult"}:
            return await getattr(link, do)(call, device, to)
        return await getattr(link, do)(call, device)


HANDSET = ("answer", "answer", "hang_up", "hold", "retrieve", "consult", "pass", "swap", "back", "complete", "divert")
VERBS = (
    "answer", "deflect", "clear", "hold", "retrieve", "consult", "swap", "give_up", "complete", "transfer", "call_out",
)
# What makes sense, by how the call stands; then, by how the one who is asked about it stands.
ABLE = {
    "waiting": ("deflect",), "ringing": ("answer", "answer", "answer", "deflect"),
    "talking": ("hold", "consult", "consult", "transfer", "clear"), "held": ("retrieve", "consult", "transfer"),
}
ASKED = {
    "ringing": ("answer", "answer", "give_up", "complete", "clear"), "failed": ("give_up", "retrieve"),
    "talking": ("swap", "swap", "complete", "give_up", "retrieve", "clear"), "held": ("swap", "complete"),
}


@pytest.mark.parametrize("seed", [9, 24], ids=str)
def test_a_random_walk_leaves_both_pictures_the_same(seed):
    async def scenario(both):
        await both.exchange.ask("times", answer=0.0, ring=600, tone=600)
        walk = Walk(both, seed)
        for _ in range(STEPS):
            await walk.step()
        mended = {name: count for name, count in both.link.counters.items() if name.startswith(MENDED)}
        assert not mended, walk.done[-12:]
        did = {words.split()[0] for words in walk.done if not words.endswith(")") or "Done" in words}
        assert {"place", "answer", "deflect", "hold", "consult", "swap", "complete", "give_up", "retrieve"} <= did, did

    run(scenario, stations=STATIONS)
