"""What is kept of a file: its dots or its pages, and nothing else. Each hostile file is refused or harmless."""
from __future__ import annotations

import hashlib
import io
import json
import pickle
import socket
import subprocess
import sys

import pytest
from PIL import Image
from pypdf import PdfReader

from moothall.documents import opener
from moothall.documents.opener import LARGEST, WORDS, NotTaken, open_file
from moothall.documents.opening.confine import confine
from moothall.documents.opening.pdfs import without_notes
from moothall.documents.opening.program import opened
from moothall.documents.opening.refused import Refused
from moothall.documents.tests import hostile

pytestmark = pytest.mark.filterwarnings("ignore")  # the libraries' own, about what is wrong with these files


@pytest.mark.parametrize(("data", "code"), hostile.REFUSED.values(), ids=hostile.REFUSED)
def test_what_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        opened(data, LARGEST)
    assert refused.value.code == code and code in WORDS


def test_a_photo_keeps_its_dots_the_right_way_up_and_nothing_of_its_camera() -> None:
    sent = hostile.picture(notes=True, comment=b"ZQ-COMMENT")
    assert hostile.CAMERA.encode() in sent
    kind, kept = opened(sent, LARGEST)
    found = Image.open(io.BytesIO(kept))
    assert (kind, found.size) == ("jpeg", (40, 60)), "it lay on its side"
    red, _, blue = found.getpixel((20, 5))
    assert red > 200 and blue < 100, "red was left, and is above once it is turned"
    assert not found.getexif() and not {"exif", "comment", "icc_profile"} & set(found.info)
    assert hostile.CAMERA.encode() not in kept and b"ZQ-COMMENT" not in kept


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_hangs_behind_a_picture_is_cut_off(kind: str) -> None:
    for behind in (hostile.zipped(), b"<script>alert(1)</script>", hostile.pdf()):
        _, kept = opened(hostile.picture(kind) + behind, LARGEST)
        assert behind not in kept and b"PK\x03\x04" not in kept and b"<script" not in kept
        assert Image.open(io.BytesIO(kept)).size == (60, 40)


def test_a_large_picture_is_kept_small_and_a_clear_one_on_white() -> None:
    _, kept = opened(hostile.picture(size=(6_000, 300)), LARGEST)
    assert max(Image.open(io.BytesIO(kept)).size) <= 4_000
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    kind, kept = opened(out.getvalue(), LARGEST)
    assert kind == "png" and Image.open(io.BytesIO(kept)).getpixel((4, 4)) == (255, 255, 255)


def test_a_pdf_keeps_its_pages_and_nothing_that_acts() -> None:
    sent = hostile.acting_pdf() + hostile.zipped()
    for word in (b"JavaScript", b"Launch", b"badexample", b"EmbeddedFile", hostile.CAMERA.encode(), b"PK\x03\x04"):
        assert word in sent, "else the test couldn't fail"
    kind, kept = opened(sent, LARGEST)
    assert kind == "pdf" and PdfReader(io.BytesIO(kept)).pages[0].extract_text() == "Payslip"
    for word in (b"JavaScript", b"Launch", b"badexample", b"EmbeddedFile", hostile.CAMERA.encode(), b"PK\x03\x04",
                 b"/AA ", b"OpenAction", b"/Annots", b"/Names", b"INSIDE", b"/Info", b"pypdf"):  # fmt: skip
        assert word not in kept, word


def test_names_that_a_page_gives_its_own_fonts_stay() -> None:
    writer = hostile.paged()
    page = writer.pages[0]
    fonts = page["/Resources"]["/Font"]
    fonts[hostile.NameObject("/AA")] = fonts.pop("/F1")
    page["/Contents"].get_object().set_data(b"BT /AA 12 Tf 20 50 Td (Payslip) Tj ET")
    _, kept = opened(hostile.written(writer), LARGEST)
    assert "/AA" in PdfReader(io.BytesIO(kept)).pages[0]["/Resources"]["/Font"]


def test_a_photo_in_a_pdf_loses_its_cameras_notes_too() -> None:
    photo = hostile.picture(notes=True)
    sent = hostile.pdf(jpeg=photo)
    assert hostile.CAMERA.encode() in sent
    _, kept = opened(sent, LARGEST)
    assert hostile.CAMERA.encode() not in kept
    assert PdfReader(io.BytesIO(kept)).pages[0].images[0].image.size == (60, 40)
    assert without_notes(b"no picture") == b"no picture"


def test_what_was_written_into_a_form_stays_as_its_picture() -> None:
    _, kept = opened(hostile.form_pdf(shown=True), LARGEST)
    [drawn] = PdfReader(io.BytesIO(kept)).pages[0]["/Annots"]
    assert b"1,250.00" in drawn.get_object()["/AP"]["/N"].get_object().get_data()
    assert b"JavaScript" not in kept and b"AcroForm" not in kept and b"/Widget" not in kept


def test_an_action_that_hides_where_none_belongs_refuses_the_file() -> None:
    writer = hostile.paged()
    hidden = hostile.named(S="/JavaScript", X="app.alert(1)")
    writer.pages[0]["/Resources"][hostile.NameObject("/ExtGState")] = hostile.named(G=hidden)
    with pytest.raises(Refused, match="active"):
        opened(hostile.written(writer), LARGEST)


def test_a_bank_statement_that_only_forbids_changing_is_taken() -> None:
    _, kept = opened(hostile.locked_pdf(""), LARGEST)
    assert PdfReader(io.BytesIO(kept)).pages[0].extract_text() == "Payslip"


# -- the process ------------------------------------------------------------------------------------------------------


def test_a_process_of_its_own_opens_it_and_both_hashes_are_kept() -> None:
    sent = hostile.picture(notes=True)
    found = open_file([sent[:100], sent[100:]])
    assert (found.kind, len(found.sha256), found.sha256 != found.sent_sha256) == ("jpeg", 64, True)
    with pytest.raises(NotTaken, match="kind"):
        open_file([b"<svg/>"])


def test_the_process_opens_and_refuses_what_any_would() -> None:
    """What a library imports only when it needs it would be missing there."""
    sent = {
        "photo": hostile.picture(notes=True, comment=b"x"), "drawing": hostile.picture("PNG"), "pages": hostile.pdf(),
        "photo in pages": hostile.pdf(jpeg=hostile.picture(notes=True)), "acting": hostile.acting_pdf(),
        "form": hostile.form_pdf(shown=True), "forbids": hostile.locked_pdf(""), "snow": hostile.snow_pdf(),
        **{name: data for name, (data, _) in hostile.REFUSED.items()},
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", ALL], input=pickle.dumps(sent), capture_output=True, check=True)
    assert json.loads(done.stdout) == {name: fate(data) for name, data in sent.items()}


ALL = """
import json, pickle, sys
from moothall.documents.opening import program
from moothall.documents.tests.test_opening import fate
sent = pickle.loads(sys.stdin.buffer.read())
program.make_ready()
sys.stdout.write(json.dumps({name: fate(data) for name, data in sent.items()}))
"""


def fate(data: bytes) -> list[str]:
    try:
        kind, kept = opened(data, LARGEST)
    except Refused as refused:
        return [refused.code]
    return [kind, hashlib.sha256(kept).hexdigest()]


def test_what_is_empty_or_too_large_never_comes_to_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opener, "_run", lambda _: pytest.fail("it was started"))
    with pytest.raises(NotTaken, match="empty"):
        open_file([])
    with pytest.raises(NotTaken, match="large"):
        open_file(bytes(1_000_000) for _ in range(50))


@pytest.mark.parametrize("program", [
    "import sys; sys.exit(1)", "print('no JSON')", "print('{\"kind\": \"exe\"}'); print('x')",
    "print('{\"refused\": \"nonsense\"}')", "import os; os.abort()", "import time; time.sleep(9)",
])  # fmt: skip
def test_whatever_else_the_program_comes_to_is_a_file_that_cannot_be_opened(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opener, "_START", program.replace("{", "{{").replace("}", "}}") + " # {} {}")
    monkeypatch.setattr(opener, "TIME_S", 1)
    with pytest.raises(NotTaken, match="damaged"):
        open_file([b"x"])


def test_a_scanner_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opener, "_run", lambda _: ("png", b"dots"))
    monkeypatch.setattr(opener, "SCANNERS", [lambda kept: kept != b"dots"])
    with pytest.raises(NotTaken) as refused:
        open_file([b"x"])
    assert "“a.png” looks unsafe" in refused.value.words("a.png")


def test_the_program_can_reach_no_network_no_file_no_other_program_and_little_memory() -> None:
    tried = "\n".join([
        "import os, socket, sys", "from moothall.documents.opening.confine import confine", "confine()",
        "def no(what):", "    try: what()", "    except (OSError, MemoryError) as found: return type(found).__name__",
        "    return 'done'",
        "tries = [lambda: socket.socket(), lambda: open('/etc/passwd'), lambda: os.fork(), lambda: bytes(2 << 30),",
        "         lambda: os.execv('/bin/true', ['true']), lambda: os.kill(os.getppid(), 0)]",
        "sys.stdout.write(' '.join(no(each) for each in tries))",
    ])  # fmt: skip
    done = subprocess.run([sys.executable, "-c", tried], capture_output=True, text=True, check=True)
    came = done.stdout.split()
    assert len(came) == 6 and "done" not in came[:4], came
    if sys.platform == "linux":
        assert came == ["PermissionError"] * 3 + ["MemoryError"] + ["PermissionError"] * 2
    assert callable(confine) and socket
