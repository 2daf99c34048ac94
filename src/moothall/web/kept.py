"""What was typed isn't lost where a form comes too late: it is kept in the browser's session, for the person who typed
it alone, and offered again after sign-in (send_again.py). Passwords and codes are never kept, nor is a card number.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from moothall.domain.typed import without_card_numbers, without_unseen
from moothall.lib import clock

LAST_PERSON = "moothall_last"  # a signed cookie: who signed in last in this browser
KEPT = "send_again"
KEPT_FOR = timedelta(hours=1)
LONGEST = 100_000
SECRETS = ("password", "code", "credential", "csrfmiddlewaretoken", "login")
UNREAD = {
    "seen", "sha256", "before", "then", "again", "run", "step", "contact", "customer", "script", "nobody", "receiver",
    "held", "share", "version", "property", "tab", "page", "act", "look", "gss", "map_at", "map_metres", "spot.x",
    "spot.y", "was", "sent_last",
}  # fmt: skip
# What fields are called where their names say little to people; others are called by their names.
CALLED = {
    "value": "Answer", "told": "What they are told", "outcome": "How it ended", "word": "Word back", "reason": "Why",
    "words": "What they should know", "said": "What you looked for", "last": "Last day", "to": "To whom",
    "phone": "Telephone number", "public": "Number that people ring", "host": "Host name", "read": "Text was read",
    "rows": "List", "what": "What it is about",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form sent: to which address, and each field with its value."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def named(self) -> list[tuple[str, str, str]]:
        """What a person typed or chose, without what the page itself sends along: the field, what it is called, and
        its value."""
        return [(name, _called(name), value) for name, value in self.fields if value.strip() and name not in UNREAD]


def _called(name: str) -> str:
    """Fields of several needs or rows end in a number, which says nothing to people."""
    plain = re.sub(r"[-_]?\d+$", "", name)
    return CALLED.get(plain) or plain.replace("_", " ").replace("-", " ").capitalize()


def typed_in(request: HttpRequest) -> Typed | None:
    """What is worth keeping of a form that was sent; nothing of signing in, nor of more than a page of text holds."""
    if request.method != "POST" or request.path.startswith("/accounts/"):
        return None
    fields = tuple(
        (name, without_card_numbers(without_unseen(value))) for name, values in request.POST.lists() for value in values
        if not any(secret in name.lower() for secret in SECRETS)
    )  # fmt: skip
    return Typed(request.get_full_path(), fields) if sum(len(value) for _, value in fields) <= LONGEST else None


def keep(request: Any) -> bool:
    """Keep it for whoever signed in last in this browser; False where there is nothing, or that isn't known."""
    typed, person = typed_in(request), request.get_signed_cookie(LAST_PERSON, default=None)
    if typed is None or person is None or not hasattr(request, "session"):
        return False
    request.session[KEPT] = {
        "person": person, "path": typed.path, "fields": typed.fields, "at": clock.now().isoformat(),
    }  # fmt: skip
    return True


def remember_who(request: Any, response: HttpResponse) -> None:
    """At sign-in: so that what is typed after this sign-in has ended comes back to the same person alone."""
    session = getattr(request, "session", None)
    if session is None or not session.modified or SESSION_KEY not in session:
        return
    response.set_signed_cookie(
        LAST_PERSON, str(session[SESSION_KEY]), httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
