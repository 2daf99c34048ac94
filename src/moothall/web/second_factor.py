"""The second factor: its secrets are kept sealed, and its forms say what to do in our words."""
from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import EditWebAuthnForm
from django.conf import settings
from django.utils.functional import lazystr

from moothall.lib.sealing import seal, unseal
from moothall.web.forms import speak_plainly

PURPOSE = "second factor"
NO_CODE = "Enter the 6 digits that your authenticator shows"
WRONG_CODE = "That code doesn’t match. Enter the one that your authenticator shows now"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's hooks."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": lazystr(WRONG_CODE)}

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=PURPOSE, secrets=_secrets())

    def decrypt(self, encrypted_text: str) -> str:
        """Raises Unreadable under a secret that neither is the one it was sealed by nor follows it (SECURITY.md)."""
        return unseal(encrypted_text, purpose=PURPOSE, secrets=_secrets())

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a security key is called until its owner says otherwise."""
        return f"Key {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


class _OurWords:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = NO_CODE


class SignInCodeForm(_OurWords, AuthenticateForm):  # type: ignore[misc]
    """At sign-in."""


class CodeAgainForm(_OurWords, ReauthenticateForm):  # type: ignore[misc]
    """Before the second factor itself is changed."""


class FirstCodeForm(_OurWords, ActivateTOTPForm):  # type: ignore[misc]
    """The code that shows that the authenticator holds the secret."""


class KeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """What a security key is called."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self.fields)
