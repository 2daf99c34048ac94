"""`moothall agreement pdf SLUG@NUMBER`: a stored version as a tagged PDF, with its hash, signatures and matrix."""
from __future__ import annotations

import argparse
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from moothall.cli import given
from moothall.cli.agreement_diff import STORED, UNREADABLE

NOT_HERE = 1


def add_pdf(words: Any) -> None:
    """The arguments, as a word under `moothall agreement`."""
    one = words.add_parser("pdf", help="write a stored version as a tagged PDF")
    one.add_argument("version", metavar="SLUG@NUMBER", help="a stored version")
    one.add_argument("-o", "--output", type=given.path, metavar="FILE", help="where to; SLUG-NUMBER.pdf otherwise")


def run_pdf(args: argparse.Namespace) -> int:
    """0 when it was written; 1 when this system can't make PDFs, 2 when there is no such version or place."""
    wanted = STORED.fullmatch(args.version)
    if wanted is None:
        return _refuse(f"“{args.version}” names no stored version. Give SLUG@NUMBER, for one north-hub@1")
    from moothall.cli.main import set_up_django

    set_up_django(SimpleNamespace(ROLE="report"))  # type: ignore[arg-type]  # it asks for the role alone
    from moothall.agreements.models import AgreementVersion
    from moothall.lib import clock
    from moothall.lib.pdf import PdfUnavailable
    from moothall.web.configure.pdf_page import agreement_pdf
    from moothall.web.configure.reading import read_version

    slug, number = wanted.groups()
    found = AgreementVersion.objects.select_related("agreement").filter(agreement__slug=slug, number=number).first()
    if found is None:
        return _refuse(f"There is no version {number} of an agreement {slug} here. Only stored ones can be written")
    now = clock.now()
    try:
        made = agreement_pdf(read_version(found, now), now)
    except PdfUnavailable as problem:
        sys.stderr.write(f"moothall agreement: {problem}\n")
        return NOT_HERE
    return _write(made, args.output or Path(f"{slug}-{number}.pdf"))


def _write(made: bytes, path: Path) -> int:
    try:
        path.write_bytes(made)
    except OSError as problem:
        return _refuse(f"{path} can't be written: {problem.strerror}")
    sys.stdout.write(f"{path}, {len(made) // 1024} kB\n")
    return 0


def _refuse(why: str) -> int:
    sys.stderr.write(f"moothall agreement: {why}\n")
    return UNREADABLE
