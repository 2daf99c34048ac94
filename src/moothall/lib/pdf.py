"""HTML to a tagged PDF (PDF/UA-1), with nothing fetched: fonts come from files that the caller names."""
from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SCHEME = "file-of-ours:"
MISSING = (
    "PDFs need Pango, a library of the system that isn't here. Debian and Ubuntu: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)


class PdfUnavailable(RuntimeError):
    """Why no PDF can be made here, and what to do; everything else works without."""


def make_pdf(html: str, *, identifier: str, files: Mapping[str, Path]) -> bytes:
    """The PDF of a page of HTML, the same bytes for the same page. `url(file-of-ours:NAME)` in it is a key of `files`;
    any other address is refused. Raises PdfUnavailable."""
    weasyprint = _weasyprint()

    def fetch(url: str, *_: object, **__: object) -> Any:
        path = files.get(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
        if path is None:  # fatal, since the library would leave out what others can't be given, and say nothing
            raise weasyprint.urls.FatalURLFetchingError(f"{url} is no file of ours")
        return weasyprint.urls.URLFetcherResponse(url, path.read_bytes())

    document = weasyprint.HTML(string=html, url_fetcher=fetch)
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode())
    return made


def _weasyprint() -> Any:
    """Loaded when it is used: the library takes a third of a second, and Pango may be missing."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # fonts in it would carry the time at which it was made
    try:
        import weasyprint
    except OSError as problem:
        raise PdfUnavailable(MISSING) from problem
    return weasyprint
