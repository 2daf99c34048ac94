"""Calls that our telephones make: adapter against the exchange as a process."""

import pytest

from moothall.telephony import port
from moothall.telephony.tests.linked import run


def test_ringing_out_answered_held_asked_about_and_ended():
    async def scenario(both):
        await both.exchange.ask("times", answer=0.1)
        done = await both.link.call_out("4001", "01632960777", shows="+441858900001")
        assert (await both.exchange.ask("status", call=done.call))["shows"] == "+441858900001"
        out = await both.until(lambda: both.of(port.CallingOut))
        assert isinstance(done, port.Done)
        assert done.call == out[0].call
        assert (out[0].to, out[0].line, out[0].caller.number) == ("01632960777", "", "+441632960777")
        await both.told(done.call, "answered 4001")
        assert (await both.link.call_out("4001", "01632960776")).code == "busy"
        await both.link.hold(done.call, "4001")
        await both.told(done.call, "held 4001")
        await both.link.consult(done.call, "4001", "4002")
        await both.told(done.call, "consultringing 4001")
        await both.link.answer(done.call, "4002")
        await both.told(done.call, "consultanswered 4001")
        await both.link.complete(done.call, "4001")
        await both.told(done.call, "answered 4002")
        await both.exchange.ask("hang_up", call=done.call)
        assert (await both.told(done.call, "ended caller normal"))[:2] == ["callingout 4001", "answered 4001"]
        assert not both.link.counters

    run(scenario)


@pytest.mark.parametrize(
    ("number", "cause"), [("01632960998", "busy"), ("01632960996", "wrong_number"), ("01632960997", "no_answer")]
)
def test_ringing_out_reaches_nobody_and_the_telephone_is_free_again(number, cause):
    async def scenario(both):
        await both.exchange.ask("times", ring=0.2)
        done = await both.link.call_out("4001", number)
        assert (await both.told(done.call, f"ended exchange {cause}"))[-2] == "callingout 4001"
        call = await both.answered("5001", "4001")
        assert (await both.exchange.ask("status", call=call))["state"] == "talking"

    run(scenario)


def test_ringing_out_is_refused_where_it_cannot_be():
    async def scenario(both):
        for device, number in (("4001", "12"), ("4001", "4002"), ("4001", "5001"), ("4009", "01632960777")):
            assert (await both.link.call_out(device, number)).code == "no_such_device", number

    run(scenario)


def test_calls_between_two_telephones_and_by_hand_to_outside():
    async def scenario(both):
        await both.exchange.ask("times", answer=5)
        await both.exchange.ask("handset", station="4002", do="call", to="4003")
        await both.exchange.ask("handset", station="4001", do="call", to="01632960777")
        out = (await both.until(lambda: both.of(port.CallingOut)))[0]
        await both.exchange.ask("fault", kind="drop_link")
        await both.until(lambda: len(both.of(port.Resynced)) == 2)
        assert [shown.legs for shown in await both.link.snapshot()] == [{"4001": "calling"}]
        await both.exchange.ask("handset", station="4001", do="hang_up")
        await both.told(out.call, "ended agent normal")
        assert {event.call for event in both.events if isinstance(event, port.CallEvent)} == {out.call}

    run(scenario)
