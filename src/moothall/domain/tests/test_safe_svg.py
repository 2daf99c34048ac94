"""Hostile drawings: nothing of them is left that could act; honest ones keep their shapes and colours."""
from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.domain.safe_svg import DRAWN, ELEMENTS, NotHarmless, make_harmless

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 44 44">'
SHAPE = '<rect width="9" height="9"/>'
BAD = re.compile(
    r"script|javascript|\bon\w+=|foreignobject|iframe|data:|https?://(?!www\.w3\.org/2000/svg\")|@import|expression|"
    r"animate|<set|<image|<!|<\?|style|url\((?!#)|handler|<a[ >]|filter|&#|file:|//evil", re.I,
)  # fmt: skip

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script with a prefix": '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
    "script of html": '<s xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></s>',
    "handler": '<rect width="1" height="1" onload="alert(1)" onclick="alert(2)"/>',
    "handler that looks like a value": '<rect width="1" height="1" onload="x"/>',
    "handler in capitals": '<rect width="1" height="1" ONLOAD="alert(1)"/>',
    "handler with a namespace": '<rect xmlns:q="q" width="1" height="1" q:onload="alert(1)"/>',
    "foreign": '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="x()"/></foreignObject>',
    "iframe": '<iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:alert(1)"/>',
    "link": '<a href="javascript:alert(1)"><rect width="9" height="9"/></a>',
    "old link": '<a xlink:href="javascript:alert(1)"><rect width="9" height="9"/></a>',
    "image": '<image href="https://evil.example/x.png" width="9" height="9"/>',
    "image of data": '<image xlink:href="data:image/svg+xml;base64,PHN2Zz4=" width="9" height="9"/>',
    "use from elsewhere": '<use href="https://evil.example/x.svg#a"/>',
    "use of data": '<use xlink:href="data:image/svg+xml,%3Csvg id=%22a%22/%3E#a"/>',
    "use by a tab": '<use href="java\tscript:alert(1)"/>',
    "animated address": '<animate attributeName="href" to="javascript:alert(1)"/>',
    "set": '<rect width="9" height="9"><set attributeName="onmouseover" to="alert(1)"/></rect>',
    "style from elsewhere": "<style>@import url(https://evil.example/x.css);</style>",
    "style by class": "<style>.a{fill:url(https://evil.example/x)}</style><rect class='a' width='1' height='1'/>",
    "style by class, escaped": r"<style>.a{fill:u\72l(//evil.example)}</style><rect class='a' width='1' height='1'/>",
    "style attribute": '<rect style="fill:url(//evil.example/x)" width="1" height="1"/>',
    "expression": '<rect style="fill:expression(alert(1))" width="1" height="1"/>',
    "fill from elsewhere": '<rect fill="url(https://evil.example/x#a)" width="1" height="1"/>',
    "fill from elsewhere, in quotes": """<rect fill="url('//evil.example/x#a')" width="1" height="1"/>""",
    "filter": '<filter id="f"><feImage href="https://evil.example/"/></filter><rect filter="url(#f)" width="1"/>',
    "base": '<rect xml:base="https://evil.example/" width="1" height="1"/>',
    "comment": "<!-- <script>alert(1)</script> -->",
    "instruction": '<?xml-stylesheet href="https://evil.example/x.css"?>',
    "cdata": "<text><![CDATA[<script>alert(1)</script>]]></text>",
    "handler element": '<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">alert(1)</handler>',
    "svg in svg": '<svg onload="alert(1)"><script>alert(1)</script></svg>',
}
REFUSED = {
    "entities": '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + OPEN + "<text>&b;</text></svg>",
    "file": '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + OPEN + "<text>&x;</text></svg>",
    "doctype": '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://evil.example/x.dtd">' + OPEN + SHAPE + "</svg>",
    "deep": OPEN + "<g>" * 60 + SHAPE + "</g>" * 60 + "</svg>",
    "very deep": OPEN + "<g>" * 9000 + "</g>" * 9000 + "</svg>",
    "many": OPEN + "<g/>" * 4100 + SHAPE + "</svg>",
    "large": OPEN + SHAPE + " " * 100_000 + "</svg>",
    "html": "<html><body onload='alert(1)'></body></html>",
    "no namespace": "<svg viewBox='0 0 1 1'><rect width='1' height='1'/></svg>",
    "no xml": "GIF89a<script>alert(1)</script>",
    "nothing": "",
    "nothing drawn": OPEN + "<script/></svg>",
    "no size": '<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>',
    "half": OPEN + SHAPE,
    "zip": "\x1f\x8b\x08",
    "utf-7": '<?xml version="1.0" encoding="UTF-7"?>+ADw-svg/+AD4-',
}


@pytest.mark.parametrize("trick", HOSTILE)
def test_of_a_trick_nothing_is_left(trick: str) -> None:
    made = make_harmless(f"{OPEN}{HOSTILE[trick]}{SHAPE}</svg>".encode())
    plain = made.svg.replace("&lt;script&gt;alert(1)&lt;/script&gt;", "")  # words in a text
    assert not (found := BAD.search(plain)), found
    assert all(each.tag.rpartition("}")[2] in ELEMENTS for each in fromstring(made.svg).iter())
    assert "<rect" in made.svg
    if trick not in ("comment", "instruction", "cdata", "expression") and "style" not in trick:
        assert made.left_out, "what is left out is told"


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_logo_is_refused_in_words(why: str) -> None:
    with pytest.raises(NotHarmless, match="logo"):
        make_harmless(REFUSED[why].encode())


def test_in_other_encodings_it_is_the_same() -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?>{OPEN}<script>alert(1)</script>{SHAPE}</svg>'
    assert "script" not in make_harmless(text.encode("utf-16")).svg


def test_use_of_use_is_cut_so_that_nothing_grows() -> None:
    lines = "".join(f'<g id="a{n}"><use href="#a{n - 1}"/><use href="#a{n - 1}"/></g>' for n in range(1, 20))
    made = make_harmless(f'{OPEN}<g id="a0">{SHAPE}</g>{lines}<use href="#a19"/></svg>'.encode())
    assert made.svg.count("href=") == 2, "those of a1, whose target uses nothing"
    loop = make_harmless(f'{OPEN}<g id="a"><use href="#a"/>{SHAPE}</g></svg>'.encode())
    assert "href" not in loop.svg


def test_an_honest_logo_keeps_its_shapes_and_colours() -> None:
    text = f"""{OPEN.replace(' viewBox="0 0 44 44"', ' width="44px" height="44"')}
      <title>Northby</title><style>.st0, .st1 {{ fill: #1E5B4F; }} .st1{{opacity:.5}}</style>
      <defs><linearGradient id="g"><stop offset="0" style="stop-color:#fff"/></linearGradient>
      <clipPath id="c"><rect width="9" height="9"/></clipPath></defs>
      <path class="st0" d="M0 0L9,9-3e-4.5z" style="stroke: red"/><circle r="3" fill="url(#g)" clip-path="url(#c)"/>
      <text x="1" y="9" font-family="'Arial', sans-serif">Nørthby &amp; co</text>
      <path transform="translate(1 -2.5) rotate(45)" fill="rgb(1,2,3)"/><use xlink:href="#g2"/><g id="g2"/></svg>"""
    made = make_harmless(text.encode())
    assert made.left_out == ()
    for kept in ('viewBox="0 0 44 44"', 'fill="#1E5B4F"', "translate(1 -2.5) rotate(45)", "rgb(1,2,3)",
                 'stroke="red"', 'fill="url(#g)"', 'clip-path="url(#c)"',
                 'stop-color="#fff"', "Nørthby &amp; co", 'href="#g2"',
                 'd="M0 0L9,9-3e-4.5z"'):  # fmt: skip
        assert kept in made.svg, kept
    assert make_harmless(made.svg.encode()).svg == made.svg, "made harmless twice is the same"


@given(st.sampled_from(sorted(HOSTILE)), st.sampled_from(sorted(HOSTILE)), st.text(max_size=30))
def test_tricks_within_tricks(one: str, other: str, text: str) -> None:
    within = HOSTILE[other].startswith("<rect")
    inner = HOSTILE[other].replace("/>", f">{HOSTILE[one]}</rect>", 1) if within else HOSTILE[one]
    try:
        made = make_harmless(f"{OPEN}<g>{inner}{HOSTILE[other]}</g>{SHAPE}{text}</svg>".encode("utf-8", "replace"))
    except NotHarmless:
        return
    tags = {each.tag.rpartition("}")[2] for each in fromstring(made.svg).iter()}
    assert tags <= ELEMENTS and tags & DRAWN
    for each in fromstring(made.svg).iter():
        for name, value in each.attrib.items():
            assert not name.lower().startswith("on") and name != "style" and ":" not in value
