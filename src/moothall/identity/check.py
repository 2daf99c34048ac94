"""What an identity may say: one check for the form, the actions and the demo's loader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from moothall.domain.colours import BRAND_USES, FORM, Use, failing, nearest_passing
from moothall.domain.hosts import NoHost, host_name
from moothall.domain.typed import holds_unseen
from moothall.tenancy.models import Council

LANGUAGES = {"en": "English"}  # further ones come with their texts; the first is the one that every council has
FIRST = "en"
PLACEHOLDER = re.compile(r"\{([^{}]*)\}?")
Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Text:
    key: str
    label: str
    hint: str
    longest: int
    required: bool = False
    rows: int = 1


TEXTS = (
    Text("name", "Name", "In full, as on your letters. At most 120 characters.", 120, required=True),
    Text(
        "short_name", "Short name", "Where there is little room, like “Northby”. At most 60 characters.", 60,
        required=True,
    ),
    Text(
        "greeting",
        "Usual greeting",
        "What is said first on every line for which the agreement has no greeting of its "
        "own. {agent} and {council} are filled in.",
        200,
        rows=2,
    ),
    Text(
        "privacy", "Privacy notice", "Shown on your public pages. An empty line begins a new paragraph.", 10_000, rows=8
    ),
    Text("tone", "How to speak for us", "For the agents, beside each of your calls.", 2_000, rows=4),
)


@dataclass(frozen=True, slots=True)
class Said:
    """An identity as somebody wants it."""

    brand: str
    host: str = ""
    logo: str = ""
    texts: Texts | None = None

    def text(self, key: str, language: str = FIRST) -> str:
        return (self.texts or {}).get(language, {}).get(key, "")


def problems_of_identity(said: Said, council: Council) -> dict[str, str]:
    """What is wrong, by field (`brand`, `host`, `name_en`); empty where all is well."""
    found = {f"{text.key}_{language}": words for language in LANGUAGES for text in TEXTS
             if (words := problem_of_text(text, said.text(text.key, language), language))}  # fmt: skip
    for text in ("name", "short_name"):
        if words := problem_of_name(said.text(text), council):
            found.setdefault(f"{text}_{FIRST}", words)
    for field, words in (("brand", problem_of_colour(said.brand)), ("host", problem_of_host(said.host, council))):
        if words:
            found[field] = words
    return found


def problem_of_text(text: Text, value: str, language: str = FIRST) -> str:
    if text.required and language == FIRST and not value.strip():
        return f"Enter the {text.label.lower()}"
    if len(value) > text.longest:
        return f"The {text.label.lower()} has {len(value):,} characters; {text.longest:,} fit"
    if holds_unseen(value):  # a name must not be read as another one
        return f"The {text.label.lower()} holds a sign that can’t be seen and turns the text around. Type it again"
    if text.rows == 1 and "\n" in value:
        return f"The {text.label.lower()} stands on one line"
    if text.key == "greeting":
        for name in PLACEHOLDER.findall(value):
            if name not in ("agent", "council"):
                return "A greeting may hold {agent} and {council}, and no other bracket"
    return ""


def problem_of_name(given: str, council: Council) -> str:
    """Empty where nobody else here is called so: residents and agents must not take one council for another."""
    wanted = " ".join(given.split()).casefold()
    for other in Council.objects.here().exclude(pk=council.pk):
        if wanted and wanted in {other.name.casefold(), other.short_name.casefold()}:
            return f"{other.name} is called that. Enter your own council’s name"
    return ""


def problem_of_colour(colour: str) -> str:
    """What fails, by how much, and the nearest colour that passes."""
    if FORM.fullmatch(colour) is None:
        return "Enter the colour as # and six digits or letters from A to F, like #1E5B4F"
    failed = failing(colour)
    if not failed:
        return ""
    return f"{_too_weak(failed[0], colour)} The nearest colour that can be used is {nearest_passing(colour)}"


def nearest_colour(colour: str) -> str:
    """The colour to offer instead of one that fails; empty where there is nothing to offer."""
    return nearest_passing(colour, BRAND_USES) if FORM.fullmatch(colour) and failing(colour) else ""


def _too_weak(use: Use, colour: str) -> str:
    reached = min(use.reached(colour), use.ratio - 0.01)  # 4.497 isn't 4.5
    return (
        f"On {colour.upper()} neither white nor dark words can be read: {use.words} reaches {reached:.2f} to 1 "
        f"and needs {use.ratio}."
    )


def problem_of_host(given: str, council: Council) -> str:
    """Empty where the host may be this council's: a host name, and nobody else's."""
    if not given:
        return ""
    try:
        host = host_name(given)
    except NoHost as problem:
        return str(problem)
    base = own_domain()
    if host in _hosts_of_installation() or (host.endswith(f".{base}") and host != default_host(council)):
        return "That address is this installation’s own. Enter one of your council’s"
    if Council.objects.filter(host=host).exclude(pk=council.pk).exists():
        return "Another council here uses that host name. If it is yours, tell your operator"
    return ""


def own_domain() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"


def default_host(council: Council) -> str:
    """Where a council is found always, whatever it chose besides."""
    return f"{council.slug}.{own_domain()}"


def _hosts_of_installation() -> set[str]:
    urls = (settings.PUBLIC_URL, settings.STAFF_URL, settings.LIVE_URL)
    return {urlsplit(url).hostname or "" for url in urls}
