"""Frames of CSTA XML on a TCP stream (ECMA-323, Annex J, without SOAP): pure, no sockets and no clock.

Bytes 0–1 format `00 00`, 2–3 length of the whole frame (unsigned, big-endian), 4–7 invoke id in ASCII digits, then
one document.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

HEADER = 8
LONGEST_BODY = 0xFFFF - HEADER
EVENT_ID = 9999

Stamp = TypeVar("Stamp")


class BadHeader(Exception):
    """A header that can't be right: the stream is lost, close and reconnect."""


class Frame(NamedTuple, Generic[Stamp]):
    """`stamp` is whatever came with the chunk that held the frame's first byte."""

    invoke_id: int
    body: bytes
    stamp: Stamp


def encode(invoke_id: int, body: bytes) -> bytes:
    """One frame. Raises ValueError if the body is longer than 65,527 bytes or the id has more than four digits."""
    if not 0 < len(body) <= LONGEST_BODY:
        raise ValueError(f"a body of {len(body)} bytes doesn't fit into a frame")
    if not 0 <= invoke_id <= 9999:
        raise ValueError(f"invoke id {invoke_id} has more than four digits")
    return b"\0\0%b%04d%b" % ((HEADER + len(body)).to_bytes(2, "big"), invoke_id, body)


class Decoder(Generic[Stamp]):
    """Cuts a stream into frames, however the network cut it: a read is never assumed to be a frame."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self.begun: Stamp | None = None
        """The stamp of the unfinished frame's first byte, None between frames."""

    def feed(self, data: bytes, stamp: Stamp) -> Iterator[Frame[Stamp]]:
        """Yield the frames that `data` completes; raises BadHeader after those that came before the bad one."""
        begun = stamp if self.begun is None else self.begun
        self._rest += data
        rest, start, length = self._rest, 0, len(self._rest)
        try:
            while length - start >= HEADER:
                invoke_id, total = _header(rest, start)
                if length - start < total:
                    break
                yield Frame(invoke_id, bytes(rest[start + HEADER : start + total]), begun)
                start, begun = start + total, stamp
        finally:
            del rest[:start]
            self.begun = begun if rest else None


def _header(data: bytearray, start: int) -> tuple[int, int]:
    if data[start] or data[start + 1]:
        raise BadHeader(f"format {data[start : start + 2].hex()}, expected 0000")
    total = (data[start + 2] << 8) | data[start + 3]
    if total <= HEADER:
        raise BadHeader(f"length {total} leaves no body")
    digits = data[start + 4 : start + HEADER]
    if not digits.isdigit():
        raise BadHeader(f"invoke id {bytes(digits)!r} is not four digits")
    return int(digits), total
