"""What an address hides is for the browser that it was given to: copied into another it says nothing there. The
browser keeps a value of its own for that, from the first time that something is hidden for it until it is closed."""
from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "this-browser"
_VALUE = re.compile(r"[A-Za-z0-9_-]{22}")


def value_of(request: HttpRequest) -> str:
    """The browser's own value, which nobody else has; empty where it has none, or keeps no cookies."""
    brought = request.COOKIES.get(COOKIE, "")
    return brought if _VALUE.fullmatch(brought) else ""


def value_for(request: HttpRequest) -> str:
    """The same, made where there is none yet. What is led to with it goes through `with_value`."""
    value: str = value_of(request) or getattr(request, "this_browser", "") or secrets.token_urlsafe(16)
    request.this_browser = value  # type: ignore[attr-defined]
    return value


def with_value(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The answer, which gives the browser the value that was made for it."""
    value = getattr(request, "this_browser", "")
    if value and value != value_of(request):
        answer.set_cookie(COOKIE, value, httponly=True, samesite="Lax",
                          secure=settings.PUBLIC_URL.startswith("https"))  # fmt: skip
    return answer
