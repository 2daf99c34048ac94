"""Sealed texts: nothing of them is seen, and only the right secret and purpose open them."""
from __future__ import annotations

import pytest

from moothall.lib.sealing import Unreadable, seal, unseal


def test_what_was_sealed_is_read_again_and_not_seen_meanwhile():
    sealed = seal("JBSWY3DP Ő", purpose="second factor", secrets=["one"])
    assert "JBSWY3DP" not in sealed
    assert sealed != seal("JBSWY3DP Ő", purpose="second factor", secrets=["one"]), "two alike must not look alike"
    assert unseal(sealed, purpose="second factor", secrets=["one"]) == "JBSWY3DP Ő"


def test_a_new_secret_reads_what_the_old_one_sealed():
    sealed = seal("x", purpose="second factor", secrets=["old"])
    assert unseal(sealed, purpose="second factor", secrets=["new", "old"]) == "x"


def one_letter_changed(sealed):
    return f"{sealed[:40]}{'A' if sealed[40] != 'A' else 'B'}{sealed[41:]}"


@pytest.mark.parametrize(
    ("purpose", "secret", "spoil"),
    [
        ("another", "one", str), ("second factor", "two", str), ("second factor", "one", one_letter_changed),
        ("second factor", "one", lambda sealed: "never sealed"),
    ],
)
def test_nothing_else_opens_it(purpose, secret, spoil):
    sealed = seal("x", purpose="second factor", secrets=["one"])
    with pytest.raises(Unreadable):
        unseal(spoil(sealed), purpose=purpose, secrets=[secret])
