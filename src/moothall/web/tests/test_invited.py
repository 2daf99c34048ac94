"""A link sets one password, once, for whom it was made; anything else is one plain answer."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from moothall.lib.log_lines import LineFormatter
from moothall.onboarding import invitations
from moothall.people.models import Person
from moothall.web.tests.conftest import words

GOOD = "four words put together"
VOID = "This link can’t be used"


@pytest.fixture
def ann(world) -> Person:
    return Person.objects.create_user("ann@example.test", None, name="Ann Lee", employer_id=world.harborough)


@pytest.fixture
def link(ann) -> str:
    return invitations.link_for(ann)


def test_a_link_says_who_and_by_whom_and_ends_at_the_sign_in_page(visitor, ann, link):
    shown = visitor.get(link)
    assert "Hello Ann Lee. Harborough District Council has invited you" in words(shown)
    assert shown["Referrer-Policy"] == "no-referrer" and "no-store" in shown["Cache-Control"]
    done = visitor.post(link, password1=GOOD, password2=GOOD)
    assert done["Location"] == "/accounts/login/?first=yes" and done["Referrer-Policy"] == "no-referrer"
    assert "that you have just chosen" in words(visitor.get(done["Location"]))
    assert visitor.sign_in("ann@example.test", GOOD).status_code == 302


@pytest.mark.parametrize(("typed", "told"), [
    (("", ""), "Enter the password that you choose"),
    (("short", "short"), "Use at least 12 characters"),
    (("password1234", "password1234"), "Many people use this password"),
    ((GOOD, GOOD + "!"), "This differs from the password above"),
])  # fmt: skip
def test_what_is_wrong_stands_on_top_and_at_the_field(visitor, ann, link, typed, told):
    refused = visitor.post(link, password1=typed[0], password2=typed[1])
    assert refused.status_code == 422 and words(refused).count(told) == 2
    assert not typed[0] or typed[0] not in "".join(refused.content.decode().split("<form")[1:])
    ann.refresh_from_db()
    assert not ann.has_usable_password()


def test_used_expired_and_guessed_links_are_one_answer_and_set_nothing(visitor, world, ann, link, monkeypatch):
    other = Person.objects.create_user("bo@example.test", None, name="Bo Ray", employer_id=world.charnwood)
    _, _, uid, key, _ = link.split("/")
    theirs = invitations.link_for(other).split("/")[2]
    swapped = f"/invited/{theirs}/{key}/"  # one's own key at another's number
    visitor.post(link, password1=GOOD, password2=GOOD)
    answers = [visitor.post(path, password1=GOOD + "2", password2=GOOD + "2")
               for path in (link, swapped, f"/invited/{uid}/x-y/", "/invited/zzzzzzzzzzzzzzz/x/")]  # fmt: skip
    late = invitations.link_for(other)
    now = invitations.links._now()
    monkeypatch.setattr(invitations.links, "_now", lambda: now + timedelta(days=3, seconds=1))
    answers.append(visitor.post(late, password1=GOOD, password2=GOOD))
    assert {answer.status_code for answer in answers} == {404} and len({answer.content for answer in answers}) == 1
    assert VOID in words(answers[0]) and "ask your manager for a new one" in words(answers[0])
    ann.refresh_from_db()
    other.refresh_from_db()
    assert ann.check_password(GOOD) and not other.has_usable_password()


def test_of_two_at_once_one_sets_it(ann, link, as_role):
    """Both had read the link as good."""
    with as_role("web"):
        assert invitations.set_password(ann, GOOD) and not invitations.set_password(ann, GOOD + "2")
    ann.refresh_from_db()
    assert ann.check_password(GOOD)


def test_somebody_who_left_before_they_came_has_no_link(visitor, ann, link):
    Person.objects.filter(pk=ann.pk).update(is_active=False)
    assert VOID in words(visitor.get(link))


def test_tries_are_few(visitor, link, settings):
    settings.ACCOUNT_RATE_LIMITS = {"invited": "2/m/ip"}
    assert [visitor.get("/invited/1/x/").status_code for _ in range(2)] == [404, 404]
    limited = visitor.get(link)
    assert limited.status_code == 429 and "Wait a minute" in words(limited)


def test_no_link_stands_in_the_log(visitor, link, caplog):
    visitor.post(link, password1="", password2="")
    lines = [LineFormatter("%(message)s").format(record) for record in caplog.records]
    assert any("/invited/…" in line for line in lines) and not any(link in line for line in lines)
    assert logging.getLogger().level <= logging.WARNING
