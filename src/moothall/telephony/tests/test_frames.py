"""The framing: exact, whatever the network does to the bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.telephony.contrib.csta.frames import LONGEST_BODY, BadHeader, Decoder, encode

frame_lists = st.lists(st.tuples(st.integers(0, 9999), st.binary(min_size=1, max_size=60)), max_size=8)


@given(frame_lists, st.lists(st.integers(1, 40), min_size=1))
def test_frames_survive_any_cutting(sent, cuts):
    stream, decoder, received, turn = b"".join(encode(*frame) for frame in sent), Decoder(), [], 0
    while stream:
        size = cuts[turn % len(cuts)]
        received += decoder.feed(stream[:size], turn)
        stream, turn = stream[size:], turn + 1
    assert [(frame.invoke_id, frame.body) for frame in received] == sent
    assert decoder.begun is None


def test_each_frame_has_the_stamp_of_its_first_byte():
    one, two = encode(1, b"<a/>"), encode(2, b"<b/>")
    decoder = Decoder()
    assert [f.stamp for f in decoder.feed(one[:3], "first")] == []
    assert decoder.begun == "first"
    assert [f.stamp for f in decoder.feed(one[3:] + two[:9], "second")] == ["first"]
    assert [f.stamp for f in decoder.feed(two[9:], "third")] == ["second"]


def test_the_example_of_the_standard():
    body = (
        b'<MonitorStartResponse xmlns="http://www.ecma-international.org/standards/ecma-323/csta/ed3">'
        b"<monitorCrossRefID>7</monitorCrossRefID></MonitorStartResponse>"
    )
    frame = encode(12, body)
    assert frame[:8].hex(" ") == "00 00 00 a3 30 30 31 32"
    assert len(body) == 155


def test_the_longest_body_passes_and_a_longer_one_is_not_sent():
    body = b"x" * LONGEST_BODY
    assert next(Decoder().feed(encode(9999, body), 0)).body == body
    with pytest.raises(ValueError, match="fit into a frame"):
        encode(1, body + b"x")


@pytest.mark.parametrize(
    "bad",
    [
        b"\x00\x00\x00\x070001",
        b"\x00\x00\x00\x080001",
        b"\x00\x00\x00\x000001",
        b"\x00\x01\x00\x20" + b"0001<a/>",
        b"00\x00\x200001<a/>",
        b"\x00\x00\x00\x2000x1<a/>",
        b"\x00\x00\x00\x20 001<a/>",
    ],
)
def test_a_bad_header_loses_the_stream_but_not_the_frames_before(bad):
    received = []
    with pytest.raises(BadHeader):
        received.extend(frame.body for frame in _collect(received, encode(1, b"<a/>") + bad))
    assert received == [b"<a/>"]


def _collect(received, stream):
    for frame in Decoder().feed(stream, 0):
        received.append(frame.body)
    return []


@given(st.binary(max_size=200))
def test_any_bytes_give_frames_or_a_bad_header(noise):
    try:
        for frame in Decoder().feed(noise, 0):
            assert frame.body
    except BadHeader:
        pass
