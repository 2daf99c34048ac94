"""The sign-in form, with our words where a field is empty."""
from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages["required"] = "Enter your work e-mail"
        self.fields["login"].error_messages["invalid"] = "Enter your e-mail as name@council.gov.uk"
        self.fields["password"].error_messages["required"] = "Enter your password"
