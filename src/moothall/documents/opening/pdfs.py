"""A PDF made anew: its pages as they print, and nothing that does anything.

Pages are copied key by key from a list of what printing needs. Scripts, actions, links, embedded files, forms and what
is said about the document stand outside the list. What was filled into a form, stamped or drawn is kept as its picture.
"""
from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from moothall.documents.opening.refused import Refused

MOST_PAGES = 100
MOST_OBJECTS = 100_000
PAGE = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/UserUnit", "/Group",
        "/Annots"}  # fmt: skip
# What may hang on anything, and what printing never needs. `/F` of a stream names a file elsewhere.
NEVER = {"/AA", "/OpenAction", "/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/AF", "/RF", "/RichMediaContent",
         "/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/Ref", "/Alternates", "/StructParent", "/StructParents",
         "/URI", "/Launch", "/Names", "/AcroForm", "/XFA", "/Dests", "/Outlines", "/PS", "/Thumb"}  # fmt: skip
ELSEWHERE = ("/F", "/FFilter", "/FDecodeParms")
ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/URI", "/Movie",
           "/Sound", "/RichMediaExecute"}  # fmt: skip
# In these the keys are names that the page's author chose, and mean nothing.
NAMED = {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/CharProcs"}
DRAWN = {"/Widget", "/FreeText", "/Stamp", "/Ink", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Square",
         "/Circle", "/Line", "/Polygon", "/PolyLine"}  # fmt: skip
HIDDEN, NO_VIEW, PRINTS = 2, 32, 4


def open_pdf(data: bytes) -> tuple[str, bytes]:
    """The kind and the bytes of the document as it is kept. Raises Refused."""
    try:
        return "pdf", _made_anew(data)
    except Refused:
        raise
    except (PyPdfError, RuntimeError, MemoryError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError,
            OSError, AssertionError) as damaged:  # fmt: skip
        raise Refused("damaged") from damaged


def _made_anew(data: bytes) -> bytes:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Refused("locked")
    if not 1 <= len(reader.pages) <= MOST_PAGES:
        raise Refused("pages" if reader.pages else "damaged")
    writer = PdfWriter()
    for page in reader.pages:
        if (contents := page.get_contents()) is not None:
            contents.get_data()  # whether it can be read is seen here, not by the officer
        made = writer.add_page(page, excluded_keys=sorted(set(page) - (PAGE - {"/Annots"})))
        for key in set(made) - PAGE:
            del made[key]
        if drawn := ArrayObject(_drawn(page, writer)):
            made[NameObject("/Annots")] = drawn
    _scrub(writer)
    writer.metadata = None
    writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _drawn(page: DictionaryObject, writer: PdfWriter) -> Iterator[IndirectObject]:
    """What stands on a page beside its contents, as pictures that do nothing."""
    for note in (_of(each) for each in _of(page.get("/Annots")) or ()):
        flags = int(_of(note.get("/F")) or 0)
        if note.get("/Subtype") not in DRAWN or flags & (HIDDEN | NO_VIEW):
            continue
        look = _look_of(note)
        if look is None:
            if note.get("/Subtype") == "/Widget" and _filled(note):
                raise Refused("form")
            continue
        kept = DictionaryObject({
            NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Stamp"),
            NameObject("/Rect"): ArrayObject(NumberObject(round(float(_of(each)))) for each in _of(note["/Rect"])),
            NameObject("/F"): NumberObject(PRINTS),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): look.clone(writer).indirect_reference}),
        })  # fmt: skip
        yield writer._add_object(kept)


def _look_of(note: DictionaryObject) -> StreamObject | None:
    """How it looks as it stands: one picture, or that of its state."""
    look = _of((_of(note.get("/AP")) or {}).get("/N"))
    if isinstance(look, DictionaryObject) and not isinstance(look, StreamObject):
        look = _of(look.get(_of(note.get("/AS")) or "/Off"))
    return look if isinstance(look, StreamObject) else None


def _filled(field: DictionaryObject) -> bool:
    """Whether something was filled into a field; its value may stand in what it is part of."""
    for _ in range(10):
        if _of(field.get("/V")) not in (None, "", b"", "/Off"):
            return True
        field = _of(field.get("/Parent")) or DictionaryObject()
    return False


def _scrub(writer: PdfWriter) -> None:
    """Take out of all that is kept whatever acts, leads elsewhere, or tells of people. What is left and still is an
    action wasn't understood: then the whole file is refused."""
    waits: list[tuple[Any, bool]] = [(writer.root_object, False)]
    seen: set[int] = set()
    while waits:
        found, named = waits.pop()
        if isinstance(found, IndirectObject):
            if found.idnum in seen:
                continue
            seen.add(found.idnum)
            if len(seen) > MOST_OBJECTS:
                raise Refused("pages")
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            if not named:
                _scrub_one(found)
            waits += [(value, key in NAMED and not named) for key, value in dict.items(found)]
        elif isinstance(found, ArrayObject):
            waits += [(each, False) for each in list.__iter__(found)]


def _scrub_one(found: DictionaryObject) -> None:
    stream = isinstance(found, StreamObject)
    for key in [key for key in found if key in NEVER or (stream and key in ELSEWHERE)]:
        del found[key]
    if found.get("/S") in ACTIONS or (found.get("/Subtype") == "/PS" and stream):
        raise Refused("active")
    if isinstance(found, StreamObject) and _of(found.get("/Filter")) in ("/DCTDecode", ["/DCTDecode"]):
        found._data = without_notes(found._data)


def without_notes(jpeg: bytes) -> bytes:
    """A JPEG's bytes without what its camera wrote beside the picture: place, time, comments."""
    if jpeg[:2] != b"\xff\xd8":
        return jpeg
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        told = 0xE1 <= jpeg[at + 1] <= 0xED or jpeg[at + 1] in (0xEF, 0xFE)
        if not told or jpeg[at + 4 : at + 15] == b"ICC_PROFILE":
            kept.append(jpeg[at:end])
        at = end
    return b"".join([*kept, jpeg[at:]])


def _of(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value
