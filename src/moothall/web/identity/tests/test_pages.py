"""The page on which a council's managers write its identity, its previews, and what of it the public sees."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from moothall.identity.actions import publish_identity, save_identity
from moothall.identity.check import Said
from moothall.identity.tests.test_identity import SAID, harborough, jo, nothing_kept, olive, with_text  # noqa: F401
from moothall.people.models import Person
from moothall.tenancy.models import Council
from moothall.web.public.hosts import council_of_host

PAGE = "/identity/harborough/"
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script><path d="M0 0h9"/></svg>'
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def manager(jo: Person, as_web: None) -> Client:  # noqa: F811
    client = Client()
    client.force_login(jo)
    return client


def typed(page: Any, **more: Any) -> dict[str, Any]:
    """A form as a browser would send it, with some fields changed."""
    text = page.content.decode()
    found = {name: html.unescape(value) for name, value in
             re.findall(r'<input type="(?:text|hidden)" name="(\w+)"(?: value="([^"]*)")?', text)}  # fmt: skip
    areas = re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', text, re.S)
    found |= {name: html.unescape(value) for name, value in areas}
    found.pop("csrfmiddlewaretoken", None)
    return found | more


def test_saved_seen_and_published(manager: Client, harborough: Council) -> None:  # noqa: F811
    form = typed(manager.get(PAGE), name_en="Harborough Council", brand="#f2b233", privacy_en="One\n\nTwo")
    sent = manager.post(PAGE, form | {"logo": SimpleUploadedFile("logo.svg", LOGO)})
    assert sent.status_code == 302 and "cut=yes" in sent["Location"], "it is told that something was left out"
    assert "#" not in sent["Location"], "what is said of it stands at the top, and the focus goes there"
    assert re.search(r'data-done>.*?The draft is saved', manager.get(sent["Location"]).content.decode(), re.DOTALL)
    page = manager.get(PAGE).content.decode()
    assert "Publish the draft" in page and "Harborough Council" in page
    public = manager.get(f"{PAGE}preview/public/")
    assert (
        b"Ring Harborough Council" in public.content and "frame-ancestors 'self'" in public["Content-Security-Policy"]
    )
    assert public["X-Frame-Options"] == "SAMEORIGIN"
    assert b"--brand:#F2B233;--on-brand:#16202A" in manager.get(f"{PAGE}preview/brand.css").content
    desk = manager.get(f"{PAGE}preview/desk/").content.decode()
    assert "Harborough Council" in html.unescape(desk) and "preview/logo.svg" in desk and "Ringing" in desk
    token = re.findall(r'name="read" value="([^"]+)"', page)[-1]
    assert manager.post(f"{PAGE}publish/", {"read": token}).status_code == 302
    harborough.refresh_from_db()
    logo = manager.get(f"/logos/{harborough.logo}.svg")
    assert logo["Content-Type"].startswith("image/svg+xml") and logo["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in logo["Content-Security-Policy"] and "immutable" in logo["Cache-Control"]
    assert b"script" not in logo.content and b"M0 0h9" in logo.content
    assert b"--brand:#F2B233" in manager.get("/brands.css").content
    kept = manager.get(PAGE).content.decode()
    assert "the first" in kept and "Jo Bell" in kept


def test_a_colour_that_cant_be_read_is_refused_with_the_nearest_that_can(manager: Client) -> None:
    form = typed(manager.get(PAGE), brand="#7A7F86", tone_en="Kept")
    page = manager.post(PAGE, form)
    text = page.content.decode()
    assert page.status_code == 422 and "nearest colour that can be used is #81868E" in text
    assert 'value="#7A7F86"' in text and ">\nKept</textarea>" in text, "what was typed stays"
    assert text.count("neither white nor dark") == 2, "in the summary and at the field"
    assert manager.post(PAGE, form | {"nearest": "yes"}).status_code == 302
    assert 'value="#81868E"' in manager.get(PAGE).content.decode()


def test_all_that_is_wrong_is_told_at_once_in_the_pages_order(manager: Client) -> None:
    form = typed(manager.get(PAGE), name_en="n" * 121, short_name_en="s" * 61, brand="#7A7F86", host="no host")
    page = manager.post(PAGE, form).content.decode()
    summary = page[page.index('id="errors"') : page.index("</ul>", page.index('id="errors"'))]
    assert re.findall(r'href="#id_(\w+)"', summary) == ["name_en", "short_name_en", "brand", "host"]
    assert re.findall(r'<div class="field field--bad">\s*<label for="id_(\w+)"', page) == [
        "name_en", "short_name_en", "brand", "host",
    ]  # fmt: skip


def test_a_council_elsewhere_is_as_one_that_never_was(olive: Person, manager: Client) -> None:  # noqa: F811
    client = Client()
    client.force_login(olive)
    for path in (
        "",
        "publish/",
        "discard/",
        "preview/public/",
        "preview/desk/",
        "preview/brand.css",
        "preview/logo.svg",
    ):
        there, nowhere = (
            (client.post if path in ("publish/", "discard/") else client.get)(PAGE + path),
            client.get(f"/identity/never/{path}"),
        )
        assert there.status_code == 404 and (nowhere.status_code == 404 or path in ("publish/", "discard/")), path
    assert client.post(PAGE, typed(manager.get(PAGE), brand="#000000")).status_code == 404
    for name in ("publish/", "discard/"):
        assert manager.get(PAGE + name).status_code == 405


@pytest.mark.parametrize("name", ["sam", "priya", "lee", "kit"])
def test_only_managers_have_the_page(world: Any, as_web: None, name: str) -> None:
    client = Client()
    client.force_login(Person.objects.get(pk=getattr(world, name)))
    assert client.get(PAGE).status_code == client.get("/identity/").status_code == 404
    assert b'href="/identity/"' not in client.get("/keys/").content


def test_two_at_once_lose_nothing(manager: Client, jo: Person, harborough: Council) -> None:  # noqa: F811
    mine = typed(manager.get(PAGE), greeting_en="My greeting {agent}")
    theirs = typed(manager.get(PAGE), tone_en="Their tone", brand="#000000")
    assert manager.post(PAGE, theirs).status_code == 302
    page = manager.post(PAGE, mine)
    text = html.unescape(page.content.decode())
    assert page.status_code == 409 and "Jo saved a draft" in text
    assert "My greeting {agent}</textarea>" in text and "Their tone</textarea>" in text and 'value="#000000"' in text
    assert "is now “Their tone”" in text
    assert manager.post(PAGE, typed(page)).status_code == 302
    both = manager.get(PAGE).content.decode()
    assert "My greeting" in both and "Their tone" in both


def test_texts_are_shown_as_texts_and_in_their_own_direction(manager: Client, jo: Person, harborough: Council) -> None:  # noqa: F811
    arabic = "مجلس هاربورو"
    evil = dict.fromkeys(("name", "short_name", "greeting", "privacy", "tone"), f"{EVIL} {arabic}")
    save_identity(harborough, Said("#1E5B4F", "", "", {"en": evil}), read="0.0", by=jo)
    for path in ("", "preview/public/", "preview/desk/"):
        text = manager.get(PAGE + path).content.decode()
        assert EVIL not in text and arabic in text and 'dir="auto"' in text, path
    publish_identity(harborough, read="0.1", by=jo)
    assert EVIL not in manager.get(PAGE).content.decode()


def test_long_texts_fit_or_are_told_and_kept(manager: Client) -> None:
    assert manager.post(PAGE, typed(manager.get(PAGE), privacy_en="ä" * 10_000)).status_code == 302
    page = manager.post(PAGE, typed(manager.get(PAGE), name_en="x" * 10_000))
    assert page.status_code == 422 and b"x" * 10_000 in page.content and b"120 fit" in page.content


@pytest.mark.parametrize(
    ("logo", "words"), [(b"GIF89a", "isn\u2019t an SVG"), (b"", "isn\u2019t an SVG"), (b"<" * 200_000, "100 kB")]
)
def test_a_logo_that_is_none_is_told(manager: Client, logo: bytes, words: str) -> None:
    page = manager.post(PAGE, typed(manager.get(PAGE), tone_en="Kept") | {"logo": SimpleUploadedFile("x.svg", logo)})
    assert (
        page.status_code == 422 and words in html.unescape(page.content.decode()) and b"Kept</textarea>" in page.content
    )


def test_a_draft_of_another_hash_and_a_wrong_one_are_not_found(manager: Client) -> None:
    assert manager.get(f"/logos/{'0' * 64}.svg").status_code == 404
    assert manager.get("/logos/../../etc.svg").status_code == 404


def test_the_public_finds_a_council_by_its_host(jo: Person, harborough: Council, settings: Any, as_role: Any) -> None:  # noqa: F811
    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = "moothall.web.urls_public", ["*"]
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each not in settings.STAFF_MIDDLEWARE]
    said = with_text("privacy", f"We keep little.\n\n{EVIL}")
    save_identity(harborough, Said(said.brand, "contact.example", "", said.texts), read="0.0", by=jo)
    publish_identity(harborough, read="0.1", by=jo)
    client = Client()
    with as_role("public"):
        for host in ("contact.example", "CONTACT.example:8001", "harborough.localhost", "contact.example."):
            assert b"Ring Harborough Council" in client.get("/", headers={"host": host}).content, host
        notice = client.get("/privacy/", headers={"host": "contact.example"})
        assert b"We keep little." in notice.content and EVIL.encode() not in notice.content
        assert client.get("/privacy/", headers={"host": "lichfield.localhost"}).status_code == 404
        for host in ("evil.example", "harborough.evil.example", "never.localhost", "x.contact.example",
                     "contact.example.evil.example", "a.harborough.localhost"):  # fmt: skip
            assert client.get("/", headers={"host": host}).status_code == 404, host
        for host in ("localhost", "127.0.0.1:8001"):
            assert b"What do you need" in client.get("/", headers={"host": host}).content


def test_an_address_of_a_machine_is_ours(world: Any) -> None:
    assert council_of_host("10.0.0.1") is council_of_host("localhost") is None
