"""Host names: what is one, how it is written, and what is told of what isn't."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.domain.hosts import NoHost, host_name


@pytest.mark.parametrize(
    ("given_", "written"),
    [("Contact.Northby.gov.uk", "contact.northby.gov.uk"), (" northby.localhost. ", "northby.localhost"),
     ("münchen.example", "xn--mnchen-3ya.example"), ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example")],
)  # fmt: skip
def test_a_host_is_written_in_one_way(given_: str, written: str) -> None:
    assert host_name(given_) == written
    assert host_name(written) == written


@pytest.mark.parametrize(
    ("wrong", "words"),
    [("https://northby.gov.uk", "alone"), ("northby.gov.uk/bins", "alone"), ("me@northby.gov.uk", "alone"),
     ("northby.gov.uk:8001", "port"), ("northby", "whole"), ("", "whole"), ("north by.gov.uk", "spaces"),
     ("-north.gov.uk", "hyphen"), ("north..gov.uk", "hyphen"), ("north_by.gov.uk", "hyphen"), ("a" * 64 + ".uk", "63"),
     (".".join(["abcdefghi"] * 30), "63"), ("10.0.0.1", "number"), ("xn--a.example", "allowed"),
     ("a\x00b.uk", "hyphen"), ("nor\u202ethby.gov.uk", "allowed"), ("*.gov.uk", "hyphen"),
     ("northby.gov.uk\r\nX: 1", "spaces")],
)  # fmt: skip
def test_what_is_none_is_told_what_to_enter(wrong: str, words: str) -> None:
    with pytest.raises(NoHost, match=words):
        host_name(wrong)


@given(st.text(max_size=80))
def test_nothing_else_comes_of_any_text(text: str) -> None:
    try:
        found = host_name(text)
    except NoHost:
        return
    assert found.isascii() and host_name(found) == found and "." in found
