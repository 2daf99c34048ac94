"""A version's life on a page: propose it, sign it for one's council, withdraw it, give notice."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.core import ratelimit
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from moothall.agreements.life import Refused, end_version, propose_version, sign_version, withdraw_version
from moothall.agreements.models import AgreementVersion
from moothall.agreements.queries import sight_beyond
from moothall.lib import clock
from moothall.web.configure.access import access_version, councils_managed
from moothall.web.configure.sign_forms import NoticeForm, PasswordForm, ProposeForm, SignForm
from moothall.web.configure.sign_page import sign_page
from moothall.web.configure.views import seen_and_head
from moothall.web.done import AS_SHOWN, done
from moothall.web.staff import StaffRequest, signed_in_required, staff_required

PASSWORD = "password"


@require_safe
@signed_in_required
def sign(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """Where the version stands, who has signed, and what this person may do next."""
    return _page(request, agreement, version)


@require_POST
@staff_required
def propose(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """Lay the draft before the councils that it binds."""
    beyond = sight_beyond(access_version(request.user, clock.now(), agreement, version).pk)
    form = ProposeForm(request.POST, person=request.user, beyond=bool(beyond))

    def act(found: AgreementVersion) -> None:
        sight = sorted({gain.share for gain in beyond}) if form.cleaned_data["sight"] else ()
        propose_version(found, by=request.user, sha256=form.cleaned_data["sha256"], sight=sight)

    return _act(request, agreement, version, form, act)


@require_POST
@staff_required
def put_name(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """Sign, for one of the councils that this person manages, exactly the text that the page showed."""
    form = SignForm(request.POST, person=request.user)

    def act(found: AgreementVersion) -> None:
        given = form.cleaned_data
        sign_version(found, council=given["council"], by=request.user, sha256=given["sha256"], way=PASSWORD)

    return _act(request, agreement, version, form, act)


@require_POST
@staff_required
def withdraw(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """Take the proposal back."""
    form = PasswordForm(request.POST, person=request.user, prefix="withdraw")
    return _act(request, agreement, version, form, lambda found: withdraw_version(found, by=request.user))


@require_POST
@staff_required
def notice(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """Give notice: the version in force ends sooner."""
    form = NoticeForm(request.POST, person=request.user, prefix="notice")
    return _act(
        request, agreement, version, form, lambda found: end_version(found, until=form.instant(), by=request.user)
    )


def _act(
    request: StaffRequest, agreement: str, version: int, form: PasswordForm, act: Callable[[AgreementVersion], None]
) -> HttpResponse:
    """Carry out one act of a manager, or show the page again with what is wrong. A person's tries are limited."""
    found = access_version(request.user, clock.now(), agreement, version)
    if not councils_managed(request.user, clock.now()):
        raise Http404("No such version is within sight")
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="reauthenticate", user=request.user)
    if limited:
        return limited
    if not form.is_valid():
        return _page(request, agreement, version, form=form, status=422)
    try:
        act(found)
    except Refused as refused:
        return _page(request, agreement, version, form=form, refused=refused, status=409)
    return done(request, AS_SHOWN, "agreements:sign", agreement, version)


def _page(
    request: StaffRequest, agreement: str, version: int, *, form: PasswordForm | None = None,
    refused: Refused | None = None, status: int = 200,
) -> HttpResponse:
    seen, head = seen_and_head(request, agreement, version, "sign")
    page = sign_page(seen, request.user, clock.now(), form=form, refused=refused)
    context: dict[str, Any] = {"seen": seen, "head": head, "page": page}
    return render(request, "configure/sign.html", context, status=status)
