"""The control room: how others handle our contacts, and what a council does when it must act at once."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.core import ratelimit
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from moothall.agreements.control import grounds_of, pause_share, recall_share, resume_share, sever_council
from moothall.agreements.life import REFUSED, Refused
from moothall.agreements.models import Share
from moothall.lib import clock
from moothall.people.sessions import end_sessions
from moothall.reports.access import access_figures
from moothall.tenancy.scope import scope
from moothall.web.configure.access import councils_managed
from moothall.web.configure.sign_forms import PasswordForm
from moothall.web.control.access import access_room, access_share, named_by_clause
from moothall.web.control.contexts import effect_of, late_of, lines_of, room_of, severed
from moothall.web.control.forms import GroundForm, PauseForm, ReasonForm
from moothall.web.control.glass_access import glasses_at
from moothall.web.done import AS_SHOWN, done
from moothall.web.staff import StaffRequest, staff_required


@require_safe
@staff_required
def room(request: StaffRequest) -> HttpResponse:
    """A council's room: what others do for it, worst first, and what its teams do for others."""
    return _room(request)


@require_safe
@staff_required
def share(request: StaffRequest, share: int) -> HttpResponse:
    """One share: how it fares, and what pausing or taking back would do."""
    return _share(request, share)


@require_safe
@staff_required
def late(request: StaffRequest, share: int) -> HttpResponse:
    """The contacts of a share that weren't answered in time since it began."""
    now = clock.now()
    found, council, _ = access_share(request.user, now, share)
    with scope(request.principal):
        (line,) = lines_of([found], now, _keys(request))
        page = late_of(found, now)
    return render(request, "control/late.html", {"line": line, "council": council, "page": page})


@require_POST
@staff_required
def pause(request: StaffRequest, share: int) -> HttpResponse:
    """Stop offering the share's contacts to its team, from now on."""
    def act(found: Share, form: PauseForm) -> None:
        pause_share(found, by=request.user, reason=form.why(), ends=form.until())

    return _act(request, share, PauseForm, "pause", act)


@require_POST
@staff_required
def resume(request: StaffRequest, share: int) -> HttpResponse:
    """Let a paused share go on."""
    return _act(request, share, PasswordForm, "resume", lambda found, _: resume_share(found, by=request.user))


@require_POST
@staff_required
def recall(request: StaffRequest, share: int) -> HttpResponse:
    """End the share for good."""
    def act(found: Share, form: GroundForm) -> None:
        recall_share(found, by=request.user, reason=form.why())

    return _act(request, share, GroundForm, "recall", act)


@require_POST
@staff_required
def sever(request: StaffRequest) -> HttpResponse:
    """Cut one's own council off."""
    now = clock.now()
    council, _ = access_room(request.user, now, str(request.POST.get("council", "")))
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="reauthenticate", user=request.user)
    if limited:
        return limited
    form = ReasonForm(request.POST, person=request.user, prefix="sever")
    if not form.is_valid():
        return _room(request, gss=council.gss, form=form, status=422)
    try:
        sever_council(council, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refused:
        return _room(request, gss=council.gss, form=form, refused=refused, status=409)
    end_sessions(council.number, now)
    return redirect("account_login")


def _act(
    request: StaffRequest, number: int, kind: type[Any], prefix: str, act: Callable[[Share, Any], None]
) -> HttpResponse:
    """Carry out one act of a manager, or show the page again with what is wrong. A person's tries are limited."""
    now = clock.now()
    found, _, client = access_share(request.user, now, number)
    if not client and not named_by_clause(councils_managed(request.user, now), found):
        raise Http404("No such share is this person's to halt")
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="reauthenticate", user=request.user)
    if limited:
        return limited
    more = {"grounds": grounds_of(found)} if issubclass(kind, GroundForm) else {}
    form = kind(request.POST, person=request.user, prefix=prefix, **more)
    if not form.is_valid():
        return _share(request, number, form=form, status=422)
    try:
        act(found, form)
    except Refused as refused:
        return _share(request, number, form=form, refused=refused, status=409)
    return done(request, AS_SHOWN, "control:share", number)


def _room(
    request: StaffRequest, *, gss: str = "", form: PasswordForm | None = None, refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    council, mine = access_room(request.user, now, gss or str(request.GET.get("council", "")))
    with scope(request.principal):
        page = room_of(council, mine, now, _keys(request), councils_managed(request.user, now))
        effect = severed(council, now)
    looking, looked = glasses_at(council.number, now)
    context: dict[str, Any] = {
        "page": page, "effect": effect, "form": form or ReasonForm(person=request.user, prefix="sever"),
        "problems": _problems(form, refused), "looking": looking, "looked": looked,
    }
    return render(request, "control/room.html", context, status=status)


def _share(
    request: StaffRequest, number: int, *, form: PasswordForm | None = None, refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    found, council, client = access_share(request.user, now, number)
    with scope(request.principal):
        (line,) = lines_of([found], now, _keys(request))
        effect = effect_of(line, now)
    grounds = grounds_of(found)
    forms: dict[str, PasswordForm] = {
        "pause": PauseForm(person=request.user, prefix="pause", grounds=grounds),
        "recall": GroundForm(person=request.user, prefix="recall", grounds=grounds),
        "resume": PasswordForm(person=request.user, prefix="resume"),
    }
    if form is not None:
        forms[str(form.auto_id).removesuffix("_%s")] = form
    context = {
        "line": line, "council": council, "effect": effect, "forms": forms,
        "client": client, "acts": client or named_by_clause(councils_managed(request.user, now), found),
        "grounds": grounds, "problems": _problems(form, refused), "now": now,
    }  # fmt: skip
    return render(request, "control/share.html", context, status=status)


def _keys(request: StaffRequest) -> frozenset[tuple[int, int]]:
    try:
        return access_figures(request.user.pk, clock.now())
    except Http404:
        return frozenset()


def _problems(form: PasswordForm | None, refused: Refused | None) -> list[dict[str, str]]:
    found = [] if form is None or not form.is_bound else [
        {"text": str(words), "field": form[name].id_for_label}
        for name, errors in form.errors.items() for words in errors
    ]
    return [*found, {"text": REFUSED.get(refused.code, str(refused)), "field": ""}] if refused else found
