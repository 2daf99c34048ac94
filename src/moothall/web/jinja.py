"""The page engine: Jinja2 with the library's macros, our formats and the few things that every page needs."""
from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import MutableMapping
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import get_urlconf, reverse
from django.utils.html import json_script
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup

from moothall.agreements.halt_words import cuts_at
from moothall.domain import plural
from moothall.domain.telephone import telephone
from moothall.lib import clock
from moothall.web import assets, formats, navigation
from moothall.web.control.glass_access import lookers
from moothall.web.done import done_words
from moothall.web.links import linked, sentences, to_ring
from moothall.web.maps import map_part
from moothall.web.problems import problems_of
from moothall.web.public.leaving import way_out

FILTERS = {
    "clock_time": formats.clock_time,
    "until": lambda at: formats.until(at, clock.now()),
    "when": lambda at: formats.when(at, clock.now()),
    "day": lambda value: formats.day(value, _today()),
    "beginning": lambda at: formats.beginning(at, _today()),
    "day_and_time": lambda at: formats.day_and_time(at, _today()),
    "public_time": formats.public_time,
    "public_day": formats.public_day,
    "wait": formats.wait,
    "wait_words": formats.wait_words,
    "number": formats.number,
    "money": formats.money,
    "telephone": lambda number: formats.whole(telephone(number)),
    "curly": formats.curly,
    "whole": formats.whole,
    "linked": linked,
    "sentences": sentences,
    "json_script": json_script,
    "iso": lambda at: "" if at is None else at.isoformat(),
}


class Engine(Environment):
    """Templates here have no globals of their own. In a map over the engine's each import would compare the two name by
    name, fourteen times a page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def environment(**options: Any) -> Environment:
    """Called by Django once a process."""
    library = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    options["loader"] = ChoiceLoader([options["loader"], library])
    made = Engine(**options, trim_blocks=True, lstrip_blocks=True)
    made.filters.update(FILTERS)
    made.globals.update(
        static=asset,
        url=_url,
        logo_address=logo_address,
        icon=icon,
        now=clock.now,
        done_words=done_words,
        problems_of=problems_of,
        per_cent=formats.per_cent,
        count_of=plural.count_of,
        top_links=navigation.top_links,
        lookers=lookers,
        cut_councils=lambda: list(cuts_at(clock.now())),
        map_part=map_part,
        to_ring=to_ring,
        DEMO=settings.DEMO,
        PUBLIC_URL=settings.PUBLIC_URL,
        way_out=way_out,
    )
    return made


@functools.cache
def asset(path: str) -> str:
    """The address of a static file with its digest, so that a browser never keeps an old one."""
    address = static(path)
    if path.startswith("built/fonts/"):  # named by the sheet as well: two addresses would load it twice
        return address
    name = path.removeprefix("built/")
    digest = _manifest().get(name) if name != path else _digest(path)
    return f"{address}?v={digest}" if digest else address


@functools.cache
def icon(name: str) -> Markup:
    """One of the sprite's icons. Hidden from screen readers: a word always stands beside it."""
    if name not in assets.ICONS:
        raise KeyError(f"No icon {name!r} in moothall.web.assets.ICONS")
    return Markup('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>').format(
        asset("built/icons.svg"), name
    )


def logo_address(council: Any) -> str:
    """Where a council's logo is: a page that shows a draft says it itself."""
    return str(getattr(council, "logo_address", "") or reverse("logo", args=[council.logo]))


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return _address(get_urlconf() or settings.ROOT_URLCONF, name, args, tuple(kwargs.items()))


@functools.lru_cache(maxsize=4096, typed=True)
def _address(urls: str, name: str, args: tuple[Any, ...], named: tuple[tuple[str, Any], ...]) -> str:
    """A page names ten or more, mostly the same; working them out was a tenth of a resident's page."""
    return reverse(name, urls, args=args or None, kwargs=dict(named) or None)


def _today() -> Any:
    return formats.in_london(clock.now()).date()


@functools.cache
def _manifest() -> dict[str, str]:
    path = assets.BUILT / "manifest.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


@functools.cache
def _digest(path: str) -> str:
    file = assets.WEB / "static" / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.exists() else ""
