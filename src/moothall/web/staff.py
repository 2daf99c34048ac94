"""Who asks: `staff_required` gives a view `request.principal`, or sends the person to sign in."""
from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from moothall.people.models import Person
from moothall.tenancy.principals import Operator, Staff
from moothall.web.kept import keep

View = Callable[..., HttpResponse]
FRAGMENT = "Moothall-Fragment"
SECOND_FACTOR_SEEN = "second_factor_seen"


class StaffRequest(HttpRequest):
    """A request that went through `staff_required` or `operator_required`; for annotations alone."""

    principal: Staff
    user: Person


def staff_required(view: View) -> View:
    """Only signed-in staff: `request.principal` is Staff(person). An operator, who sees no residents, gets the 404."""
    return _required(view, operator=False)


def operator_required(view: View) -> View:
    """Only operators: `request.principal` is Operator(person). Anybody else gets the 404, never a 403."""
    return _required(view, operator=True)


def signed_in_required(view: View) -> View:
    """Anybody who is signed in, staff or operator."""
    return _required(view, operator=None)


def wants_fragment(request: HttpRequest) -> bool:
    """True where the page's own script asks for a part of it."""
    return FRAGMENT in request.headers


def _required(view: View, operator: bool | None) -> View:
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        person = request.user
        if not person.is_authenticated:
            return to_sign_in(request)
        if operator is not None and person.is_operator != operator:
            raise Http404
        if settings.SECOND_FACTOR_REQUIRED and not _has_second_factor(request):
            return redirect("mfa_activate_totp")
        request.principal = Operator(person.pk) if person.is_operator else Staff(person.pk)
        return view(request, *args, **kwargs)

    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, and from there back; what a form sent is offered again then."""
    if wants_fragment(request):  # the script says so on the page, which keeps what was typed
        return HttpResponse(status=401)
    if keep(request):
        return redirect_to_login(reverse("send_again"))
    return redirect_to_login(request.get_full_path())


def _has_second_factor(request: Any) -> bool:
    """Whoever has one was asked for it at sign-in, by allauth; here only those without are sent to make one."""
    if request.session.get(SECOND_FACTOR_SEEN):
        return True
    if not is_mfa_enabled(request.user):
        return False
    request.session[SECOND_FACTOR_SEEN] = True
    return True
