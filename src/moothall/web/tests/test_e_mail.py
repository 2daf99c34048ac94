"""Which e-mail addresses the domain takes, against the library's own rule."""
from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from moothall.domain.typed import is_email


@pytest.mark.parametrize("text", [
    "a@x.org", "a+b@x.co.uk", "o'brien-ab@example.org", "a@xn--bcher-kva.example", "<b>@x.com", "name@-x.org",
    ".a@x.org", "a..b@x.org", "a.@x.org", "a@x", "a@x.o", "a@x.org.", "a@x-.org", "a b@x.org", "a@b_c.org", "a@x.c-",
    "a@@x.org", "",
    "a" * 250 + "@x.org",
])  # fmt: skip
def test_e_mail_addresses_are_those_of_djangos_validator(text: str) -> None:
    try:
        validate_email(text)
        valid = len(text) <= 254
    except ValidationError:
        valid = False
    assert is_email(text) is valid


def test_names_of_every_alphabet_have_e_mail() -> None:
    assert is_email("őz@példa.hu")
