"""Messages as exchanges and other programs really write them, read by the adapter."""

import itertools

import pytest

from moothall.telephony import port
from moothall.telephony.contrib.csta import messages
from moothall.telephony.contrib.csta.counters import Counters
from moothall.telephony.contrib.csta.elements import parse
from moothall.telephony.contrib.csta.events import Standing, about_snapshot, standings
from moothall.telephony.contrib.csta.picture import Picture
from moothall.telephony.contrib.csta.session import Stamp, stamp_now
from moothall.telephony.numbers import Caller
from moothall.telephony.tests.linked import word_of

NS = "http://www.ecma-international.org/standards/ecma-323/csta/ed3"
PARTIES = (
    "<callingDevice><deviceIdentifier>01632960123</deviceIdentifier></callingDevice>"
    "<calledDevice><deviceIdentifier>5001:CM1::0</deviceIdentifier></calledDevice>"
)
AT_STATION = "<callID>1001</callID><deviceID>4001:CM1::0</deviceID>"
AT_LINE = "<callID>1001</callID><deviceID>5001:CM1::0</deviceID>"


def event(name, inner, namespace=NS):
    return f'<{name} xmlns="{namespace}"><monitorCrossRefID>7</monitorCrossRefID>{inner}</{name}>'.encode()


DELIVERED_AT_LINE = event(
    "DeliveredEvent",
    (
        f"<connection>{AT_LINE}</connection><alertingDevice><deviceIdentifier>5001:CM1::0</deviceIdentifier></alertingDevice>{PARTIES}"
        "<lastRedirectionDevice><notKnown/></lastRedirectionDevice><localConnectionInfo>alerting</localConnectionInfo>"
        "<cause>newCall</cause>"
    ),
)
DIVERTED = event(
    "DivertedEvent",
    (
        f"<connection>{AT_LINE}</connection><divertingDevice><deviceIdentifier>5001:CM1::0</deviceIdentifier></divertingDevice>"
        f"<newDestination><deviceIdentifier>4001:CM1::0</deviceIdentifier></newDestination>{PARTIES}"
        "<lastRedirectionDevice><notRequired/></lastRedirectionDevice><localConnectionInfo>null</localConnectionInfo>"
        "<cause>redirected</cause>"
    ),
)
DELIVERED = event(
    "DeliveredEvent",
    (
        f"<connection>{AT_STATION}</connection><alertingDevice><deviceIdentifier>4001:CM1::0</deviceIdentifier></alertingDevice>{PARTIES}"
        "<lastRedirectionDevice><numberDialed>5001:CM1::0</numberDialed></lastRedirectionDevice>"
        "<localConnectionInfo>alerting</localConnectionInfo><cause>distributed</cause>"
    ),
)
ESTABLISHED = event(
    "EstablishedEvent",
    (
        f"<establishedConnection>{AT_STATION}</establishedConnection><answeringDevice>"
        f"<deviceIdentifier>4001:CM1::0</deviceIdentifier></answeringDevice>{PARTIES}<cause>newCall</cause>"
    ),
)
HELD = event(
    "HeldEvent",
    f"<heldConnection>{AT_STATION}</heldConnection><localConnectionInfo>hold</localConnectionInfo><cause>normal</cause>",
)
RETRIEVED = event("RetrievedEvent", f"<retrievedConnection>{AT_STATION}</retrievedConnection><cause>normal</cause>")
CLEARED_T101 = event(
    "ConnectionClearedEvent",
    (
        "<droppedConnection><callID>1001</callID><deviceID>T101</deviceID></droppedConnection><releasingDevice>"
        "<deviceIdentifier>01632960123</deviceIdentifier></releasingDevice><localConnectionInfo>connected</localConnectionInfo>"
        "<cause>normalClearing</cause>"
    ),
)
CLEARED_4001 = event(
    "ConnectionClearedEvent",
    (
        f"<droppedConnection>{AT_STATION}</droppedConnection><releasingDevice><deviceIdentifier>01632960123</deviceIdentifier>"
        "</releasingDevice><localConnectionInfo>null</localConnectionInfo><cause>normalClearing</cause>"
    ),
)
FOREIGN = event(
    "ConnectionClearedEvent",
    (
        "<droppedConnection><callID>1001</callID><deviceID>R77</deviceID></droppedConnection><releasingDevice>"
        "<deviceIdentifier>R77</deviceIdentifier></releasingDevice><cause>normal</cause>"
    ),
).replace(b"<releasingDevice><deviceIdentifier>R77", b"<releasingDevice><deviceIdentifier>8888")


@pytest.fixture
def picture():
    picture = Picture(Counters())
    picture.lines, picture.stations = frozenset({"5001"}), frozenset({"4001", "4002"})
    return picture


def told(picture, *bodies):
    return [event for body in bodies for event in picture.apply(parse(body), stamp_now())]


def words(picture, *bodies):
    return [word_of(event) for event in told(picture, *bodies)]


WHOLE = ["offered 5001", "diverted 5001>4001", "alerting 4001", "answered 4001", "ended caller normal"]


def test_a_whole_call(picture):
    events = told(picture, DELIVERED_AT_LINE, DIVERTED, DELIVERED, ESTABLISHED, CLEARED_T101, CLEARED_4001)
    assert [word_of(event) for event in events] == WHOLE
    assert {(event.line, event.caller) for event in events} == {("5001", Caller("number", "+441632960123"))}
    assert [(event.cause, event.raw_cause) for event in events][:3] == [
        ("new", "newCall"),
        ("routed", "redirected"),
        ("routed", "distributed"),
    ]
    assert len({event.call for event in events}) == 1
    assert not picture.calls


@pytest.mark.parametrize("order", list(itertools.permutations((DIVERTED, DELIVERED, ESTABLISHED))))
def test_any_order_between_offer_and_end(picture, order):
    assert words(picture, DELIVERED_AT_LINE, *order, CLEARED_4001, CLEARED_T101) == WHOLE


def test_every_event_twice_and_once_more_when_all_is_over(picture):
    all_ = (DELIVERED_AT_LINE, DIVERTED, DELIVERED, ESTABLISHED, CLEARED_T101, CLEARED_4001)
    assert words(picture, *(body for body in all_ for _ in range(2)), *all_) == WHOLE
    assert not picture.calls


def test_established_for_a_call_never_seen(picture):
    assert words(picture, ESTABLISHED) == ["offered 5001", "alerting 4001", "answered 4001"]


def test_hold_and_a_foreign_connection_cleared(picture):
    told(picture, DELIVERED_AT_LINE, DIVERTED, DELIVERED, ESTABLISHED)
    assert words(picture, HELD, FOREIGN, RETRIEVED, HELD, CLEARED_T101) == [
        "held 4001",
        "retrieved 4001",
        "held 4001",
        "ended caller normal",
    ]
    assert picture.doubts == {"4001"}


def test_rings_again_while_we_think_it_talks_is_doubted_and_changes_nothing(picture):
    told(picture, DELIVERED_AT_LINE, ESTABLISHED)
    assert words(picture, DELIVERED) == []
    assert picture.doubts == {"4001"}


def test_diverted_to_a_number_outside_ends_it_for_us(picture):
    told(picture, DELIVERED_AT_LINE)
    assert words(picture, DIVERTED.replace(b"4001:CM1::0", b"01509000000")) == [
        "diverted 5001>01509000000",
        "ended exchange forwarded",
    ]


def test_the_linkage_id_names_the_call_and_a_call_id_used_again_is_another(picture):
    def with_ucid(body, ucid):
        linkage = f"<globallyUniqueCallLinkageID>{ucid}</globallyUniqueCallLinkageID>"
        linkage = f"<globalCallData><globalCallLinkageID>{linkage}</globalCallLinkageID></globalCallData>"
        return body.replace(b"<cause>", f"<callLinkageData>{linkage}</callLinkageData><cause>".encode())

    first, second = "00001000011795634194", "00001000021795634194"
    events = told(picture, with_ucid(DELIVERED_AT_LINE, first), with_ucid(DELIVERED_AT_LINE, second))
    assert [(event.call, word_of(event)) for event in events] == [
        (first, "offered 5001"),
        (first, "ended exchange lost"),
        (second, "offered 5001"),
    ]
    # The same call under another id, as after a transfer.
    renamed = with_ucid(ESTABLISHED, second).replace(b"1001", b"1002")
    assert [event.call for event in told(picture, renamed)] == [second] * 3


def test_without_a_linkage_id_the_first_sight_tells_calls_apart(picture):
    one = told(picture, DELIVERED_AT_LINE, CLEARED_T101)
    later = Stamp(one[0].at.replace(year=2030), one[0].monotonic_ns + 61 * 10**9)
    two = picture.apply(parse(DELIVERED_AT_LINE), later)
    assert isinstance(two[0], port.Offered)
    assert two[0].call != one[0].call


@pytest.mark.parametrize(
    ("calling", "caller"),
    [
        ("<callingDevice><restricted/></callingDevice>", Caller("withheld")),
        ("<callingDevice><notKnown/></callingDevice>", Caller("unknown")),
        ("<callingDevice/>", Caller("unknown")),
        ("", Caller("unknown")),
        (
            "<callingDevice><deviceIdentifier>N&lt;+441632960123&gt;</deviceIdentifier></callingDevice>",
            Caller("number", "+441632960123"),
        ),
        ("<callingDevice><deviceIdentifier>&lt;script&gt;</deviceIdentifier></callingDevice>", Caller("unknown")),
    ],
)
def test_three_kinds_of_caller(picture, calling, caller):
    known = b"<callingDevice><deviceIdentifier>01632960123</deviceIdentifier></callingDevice>"
    assert told(picture, DELIVERED_AT_LINE.replace(known, calling.encode()))[0].caller == caller


def test_the_line_is_the_number_dialled_even_where_another_is_called(picture):
    private = b"<private><distributingVDN>5001:CM1::0</distributingVDN></private>"
    extension = b"<extensions><privateData>" + private + b"</privateData></extensions>"
    body = (
        DELIVERED.replace(b"5001:CM1::0</deviceIdentifier></calledDevice>", b"9005</deviceIdentifier></calledDevice>")
        .replace(b"</DeliveredEvent>", extension + b"</DeliveredEvent>")
        .replace(b"<numberDialed>5001", b"<numberDialed>4777")
    )
    assert told(picture, body)[0].line == "5001"


def test_other_editions_and_other_orders_are_read(picture):
    shuffled = event(
        "DeliveredEvent",
        (
            f"<cause>newCall</cause><somethingNew><deep>1</deep></somethingNew>{PARTIES}"
            "<connection><deviceID>N&lt;5001&gt;</deviceID><callID>1001</callID></connection>"
        ),
        NS[:-1] + "6",
    )
    assert words(picture, shuffled) == ["offered 5001"]


def test_what_is_new_is_counted_once_by_name(picture):
    told(
        picture,
        event("BridgedEvent", ""),
        event("BridgedEvent", ""),
        DELIVERED_AT_LINE.replace(b"newCall", b"someCause"),
    )
    assert picture._counters == {"unknown_root:BridgedEvent": 2, "unknown_cause:someCause": 1}


def test_names_from_outside_can_not_fill_the_memory(picture):
    for number in range(1000):
        told(picture, event(f"New{number}Event", ""))
    assert len(picture._counters) <= 201
    assert picture._counters.total() == 1000


def test_a_snapshot_of_a_device():
    body = f"""<SnapshotDeviceResponse xmlns="{NS}"><crossRefIDorSnapshotData><snapshotData><snapshotDeviceResponseInfo>
        <connectionIdentifier><callID>1001</callID><deviceID>4001:CM1::0</deviceID></connectionIdentifier><localCallState><compoundCallState>
        <localConnectionState>connected</localConnectionState><localConnectionState>hold</localConnectionState></compoundCallState>
        </localCallState></snapshotDeviceResponseInfo></snapshotData></crossRefIDorSnapshotData></SnapshotDeviceResponse>"""
    assert standings(parse(body.encode())) == [Standing("1001", "4001:CM1::0", "connected", "held")]
    assert about_snapshot(parse(body.encode()), "1001").caller == Caller("unknown")


def test_agent_events():
    picture = Picture(Counters())
    body = event(
        "AgentWorkingAfterCallEvent",
        (
            "<agentDevice><deviceIdentifier>4001:CM1::0</deviceIdentifier></agentDevice><agentID>2001</agentID>"
            "<pendingAgentState>ready</pendingAgentState>"
        ),
    )
    (state,) = told(picture, body)
    assert (state.device, state.agent, state.state) == ("4001", "2001", "after_call")


def test_our_requests_are_in_the_standard_s_order():
    assert messages.answer_call("1001", "4001:CM1::0").decode() == (
        f'<AnswerCall xmlns="{NS}"><callToBeAnswered>{AT_STATION}</callToBeAnswered></AnswerCall>'
    )
    assert messages.deflect_call("1001", "5001:CM1::0", "4001:CM1::0").decode() == (
        f'<DeflectCall xmlns="{NS}"><callToBeDiverted>{AT_LINE}</callToBeDiverted>'
        "<newDestination>4001:CM1::0</newDestination></DeflectCall>"
    )
    assert messages.set_agent_state("4001", "ready", "2001").decode() == (
        f'<SetAgentState xmlns="{NS}"><device>4001</device><requestedAgentState>ready</requestedAgentState>'
        "<agentID>2001</agentID></SetAgentState>"
    )
    start = messages.start_session(user="moot", password="s<3é", cleanup_s=60, session_id="", duration_s=60)
    assert b"s&lt;3&#233;" in start
    login = parse(start).find("SessionLoginInfo")
    assert [child.name for child in login.children] == ["userName", "password", "sessionCleanupDelay", "sessionID"]
