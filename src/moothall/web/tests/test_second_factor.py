"""The second factor, as outside a demo: who has none makes one, who has one is asked for it, and it is kept sealed."""
from __future__ import annotations

import base64
import hashlib
import hmac
import re
from importlib import import_module
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt
from django.apps import apps
from django.db import connection
from django.test import override_settings

from moothall.lib.sealing import Unreadable
from moothall.web.second_factor import NO_CODE, WRONG_CODE
from moothall.web.tests.conftest import words

SAM = "sam@example.test"
MAKE, ENTER = "/accounts/second/totp/activate/", "/accounts/second/authenticate/"
CODES = "/accounts/second/recovery-codes/"
NOW, PERIOD = 1_764_158_400, 30


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def watch(monkeypatch):
    """A watch that stands, so that no code runs out between reading and typing it; `watch.at` may be moved on."""
    standing = SimpleNamespace(at=NOW)
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: standing.at))
    return standing


def code_of(secret: str, at: int) -> str:
    """What an authenticator shows: RFC 6238, written anew."""
    digest = hmac.new(base64.b32decode(secret), (at // PERIOD).to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start:start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def wrong_code(secret: str, at: int) -> str:
    return f"{(int(code_of(secret, at)) + 1) % 10**6:06}"


def enrol(visitor, watch) -> str:
    """Sign in for the first time and set up an authenticator; its secret."""
    visitor.sign_in(SAM)
    page = visitor.get(MAKE).content.decode()
    secret = re.search(r'data-secret="([A-Z2-7]+)"', page)[1]
    assert visitor.post(MAKE, code=code_of(secret, watch.at))["Location"] == CODES
    return secret


def test_who_has_none_is_sent_to_make_one_and_then_works(visitor, watch):
    visitor.sign_in(SAM)
    for path in ("/desk/", "/cases/", "/reports/", "/keys/"):
        assert visitor.get(path)["Location"] == MAKE
    assert visitor.post("/desk/ready/")["Location"] == MAKE
    secret = enrol(visitor, watch)
    assert "Your recovery codes" in words(visitor.get(CODES))
    assert visitor.get("/desk/").status_code == 200 and secret not in visitor.get("/accounts/second/").content.decode()


def test_a_wrong_code_makes_none(visitor, watch):
    visitor.sign_in(SAM)
    secret = re.search(r'data-secret="(\w+)"', visitor.get(MAKE).content.decode())[1]
    refused = visitor.post(MAKE, code=wrong_code(secret, watch.at))
    assert words(refused).count(WRONG_CODE) == 2 and not Authenticator.objects.exists()
    assert f'data-secret="{secret}"' in refused.content.decode(), "the same secret: it is in the authenticator already"
    assert visitor.get("/desk/")["Location"] == MAKE


def test_who_has_one_is_asked_for_its_code_at_sign_in(visitor, another, watch):
    secret = enrol(visitor, watch)
    watch.at += PERIOD
    assert another.sign_in(SAM)["Location"] == ENTER
    assert another.get("/desk/")["Location"] == "/accounts/login/?next=/desk/", "the password alone opens nothing"
    assert "Enter your code" in words(another.get(ENTER))
    for given, told in ((wrong_code(secret, watch.at), WRONG_CODE), (code_of(secret, NOW), WRONG_CODE), ("", NO_CODE)):
        assert words(another.post(ENTER, code=given)).count(told) == 2
        assert another.get("/desk/").status_code == 302, "still nobody"
    assert another.post(ENTER, code=code_of(secret, watch.at))["Location"] == "/desk/"
    assert another.get("/desk/").status_code == 200


def test_a_code_opens_once(visitor, another, watch):
    """Somebody who has looked over a shoulder comes too late, at whichever process."""
    secret = enrol(visitor, watch)
    visitor.post("/accounts/logout/")
    for browser, opened in ((visitor, 302), (another, 200)):
        browser.sign_in(SAM)
        assert browser.post(ENTER, code=code_of(secret, watch.at)).status_code == opened


def test_a_recovery_code_opens_once(visitor, another, watch):
    enrol(visitor, watch)
    code = re.search(r"\b\d{8}\b", words(visitor.get(CODES)))[0]
    another.sign_in(SAM)
    assert another.post(ENTER, code=code)["Location"] == "/desk/"
    another.post("/accounts/logout/")
    another.sign_in(SAM)
    assert WRONG_CODE in words(another.post(ENTER, code=code))


def test_guessing_codes_ends_soon(visitor, another, watch):
    secret = enrol(visitor, watch)
    watch.at += PERIOD
    another.sign_in(SAM)
    for _ in range(5):
        assert WRONG_CODE in words(another.post(ENTER, code=wrong_code(secret, watch.at)))
    assert "You tried too often" in words(another.post(ENTER, code=code_of(secret, watch.at)))
    assert another.get("/desk/").status_code == 302


def test_without_the_second_factor_its_own_pages_lead_nowhere_else(visitor, watch):
    """Who knows the password alone can't take the second factor away, nor read the recovery codes."""
    enrol(visitor, watch)
    stranger = type(visitor)(visitor._as_role)
    stranger.sign_in(SAM)
    for path in (MAKE, CODES, "/accounts/second/", "/accounts/second/totp/deactivate/", f"{CODES}download/"):
        for asked in (stranger.get(path), stranger.post(path)):
            assert asked.status_code in (302, 405) and "recovery" not in asked.content.decode(), path
    assert Authenticator.objects.count() == 2


def test_some_minutes_after_signing_in_one_is_asked_again_before_changing_it(visitor, watch):
    enrol(visitor, watch)
    session = visitor.client.session
    session["account_authentication_methods"] = [
        {**record, "at": record["at"] - 600} for record in session["account_authentication_methods"]
    ]
    session.save()
    for path in (CODES, "/accounts/second/totp/deactivate/", "/accounts/second/recovery-codes/generate/"):
        assert visitor.get(path)["Location"].startswith("/accounts/reauthenticate/?next="), path
    page = f"/accounts/reauthenticate/?next={CODES}"
    assert "Enter your password again" in words(visitor.get(page))
    assert "Your recovery codes" not in words(visitor.post(page, password="wrong"))
    assert visitor.post(page, password="moothall-demo")["Location"] == CODES
    assert "Your recovery codes" in words(visitor.get(CODES))


def test_what_is_kept_is_sealed(visitor, watch):
    secret = enrol(visitor, watch)
    codes = set(re.findall(r"\b\d{8}\b", words(visitor.get(CODES))))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        (kept,) = cursor.fetchone()
    assert len(codes) == 10 and secret not in kept and not any(code in kept for code in codes)
    factors = {factor.type: factor for factor in Authenticator.objects.all()}
    seed = factors["recovery_codes"].data["seed"]
    assert seed.startswith("gAAAA") and factors["totp"].data["secret"].startswith("gAAAA")
    with override_settings(SECRET_KEY="another" * 10), pytest.raises(Unreadable):
        factors["totp"].wrap().validate_code(code_of(secret, watch.at))
    with override_settings(SECRET_KEY="another" * 10, SECRET_KEY_FALLBACKS=["test-" + "x" * 50]):
        assert factors["totp"].wrap().validate_code(code_of(secret, watch.at))


def test_what_an_older_installation_kept_in_the_clear_is_sealed_by_migrate(world):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    for kind, data in (("totp", {"secret": secret}), ("recovery_codes", {"seed": "00ff", "used_mask": 1})):
        Authenticator.objects.create(user_id=world.sam, type=kind, data=data)
    import_module("moothall.people.migrations.0003_sharedvalue").seal_secrets(apps, None)
    factors = {factor.type: factor for factor in Authenticator.objects.all()}
    assert decrypt(factors["totp"].data["secret"]) == secret and factors["totp"].data["secret"] != secret
    assert decrypt(factors["recovery_codes"].data["seed"]) == "00ff"
    assert len(factors["recovery_codes"].wrap().get_unused_codes()) == 9
