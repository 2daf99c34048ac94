"""The routes, read from the URL patterns themselves, and what stands in their addresses."""
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.meta.attack_names import Ids

PARAMETER = re.compile(r"\(\?P<(?P<group>\w+)>[^)]*\)|<(?:\w+:)?(?P<name>\w+)>")
Route = tuple[str, URLPattern]
# Parameters that name no object of a council's, or not by an id of ours.
OTHERS: dict[str, Any] = {
    "key": "tom", "call": "1", "uidb36": "a",  # of the demo's callers; of the library's addresses
    "uid": "a",  # with a key: whose first password: web/tests/test_invited.py
    "agreement": "lichfield-alone", "version": 1,  # whose agreements one may read: web/configure/tests/test_access.py
    "slug": "lichfield", "sha256": "0" * 64,  # whose identity; what is published: web/identity/tests
    "glass": 1,  # whose emergency: web/control/tests/test_glass_pages.py
    "person": 1,  # whose link for a first password: web/onboarding/tests
    "share": 1,  # between which councils, and whose: web/control/tests/test_room.py
    "script": "missed-bin", "step": "postcode",  # on the public pages: web/public/tests/test_runs.py
    "item": "bank",  # of what a run wants: web/public/tests/test_files.py
    "secret": "a" * 43,  # of a link to pay: payments' own tests
    "part": "shares", "entry": "own",  # of an agreement's text, which holds no residents: configure/tests/test_edit.py
}  # fmt: skip
OURS = {"contact", "run", "need", "case", "customer", "property", "reference", "council", "service", "gss", "comment",
        "document"}


def routes(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[Route]:
    """Each with its path from the top."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif not path.startswith("static"):
            yield path, pattern


def address(route: Route, ids: Ids) -> str:
    """The route's address with these ids in it. A parameter that is in no table fails the test that asks."""

    def value(part: re.Match[str]) -> str:
        name = part["name"] or part["group"]
        if name == "pk":  # the library's security keys
            return str(ids["contact"])
        assert name in OURS or name in OTHERS, f"{route[0]}: say in attack_routes.py what its {name!r} is"
        return str(ids[name] if name in OURS else OTHERS[name])

    path = re.sub(PARAMETER, value, route[0])
    return "/" + path.replace("^", "").replace("\\", "").rstrip("$")


def view_of(route: Route) -> str:
    """The name of a route's view: moothall.web.desk.views.answer."""
    view = getattr(route[1].callback, "view_class", route[1].callback)
    return f"{view.__module__}.{view.__qualname__}"
