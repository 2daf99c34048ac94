"""The few pages that belong to no part: the way in, the keys, what can't be found."""
from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from moothall.web.keys import KEYS
from moothall.web.navigation import address_of, first_place
from moothall.web.public.hosts import whose_page
from moothall.web.public.secrets import keys_in, shown
from moothall.web.staff import signed_in_required


@require_safe
def home(request: Any) -> HttpResponse:
    """Where this person's work is; who isn't signed in comes to the front."""
    if not request.user.is_authenticated:
        return front(request)
    place = first_place(request.user)
    if place is None:
        return render(request, "pages/no_place.html")
    return redirect(place)


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The demo's first page, or the way to sign in."""
    return redirect((address_of("demo:front") if settings.DEMO else None) or address_of("account_login") or "/")


@require_safe
@signed_in_required
def keys(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/keys.html", {"keys": KEYS})


@require_safe
def cannot_get_in(request: HttpRequest) -> HttpResponse:
    return render(request, "account/help.html")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process can ask the database; for load balancers and the supervisor."""
    connection.ensure_connection()
    if not connection.is_usable():
        connection.close()  # so that the next question opens a new one
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")


def gone(request: HttpRequest) -> HttpResponse:
    raise Http404


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No right and not there are one page: the same words."""
    return render(request, "pages/not_found.html", status=404)


def public_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "pages/public_not_found.html", whose_page(request), status=404)


def failed(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/failed.html", status=500)


def public_failed(request: HttpRequest) -> HttpResponse:
    """What a resident needs when a page breaks: their answers are kept, the code with which to go on, and whom to
    ring. The database may be what is broken: then the page tells no council."""
    found = re.match(r"/form/(\d{1,18})/", request.path)
    keys = keys_in(request, int(found[1])) if found else None
    told = {"code": shown(keys.code) if keys else "", "address": request.path if request.method == "GET" else ""}
    with suppress(Exception):
        told |= whose_page(request)
    return render(request, "pages/public_failed.html", told, status=500)
