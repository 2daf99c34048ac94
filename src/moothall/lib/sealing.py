"""Texts that are kept in the database, but not in the clear: encrypted and signed by a key derived from the secret."""
from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unreadable(ValueError):
    """The text was not sealed, or by another secret, or for another purpose."""


def seal(text: str, *, purpose: str, secrets: Sequence[str]) -> str:
    """`text` sealed by the first of `secrets`."""
    return _box(purpose, secrets).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str, secrets: Sequence[str]) -> str:
    """What was sealed by any of `secrets`, which are the present one and those before it. Raises Unreadable."""
    try:
        return _box(purpose, secrets).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable(f"A {purpose} was sealed by another secret than those given.") from None


def _box(purpose: str, secrets: Sequence[str]) -> MultiFernet:
    keys = (hmac.new(secret.encode(), f"sealing:{purpose}".encode(), hashlib.sha256).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
