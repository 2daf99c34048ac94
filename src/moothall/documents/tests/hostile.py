"""Files that people send, and such as nobody honest sends; made here, so that none lies in the project."""
from __future__ import annotations

import io
import zipfile
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject

CAMERA = "CAMERAOFANA"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), *, notes: bool = False, **more: Any) -> bytes:
    """Red left, blue right; with `notes` a camera's, which say that it lies on its side, and where it was taken."""
    made = Image.new("RGB", size, "red")
    made.paste("blue", (size[0] // 2, 0, *size))
    if notes:
        exif = made.getexif()
        exif[0x0112], exif[0x010F] = 6, CAMERA
        exif.get_ifd(0x8825)[2] = (52.0, 28.0, 3.0)
        more["exif"] = exif
    out = io.BytesIO()
    made.save(out, kind, **more)
    return out.getvalue()


def pdf(*, pages: int = 1, jpeg: bytes = b"") -> bytes:
    return written(paged(pages, jpeg))


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def paged(pages: int = 1, jpeg: bytes = b"") -> PdfWriter:
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(200, 100)
        words = DecodedStreamObject()
        words.set_data(b"BT /F1 12 Tf 20 50 Td (Payslip) Tj ET" + (b" q 60 0 0 40 0 0 cm /Im Do Q" if jpeg else b""))
        page[NameObject("/Contents")] = writer._add_object(words)
        page[NameObject("/Resources")] = resources = DictionaryObject()
        resources[NameObject("/Font")] = named(F1=named(Type="/Font", Subtype="/Type1", BaseFont="/Helvetica"))
        if jpeg:
            photo = DecodedStreamObject()
            photo.set_data(jpeg)
            photo.update(named(Type="/XObject", Subtype="/Image", Width=60, Height=40, BitsPerComponent=8,
                               ColorSpace="/DeviceRGB", Filter="/DCTDecode"))  # fmt: skip
            resources[NameObject("/XObject")] = named(Im=writer._add_object(photo))
    return writer


def named(**entries: Any) -> DictionaryObject:
    def value(given: Any) -> Any:
        if isinstance(given, str):
            return NameObject(given) if given.startswith("/") else TextStringObject(given)
        return NumberObject(given) if isinstance(given, int) else given

    return DictionaryObject({NameObject(f"/{name}"): value(given) for name, given in entries.items()})


def acting_pdf() -> bytes:
    """Whatever a PDF can do: at its opening, on its pages, by its links, with a file inside and its author's name."""
    writer = paged()
    script = named(S="/JavaScript", JS="app.alert(1)")
    writer.root_object[NameObject("/OpenAction")] = script
    writer.root_object[NameObject("/AA")] = named(WC=named(S="/Launch", F="cmd.exe"))
    page = writer.pages[0]
    page[NameObject("/AA")] = named(O=script)
    link = named(Type="/Annot", Subtype="/Link", Rect=ArrayObject(map(NumberObject, (0, 0, 9, 9))),
                 A=named(S="/URI", URI="badexample"))  # fmt: skip
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(link)])
    writer.add_attachment("inside.exe", b"MZ-INSIDE")
    writer.add_metadata({"/Author": CAMERA})
    return written(writer)


def snow_pdf() -> bytes:
    """Names and notes in other letters than English ones."""
    writer = paged()
    writer.add_metadata({"/Title": "Žluťoučký ☃"})
    writer.add_outline_item("☃ שלום", 0)
    return written(writer)


def form_pdf(*, shown: bool) -> bytes:
    """A form into which somebody wrote; `shown`: with the picture of what was written."""
    writer = paged()
    box = ArrayObject(map(NumberObject, (10, 10, 90, 30)))
    answer = named(Type="/Annot", Subtype="/Widget", FT="/Tx", T="pay", V="1,250.00", Rect=box, AA=named(
        K=named(S="/JavaScript", JS="AFNumber()")))  # fmt: skip
    if shown:
        look = DecodedStreamObject()
        look.set_data(b"BT (1,250.00) Tj ET")
        look.update(named(Type="/XObject", Subtype="/Form", BBox=ArrayObject(map(NumberObject, (0, 0, 80, 20)))))
        answer[NameObject("/AP")] = named(N=writer._add_object(look))
    held = writer._add_object(answer)
    writer.pages[0][NameObject("/Annots")] = ArrayObject([held])
    writer.root_object[NameObject("/AcroForm")] = named(Fields=ArrayObject([held]))
    return written(writer)


def locked_pdf(password: str) -> bytes:
    writer = paged()
    writer.encrypt(password, "owner", algorithm="AES-256")
    return written(writer)


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of 400 bytes that says that it is 60,000 dots wide and as high."""
    small = picture("PNG")
    import zlib

    head = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    return small[:12] + head + zlib.crc32(head).to_bytes(4, "big") + small[33:]


# What is refused, and why: by what is in it, whatever it is called.
REFUSED: dict[str, tuple[bytes, str]] = {
    "a web page called photo.jpg": (b"<!doctype html><script>alert(1)</script>", "kind"),
    "a drawing with a script": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "kind"),
    "a GIF that is JavaScript": (b"GIF89a/*\x00\x00*/=1;alert(1)", "kind"),
    "a program": (b"MZ\x90\x00" + bytes(200), "kind"),
    "an archive": (zipped(), "kind"),
    "an archive with a PDF behind it": (zipped() + pdf(), "kind"),
    "a phone's own photo": (b"\x00\x00\x00\x18ftypheic" + bytes(40), "heic"),
    "a picture that ends too soon": (picture(size=(400, 300))[:-2_000], "damaged"),
    "three bytes of a picture": (b"\xff\xd8\xff", "damaged"),
    "a PNG of nothing": (b"\x89PNG\r\n\x1a\n" + bytes(60), "damaged"),
    "a PDF of nothing": (b"%PDF-1.7\n%%EOF", "damaged"),
    "a picture that would fill the memory": (bomb(), "dots"),
    "a PDF with a password": (locked_pdf("secret"), "locked"),
    "a PDF without end": (pdf(pages=101), "pages"),
    "a form whose answers don't show": (form_pdf(shown=False), "form"),
}
