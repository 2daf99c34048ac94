"""The exchange by its own two ports, as any program would use them."""

from __future__ import annotations

import asyncio
import json
from xml.etree.ElementTree import fromstring

import pytest

from exchange_process import exchange

CSTA = "http://www.ecma-international.org/standards/ecma-323/csta/ed3"
SESSION = "http://www.ecma-international.org/standards/ecma-354/appl_session"
START = (
    f'<StartApplicationSession xmlns="{SESSION}"><applicationInfo><applicationID>test</applicationID>'
    "<applicationSpecificInfo>"
    '<v:SessionLoginInfo xmlns:v="http://www.avaya.com/csta"><v:userName>moot</v:userName><v:password>s3cret</v:password>'
    "<v:sessionCleanupDelay>60</v:sessionCleanupDelay><v:sessionID>{}</v:sessionID></v:SessionLoginInfo>"
    "</applicationSpecificInfo>"
    "</applicationInfo><requestedProtocolVersions><protocolVersion>{}/priv7</protocolVersion></requestedProtocolVersions>"
    "<requestedSessionDuration>60</requestedSessionDuration></StartApplicationSession>"
)


class Client:
    """A hand-made CSTA client, written from the standard's description and nothing else."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def read(self) -> tuple[int, object]:
        async with asyncio.timeout(10):
            header = await self.reader.readexactly(8)
            assert header[:2] == b"\0\0"
            body = await self.reader.readexactly(int.from_bytes(header[2:4], "big") - 8)
        root = fromstring(body)
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        return int(header[4:]), root

    def send(self, invoke_id: int, body: str) -> None:
        data = body.encode()
        self.writer.write(b"\0\0" + (len(data) + 8).to_bytes(2, "big") + b"%04d" % invoke_id + data)

    async def ask(self, invoke_id: int, name: str, inner: str = "", namespace: str = CSTA):
        self.send(invoke_id, f'<{name} xmlns="{namespace}">{inner}</{name}>')
        while True:
            number, root = await self.read()
            if number == invoke_id:
                return root

    async def start(self, session_id: str = ""):
        self.send(1, START.format(session_id, CSTA))
        return (await self.read())[1]

    async def monitor(self, invoke_id: int, device: str) -> str:
        answer = await self.ask(
            invoke_id, "MonitorStart", f"<monitorObject><deviceObject>{device}</deviceObject></monitorObject>"
        )
        return answer.findtext("monitorCrossRefID")


def run(scenario, *options):
    async def whole():
        async with exchange(*options) as running:
            client = Client(*await asyncio.open_connection("127.0.0.1", running.csta))
            try:
                await scenario(running, client)
            finally:
                client.writer.close()

    asyncio.run(whole())


def test_a_call_s_events_one_by_one():
    async def scenario(running, client):
        answer = await client.start()
        assert answer.tag == "StartApplicationSessionPosResponse"
        assert answer.findtext("actualProtocolVersion") == f"{CSTA}/priv7"
        line, station = await client.monitor(2, "5001:CM1::0"), await client.monitor(3, "4001")
        call = await running.place("5001", "01632960123")
        number, delivered = await client.read()
        assert (number, delivered.tag, delivered.findtext("monitorCrossRefID")) == (9999, "DeliveredEvent", line)
        assert delivered.findtext("callingDevice/deviceIdentifier") == "01632960123"
        assert delivered.findtext("calledDevice/deviceIdentifier") == "5001:CM1::0"
        assert delivered.findtext(".//globallyUniqueCallLinkageID") == call
        call_id = delivered.findtext("connection/callID")
        at_line = f"<callID>{call_id}</callID><deviceID>5001:CM1::0</deviceID>"
        client.send(
            4,
            f'<DeflectCall xmlns="{CSTA}"><callToBeDiverted>{at_line}</callToBeDiverted>'
            "<newDestination>4001</newDestination></DeflectCall>",
        )
        seen = [await client.read() for _ in range(3)]
        assert sorted(root.tag for _, root in seen) == ["DeflectCallResponse", "DeliveredEvent", "DivertedEvent"]
        assert await running.state(call) == "ringing"
        at_station = f"<callID>{call_id}</callID><deviceID>4001:CM1::0</deviceID>"
        client.send(5, f'<AnswerCall xmlns="{CSTA}"><callToBeAnswered>{at_station}</callToBeAnswered></AnswerCall>')
        assert {root.tag for _, root in [await client.read(), await client.read()]} == {
            "AnswerCallResponse",
            "EstablishedEvent",
        }
        snapshot = await client.ask(6, "SnapshotDevice", "<snapshotObject>4001:CM1::0</snapshotObject>")
        assert [state.text for state in snapshot.iter("localConnectionState")] == ["connected", "connected"]
        await running.ask("hang_up", call=call)
        first, second = (await client.read())[1], (await client.read())[1]
        assert first.findtext("droppedConnection/deviceID").startswith("T")
        assert first.findtext("releasingDevice/deviceIdentifier") == "01632960123"
        assert second.findtext("droppedConnection/deviceID") == "4001:CM1::0"
        assert {first.findtext("monitorCrossRefID"), second.findtext("monitorCrossRefID")} == {station}
        assert (await running.ask("status", call=call))["why"] == "caller"

    run(scenario)


def test_a_withheld_number_is_nowhere():
    async def scenario(running, client):
        await client.start()
        await client.monitor(2, "5001")
        call = await running.place("5001", "withheld")
        _, delivered = await client.read()
        assert delivered.find("callingDevice/restricted") is not None
        await running.ask("hang_up", call=call)
        assert (await client.read())[1].find("releasingDevice/notKnown") is not None

    run(scenario)


REFUSALS = [
    (
        "AnswerCall",
        "<callToBeAnswered><callID>1</callID><deviceID>4001</deviceID></callToBeAnswered>",
        "stateIncompatibility",
        "noCallToAnswer",
    ),
    (
        "ClearConnection",
        "<connectionToBeCleared><callID>1</callID><deviceID>4001</deviceID></connectionToBeCleared>",
        "stateIncompatibility",
        "noConnectionToClear",
    ),
    (
        "AnswerCall",
        "<callToBeAnswered><callID>1</callID><deviceID>77</deviceID></callToBeAnswered>",
        "operation",
        "invalidDeviceID",
    ),
    ("MonitorStart", "<monitorObject><deviceObject>77</deviceObject></monitorObject>", "operation", "invalidDeviceID"),
    ("MonitorStop", "<monitorCrossRefID>999</monitorCrossRefID>", "operation", "invalidMonitorCrossRefID"),
    ("SnapshotDevice", "<snapshotObject>77</snapshotObject>", "operation", "invalidDeviceID"),
    ("SnapshotCall", "<snapshotObject><callID>1</callID></snapshotObject>", "operation", "invalidConnectionID"),
    (
        "SetAgentState",
        "<device>4001</device><requestedAgentState>dancing</requestedAgentState>",
        "operation",
        "valueOutOfRange",
    ),
    ("ParkCall", "", "operation", "serviceNotSupported"),
    ("AnswerCall", "", "operation", "invalidDeviceID"),
]


def test_refusals_name_their_category():
    async def scenario(_, client):
        await client.start()
        for number, (name, inner, *category_and_value) in enumerate(REFUSALS, 2):
            answer = await client.ask(number, name, inner)
            assert answer.tag == "CSTAErrorCode"
            assert [answer[0].tag, answer[0].text] == category_and_value, name

    run(scenario)


def test_nothing_without_a_session_and_bad_xml_costs_one_frame():
    async def scenario(_, client):
        assert (await client.ask(1, "SnapshotDevice", "<snapshotObject>4001</snapshotObject>"))[0].tag == "security"
        client.send(2, "<not xml")
        assert (await client.read())[0] == 2
        client.send(3, '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')
        assert (await client.read())[1].tag == "CSTAErrorCode"
        assert (await client.start()).tag == "StartApplicationSessionPosResponse"
        assert (await client.start()).tag == "StartApplicationSessionNegResponse"

    run(scenario)


@pytest.mark.parametrize("header", [b"00\x00\x200001", b"\x00\x00\x00\x080001", b"\x00\x00\x00\x20000x"])
def test_a_bad_header_closes_the_connection(header):
    async def scenario(_, client):
        client.writer.write(header + b"x" * 24)
        assert await client.reader.read() == b""

    run(scenario)


def test_a_session_ends_without_keep_alive_and_lives_with_it():
    async def scenario(running, client):
        session = (await client.start()).findtext("sessionID")
        for turn in range(5):
            answer = await client.ask(
                2 + turn, "ResetApplicationSessionTimer", f"<sessionID>{session}</sessionID>", SESSION
            )
            assert answer.findtext("actualSessionDuration") == "1"
            await asyncio.sleep(0.3)  # 1.5 s in all, and each may last three times as long on a busy machine
        assert await client.reader.read() == b""

    run(scenario, "--session-seconds", "1")


def test_a_session_can_be_resumed_with_its_monitors_but_not_a_made_up_one():
    async def scenario(running, client):
        session = (await client.start()).findtext("sessionID")
        await client.monitor(2, "5001")
        client.writer.transport.abort()
        again = Client(*await asyncio.open_connection("127.0.0.1", running.csta))
        assert (await again.start("FFFF")).tag == "StartApplicationSessionNegResponse"
        assert (await again.start(session)).tag == "StartApplicationSessionPosResponse"
        await running.place("5001")
        assert (await again.read())[1].tag == "DeliveredEvent"
        stopped = await again.ask(3, "StopApplicationSession", f"<sessionID>{session}</sessionID>", SESSION)
        assert stopped.tag == "StopApplicationSessionPosResponse"
        again.writer.close()

    run(scenario)


def test_patience_and_talk_run_out():
    async def scenario(running, _):
        async def until(call, state):
            async with asyncio.timeout(10):
                while await running.state(call) != state:
                    await asyncio.sleep(0.02)
            return await running.ask("status", call=call)

        gone = await running.place("5001", patience=0.1)
        assert (await until(gone, "ended"))["why"] == "patience"
        talker = await running.place("4001", talk=0.1, patience=5)
        assert await running.state(talker) == "ringing"
        await running.ask("handset", station="4001", do="answer")
        assert (await until(talker, "ended"))["why"] == "caller"
        assert (await running.ask("calls"))["count"] == 0

    run(scenario)


def test_a_busy_station_and_an_unknown_number_go_to_the_general_line():
    async def scenario(running, _):
        await running.place("4001")
        for dialled in ("4001", "5999", "01858900001", "x"):
            call = await running.place(dialled)
            status = await running.ask("status", call=call)
            assert (status["to"], status["at"], status["state"]) == (dialled, "5000", "waiting")

    run(scenario)


BAD_LINES = [
    b"nonsense",
    b"[]",
    b"{}",
    b'{"op":"dance"}',
    b'{"op":"place"}',
    b'{"op":"place","to":5001}',
    b'{"op":"place","to":"5001","from":5}',
    b'{"op":"place","to":"5001","talk":-1}',
    b'{"op":"place","to":"5001","patience":"x"}',
    b'{"op":"place","to":"5001","talk":true}',
    b'{"op":"place","to":"5001","talk":1e999}',
    b'{"op":"status","call":"1"}',
    b'{"op":"status"}',
    b'{"op":"hang_up","call":null}',
    b'{"op":"handset","station":"4001","do":"answer"}',
    b'{"op":"handset","station":"x","do":"answer"}',
    b'{"op":"fault","kind":"flood"}',
    b'{"op":"fault","kind":"raw","hex":"zz"}',
    b"[" * 5000,
    b"\xff\xfe",
]


def test_a_bad_line_gets_an_error_and_the_next_one_an_answer():
    async def scenario(running, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", running.callers)
        for line in BAD_LINES:
            writer.write(line + b'\n{"op":"agents"}\n')
            bad, good = json.loads(await reader.readline()), json.loads(await reader.readline())
            assert bad["ok"] is False, line
            assert bad["error"], line
            assert good == {"ok": True, "ready": 0, "busy": 0, "not_ready": 0}
        writer.close()

    run(scenario)


def test_watching_tells_each_change():
    async def scenario(running, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", running.callers)
        writer.write(b'{"op":"watch"}\n')
        assert json.loads(await reader.readline()) == {"ok": True}
        call = await running.place("4001")
        await running.ask("handset", station="4001", do="answer")
        await running.ask("handset", station="4001", do="hang_up")
        changes = [json.loads(await reader.readline()) for _ in range(4)]
        assert [(c["change"], c["state"]) for c in changes] == [
            ("placed", "waiting"),
            ("state", "ringing"),
            ("state", "talking"),
            ("state", "ended"),
        ]
        assert {c["call"] for c in changes} == {call}
        writer.close()

    run(scenario)
