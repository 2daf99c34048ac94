"""The forms that were begun in this browser and not sent yet, so that the council's first page leads back to them: what
opens each goes to its own pages alone. None whose script can be discreet: whoever sits here next reads the page."""
from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from moothall.scripts.models import Run
from moothall.scripts.steps import LANGUAGE
from moothall.scripts.versions import published_scripts, script_of
from moothall.tenancy.residents import DAYS
from moothall.web.public.addresses import may_be_discreet
from moothall.web.public.offers import for_the_web

BEGUN, MOST = "begun", 5
_ONE = re.compile(r"([1-9][0-9]{0,17})-([a-z0-9-]{1,60})")


def begun_here(request: HttpRequest) -> list[tuple[int, str]]:
    """Each as its number and what it is called, the last one first."""
    titles = {each.key: each.title.get(LANGUAGE) for each in for_the_web(published_scripts().values())
              if each.discreet is None}  # fmt: skip
    return [(number, titles[key]) for number, key in _told(request) if key in titles]


def keep_begun(request: HttpRequest, answer: HttpResponse, run: Run) -> HttpResponse:
    if may_be_discreet(run) or run.apart:
        return answer
    others = [each for each in _told(request) if each[0] != run.pk]
    return _set(answer, [(run.pk, script_of(run).key), *others][:MOST])


def drop_begun(request: HttpRequest, answer: HttpResponse, number: int) -> HttpResponse:
    """It was sent, or isn't open here any more."""
    told = _told(request)
    left = [each for each in told if each[0] != number]
    return answer if left == told else _set(answer, left)


def _told(request: HttpRequest) -> list[tuple[int, str]]:
    found = (_ONE.fullmatch(each) for each in request.COOKIES.get(BEGUN, "")[:500].split("."))
    return [(int(each[1]), each[2]) for each in found if each][:MOST]


def _set(answer: HttpResponse, told: list[tuple[int, str]]) -> HttpResponse:
    if not told:
        answer.delete_cookie(BEGUN, samesite="Lax")
        return answer
    answer.set_cookie(BEGUN, ".".join(f"{number}-{key}" for number, key in told), max_age=DAYS * 86_400, httponly=True,
                      samesite="Lax", secure=settings.PUBLIC_URL.startswith("https"))  # fmt: skip
    return answer
