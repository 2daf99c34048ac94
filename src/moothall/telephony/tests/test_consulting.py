"""Asking somebody while the caller is on hold, and passing the caller on: adapter against the exchange as a process."""

import pytest

from moothall.telephony import port
from moothall.telephony.tests.linked import run


def of_call(both, call, kind):
    return [event for event in both.events if isinstance(event, kind) and event.call == call]


async def consulting(both, to="4002", line="5001"):
    """A caller on hold at 4001, who talks with `to`."""
    call = await both.answered(line, "4001")
    assert await both.link.consult(call, "4001", to) == port.Done()
    await both.told(call, "consultringing 4001")
    assert await both.link.answer(call, to) == port.Done()
    await both.told(call, "consultanswered 4001")
    return call


async def state_of(both, call):
    return (await both.exchange.ask("status", call=call))["state"]


def test_asked_and_passed_on_the_call_keeps_its_key_and_its_next_agent_ends_it():
    async def scenario(both):
        call = await consulting(both)
        assert await state_of(both, call) == "held"
        assert await both.link.complete(call, "4001") == port.Done()
        await both.told(call, "answered 4002")
        assert of_call(both, call, port.Transferred)[0].to == "4002"
        assert (await both.exchange.ask("status", call=call))["station"] == "4002"
        assert await both.link.clear(call, "4002") == port.Done()
        assert (await both.told(call, "ended agent normal"))[3:] == [
            "answered 4001", "held 4001", "consultringing 4001", "consultanswered 4001", "transferred 4001",
            "alerting 4002", "answered 4002", "ended agent normal",
        ]
        assert {event.to for event in both.of(port.ConsultRinging) + both.of(port.ConsultAnswered)} == {"4002"}
        assert {event.call for event in both.events if isinstance(event, port.CallEvent)} == {call}
        assert not both.link.counters

    run(scenario)


def test_back_to_the_caller_then_asked_somebody_else_and_the_two_change_places():
    async def scenario(both):
        call = await consulting(both)
        assert await both.link.give_up(call, "4001") == port.Done()
        await both.told(call, "retrieved 4001")
        ended = both.of(port.ConsultEnded)[0]
        assert (ended.to, ended.reason) == ("4002", "returned")
        assert await both.link.consult(call, "4001", "4003") == port.Done()
        await both.told(call, "consultringing 4001")
        assert isinstance(await both.link.swap(call, "4001"), port.Refused), "nobody talks there yet"
        await both.exchange.ask("handset", station="4003", do="answer")
        await both.told(call, "consultanswered 4001")
        for with_caller in (True, False, True):
            assert await both.link.swap(call, "4001") == port.Done()
            await both.told(call, "retrieved 4001" if with_caller else "consultswapped 4001")
            assert of_call(both, call, port.ConsultSwapped)[-1].with_caller is with_caller
            assert await state_of(both, call) == ("talking" if with_caller else "held")
        assert await both.link.complete(call, "4001") == port.Done()
        await both.told(call, "answered 4003")
        assert not both.link.counters

    run(scenario)


@pytest.mark.parametrize(
    ("to", "reason"), [("4002", "busy"), ("01632960998", "busy"), ("01632960996", "wrong_number")]
)
def test_who_is_asked_is_not_reached_and_the_caller_comes_back(to, reason):
    async def scenario(both):
        await both.answered("5002", "4002")
        call = await both.answered("5001", "4001")
        assert await both.link.consult(call, "4001", to) == port.Done()
        await both.told(call, "consultended 4001")
        assert (both.of(port.ConsultEnded)[0].to, both.of(port.ConsultEnded)[0].reason) == (to, reason)
        assert await state_of(both, call) == "held"
        assert isinstance(await both.link.complete(call, "4001"), port.Refused)
        assert await both.link.retrieve(call, "4001") == port.Done(), "the tone at the telephone ends with it"
        await both.told(call, "retrieved 4001")
        assert len(both.of(port.ConsultEnded)) == 1
        assert not both.link.counters

    run(scenario)


@pytest.mark.parametrize("to", ["4002", "01632960997"])
def test_who_is_asked_does_not_answer(to):
    async def scenario(both):
        await both.exchange.ask("times", ring=0.2)
        call = await both.answered("5001", "4001")
        assert await both.link.consult(call, "4001", to) == port.Done()
        await both.told(call, "consultended 4001")
        assert both.of(port.ConsultEnded)[0].reason == "no_answer"
        assert await both.link.give_up(call, "4001") == port.Done()
        await both.told(call, "retrieved 4001")

    run(scenario)


def test_numbers_that_cannot_be_asked_and_calls_that_cannot_ask():
    async def scenario(both):
        call = await both.answered("5001", "4001")
        for to in ("12", "4001", "5002", "no number"):
            assert (await both.link.consult(call, "4001", to)).code == "no_such_device", to
        assert await both.link.consult(call, "4002", "4003") == port.Refused("no_call")
        assert await both.link.consult("no such call", "4001", "4002") == port.Refused("no_call")
        for verb in (both.link.complete, both.link.give_up, both.link.swap):
            assert await verb(call, "4001") == port.Refused("no_call")
        assert await state_of(both, call) == "talking"
        assert await both.link.consult(call, "4001", "4002") == port.Done()
        assert await both.link.consult(call, "4001", "4003") == port.Refused("wrong_state")
        ringing = await both.exchange.place("5001")
        await both.told(ringing, "offered 5001")
        await both.link.deflect(ringing, "4003")
        await both.told(ringing, "alerting 4003")
        assert await both.link.consult(ringing, "4003", "4001") == port.Refused("wrong_state")

    run(scenario)


def test_who_was_asked_rings_off_and_the_caller_waits_on():
    async def scenario(both):
        call = await consulting(both)
        await both.exchange.ask("handset", station="4002", do="hang_up")
        await both.told(call, "consultended 4001")
        assert both.of(port.ConsultEnded)[0].reason == "hung_up"
        assert await state_of(both, call) == "held"
        assert await both.link.retrieve(call, "4001") == port.Done()
        await both.told(call, "retrieved 4001")

    run(scenario)


def test_the_caller_rings_off_while_on_hold_and_the_two_talk_on():
    async def scenario(both):
        call = await consulting(both)
        await both.exchange.ask("hang_up", call=call)
        await both.told(call, "ended caller normal")
        assert await both.link.complete(call, "4001") == port.Refused("no_call"), "there is nobody to pass on"
        assert await both.link.give_up(call, "4001") == port.Done()
        await both.told(call, "consultended 4001")
        assert not (await both.exchange.ask("calls"))["calls"]
        assert not both.link.counters

    run(scenario)


def test_passed_on_while_it_rings_then_answered_or_rung_off():
    async def scenario(both):
        calls = []
        for _ in range(2):
            call = await both.answered("5001", "4001")
            await both.link.consult(call, "4001", "4002")
            await both.told(call, "consultringing 4001")
            assert await both.link.complete(call, "4001") == port.Done()
            assert (await both.told(call, "alerting 4002"))[-2] == "transferred 4001"
            calls.append(call)
            if len(calls) == 1:
                await both.link.answer(call, "4002")
                await both.told(call, "answered 4002")
            await both.exchange.ask("hang_up", call=call)
            await both.told(call, "ended caller normal")

    run(scenario)


def test_a_number_outside_is_asked_and_given_the_caller():
    async def scenario(both):
        await both.exchange.ask("times", answer=0.1)
        call = await both.answered("5001", "4001")
        assert await both.link.consult(call, "4001", "01632960777") == port.Done()
        await both.told(call, "consultanswered 4001")
        assert await both.link.complete(call, "4001") == port.Done()
        await both.told(call, "ended agent transfer")
        status = await both.exchange.ask("status", call=call)
        assert (status["state"], status["at"]) == ("talking", "01632960777")
        assert not both.link.counters

    run(scenario)


def test_asked_when_the_caller_was_on_hold_already():
    async def scenario(both):
        call = await both.answered("5001", "4001")
        await both.link.hold(call, "4001")
        await both.told(call, "held 4001")
        assert await both.link.consult(call, "4001", "4002") == port.Done()
        await both.told(call, "consultringing 4001")
        await both.link.answer(call, "4002")
        await both.told(call, "consultanswered 4001")
        await both.link.complete(call, "4001")
        await both.told(call, "answered 4002")
        assert not both.link.counters

    run(scenario)


def test_all_of_it_by_hand_at_the_telephones_is_told_the_same():
    async def scenario(both):
        call = await both.answered("5001", "4001")

        async def by_hand(station, do, last, **fields):
            answer = await both.exchange.ask("handset", station=station, do=do, **fields)
            assert answer["ok"], answer
            await both.told(call, last)

        await by_hand("4001", "consult", "consultringing 4001", to="4002")
        await by_hand("4002", "answer", "consultanswered 4001")
        await by_hand("4001", "swap", "retrieved 4001")
        await by_hand("4001", "swap", "consultswapped 4001")
        await by_hand("4001", "back", "retrieved 4001")
        await by_hand("4001", "consult", "consultringing 4001", to="4003")
        await by_hand("4003", "answer", "consultanswered 4001")
        await by_hand("4001", "complete", "answered 4003")
        await by_hand("4003", "pass", "alerting 4002", to="4002")
        await by_hand("4002", "divert", "alerting 4001", to="4001")
        await by_hand("4001", "answer", "answered 4001")
        assert [event.to for event in of_call(both, call, port.Transferred)] == ["4003", "4002"]
        await both.exchange.ask("hang_up", call=call)
        await both.told(call, "ended caller normal")
        assert not both.link.counters

    run(scenario)


@pytest.mark.parametrize("forget", [False, True])
def test_the_link_is_lost_in_consultations_and_what_became_of_them_is_told(forget):
    async def scenario(both):
        passed, left = await consulting(both), await both.answered("5002", "4003")
        assert await both.link.consult(left, "4003", "4004") == port.Done()
        await both.told(left, "consultringing 4003")
        kept = await both.answered("5000", "4005")
        assert await both.link.consult(kept, "4005", "4006") == port.Done()
        await both.told(kept, "consultringing 4005")
        await both.exchange.ask("fault", kind="drop_link", forget=forget, **{"for": 0.2})
        await both.exchange.ask("handset", station="4001", do="complete")
        await both.exchange.ask("handset", station="4004", do="hang_up")
        await both.exchange.ask("handset", station="4006", do="answer")
        begun = await both.exchange.place("5001")
        await both.told(passed, "answered 4002")
        assert of_call(both, passed, port.Transferred)[0].to == "4002"
        await both.told(left, "consultended 4003")
        assert of_call(both, left, port.ConsultEnded)[0].reason == "lost"
        await both.told(kept, "consultanswered 4005")
        await both.told(begun, "offered 5001")
        shown = {one.call: one for one in await both.link.snapshot()}
        assert shown[kept].consult == port.ConsultSnapshot("4005", "4006", "talking")
        assert (shown[passed].consult, shown[passed].legs) == (None, {"4002": "connected"})
        assert set(shown) == {passed, left, kept, begun}
        assert await both.link.complete(kept, "4005") == port.Done()
        await both.told(kept, "answered 4006")

    run(scenario, stations=("4001", "4002", "4003", "4004", "4005", "4006"))


def test_a_link_that_begins_in_the_midst_of_a_consultation_knows_it():
    async def scenario(both):
        call = await both.exchange.place("4009")
        await both.exchange.ask("handset", station="4009", do="answer")
        await both.exchange.ask("handset", station="4009", do="consult", to="4008")
        await both.exchange.ask("handset", station="4008", do="answer")
        await both.link.connect(lines=("5001",), stations=("4008", "4009"))
        await both.told(call, "consultanswered 4009")
        assert await both.link.complete(call, "4009") == port.Done()
        await both.told(call, "answered 4008")

    run(scenario)


def test_events_twice_and_out_of_order_tell_each_step_once():
    async def scenario(both):
        await both.exchange.ask("fault", kind="swap_events")
        await both.exchange.ask("fault", kind="duplicate_events")
        call = await consulting(both)
        await both.link.complete(call, "4001")
        await both.until(lambda: {"transferred 4001", "answered 4002"} <= set(both.story(call)))
        await both.exchange.ask("hang_up", call=call)
        story = await both.told(call, "ended caller normal")
        for once in ("consultringing 4001", "consultanswered 4001", "transferred 4001"):
            assert story.count(once) == 1, story
        assert not [event for event in both.events if isinstance(event, port.CallEvent) and event.call != call]

    run(scenario)
