"""What a block of the journal is, and its hash: values alone, for those who seal and those who verify."""
from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from hashlib import sha256

FORM = 1  # of leaf and block; a new way of writing either gets a new number and leaves old blocks as they are
GENESIS = "0" * 64
MARK = 4  # bytes of each leaf that a block keeps, to name the row that was altered; the root is what proves
MOST = 10_000  # entries of a block: what sealer and verifier hold at a time
LARGEST = 10 * MOST  # a block that claims more isn't read: no sealer makes one

Span = tuple[int, int]  # ids from … up to, half-open


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it was sealed. Its hash covers every field and the hash of the block before it.

    `spans` are the ids of its entries, in order and apart: a block lists what it holds, see seal.py. The root is over
    the entries' leaves in the order of ids. `cluster`, `horizon` and `own_xact` are of the last time that a sealer left
    nothing behind, at `settled_at`: transactions before the horizon are sealed, and those after its own began later.
    """

    number: int
    spans: tuple[Span, ...]
    first: int
    last: int
    entries: int
    root: str
    marks: str
    cluster: str
    horizon: int
    own_xact: int
    settled_at: datetime | None
    sealed_at: datetime | None  # None alone where the stored one is no time that Python knows

    def hash(self, previous: str) -> str:
        """64 hexadecimal digits; 0x02 leads, so that no block passes for a leaf or a node."""
        text = json.dumps([FORM, previous, *astuple(self)], default=_instant, separators=(",", ":"))
        return sha256(b"\x02" + text.encode()).hexdigest()

    @property
    def size(self) -> int:
        return sum(upper - lower for lower, upper in self.spans)


@dataclass(frozen=True, slots=True)
class Head:
    """A block's number and hash, as somebody keeps them elsewhere: `N:HASH`."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def parse_head(text: str) -> Head:
    """Read `N:HASH`; ValueError with what is wrong."""
    number, colon, digits = text.strip().partition(":")
    if not colon or not number.isdecimal():
        raise ValueError(f"'{text.strip()}' is no head. It is written N:HASH, as `audit head` prints it.")
    if len(digits) != len(GENESIS) or set(digits.lower()) - set("0123456789abcdef"):
        raise ValueError(f"The hash of head {number} isn't 64 hexadecimal digits.")
    return Head(int(number), digits.lower())


def _instant(value: object) -> str:
    assert isinstance(value, datetime), value
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def spans_of(ids: Iterable[int]) -> tuple[Span, ...]:
    """Sorted ids as spans: 1, 2, 3, 7 are (1, 4), (7, 8)."""
    spans: list[Span] = []
    for each in ids:
        if spans and spans[-1][1] == each:
            spans[-1] = (spans[-1][0], each + 1)
        else:
            spans.append((each, each + 1))
    return tuple(spans)


def joined(spans: Sequence[Span], *, near: int) -> list[Span]:
    """Sorted spans with those made one that are less than `near` apart: ids between are read through."""
    wide: list[Span] = []
    for lower, upper in spans:
        if wide and lower - wide[-1][1] < near:
            wide[-1] = (wide[-1][0], max(upper, wide[-1][1]))
        else:
            wide.append((lower, upper))
    return wide


def marks_of(leaves: Iterable[bytes]) -> str:
    return "".join(leaf[:MARK].hex() for leaf in leaves)
