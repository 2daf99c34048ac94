"""The forms that were begun in this browser and not sent yet, so that the council's first page leads back to them: what
opens each goes to its own pages alone. None whose script can be discreet: whoever sits here next reads the page."""
from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from moothall.scripts.models import Run
from moothall.scripts.steps import LANGUAGE, so_far
from moothall.scripts.versions import published_scripts, script_of
from moothall.tenancy.residents import DAYS
from moothall.web.public.addresses import may_be_discreet
from moothall.web.public.offers import for_the_web
from moothall.web.public.run_pages import DONE, place_of

BEGUN, MOST = "begun", 5
STREET_MOST = 40
# Number, script, minutes since 1970 (until 2160: no calendar has those of ten figures), street.
_ONE = re.compile(r"([1-9][0-9]{0,17})-([a-z0-9-]{1,60})(?:!([0-9]{1,8})!([A-Za-z0-9_]{0,200}))?")


@dataclass(frozen=True, slots=True)
class Begun:
    """`at`: when, None where an older cookie doesn't say; `street`: what it is about, once that was said."""

    number: int
    key: str
    at: datetime | None = None
    street: str = ""
    title: str = ""


def begun_here(request: HttpRequest) -> list[Begun]:
    """The last one first."""
    titles = {each.key: each.title.get(LANGUAGE) for each in for_the_web(published_scripts().values())
              if each.discreet is None}  # fmt: skip
    return [replace(each, title=titles[each.key]) for each in _told(request) if each.key in titles]


def keep_begun(request: HttpRequest, answer: HttpResponse, run: Run) -> HttpResponse:
    """It can be gone on with, unless it has come to its end."""
    if may_be_discreet(run) or run.apart:
        return answer
    if place_of(run) == DONE:
        return drop_begun(request, answer, run.pk)
    told = _told(request)
    at = run.started_at.replace(second=0, microsecond=0)
    mine = Begun(run.pk, script_of(run).key, at, _street_of(run))
    if mine in told:
        return answer
    return _set(answer, [mine, *(each for each in told if each.number != run.pk)][:MOST])


def drop_begun(request: HttpRequest, answer: HttpResponse, number: int) -> HttpResponse:
    """It was sent, or isn't open here any more."""
    told = _told(request)
    left = [each for each in told if each.number != number]
    return answer if left == told else _set(answer, left)


def _street_of(run: Run) -> str:
    """The first line of the address that it is about."""
    kinds = {step.key: step.field.kind for step in script_of(run).steps}
    said = next((said.value for said in so_far(run) if kinds.get(said.step) == "property"), "")
    return said.partition(",")[0][:STREET_MOST]


def _told(request: HttpRequest) -> list[Begun]:
    found = (_ONE.fullmatch(each) for each in request.COOKIES.get(BEGUN, "")[:1500].split("."))
    return [Begun(int(each[1]), each[2], _time(each[3]), _words(each[4])) for each in found if each][:MOST]


def _time(minutes: str | None) -> datetime | None:
    return datetime.fromtimestamp(int(minutes) * 60, UTC) if minutes else None


def _words(signs: str | None) -> str:
    try:
        return base64.b32decode(signs.replace("_", "=")).decode() if signs else ""
    except ValueError:
        return ""


def _one(each: Begun) -> str:
    if each.at is None:
        return f"{each.number}-{each.key}"
    street = base64.b32encode(each.street.encode()).decode().replace("=", "_")
    return f"{each.number}-{each.key}!{int(each.at.timestamp()) // 60}!{street}"


def _set(answer: HttpResponse, told: list[Begun]) -> HttpResponse:
    if not told:
        answer.delete_cookie(BEGUN, samesite="Lax")
        return answer
    answer.set_cookie(BEGUN, ".".join(map(_one, told)), max_age=DAYS * 86_400, httponly=True,
                      samesite="Lax", secure=settings.PUBLIC_URL.startswith("https"))  # fmt: skip
    return answer
