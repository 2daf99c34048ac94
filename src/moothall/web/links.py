"""Addresses and telephone numbers in a text, made into links."""
from __future__ import annotations

import re

from markupsafe import Markup, escape

from moothall.domain.telephone import dialled, telephone
from moothall.web.formats import whole

_LINK = re.compile(
    r"(?P<site>(?:https?://|(?<![\w.@/-])(?=(?:[a-z-]+\.)*gov\.uk\b))[^\s<>\"]+[^\s<>\".,;:!?)])"
    r"|(?<![\w£.,-])(?P<phone>0\d{2,4}[ \xa0]?\d{3,4}[ \xa0]?\d{3,4}|999|101|111|116[ \xa0]123)(?![\w-]|[.,]\d)"
)


def linked(text: str) -> Markup:
    """The text, safe for a page, with each web address and each full telephone number as a link; what ends on gov.uk
    needs no https:// for that."""
    parts, at = [], 0
    for found in _LINK.finditer(text):
        parts += [escape(text[at : found.start()]), _link(found)]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def _link(found: re.Match[str]) -> Markup:
    if site := found["site"]:
        name = re.sub(r"^https?://(www\.)?|/$", "", site)
        address = site if site.startswith("http") else f"https://{'www.' if name.startswith('gov.uk') else ''}{name}"
        return Markup('<a href="{}">{}</a>').format(address, name)
    return to_ring(found["phone"], found["phone"])


def to_ring(number: str, shown: str = "", kind: str = "") -> Markup:
    """The one way in which a number stands on a page as a link that rings it; `kind`: a class of the page's style."""
    style = Markup(' class="{}"').format(kind) if kind else ""
    dials = dialled(number)
    words = shown or whole(telephone(number) if dials.startswith("+") else number)
    return Markup('<a{} href="tel:{}">{}</a>').format(style, dials, words)


def sentences(text: str) -> list[str]:
    """The text cut after each full stop, question or exclamation mark that a capital letter follows."""
    return re.split(r"(?<=[.?!]) (?=[A-Z£“])", text)
