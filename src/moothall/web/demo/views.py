"""The demo's own pages: whom to be, and playing the caller. Never there outside a demo."""
from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moothall.demo.cards import emails
from moothall.demo.personas import Persona, persona, personas
from moothall.people.models import Person
from moothall.telephony import callers
from moothall.web.demo.contexts import call_page, front_now
from moothall.web.demo.forms import RingForm
from moothall.web.navigation import first_place
from moothall.web.send_again import comes_from_us, refused_form

NO_EXCHANGE = "The exchange isn’t answering. Is the demo still running?"
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """404 outside a demo, even if somebody wires the address in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def from_our_pages(view: View) -> View:
    """A form of the demo's own pages: that it comes from them is told by the browser (Sec-Fetch-Site, else Origin), not
    by the form's token. Each sign-in renews that, and whoever is signed in anew in another window comes back here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not comes_from_us(request):
            return refused_form(request)
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)


@demo_only
@require_GET
def front(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/front.html", {"page": front_now(), "council_page": settings.PUBLIC_URL})


@from_our_pages
@demo_only
@require_POST
def open_as(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the cast: a real session, without the password that everybody knows."""
    email = request.POST.get("who", "")
    person = Person.objects.filter(email=email, is_active=True).first() if email in emails() else None
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    return redirect(first_place(person) or "/")


@demo_only
@require_GET
def how(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/how.html")


@from_our_pages
@demo_only
@require_http_methods(["GET", "POST"])
def ring(request: HttpRequest) -> HttpResponse:
    """Choose who you are; then the call is placed at the exchange, as any telephone would."""
    first = {"who": request.GET.get("who", personas()[0].key), "patience": "120"}
    form = RingForm(request.POST if request.method == "POST" else None, initial=first)
    problem = ""
    if request.method == "POST" and form.is_valid():
        who = _persona(form.cleaned_data["who"])
        try:
            placed = callers.place(
                settings.EXCHANGE_CALLERS, to=who.line, caller=who.number or "withheld",
                patience=int(form.cleaned_data["patience"]),
            )  # fmt: skip
        except callers.CallersError:
            problem = NO_EXCHANGE
        else:
            return redirect("demo:call", key=who.key, call=placed)
    return render(request, "demo/ring.html", {"form": form, "problem": problem})


@demo_only
@require_GET
def call(request: HttpRequest, key: str, call: str) -> HttpResponse:
    """One call; the page asks for the same again each second, and gets its changing part alone."""
    try:
        status = callers.status(settings.EXCHANGE_CALLERS, call)
    except callers.CallersError:
        status = None
    page = call_page(_persona(key), call, status, _count(request.GET.get("said", "")))
    part = "demo/call_now.html" if "HX-Request" in request.headers else "demo/call.html"
    return render(request, part, {"page": page})


@from_our_pages
@demo_only
@require_POST
def hang_up(request: HttpRequest, key: str, call: str) -> HttpResponse:
    who = _persona(key)
    with suppress(callers.CallersError):  # it is over already
        callers.hang_up(settings.EXCHANGE_CALLERS, call)
    return redirect(f"{reverse('demo:call', args=[who.key, call])}?said={_count(request.POST.get('said', ''))}")


def _count(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 4 else 0


def _persona(key: str) -> Persona:
    found = persona(key)
    if found is None:
        raise Http404
    return found
