"""Staff are made by their council, never by signing up."""
from __future__ import annotations

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest
from django.utils.functional import lazystr

from moothall.lib import clock
from moothall.people.models import Person
from moothall.web.navigation import first_place

NO_MATCH = "That e-mail and password don’t match. Check both, then try again"
TOO_MANY = "You tried too often. Wait 5 minutes, then try again"


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's hooks, in our words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": lazystr(NO_MATCH),
        "account_inactive": lazystr(NO_MATCH),
        "too_many_login_attempts": lazystr(TOO_MANY),
        "rate_limited": lazystr(TOO_MANY),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: Any) -> str:
        person: Person = request.user
        return first_place(person) or "/"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of somebody who has just signed in: else who makes a first second factor would be asked twice running."""
        records = get_authentication_records(self.request, self.request.user)
        if records and clock.now().timestamp() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is flashed: where you are after signing in says enough."""
