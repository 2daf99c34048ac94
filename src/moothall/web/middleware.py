"""What every response of a face goes through."""
from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from moothall.web.kept import remember_who

Handler = Callable[[HttpRequest], HttpResponse]
NOT_ALLOWED = 405


class NoStoreMiddleware:
    """A page of somebody who is signed in is never kept: not by a proxy, not behind Back after signing out."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        if signed_in or settings.SESSION_COOKIE_NAME in response.cookies or request.path.startswith("/accounts/"):
            add_never_cache_headers(response)
        remember_who(request, response)
        return response


class OpenedFormMiddleware:
    """An address that takes what a form sends, opened as a page: reloaded after an error, or kept as a bookmark. The
    browser would show a page of its own for the empty answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == NOT_ALLOWED and request.method == "GET":
            page = render(request, "pages/opened_form.html", status=NOT_ALLOWED)
            page["Allow"] = response["Allow"]
            return page
        return response
