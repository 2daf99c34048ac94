"""The home that the regional pages were told of, until a script that asks something else first asks for it too. It
stays in the browser: whoever must be kept safe has no address written down."""
from __future__ import annotations

import re
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from moothall.domain.interview.run import Ask
from moothall.places.postcodes import PostcodeError, display_postcode, normalise_postcode
from moothall.scripts.known_before import first_address
from moothall.scripts.models import Run
from moothall.scripts.steps import walk_of

_KEPT = re.compile(r"([A-Z0-9]{5,7})\.([0-9]{0,18})")
AN_HOUR = 3_600


def keep_home(answer: HttpResponse, run: int, known: Mapping[str, str]) -> HttpResponse:
    """Keep what is known of the home in this browser, for that run's pages alone."""
    try:
        postcode = normalise_postcode(known.get("postcode", ""))
    except PostcodeError:
        return answer
    answer.set_cookie(
        _name(run), f"{postcode}.{known.get('property', '')}", max_age=AN_HOUR, path=f"/form/{run}/", httponly=True,
        samesite="Lax", secure=settings.PUBLIC_URL.startswith("https"),
    )  # fmt: skip
    return answer


def forget_home(answer: HttpResponse, run: int) -> HttpResponse:
    answer.delete_cookie(_name(run), path=f"/form/{run}/", samesite="Lax")
    return answer


def near_home(request: HttpRequest, run: Run) -> str:
    """The key of the postcode that they said before they began; empty where they said none."""
    kept = _KEPT.fullmatch(request.COOKIES.get(_name(run.pk), ""))
    return kept[1] if kept else ""


def home_kept(request: HttpRequest, run: Run) -> str:
    """What to fill in where the run asks for its first address; empty where nothing is known."""
    kept, stop = _KEPT.fullmatch(request.COOKIES.get(_name(run.pk), "")), walk_of(run).next
    named = first_address(run, stop.step.field) if isinstance(stop, Ask) else None
    if kept is None or named is None:
        return ""
    if not named:
        return display_postcode(kept[1])
    return kept[2] if named == [kept[1]] else ""


def _name(run: int) -> str:
    return f"home-{run}"
