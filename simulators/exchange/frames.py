"""Framing of CSTA XML on TCP (ECMA-323, Annex J): format, length of the whole, invoke id, body."""

from __future__ import annotations

import asyncio

HEADER = 8
LARGEST = 0xFFFF
EVENT = 9999


class BadFrame(Exception):
    """The stream can't be understood any more; the connection must go."""


def pack(invoke_id: int, body: bytes) -> bytes:
    """One frame as bytes; raises BadFrame if the body is too long for the two bytes of its length."""
    total = HEADER + len(body)
    if total > LARGEST:
        raise BadFrame(f"a body of {len(body)} bytes doesn't fit into a frame")
    return b"\x00\x00" + total.to_bytes(2, "big") + b"%04d" % invoke_id + body


async def read(stream: asyncio.StreamReader) -> tuple[int, bytes] | None:
    """The next frame as (invoke id, body), or None at a clean end of the stream."""
    try:
        header = await stream.readexactly(HEADER)
    except asyncio.IncompleteReadError as cut:
        if cut.partial:
            raise BadFrame("the stream ended within a header") from None
        return None
    if header[:2] != b"\x00\x00":
        raise BadFrame(f"format {header[:2].hex()} is not 0000")
    total = int.from_bytes(header[2:4], "big")
    if total <= HEADER:
        raise BadFrame(f"length {total} leaves no body")
    if not header[4:].isdigit():
        raise BadFrame("the invoke id is not four digits")
    try:
        return int(header[4:]), await stream.readexactly(total - HEADER)
    except asyncio.IncompleteReadError:
        raise BadFrame("the stream ended within a body") from None
