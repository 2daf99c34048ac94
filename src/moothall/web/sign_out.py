"""Signing out: at once, or, while a call is in hand, once it was said what becomes of the caller."""
from __future__ import annotations

from typing import Any

from allauth.account.views import LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from moothall.queueing.models import Presence

IN_HAND = (Presence.State.IN_CALL, Presence.State.WRAP_UP)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """The button of the top line is pressed by mistake too: with a caller on the line it asks first."""
    state = state_in_hand(request.user)
    if state and "sure" not in request.POST:
        return render(request, "account/logout.html", {"state": state})
    answer: HttpResponse = LogoutView.as_view()(request)
    return answer


def state_in_hand(person: Any) -> str:
    """The desk's state while a call is in hand, or being finished; "" else."""
    if not person.is_authenticated:
        return ""
    found = Presence.objects.filter(person=person.pk, state__in=IN_HAND).values_list("state", flat=True).first()
    return str(found or "")
