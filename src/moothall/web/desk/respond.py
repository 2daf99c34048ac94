"""How every act of the desk answers: with the new state for the page's script, else by going back to the page."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from moothall.lib import clock
from moothall.queueing.desk import Asked, sign_in_to_desk
from moothall.queueing.models import Presence, RouterState
from moothall.scripts.models import Run
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from moothall.web.desk.bundle import desk_of
from moothall.web.desk.contexts import Desk, OthersAnswer
from moothall.web.desk.forms import ContactForm, RunForm
from moothall.web.desk.own_runs import OnTheWeb, access_own_run
from moothall.web.desk.passing import PassOn
from moothall.web.desk.queries import presence_and_link
from moothall.web.desk.words import refusal
from moothall.web.forms import is_typed
from moothall.web.keys import KEYS
from moothall.web.navigation import rights_of
from moothall.web.staff import staff_required, wants_fragment

VERSION = "Moothall-Version"
Problems = Sequence[tuple[str, str]]
Kept = Mapping[str, str]  # a field's id on the desk, and what was typed there


def desk_for(request: Any, *, whole: bool) -> Desk:
    """This person's desk as it is; it is made when they sit down. Who answers for nobody has none: Http404."""
    found = presence_and_link(request.user.pk)
    if found is None or found[0].state == Presence.State.AWAY:
        if Grant.Right.ANSWER not in rights_of(request.user):
            raise Http404("desk")
        sign_in_to_desk(request.user)
        found = presence_and_link(request.user.pk)
    assert found is not None
    return desk_of(request.user, *found, whole=whole)


def respond(
    request: Any, *, refused: str = "", late: str = "", problems: Problems = (), kept: Kept | None = None,
    others: OthersAnswer | None = None, passing: PassOn | None = None,
) -> HttpResponse:
    """The desk as it is after an act. `refused` is a code, `late` words of an answer that came late; `problems` are
    (field's id, words); `kept` is what was typed; `others` answer for the council that was chosen; `passing` is the
    open panel in which to pass the call on."""
    if request.POST.get("again"):
        return _respond_again(request, problems, kept or {}, late)
    said = refused or late or problems or others or kept or passing
    if not wants_fragment(request) and not said:
        return redirect("desk:page")
    desk = desk_for(request, whole=not wants_fragment(request))
    words = late or refusal(refused) or desk.refused
    desk = replace(desk, refused=words, problems=tuple(problems), kept=kept or {}, others=others, passing=passing)
    if wants_fragment(request):
        return fragment(request, desk)
    return whole_page(request, desk, status=422 if problems else 409 if refused or late else 200)


def _respond_again(request: Any, problems: Problems, kept: Kept, late: str = "") -> HttpResponse:
    """After a step of a script that was taken up without a call: its own page."""
    form = RunForm(request.POST)
    if not form.is_valid():
        raise Http404("run")
    if not problems and not late:
        return redirect("desk:again", form.cleaned_data["run"])
    with scope(Staff(request.user.pk)):
        run = access_own_run(request.user, form.cleaned_data["run"], form.cleaned_data["contact"])
    return again_page(request, run, problems=problems, kept=kept, late=late)


def again_page(
    request: Any, run: Run, *, problems: Problems = (), kept: Kept | None = None, late: str = ""
) -> HttpResponse:
    """The script of `run` without a call: the desk as if its contact were in hand."""
    at = clock.now()
    presence = Presence(
        person_id=request.user.pk, state=Presence.State.IN_CALL, since=at, contact_id=run.contact_id, pause_reason="",
        notice="", version=0,
    )  # fmt: skip
    desk = desk_of(request.user, presence, RouterState(link="down"), whole=False)
    desk = replace(desk, state="again", problems=tuple(problems), kept=kept or {}, refused=late or desk.refused)
    context = {**context_of(request, desk), "again": run.pk}
    return render(request, "desk/again.html", context, status=422 if problems else 409 if late else 200)


def fragment(request: HttpRequest, desk: Desk) -> HttpResponse:
    response = render(request, "desk/state.html", context_of(request, desk))
    response[VERSION] = str(desk.version)
    return response


def whole_page(request: HttpRequest, desk: Desk, status: int = 200) -> HttpResponse:
    response = render(request, "desk/page.html", context_of(request, desk), status=status)
    response._csp_update = {"connect-src": [live_url(request)]}  # type: ignore[attr-defined]
    return response


def context_of(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    codes = {key.code: {"act": key.act, "idle": key.idle} for key in KEYS if key.code}
    shown = {"desk": desk, "call": desk.call, "idle": desk.idle, "again": None}
    return {**shown, "live": live_url(request), "key_codes": codes, "keys": KEYS}


def live_url(request: HttpRequest) -> str:
    """Where the live process listens. In a demo a page may have been opened by another name of this machine: then the
    stream is asked under that name, since the cookie is that name's."""
    live = urlsplit(settings.LIVE_URL)
    host = request.get_host().rsplit(":", 1)[0]
    if settings.DEMO and (host == "127.0.0.1" or host.endswith("localhost")):
        return f"{live.scheme}://{host}:{live.port}"
    return settings.LIVE_URL.rstrip("/")


def button(act: Callable[[Any, int], Asked]) -> Callable[..., HttpResponse]:
    """The view of a button in a call, named after what it asks: the router is asked, and the desk follows what comes
    of it."""

    def pressed(request: Any) -> HttpResponse:
        form = ContactForm(request.POST)
        if not form.is_valid():
            return respond(request, refused="gone")
        return respond(request, refused=act(request.user, form.cleaned_data["contact"]).code)

    pressed.__module__, pressed.__qualname__ = act.__module__, act.__qualname__
    return require_POST(staff_required(pressed))


def says_on_the_web(view: Callable[[Any], HttpResponse]) -> Callable[[Any], HttpResponse]:
    """An act on a script that the caller goes on with by themselves is refused in words, and the desk told as it is."""

    @wraps(view)
    def told(request: Any) -> HttpResponse:
        try:
            return view(request)
        except OnTheWeb:
            return respond(request, refused="on_the_web")

    return told


def kept_of(form: BaseForm, prefix: str = "") -> dict[str, str]:
    """What was typed into a form's own fields, to be shown again."""
    return {f"{prefix}{name}": str(form.data.get(name, "")) for name in form.fields if is_typed(form.fields[name])}


def problems_in(form: BaseForm, prefix: str = "") -> list[tuple[str, str]]:
    """(field's id on the desk, words) of every error of a form."""
    return [(f"{prefix}{name}", str(words)) for name, errors in form.errors.items() for words in errors]
