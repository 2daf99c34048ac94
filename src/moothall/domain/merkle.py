"""Merkle trees as RFC 6962 (section 2.1) defines them, over SHA-256.

Leaves and nodes are hashed apart (0x00 and 0x01 lead), so that no node can be shown as a leaf. All hashes are 32 bytes.
"""
from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256


def leaf(data: bytes) -> bytes:
    """The hash of one leaf's content."""
    return sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees, in their order."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in their order; of none it is the hash of nothing.

    What is kept meanwhile is one hash a level: full subtrees, each smaller than the one before it, which is how the RFC
    splits (at the largest power of two below the number of leaves).
    """
    full: list[tuple[int, bytes]] = []
    for top in leaves:
        size = 1
        while full and full[-1][0] == size:
            top = node(full.pop()[1], top)  # noqa: PLW2901
            size *= 2
        full.append((size, top))
    if not full:
        return sha256().digest()
    whole = full.pop()[1]
    while full:
        whole = node(full.pop()[1], whole)
    return whole


def levels(leaves: list[bytes]) -> list[list[bytes]]:
    """The tree from its leaves up; a node without a neighbour goes up as it is, which gives the RFC's tree."""
    found = [leaves]
    while len(found[-1]) > 1:
        below = found[-1]
        above = [node(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
        found.append(above + below[len(above) * 2:])
    return found


def path(tree: list[list[bytes]], index: int) -> list[bytes]:
    """What must be known besides a leaf to make the root of its tree: the neighbours, from below."""
    found = []
    for level in tree[:-1]:
        if index ^ 1 < len(level):
            found.append(level[index ^ 1])
        index //= 2
    return found
