"""Whose pages a host name opens: a council's own or `<slug>` under ours; at ours the list of all. Others are nobody's.

The host is the caller's word, so it only ever chooses among what councils published; no address is made from it.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from moothall.agreements.councils import councils_now
from moothall.identity.check import own_domain
from moothall.identity.queries import identity_of
from moothall.tenancy.models import Council
from moothall.web.public.contexts import council_now


def council_of(request: HttpRequest) -> Council | None:
    """The council at this request's host; None at our own; Http404 at anybody else's."""
    host = request.get_host()
    host = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    return council_of_host(host.rstrip(".").lower())


def whose_page(request: HttpRequest) -> dict[str, Any]:
    """What a page needs that stands at any public host: the council of now there, if there is one."""
    try:
        named = council_of(request)
        council = council_now(named)[0] if named else None
    except Http404:
        council = None
    return {"council": council, "privacy": identity_of(council).text("privacy") if council else "", "problem": ""}


def council_of_host(host: str) -> Council | None:
    base = own_domain()
    if host == base or "." not in host or host.replace(".", "").isdigit():  # ours, localhost, 127.0.0.1
        return None
    now = councils_now()
    found = now.by_host.get(host)
    slug, _, rest = host.partition(".")
    if found is None and rest == base:
        found = now.by_slug.get(slug)
        if found is not None and found.kind != Council.Kind.COUNCIL:
            return None  # a partnership has no pages of its own: what is asked there may be any of its councils'
    if found is None:
        raise Http404("No council is at this host")
    return found
