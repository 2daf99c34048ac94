"""What a text names can be gone to or rung with one press, and nothing else of it becomes markup."""
from __future__ import annotations

import re

import pytest
from tests.meta.sources import CODE

from moothall.web.links import linked, sentences, to_ring


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("It is https://www.rutland.gov.uk.", 'It is <a href="https://www.rutland.gov.uk">rutland.gov.uk</a>.'),
        ("Ring 01572 722577 or 999", 'Ring <a href="tel:+441572722577">01572 722577</a> or <a href="tel:999">999</a>'),
        ("You claim it on gov.uk.", 'You claim it on <a href="https://www.gov.uk">gov.uk</a>.'),
        ("See apply.gov.uk/now.", 'See <a href="https://apply.gov.uk/now">apply.gov.uk/now</a>.'),
        ("ana@team.gov.uk", "ana@team.gov.uk"),
        ("Samaritans: 116 123", 'Samaritans: <a href="tel:116123">116 123</a>'),
        ("Pay £999 or 101.50 for HB-10111-K at no. 1110", "Pay £999 or 101.50 for HB-10111-K at no. 1110"),
        ("<b>x</b> javascript:alert(1)", "&lt;b&gt;x&lt;/b&gt; javascript:alert(1)"),
        ('https://x.example/"onclick=', '<a href="https://x.example/">x.example</a>&#34;onclick='),
    ],
)  # fmt: skip
def test_links(text: str, page: str) -> None:
    assert linked(text) == page


def test_sentences_end_before_a_capital_letter() -> None:
    text = "Bin A goes out on Thursday. Bin B by 7.30am, or 8am. £5 is due at gov.uk. Is it?"
    assert sentences(text) == [
        "Bin A goes out on Thursday.", "Bin B by 7.30am, or 8am.", "£5 is due at gov.uk.", "Is it?",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("01858 900002", '<a href="tel:+441858900002">01858\N{NO-BREAK SPACE}900002</a>'),
        ("+441858900002", '<a href="tel:+441858900002">01858\N{NO-BREAK SPACE}900002</a>'),
        ("0800 111 999", '<a href="tel:+44800111999">0800 111999</a>'),
        ("0800 1111", '<a href="tel:08001111">0800 1111</a>'),
        ("116 123", '<a href="tel:116123">116\N{NO-BREAK SPACE}123</a>'),
        ("105", '<a href="tel:105">105</a>'),
        ('"><script>', '<a href="tel:">&#34;&gt;&lt;script&gt;</a>'),
    ],
)
def test_a_number_rings_from_anywhere_and_has_no_space_in_its_link(number: str, link: str) -> None:
    assert to_ring(number).replace("0800\N{NO-BREAK SPACE}", "0800 ") == link


def test_every_number_on_a_page_is_made_a_link_in_one_way() -> None:
    pages = {str(path): path.read_text(encoding="utf-8") for path in (CODE / "web/templates").rglob("*.html")}
    links = {path: re.findall(r'href="tel:([^"]*)"', text) for path, text in pages.items()}
    by_hand = {path: found for path, found in links.items() if set(found) - {"999", "101"}}
    assert len(pages) > 50 and not by_hand
