"""A form that comes too late: after the sign-in has ended, or from a page that is older than the sign-in."""
from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from moothall.domain.interview.model import Field, Option, Step, Words
from moothall.people.models import Person
from moothall.web import kept_words
from moothall.web.kept import Typed
from moothall.web.tests.conftest import words

CASE = "/cases/HB-48213-K/note/"
OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}
NOTE = {"text": "Rang back <b>twice</b>. Card 4242 4242 4242 4242", "seen": "3", "password": "moothall-demo"}


@pytest.fixture
def ended(visitor):
    """A browser whose sign-in has ended: the cookies are there, the session isn't."""
    visitor.sign_in("lee@example.test")
    assert visitor.get("/cases/").status_code == 200
    Session.objects.all().delete()
    return visitor


@pytest.fixture(autouse=True)
def staff(world):
    for name in ("lee", "sam"):
        person = Person.objects.get(pk=getattr(world, name))
        person.email = f"{name}@example.test"
        person.set_password("moothall-demo")
        person.save()


def test_what_was_typed_comes_back_after_signing_in_again(ended):
    sent = ended.post(CASE, **NOTE)
    assert sent["Location"] == "/accounts/login/?next=/accounts/again/"
    assert "What you typed is kept" in words(ended.get(sent["Location"]))
    back = ended.sign_in("lee@example.test", to=sent["Location"])
    assert back["Location"] == "/accounts/again/"
    page = ended.get("/accounts/again/").content.decode()
    assert "Rang back &lt;b&gt;twice&lt;/b&gt;. Card " in page and f'action="{CASE}"' in page
    assert re.search(r'name="seen" value="3"', page) and "csrfmiddlewaretoken" in page
    assert "4242" not in page and "moothall-demo" not in page


def test_what_the_page_itself_sends_along_with_a_finish_is_not_shown_as_typed(strict):
    sent = {"contact": "1", "was": "The gate sticks.", "sent_last": "The gate", "notes": "Ring first.", "then": "ready"}
    page = strict.post("/desk/finish/", sent, **OURS)
    assert "Notes Ring first. Send again" in words(page), "and nothing else"
    assert "gate" not in words(page) and 'value="The gate sticks."' in page.content.decode()


def test_it_comes_back_to_nobody_else(ended):
    sent = ended.post(CASE, **NOTE)
    ended.sign_in("sam@example.test", to=sent["Location"])
    assert ended.get("/accounts/again/")["Location"] == "/"
    ended.sign_in("lee@example.test")
    assert ended.get("/accounts/again/")["Location"] == "/"


def test_nothing_is_kept_of_a_browser_in_which_nobody_signed_in(visitor):
    assert visitor.post(CASE, **NOTE)["Location"] == f"/accounts/login/?next={CASE}"
    assert not Session.objects.exists()


@pytest.fixture
def strict(world, as_role):
    """A browser that signed in, whose page is of before: its token is no more."""

    class Strict:
        client = Client(enforce_csrf_checks=True)

        def post(self, path, data, **headers):
            with as_role("web"):
                return self.client.post(path, data, **headers)

    made = Strict()
    made.client.force_login(Person.objects.get(pk=world.lee))
    return made


def test_a_page_that_is_older_than_the_sign_in_offers_to_send_again(strict):
    page = strict.post(CASE, NOTE, **OURS)
    assert page.status_code == 403 and "This page was open for too long" in words(page)
    assert "Rang back" in words(page) and "Send again" in words(page)
    assert "CSRF" not in words(page) and "4242" not in page.content.decode()


FOREIGN = [{"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "https://evil.example"}, {}]


@pytest.mark.parametrize("headers", FOREIGN)
def test_what_another_site_sends_is_never_offered(strict, headers):
    page = strict.post(CASE, NOTE, **headers)
    assert page.status_code == 403 and "Rang back" not in words(page) and "Send again" not in words(page)


def test_the_desks_script_is_told_in_a_word(strict):
    told = strict.post("/desk/ready/", {}, HTTP_MOOTHALL_FRAGMENT="1")
    assert (told.status_code, told["Content-Type"]) == (403, "text/plain")


def test_the_public_page_looks_like_one_and_keeps_what_was_typed(settings):
    settings.SITE, settings.ROOT_URLCONF = "public", "moothall.web.urls_public"
    strict = Client(enforce_csrf_checks=True, headers={"Host": "harborough.localhost"})
    page = strict.post("/form/1/ring/", {"what": "A lamp is out"}, **OURS)
    assert "Harborough District Council" in words(page)
    assert page.status_code == 403 and "A lamp is out" in words(page) and "In danger? Call 999" in words(page)


def test_a_choice_is_told_by_its_label_and_never_by_its_code(strict, monkeypatch):
    words_of = Option("sitting_out", Words((("en", "It can stay out"),)))
    other = Option("7", Words((("en", "Seven"),)))
    step = Step("stays", "ask", short=Words((("en", "Can stay out"),)), field=Field("radio", options=(words_of, other)))
    listed = Step("home", "ask", field=Field("property", options_from="homes"))
    script = SimpleNamespace(steps=(step, listed))
    monkeypatch.setattr(kept_words, "published_scripts", lambda: {"missed-bin": script})

    def sent(**fields):
        return kept_words.told(Typed("/desk/step/", tuple(fields.items())))

    assert sent(step="stays", value="sitting_out") == [("Can stay out", "It can stay out")]
    assert sent(step="home", value="48213") == [("Answer", kept_words.CHOSEN)]
    assert sent(**{"outcome-12": "broken_off"}) == [("How it ended", "Broken off")]
    page = strict.post("/desk/step/", {"step": "stays", "value": "sitting_out"}, **OURS)
    assert "It can stay out" in words(page) and "sitting_out" not in words(page)
    assert 'value="sitting_out"' in page.content.decode(), "what is sent again is what was sent"
