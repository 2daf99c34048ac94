"""The program that opens a file that a stranger sent: by what is in it, whatever it is called.

It is a process of its own without environment or settings (../opener.py). It reads the file from its standard input,
and writes one line of JSON, then the bytes as they are kept.
"""
from __future__ import annotations

import json
import logging
import os
import sys
import warnings

from PIL import Image

from moothall.documents.opening.confine import confine
from moothall.documents.opening.pdfs import open_pdf
from moothall.documents.opening.pictures import MOST_DOTS_JPEG, open_picture
from moothall.documents.opening.refused import Refused

PHONES_OWN = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif")


def main(largest: int) -> None:
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = MOST_DOTS_JPEG // 2  # the library refuses twice that
    warnings.simplefilter("ignore")
    logging.disable()  # nobody reads what the libraries say of hostile files
    confine()
    data = sys.stdin.buffer.read(largest + 1)
    try:
        kind, kept = opened(data, largest)
        told = {"kind": kind}
    except Refused as refused:
        told, kept = {"refused": refused.code}, b""
    _write(json.dumps(told).encode() + b"\n" + kept)


def opened(data: bytes, largest: int) -> tuple[str, bytes]:
    """The kind and the bytes as they are kept. Raises Refused."""
    if len(data) > largest:
        raise Refused("large")
    if not data:
        raise Refused("empty")
    if data.startswith(b"\xff\xd8\xff"):
        return open_picture("jpeg", data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return open_picture("png", data)
    if data.startswith(b"%PDF-"):
        return open_pdf(data)
    raise Refused("heic" if data[4:8] == b"ftyp" and data[8:12] in PHONES_OWN else "kind")


def _write(out: bytes) -> None:
    while out:
        out = out[os.write(1, out) :]
