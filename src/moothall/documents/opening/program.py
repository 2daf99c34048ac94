"""The program that opens a file that a stranger sent: by what is in it, whatever it is called.

It is a process of its own without environment or settings (../opener.py). It reads the file from its standard input,
and writes one line of JSON, then the bytes as they are kept.
"""
from __future__ import annotations

import codecs
import contextlib
import importlib
import json
import logging
import os
import pkgutil
import sys
import warnings

import pypdf
from PIL import Image, TiffImagePlugin  # noqa: F401 - what a camera wrote into a photo is read with it

from moothall.documents.opening.confine import confine
from moothall.documents.opening.pdfs import open_pdf
from moothall.documents.opening.pictures import MOST_DOTS_JPEG, open_picture
from moothall.documents.opening.refused import Refused

PHONES_OWN = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif")


CODECS = ("ascii", "latin-1", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "cp1252", "mac-roman")


def main(largest: int) -> None:
    make_ready()
    data = sys.stdin.buffer.read(largest + 1)
    try:
        kind, kept = opened(data, largest)
        told = {"kind": kind}
    except Refused as refused:
        told, kept = {"refused": refused.code}, b""
    _write(json.dumps(told).encode() + b"\n" + kept)


def make_ready() -> None:
    """Nothing can be read from the disk afterwards: whatever the libraries would import when they need it comes now."""
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = MOST_DOTS_JPEG // 2  # the library refuses twice that
    for module in pkgutil.walk_packages(pypdf.__path__, "pypdf."):
        with contextlib.suppress(ImportError):  # for a library that isn't installed
            importlib.import_module(module.name)
    for codec in CODECS:
        codecs.lookup(codec)
    warnings.simplefilter("ignore")
    logging.disable()  # nobody reads what the libraries say of hostile files
    confine()


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
