"""What a browser fetches to show a page for the first time, followed from the page, in bytes as they are sent."""
from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urljoin

TAGS = re.compile(r"<(?:link|script|img|input|use|source|iframe|image)\b[^>]*>")
ADDRESS = re.compile(r"\b(?:href|src)=\"([^\"#]+)")
IMPORTED = re.compile(r"^import\s(?:[^;\"]*?from\s*)?\"([^\"]+)\"", re.M)
FACE = re.compile(r"@font-face\{font-family:\"([^\"]+)\"[^}]*?url\(\"([^\"]+)\"\)[^}]*?unicode-range:([^}]+)\}")
DRAWN = re.compile(r"(?<!@font-face)\{[^{}]*?url\(\"?([^\")#]+)\"?\)")
BESIDE = re.compile(r"rel=\"(?:alternate|canonical|prev|next)")  # named, and not fetched
MONO = "Atkinson Hyperlegible Mono"  # of hashes and files alone


@dataclass
class FirstView:
    """Bytes sent, by address without the digest; `own` our modules' texts as they are written, in bytes."""

    sent: dict[str, int] = field(default_factory=dict)
    own: int = 0

    @property
    def all(self) -> int:
        return sum(self.sent.values())


def first_view(client: Any, page: Any) -> FirstView:
    """Of a page that a test client got. Each address once, as browsers do; what can't be fetched raises."""
    html = page.content.decode()
    found = FirstView({page.request["PATH_INFO"]: len(page.content)})
    for tag in TAGS.findall(html):
        if not BESIDE.search(tag):
            for address in ADDRESS.findall(tag):
                _follow(client, urljoin(page.request["PATH_INFO"], unescape(address)), found, html)
    return found


def _follow(client: Any, address: str, found: FirstView, html: str) -> None:
    if address in found.sent:
        return
    body, sent = _fetched(client, address)
    found.sent[address] = sent
    path, text = address.partition("?")[0], body.decode("utf-8", "replace")
    more = []
    if path.endswith(".js"):
        found.own += 0 if "/built/" in path else len(body)
        more = IMPORTED.findall(text)
    elif path.endswith(".css"):
        faces = FACE.findall(text)
        more = [font for family, font, signs in faces if family != MONO and _has_any(html, signs)]
        more += [drawn for drawn in DRAWN.findall(text) if not drawn.startswith("data:") and "fonts/" not in drawn]
    for each in more:
        _follow(client, urljoin(address, each), found, html)


def _fetched(client: Any, address: str) -> tuple[bytes, int]:
    """The file and how many bytes of it were sent."""
    answer = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200, address
    sent = b"".join(answer.streaming_content) if answer.streaming else answer.content
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(sent) if packed else sent, len(sent)


def _has_any(html: str, signs: str) -> bool:
    """Whether the page shows a sign of a font's range."""
    for bounds in signs.split(","):
        first, _, last = bounds.strip().removeprefix("U+").partition("-")
        if re.search(f"[\\U{int(first, 16):08x}-\\U{int(last or first, 16):08x}]", html):
            return True
    return False
