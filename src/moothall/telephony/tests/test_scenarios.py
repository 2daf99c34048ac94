"""The contract's scenarios, adapter against the exchange's own process over TCP."""

from moothall.telephony import port
from moothall.telephony.numbers import Caller
from moothall.telephony.tests.linked import run


def test_1_answered_and_the_caller_rings_off():
    async def scenario(both):
        call = await both.answered("5001", "4001")
        await both.exchange.ask("hang_up", call=call)
        assert await both.told(call, "ended caller normal") == [
            "offered 5001",
            "diverted 5001>4001",
            "alerting 4001",
            "answered 4001",
            "ended caller normal",
        ]
        events = [event for event in both.events if isinstance(event, port.CallEvent)]
        assert {event.line for event in events} == {"5001"}
        assert {event.caller for event in events} == {Caller("number", "+441632960123")}
        times = [event.monotonic_ns for event in events]
        assert times == sorted(times)
        assert all(event.at.utcoffset().total_seconds() == 0 for event in events)
        assert not both.link.counters

    run(scenario)


def test_1_the_agent_rings_off_by_the_desk_and_by_the_handset():
    async def scenario(both):
        call = await both.answered("5001", "4001")
        assert await both.link.clear(call, "4001") == port.Done()
        assert (await both.told(call, "ended agent normal"))[-2:] == ["answered 4001", "ended agent normal"]
        call = await both.exchange.place("5002", "withheld")
        await both.told(call, "offered 5002")
        await both.link.deflect(call, "4002")
        await both.told(call, "alerting 4002")
        await both.exchange.ask("handset", station="4002", do="answer")
        await both.told(call, "answered 4002")
        await both.exchange.ask("handset", station="4002", do="hang_up")
        await both.told(call, "ended agent normal")
        assert both.events[-1].caller == Caller("withheld")

    run(scenario)


def test_2_the_caller_gives_up_waiting():
    async def scenario(both):
        call = await both.exchange.place("5001", None, patience=0.3)
        assert await both.told(call, "abandoned") == ["offered 5001", "abandoned"]
        assert both.events[-1].caller == Caller("unknown")
        assert both.events[-1].after_ms >= 250

    run(scenario)


def test_2_the_caller_gives_up_while_it_rings():
    async def scenario(both):
        call = await both.exchange.place("5001")
        await both.told(call, "offered 5001")
        await both.link.deflect(call, "4001")
        await both.told(call, "alerting 4001")
        await both.exchange.ask("hang_up", call=call)
        assert (await both.told(call, "abandoned"))[-2:] == ["alerting 4001", "abandoned"]
        assert await both.link.answer(call, "4001") == port.Refused("no_call")

    run(scenario)


def test_3_no_answer_then_back_then_another():
    async def scenario(both):
        call = await both.exchange.place("5001")
        await both.told(call, "offered 5001")
        for there, here in (("4001", "alerting"), ("5001", "diverted 4001>"), ("4002", "alerting")):
            assert await both.link.deflect(call, there) == port.Done()
            await both.told(call, f"{here} {there}".replace("> ", ">"))
        await both.link.answer(call, "4002")
        await both.told(call, "answered 4002")
        await both.exchange.ask("hang_up", call=call)
        assert await both.told(call, "ended caller normal") == [
            "offered 5001",
            "diverted 5001>4001",
            "alerting 4001",
            "diverted 4001>5001",
            "diverted 5001>4002",
            "alerting 4002",
            "answered 4002",
            "ended caller normal",
        ]

    run(scenario)


def test_3_the_same_agent_again_within_the_minute():
    async def scenario(both):
        call = await both.exchange.place("5001")
        await both.told(call, "offered 5001")
        for _ in range(3):
            await both.link.deflect(call, "4001")
            await both.told(call, "alerting 4001")
            await both.link.deflect(call, "5001")
            await both.told(call, "diverted 4001>5001")
        await both.link.deflect(call, "4001")
        await both.told(call, "alerting 4001")
        await both.link.answer(call, "4001")
        story = await both.told(call, "answered 4001")
        assert story.count("alerting 4001") == 4
        assert not both.link.counters

    run(scenario)


def test_an_unknown_number_arrives_at_the_general_line_and_is_kept():
    async def scenario(both):
        call = await both.exchange.place("5999")
        await both.told(call, "offered 5000")
        assert both.events[-1].line == "5999"

    run(scenario)


def test_refusals_are_values():
    async def scenario(both):
        talking, waiting = await both.answered("5001", "4001"), await both.exchange.place("5001")
        await both.told(waiting, "offered 5001")
        assert (await both.link.deflect(waiting, "4001")).code == "busy"
        assert (await both.link.deflect(waiting, "9999")).code == "no_such_device"
        assert (await both.link.deflect(talking, "4002")).code == "wrong_state"
        assert await both.link.answer("no such call", "4001") == port.Refused("no_call")
        assert (await both.link.set_agent_state("9", "ready")).code == "no_such_device"
        await both.exchange.ask("fault", kind="refuse", category="operation", value="somethingNew")
        assert (await both.link.deflect(waiting, "4002")).code == "fault"
        assert both.link.counters["unknown_error:operation somethingNew"] == 1

    run(scenario)


def test_a_caller_on_a_closed_line_hears_why_and_the_call_ends_then():
    async def scenario(both):
        call = await both.exchange.place("5001")
        await both.told(call, "offered 5001")
        words = "Closed & quiet."
        assert await both.link.tell_and_clear(call, "5001", words) == port.Done()
        assert (await both.exchange.ask("status", call=call))["told"] == words
        await both.until(lambda: len(both.story(call)) == 2)
        assert (await both.exchange.ask("status", call=call))["why"] == "exchange"
        talking = await both.answered("5002", "4001")
        assert await both.link.tell_and_clear(talking, "4001", words) == port.Refused(
            "wrong_state", "stateIncompatibility: invalidConnectionState"
        )

    run(scenario)


def test_agents_follow_the_desk():
    async def scenario(both):
        assert await both.link.set_agent_state("4001", "ready", agent="2001") == port.Done()
        await both.until(lambda: both.of(port.AgentState))
        state = both.of(port.AgentState)[0]
        assert (state.device, state.agent, state.state) == ("4001", "2001", "ready")
        assert (await both.exchange.ask("agents"))["ready"] == 1
        await both.answered("5001", "4001")
        assert (await both.exchange.ask("agents"))["busy"] == 1

    run(scenario)


def test_devices_can_be_changed_while_linked():
    async def scenario(both):
        waiting = await both.exchange.place("5002")
        await both.link.connect(lines=("5000", "5002"), stations=("4009",))
        assert await both.told(waiting, "offered 5002") == ["offered 5002"]
        await both.link.deflect(waiting, "4009")
        await both.told(waiting, "alerting 4009")
        unseen = await both.exchange.place("5001")
        seen = await both.exchange.place("5002")
        await both.told(seen, "offered 5002")
        assert both.story(unseen) == []

    run(scenario, lines=("5000", "5001"))
