"""What a text names can be gone to or rung with one press, and nothing else of it becomes markup."""
from __future__ import annotations

import pytest

from moothall.web.links import linked, sentences


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("It is https://www.rutland.gov.uk.", 'It is <a href="https://www.rutland.gov.uk">rutland.gov.uk</a>.'),
        ("Ring 01572 722577 or 999", 'Ring <a href="tel:01572722577">01572 722577</a> or <a href="tel:999">999</a>'),
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
