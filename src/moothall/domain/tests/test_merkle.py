"""The Merkle root against the RFC's own recursive words and against vectors of Certificate Transparency."""
from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.domain.merkle import leaf, node, root

# The leaves and roots that Certificate Transparency's implementations test themselves with.
LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
contents = st.lists(st.binary(max_size=8), max_size=40)


def by_the_rfc(data: list[bytes]) -> bytes:
    """MTH of section 2.1, word for word."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    split = 1
    while split * 2 < len(data):
        split *= 2
    return sha256(b"\x01" + by_the_rfc(data[:split]) + by_the_rfc(data[split:])).digest()


def of(data: list[bytes]) -> bytes:
    return root(leaf(each) for each in data)


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_known_roots(size):
    assert of(LEAVES[:size]).hex() == ROOTS[size]


@given(contents)
def test_the_root_is_the_rfcs(data):
    assert of(data) == by_the_rfc(data)


@given(contents, st.data())
def test_any_change_of_a_leaf_changes_the_root(data, draw):
    data = [*data, draw.draw(st.binary(max_size=8))]
    place = draw.draw(st.integers(0, len(data) - 1))
    other = draw.draw(st.binary(max_size=8).filter(lambda each: each != data[place]))
    assert of(data) != of([*data[:place], other, *data[place + 1:]])


@given(contents, st.data())
def test_a_leaf_less_or_more_changes_the_root(data, draw):
    place = draw.draw(st.integers(0, len(data)))
    assert of(data) != of([*data[:place], draw.draw(st.binary(max_size=8)), *data[place:]])


@given(st.lists(st.binary(max_size=8), min_size=2, max_size=40, unique=True), st.data())
def test_another_order_changes_the_root(data, draw):
    mixed = draw.draw(st.permutations(data).filter(lambda each: each != data))
    assert of(data) != of(mixed)


@given(st.binary(max_size=8), st.binary(max_size=8))
def test_a_node_is_never_shown_as_a_leaf(left, right):
    inner = node(leaf(left), leaf(right))
    assert of([left, right]) == inner
    assert leaf(leaf(left) + leaf(right)) != inner
