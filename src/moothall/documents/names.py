"""What a file is called, made safe to show: it names nothing on any disk."""
from __future__ import annotations

import re

from moothall.domain.typed import without_card_numbers, without_unseen

LONGEST = 80
ENDINGS = {"jpeg": "jpg", "png": "png", "pdf": "pdf"}
_NEVER = re.compile(r'[<>:"|?*/\\\r\n\t\u200b-\u200f\u2028\u2029\u2060-\u2064\ufeff]')


def as_shown(name: str) -> str:
    """The name as it was typed or chosen, to name the file in a sentence."""
    last = re.split(r"[/\\]", without_card_numbers(without_unseen(name)))[-1]
    plain = " ".join(_NEVER.sub(" ", last).split()).strip(". ")
    if len(plain) > LONGEST:
        stem, dot, ending = plain.rpartition(".")
        plain = f"{stem[: LONGEST - len(ending) - 1]}.{ending}" if dot and len(ending) < 6 else plain[:LONGEST]
    return plain or "file"


def as_kept(name: str, kind: str) -> str:
    """The name with the ending of what it is: `holiday.exe` that is a photo is `holiday.jpg`."""
    shown = as_shown(name)
    stem, dot, ending = shown.rpartition(".")
    whole = stem if dot and stem and re.fullmatch(r"[A-Za-z0-9]{1,5}", ending) else shown
    return f"{whole}.{ENDINGS[kind]}"
