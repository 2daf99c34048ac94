"""After each form the browser is led to an address, also where something was wrong with it: so its Back and Forward ask
nobody to send anything again. What was typed and what is said of it go along in that address, as nobody reads it, for
that browser alone and for a while only: it stays in the browser's history."""
from __future__ import annotations

import json
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from moothall.lib import clock
from moothall.web.public.addresses import HELD, hidden, said_in
from moothall.web.public.this_browser import value_for, value_of, with_value

AGAIN = "again"
LONGEST = 1500  # letters; browsers and proxies cut or refuse what is much longer


def to_again(request: HttpRequest, at: str, **said: str) -> HttpResponse | None:
    """To the address `at`, with what its page is told; None where that is too long for an address."""
    told = hidden(json.dumps({**said, "_at": at, "_since": clock.now().isoformat()}), value_for(request))
    return with_value(request, redirect(f"{at}?{AGAIN}={told}")) if len(told) <= LONGEST else None


def told_again(request: HttpRequest) -> dict[str, str]:
    """What a page is told by its address; nothing where that is of another page, too old, told to another browser, or
    not of our making."""
    if AGAIN not in request.GET:  # as nearly every page is asked for: nothing to open
        return {}
    try:
        said = json.loads(said_in(request.GET[AGAIN], value_of(request)))
        fresh = clock.now() - datetime.fromisoformat(said.pop("_since")) <= HELD
        return said if said.pop("_at") == request.path and fresh else {}
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}
