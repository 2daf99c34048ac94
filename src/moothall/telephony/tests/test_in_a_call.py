"""Hold, back to the caller and passing a call on: adapter against the exchange's own process over TCP."""

from moothall.telephony import port
from moothall.telephony.tests.linked import run


def test_held_by_the_desk_and_back_and_again_by_the_handset():
    async def scenario(both):
        call = await both.answered("5001", "4001")
        assert await both.link.hold(call, "4001") == port.Done()
        await both.told(call, "held 4001")
        assert (await both.exchange.ask("status", call=call))["state"] == "held"
        assert isinstance(await both.link.hold(call, "4001"), port.Refused), "pressed twice it is held once"
        assert await both.link.retrieve(call, "4001") == port.Done()
        await both.told(call, "retrieved 4001")
        assert isinstance(await both.link.retrieve(call, "4001"), port.Refused)
        await both.exchange.ask("handset", station="4001", do="hold")
        await both.told(call, "held 4001")
        await both.exchange.ask("hang_up", call=call)
        story = await both.told(call, "ended caller normal")
        assert story[3:] == ["answered 4001", "held 4001", "retrieved 4001", "held 4001", "ended caller normal"]
        assert not both.link.counters

    run(scenario)


def test_the_link_is_lost_on_hold_and_the_hold_ends_meanwhile():
    async def scenario(both):
        call = await both.answered("5001", "4001")
        other = await both.answered("5002", "4002")
        for key, station in ((call, "4001"), (other, "4002")):
            await both.link.hold(key, station)
            await both.told(key, f"held {station}")
        await both.exchange.ask("fault", kind="drop_link", **{"for": 0.2})
        await both.exchange.ask("handset", station="4001", do="retrieve")
        await both.exchange.ask("hang_up", call=other)
        await both.told(call, "retrieved 4001")
        await both.told(other, "ended exchange lost")

    run(scenario)


def test_passed_on_to_a_route_point_the_call_keeps_its_key_and_is_answered_again():
    async def scenario(both):
        call = await both.answered("5001", "4001")
        await both.link.hold(call, "4001")
        assert await both.link.transfer(call, "4001", "5001") == port.Done()
        await both.told(call, "transferred 4001")
        assert both.of(port.Transferred)[0].to == "5001"
        assert await both.link.deflect(call, "4002") == port.Done()
        await both.told(call, "alerting 4002")
        await both.link.answer(call, "4002")
        await both.exchange.ask("hang_up", call=call)
        story = await both.told(call, "ended caller normal")
        assert story[5:] == [
            "transferred 4001", "diverted 5001>4002", "alerting 4002", "answered 4002", "ended caller normal",
        ]
        assert story.count("offered 5001") == 1
        assert not both.link.counters

    run(scenario)


def test_rung_off_after_it_was_passed_on():
    async def scenario(both):
        call = await both.answered("5001", "4001")
        await both.link.transfer(call, "4001", "5001")
        await both.told(call, "transferred 4001")
        await both.exchange.ask("hang_up", call=call)
        assert (await both.told(call, "ended caller normal"))[-2:] == ["transferred 4001", "ended caller normal"]

    run(scenario)


def test_passed_on_to_a_number_outside_the_call_is_over_for_us_and_goes_on_for_them():
    async def scenario(both):
        call = await both.answered("5001", "4001")
        assert isinstance(await both.link.transfer(call, "4001", "12"), port.Refused)
        assert await both.link.transfer(call, "4001", "01632960999") == port.Done()
        await both.told(call, "ended agent transfer")
        status = await both.exchange.ask("status", call=call)
        assert (status["state"], status["at"]) == ("talking", "01632960999")

    run(scenario)


def test_events_twice_and_out_of_order_change_nothing():
    async def scenario(both):
        await both.exchange.ask("fault", kind="swap_events")
        await both.exchange.ask("fault", kind="duplicate_events")
        call = await both.answered("5001", "4001")
        await both.link.transfer(call, "4001", "5002")
        await both.until(lambda: "transferred 4001" in both.story(call))
        await both.exchange.ask("hang_up", call=call)
        story = await both.told(call, "ended caller normal")
        assert story.count("transferred 4001") == story.count("offered 5001") == 1

    run(scenario)
