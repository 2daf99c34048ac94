"""What the attacks read in the pages that answer them, whoever asks."""
from __future__ import annotations

import re


def nowhere(body: bytes) -> set[str]:
    """What fields say that they are described or named by, and isn't on the page."""
    page = body.decode(errors="replace")
    told = re.findall(r'\saria-(?:describedby|labelledby)="([^"]*)"', page)
    return {each for ids in told for each in ids.split() if f'id="{each}"' not in page}


def stripped(body: bytes) -> bytes:
    return re.sub(rb"(csrf[^>]*value=\"[^\"]*\"|X-CSRFToken[^}]*})", b"", body)


def words_of_head(body: bytes) -> bytes:
    """What a browser would show of a page's head."""
    head = body.partition(b"<head>")[2].partition(b"</head>")[0]
    return re.sub(rb"<title>.*?</title>|<[^>]*>", b"", head, flags=re.DOTALL).strip()
