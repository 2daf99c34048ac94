"""The files that a resident sent, as the case shows them and as one is opened."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from moothall.cases.models import Case
from moothall.documents.models import Document
from moothall.scripts.case_files import AskedFor, asked_for
from moothall.web.formats import file_size
from moothall.web.logos import NOTHING_MAY_RUN

# By what we made of the file, never by what its sender called it.
TYPES = {"jpeg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}
SHOWN = {"jpeg", "png"}  # a browser's own reader of PDFs doesn't start where nothing may run


@dataclass(frozen=True, slots=True)
class FileShown:
    """One file. `opens`: the browser shows it; else it is saved."""

    number: int
    name: str
    kind: str
    size: str
    at: datetime
    opens: bool


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that was asked for, with its files, or what is `said` of there being none. `missing`: it is needed."""

    label: str
    files: tuple[FileShown, ...]
    said: str = ""
    missing: bool = False


def things_of(case: Case) -> tuple[Thing, ...]:
    """What came with a case and what didn't; within the scope."""
    return tuple(map(_thing, asked_for(case)))


def given(case: Case, document: Document) -> HttpResponse:
    """The file itself. Whatever is in it, a page of it may do nothing; no cache keeps it. Style is allowed for the
    browser's own, which fits a photo into its window."""
    name = f"{case.reference} {document.name}"
    response = HttpResponse(bytes(document.content), content_type=TYPES[document.kind])
    response["Content-Disposition"] = str(content_disposition_header(document.kind not in SHOWN, name))
    response["Content-Security-Policy"] = f"{NOTHING_MAY_RUN}; style-src 'unsafe-inline'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def _file(document: Document) -> FileShown:
    kind, size = Document.Kind(document.kind).label, file_size(document.size)
    return FileShown(document.pk, document.name, kind, size, document.came_at, document.kind in SHOWN)


def _thing(each: AskedFor) -> Thing:
    if each.came:
        return Thing(each.label, tuple(map(_file, each.came)))
    if each.promised:
        return Thing(each.label, (), "Not here yet. They said that they have it or will send it.", missing=True)
    return Thing(each.label, (), "Not sent. They could pass it over." if each.spare else "Not sent.", not each.spare)
