"""Leaving a discreet page at once, so that Back doesn't lead to it again. site.js does it with no help of ours; here is
what works without JavaScript: the way out leads past us, and for some minutes Back leads out again."""
from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from moothall.web.public.hosts import council_of
from moothall.web.public.known_home import forget_home
from moothall.web.public.secrets import take_keys

LEFT = "left"
MINUTES = 5


def way_out(request: HttpRequest, run: int | None = None) -> str:
    """Where it leads. From a page of a `run` by way of its own leaving, which closes it; from a council's pages by way
    of the regional ones, so that Back leads out there too: to the browser they are another site."""
    if run is not None:
        return reverse("public:leave_run", args=[run])
    return settings.AWAY if council_of(request) is None else f"{settings.PUBLIC_URL}{reverse('public:leave')}"


@never_cache
@require_safe
def leave(request: HttpRequest, run: int | None = None) -> HttpResponse:
    """Away, and no way back by the browser's Back. Other sites learn nothing of where they came from. From a page of a
    `run` its answers are closed as well: whoever sits there next would open them by the browser's history, and they
    open again by their code."""
    answer = HttpResponseRedirect(way_out(request), headers={"Referrer-Policy": "no-referrer"})
    answer.set_cookie(LEFT, "yes", max_age=MINUTES * 60, httponly=True, samesite="Lax",
                      secure=settings.PUBLIC_URL.startswith("https"))  # fmt: skip
    return answer if run is None else forget_home(take_keys(answer, run), run)


def has_left(request: HttpRequest) -> bool:
    """Whether a discreet page must not be shown: they left one just now, and haven't sent anything since."""
    return request.method in ("GET", "HEAD") and bool(request.COOKIES.get(LEFT))


def is_back(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Whoever sends something is here on purpose."""
    if request.method == "POST" and request.COOKIES.get(LEFT):
        answer.delete_cookie(LEFT, samesite="Lax")
    return answer
