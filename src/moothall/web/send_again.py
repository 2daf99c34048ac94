"""The pages that offer what was typed again: after sign-in, or where a page is older than the sign-in."""
from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from moothall.lib import clock
from moothall.web.kept import KEPT, KEPT_FOR, Typed, keep, typed_in
from moothall.web.kept_words import told
from moothall.web.public.hosts import whose_page
from moothall.web.staff import signed_in_required, to_sign_in, wants_fragment

TOO_LONG = "This page was open for too long"
NO_COOKIE = "Your browser keeps no cookies from us"


@require_safe
@signed_in_required
def send_again(request: Any) -> HttpResponse:
    """After sign-in: what was typed, to be sent again. What somebody else typed is forgotten."""
    kept = request.session.get(KEPT)
    if kept is None:
        return redirect("home")
    fresh = clock.now().isoformat() < kept["at"] or (clock.now() - KEPT_FOR).isoformat() < kept["at"]
    if kept["person"] != str(request.user.pk) or not fresh:
        del request.session[KEPT]
        return redirect("home")
    typed = Typed(kept["path"], tuple((name, value) for name, value in kept["fields"]))
    said = {"typed": typed, "said": told(typed), "heading": "You are signed in again"}
    return render(request, "pages/send_again.html", said)


def refused_form(request: Any, reason: str = "") -> HttpResponse:
    """Django's check of where a form comes from has refused it: most often the page is older than the sign-in."""
    if wants_fragment(request):
        return HttpResponse("This page is older than your sign-in", content_type="text/plain", status=403)
    ours, public = comes_from_us(request), settings.SITE == "public"
    if ours and not public and not request.user.is_authenticated and keep(request):
        return to_sign_in(request)
    typed = typed_in(request) if ours else None
    page = "pages/send_again_public.html" if public else "pages/send_again.html"
    said = told(typed) if typed else []
    context = {"typed": typed, "said": said, "heading": TOO_LONG, "address": _back(request), "cookies": False}
    if not request.COOKIES:  # the page that was sent had set one
        context |= {"heading": NO_COOKIE, "cookies": True}
    return render(request, page, {**context, **(whose_page(request) if public else {})}, status=403)


def comes_from_us(request: HttpRequest) -> bool:
    """Whether our own page sent it, as the browser says: what another site sent is never offered to be sent again."""
    if request.headers.get("Sec-Fetch-Site"):
        return request.headers["Sec-Fetch-Site"] == "same-origin"
    return request.headers.get("Origin", "") == f"{request.scheme}://{request.get_host()}"


def _back(request: HttpRequest) -> str:
    """The page that the form stood on, where it was ours."""
    came = urlsplit(request.headers.get("Referer", ""))
    return came.path if came.netloc == request.get_host() and came.path.startswith("/") else "/"
