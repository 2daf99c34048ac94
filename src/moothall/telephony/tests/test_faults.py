"""What really goes wrong between an exchange and us: after each, our picture equals the exchange's."""

import asyncio

import pytest

from exchange_process import exchange
from moothall.telephony import port
from moothall.telephony.contrib.csta import link as link_module
from moothall.telephony.contrib.csta.frames import encode
from moothall.telephony.registry import link_to
from moothall.telephony.tests.linked import Linked, run

EVENT = 9999


async def picture_is_true(both):
    """Calls and where they stand, ours against the exchange's own list."""

    async def same():
        theirs = {c["call"]: c["at"] for c in (await both.exchange.ask("calls"))["calls"]}
        ours = {c.call: next(iter(c.legs)) for c in await both.link.snapshot()}
        return theirs == ours

    async with asyncio.timeout(20):
        while not await same():
            await asyncio.sleep(0.02)


async def resynced(both, number):
    await both.until(lambda: len(both.of(port.Resynced)) >= number)
    return both.of(port.Resynced)[number - 1]


@pytest.mark.parametrize("forget", [False, True])
def test_9_the_link_is_cut_while_calls_come_and_go(forget):
    async def scenario(both):
        talking = await both.answered("5001", "4001")
        ending = [await both.exchange.place("5001") for _ in range(12)]
        staying = [await both.exchange.place("5002") for _ in range(8)]
        await both.told(staying[-1], "offered 5002")
        moved = staying.pop()
        await both.exchange.ask("fault", kind="drop_link", forget=forget, **{"for": 0.5})
        await both.until(lambda: [link.state for link in both.of(port.Link)] == ["up", "down"])
        assert await both.link.deflect(moved, "4002") == port.Refused("no_link")
        for call in ending:
            await both.exchange.ask("hang_up", call=call)
        beginning = [await both.exchange.place("5001") for _ in range(4)]
        await both.exchange.ask("handset", station="4001", do="hang_up")
        sync = await resynced(both, 2)
        assert set(sync.opened) == set(beginning)
        assert set(sync.closed) == {*ending, talking}
        assert set(sync.live) == {*beginning, *staying, moved}
        assert both.story(talking)[-1] == "ended exchange lost"
        assert all(both.story(call) == ["offered 5001", "ended exchange lost"] for call in ending)
        assert all(both.story(call) == ["offered 5001"] for call in beginning)
        links = both.of(port.Link)
        assert [link.state for link in links] == ["up", "down", "up"]
        assert links[-1].reason == ("" if forget else "resumed")
        await both.link.deflect(moved, "4002")
        assert (await both.told(moved, "alerting 4002"))[0] == "offered 5002"
        await picture_is_true(both)

    run(scenario)


def test_the_exchange_is_killed_and_begins_anew_with_the_same_ids():
    async def whole():
        async with exchange() as first:
            link = link_to(f"127.0.0.1:{first.csta}")
            both = Linked(link, first)
            listening = asyncio.create_task(both.listen())
            await link.connect(lines=("5001",), stations=("4001", "4002"))
            await resynced(both, 1)
            await link.set_agent_state("4001", "ready")
            talking, waiting = await both.answered("5001", "4001"), await first.place("5001")
            await both.told(waiting, "offered 5001")
            first.end(kill=True)
            await both.until(lambda: both.of(port.Link)[-1].state == "down")
            async with exchange(csta_port=first.csta) as second:
                both.exchange = second
                fresh = await second.place("5001")  # has the call id that `talking` had
                sync = await resynced(both, 2)
                assert set(sync.live) <= {fresh}
                assert {talking, waiting} == set(sync.closed)
                await both.told(fresh, "offered 5001")
                assert both.story(talking)[-1] == both.story(waiting)[-1] == "ended exchange lost"
                assert (await second.ask("agents"))["ready"] == 1
                await picture_is_true(both)
                await link.close()
                await listening

    asyncio.run(whole())


def test_more_calls_than_fit_into_one_snapshot():
    async def scenario(both):
        calls = [await both.exchange.place("5001") for _ in range(320)]
        await both.told(calls[-1], "offered 5001")
        await both.exchange.ask("fault", kind="drop_link")
        sync = await resynced(both, 2)
        assert (sync.opened, sync.closed) == ((), ())
        assert set(sync.live) == set(calls)

    run(scenario)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "split_frames", "size": 1},
        {"kind": "split_frames", "size": 13},
        {"kind": "delay", "seconds": 0.01},
        {"kind": "duplicate_events"},
        {"kind": "swap_events"},
    ],
)
def test_a_whole_call_is_told_once_whatever_the_line_does(fault):
    async def scenario(both):
        await both.exchange.ask("fault", **fault)
        call = await both.exchange.place("5001")
        await both.told(call, "offered 5001")
        await both.link.deflect(call, "4001")
        await both.until(lambda: "alerting 4001" in both.story(call))
        await both.link.answer(call, "4001")
        await both.until(lambda: "answered 4001" in both.story(call))
        await both.exchange.ask("hang_up", call=call)
        assert await both.told(call, "ended caller normal") == [
            "offered 5001",
            "diverted 5001>4001",
            "alerting 4001",
            "answered 4001",
            "ended caller normal",
        ]
        await picture_is_true(both)

    run(scenario)


def test_a_ghost_is_laid_when_the_telephone_rings_again():
    async def scenario(both):
        await both.exchange.ask("fault", kind="ghost", count=1)
        ghost = await both.answered("5001", "4001")
        await both.exchange.ask("hang_up", call=ghost)
        call = await both.exchange.place("5001")
        await both.told(call, "offered 5001")
        await both.link.deflect(call, "4001")
        await both.told(ghost, "ended exchange lost")
        assert both.link.counters["anomaly:rings_while_talking"] == 1
        await picture_is_true(both)

    run(scenario)


def test_a_ghost_is_laid_by_the_audit(monkeypatch):
    monkeypatch.setattr(link_module, "AUDIT_S", 0.1)

    async def scenario(both):
        await both.exchange.ask("fault", kind="ghost", count=1)
        ghost = await both.exchange.place("5001")
        await both.told(ghost, "offered 5001")
        await both.exchange.ask("hang_up", call=ghost)
        await both.told(ghost, "ended exchange lost")

    run(scenario)


@pytest.mark.parametrize("silently", [False, True])
def test_monitors_that_die_are_set_anew(monkeypatch, silently):
    monkeypatch.setattr(link_module, "AUDIT_S", 0.1)

    async def scenario(both):
        await both.exchange.ask("fault", kind="stop_monitors", silently=silently)
        unheard = await both.exchange.place("5001")
        await both.told(unheard, "offered 5001")
        await both.until(lambda: len(both.link._monitors) == 6)
        heard = await both.answered("5001", "4001")
        await both.exchange.ask("hang_up", call=heard)
        await both.told(heard, "ended caller normal")

    run(scenario)


def test_half_of_the_events_are_lost(monkeypatch):
    monkeypatch.setattr(link_module, "AUDIT_S", 0.1)

    async def scenario(both):
        await both.exchange.ask("fault", kind="lose_events", share=0.5)
        calls = [await both.exchange.place("5001") for _ in range(20)]
        for station, call in zip(("4001", "4002", "4003"), calls, strict=False):
            await both.link.deflect(call, station)
            await both.exchange.ask("handset", station=station, do="answer")
        for call in calls[2:12]:
            await both.exchange.ask("hang_up", call=call)
        await both.exchange.ask("fault", kind="none")
        await picture_is_true(both)
        live = {c["call"] for c in (await both.exchange.ask("calls"))["calls"]}
        await both.until(
            lambda: all(
                both.story(call)[-1].startswith(("ended", "abandoned"))
                for call in calls
                if call not in live and both.story(call)
            )
        )
        assert all(both.story(call).count("offered 5001") == 1 for call in live)

    run(scenario, "--seed", "7")


def test_10_what_can_be_survived_is_and_what_can_not_reconnects():
    async def scenario(both):
        async def raw(data):
            await both.exchange.ask("fault", kind="raw", hex=data.hex())

        await raw(encode(EVENT, b"<a>" + b"x" * 20_000 + b"</a>"))
        await raw(encode(EVENT, b"<not xml"))
        await raw(encode(EVENT, b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'))
        await raw(encode(EVENT, b'<DeliveredEvent xmlns="urn:other"/>'))
        await raw(encode(EVENT, b"<DeliveredEvent/>"))
        await raw(encode(4711, b"<AnswerCallResponse/>"))
        await raw(
            encode(
                42,
                b'<SystemStatus xmlns="http://www.ecma-international.org/standards/ecma-323/csta/ed3">'
                b"<systemStatus>normal</systemStatus></SystemStatus>",
            )
        )
        call = await both.answered("5001", "4001")
        counters = both.link.counters
        assert counters["bad_xml"] == 2
        assert counters["unknown_root:a"] == 1
        assert counters["unknown_root:urn:other DeliveredEvent"] == 1
        assert counters["event_without_call:DeliveredEvent"] == 1
        assert counters["late_answer"] == 1
        assert [link.state for link in both.of(port.Link)] == ["up"]
        await raw(b"\x00\x00\x00\x070001")
        sync = await resynced(both, 2)
        assert (sync.opened, sync.closed, sync.live) == ((), (), (call,))
        assert [link.state for link in both.of(port.Link)] == ["up", "down", "up"]
        assert "length 7" in both.of(port.Link)[1].reason
        assert both.story(call)[-1] == "answered 4001"

    run(scenario)


def test_10_a_frame_as_long_as_can_be():
    async def scenario(both):
        body = (
            b'<DeliveredEvent xmlns="http://www.ecma-international.org/standards/ecma-323/csta/ed3">'
            b"<connection><callID>77</callID><deviceID>5001</deviceID></connection><calledDevice>"
            b"<deviceIdentifier>5001</deviceIdentifier></calledDevice><cause>newCall</cause><!--"
        )
        body += b"x" * (65_527 - len(body) - len(b"--></DeliveredEvent>")) + b"--></DeliveredEvent>"
        both.link._session.data_received(encode(EVENT, body))
        await both.until(lambda: both.of(port.Offered))
        assert both.events[-1].call.startswith("77@")

    run(scenario)


def test_invoke_ids_go_round_and_skip_those_still_pending():
    async def scenario(both):
        session = both.link._session
        await both.exchange.ask("fault", kind="mute")
        pending = asyncio.create_task(session.request(b"<SnapshotDevice/>", timeout=5))
        await asyncio.sleep(0)
        first = session._last_id
        session._last_id = 9997
        await both.exchange.ask("fault", kind="mute", on=False)
        assert await both.link.set_agent_state("4001", "ready") == port.Done()
        assert session._last_id == 9998
        session._last_id = first - 1 or 9998
        assert await both.link.set_agent_state("4001", "not_ready") == port.Done()
        assert session._last_id == first % 9998 + 1
        pending.cancel()

    run(scenario)


def test_no_answer_in_time_is_an_unknown(monkeypatch):
    async def scenario(both):
        call = await both.exchange.place("5001")
        await both.told(call, "offered 5001")
        await both.exchange.ask("fault", kind="mute")
        monkeypatch.setattr(both.link._session.request.__func__, "__kwdefaults__", {"timeout": 0.05})
        assert isinstance(await both.link.deflect(call, "4001"), port.Unknown)
        assert both.link.counters["request_timeout"] == 1

    run(scenario)


def test_a_link_that_is_not_kept_alive_ends_and_ours_is():
    async def scenario(both):
        await asyncio.sleep(2.5)
        assert [link.state for link in both.of(port.Link)] == ["up"]
        await both.exchange.ask("fault", kind="mute")
        await both.until(lambda: both.of(port.Link)[-1].state == "down")
        await both.exchange.ask("fault", kind="none")
        await both.until(lambda: both.of(port.Link)[-1].state == "up")

    run(scenario, "--session-seconds", "1")


def test_an_exchange_that_is_not_there_yet_is_waited_for():
    async def whole():
        async with exchange("--seed", "1") as first:
            address = first.csta
        link = link_to(f"127.0.0.1:{address}")
        await link.connect(lines=("5001",), stations=())
        assert await link.set_agent_state("4001", "ready") == port.Refused("no_link")
        assert await link.snapshot() == []
        await asyncio.sleep(0.3)
        async with exchange(csta_port=address) as second:
            both = Linked(link, second)
            listening = asyncio.create_task(both.listen())
            await both.told(await second.place("5001"), "offered 5001")
            await link.close()
            await listening

    asyncio.run(whole())


def test_a_wrong_password_keeps_us_out():
    async def whole():
        async with exchange("--user", "moothall") as running:
            link = link_to(f"somebody@127.0.0.1:{running.csta}")
            await link.connect(lines=("5001",), stations=())
            async with asyncio.timeout(10):
                while not link.counters["connect_failed"]:
                    await asyncio.sleep(0.01)
            await link.close()
            assert [event async for event in link.events()] == []

    asyncio.run(whole())


@pytest.mark.parametrize("address", ["", "nowhere", "127.0.0.1:", ":8003", "127.0.0.1:port"])
def test_an_address_that_can_not_be_read(address):
    with pytest.raises(ValueError, match=r"host:port|Port"):
        link_to(address)
