"""XML from outside: read if it is plain, refused if it is clever."""


import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.telephony.contrib.csta.elements import DEEPEST, BadXml, parse


def test_names_are_local_and_text_is_whole():
    root = parse('<a:x xmlns:a="urn:one"><y>O&#39;Brien-ab \u0150z</y><y>two</y></a:x>'.encode())
    assert (root.name, root.namespace) == ("x", "urn:one")
    assert root.text_of("y") == "O'Brien-ab \u0150z"
    assert [node.text for node in root.all("y")] == ["O'Brien-ab \u0150z", "two"]
    assert root.text_of("nothing", "here") == ""


def test_the_document_says_its_encoding():
    assert parse('<?xml version="1.0" encoding="ISO-8859-1"?><a>caf\u00e9</a>'.encode("latin-1")).text == "caf\u00e9"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<a>",
        b"<a/><b/>",
        b"<a>\xff</a>",
        b"<p:a/>",
        b'<?xml version="1.0" encoding="x-nothing"?><a/>',
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE z [<!ENTITY a "aa"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]><z>&c;</z>',
        b"<a>" * (DEEPEST + 1) + b"</a>" * (DEEPEST + 1),
        b"<a>" + b"<b/>" * 21_000 + b"</a>",
    ],
)
def test_what_is_not_plain_is_refused(body):
    with pytest.raises(BadXml):
        parse(body)


def test_the_deepest_that_is_allowed():
    assert parse(b"<a>" * DEEPEST + b"</a>" * DEEPEST).name == "a"


@given(st.binary(max_size=100))
def test_any_bytes_are_xml_or_refused(noise):
    try:
        assert parse(noise).name
    except BadXml as problem:
        assert str(problem)
