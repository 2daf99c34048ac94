"""What the page of an identity shows: the draft or what holds, its lines, its versions, and what others changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moothall.agreements.models import AgreementVersion, Line
from moothall.agreements.queries import USUAL_GREETING
from moothall.identity.check import FIRST, LANGUAGES, TEXTS, Said, default_host
from moothall.identity.models import Identity, IdentityDraft, Look
from moothall.identity.queries import draft_of, versions_of
from moothall.lib import clock
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.formats import when


@dataclass(frozen=True, slots=True)
class LineWords:
    """A line of the agreement in force, and whose greeting is said on it."""

    name: str
    number: str
    greeting: str
    whose: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A version that was published: when, by whom, and what it changed."""

    number: int
    when: datetime
    who: str
    changed: str


@dataclass(frozen=True, slots=True)
class IdentityPage:
    """`said` is the draft's, or what holds where there is none. `token` names both."""

    council: Council
    draft: IdentityDraft | None
    said: Said
    token: str
    lines: tuple[LineWords, ...]
    versions: tuple[Kept, ...]
    address: str

    @property
    def shown(self) -> Council:
        """The council as it would be with the draft; never saved."""
        return shown(self.council, self.draft)


def identity_page(council: Council) -> IdentityPage:
    with scope(System("identity", council.pk)):
        draft = draft_of(council)
    versions = versions_of(council)
    said = said_of(draft) if draft else _said_now(council, versions)
    number = versions[0].number if versions else 0
    return IdentityPage(
        council, draft, said, f"{number}.{draft.revision if draft else 0}", _lines(council, said), _kept(versions),
        default_host(council),
    )  # fmt: skip


def shown(council: Council, draft: IdentityDraft | None) -> Council:
    made = Council(**{field.attname: getattr(council, field.attname) for field in Council._meta.concrete_fields})
    if draft:
        said = said_of(draft)
        made.name, made.short_name = said.text("name"), said.text("short_name")
        made.brand, made.on_brand, made.logo = draft.brand, draft.on_brand, draft.logo_sha256
    return made


def said_of(row: Look) -> Said:
    return Said(row.brand, row.host, row.logo, row.texts)


def _said_now(council: Council, versions: list[Identity]) -> Said:
    if versions:
        return said_of(Identity.objects.get(pk=versions[0].pk))
    return Said(
        council.brand, council.host or "", "", {FIRST: {"name": council.name, "short_name": council.short_name}}
    )


def values_of(said: Said) -> dict[str, str]:
    """By the form's fields, but the logo, which no form can hold."""
    texts = {f"{text.key}_{language}": said.text(text.key, language) for language in LANGUAGES for text in TEXTS}
    return {"brand": said.brand, "host": said.host, **texts}


def label_of(field: str) -> str:
    names = {f"{text.key}_{language}": text.label for language in LANGUAGES for text in TEXTS}
    return {"brand": "Colour", "host": "Host name", "logo": "Logo", **names}.get(field, field)


def _lines(council: Council, said: Said) -> tuple[LineWords, ...]:
    return identity_lines(council, said.text("greeting"), said.text("name"))


def identity_lines(council: Council, usual: str, name: str) -> tuple[LineWords, ...]:
    """What is said first on each line, and where that stands."""
    rows = Line.objects.filter(council=council, version__in=AgreementVersion.objects.in_force(clock.now()))
    found = []
    for row in rows.order_by("number"):
        own = row.greeting
        whose = "the agreement’s" if own else "your usual one" if usual else "the usual one of all councils"
        words = (own or usual or USUAL_GREETING).replace("{council}", name)
        found.append(LineWords(row.name, row.public_number or row.number, words, whose))
    return tuple(found)


def _kept(versions: list[Identity]) -> tuple[Kept, ...]:
    found = []
    for index, row in enumerate(versions):
        before = versions[index + 1] if index + 1 < len(versions) else None
        changed = differences(_plain(before), _plain(row)) if before else ()
        words = ", ".join(label_of(each).lower() for each in changed) or ("the first" if before is None else "nothing")
        found.append(
            Kept(row.number, row.published_at, row.published_by.name if row.published_by else "the operator", words)
        )
    return tuple(found)


def _plain(row: Identity) -> dict[str, str]:
    return values_of(Said(row.brand, row.host, "", row.texts)) | {"logo": row.logo_sha256}


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(key for key in other if one.get(key, "") != other[key])


# -- two at once ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody saved, published or discarded meanwhile: who and when, and what is other now."""

    sentence: str
    changes: tuple[str, ...]


def as_before(said: Said) -> str:
    """What a form was filled with, for it to bring back."""
    return json.dumps(values_of(said), ensure_ascii=False)


def merged(page: IdentityPage, typed: Mapping[str, Any], before: str) -> tuple[dict[str, str], Moved]:
    """What this person typed, over what is there now where they changed nothing; and what others changed."""
    try:
        was = json.loads(before)
    except ValueError:
        was = {}
    was = was if isinstance(was, dict) else {}
    now, values, changes = values_of(page.said), {}, []
    for field, value in now.items():
        mine = str(typed.get(field, value)).replace("\r\n", "\n")
        values[field] = value if mine == str(was.get(field, "")) else mine
        if value != str(was.get(field, "")):
            changes.append(f"{label_of(field)}: “{was.get(field) or 'nothing'}” is now “{value or 'nothing'}”.")
    return values, Moved(_who(page), tuple(changes))


def _who(page: IdentityPage) -> str:
    at = clock.now()
    if page.draft:
        who = page.draft.saved_by.first_name if page.draft.saved_by else "Somebody"
        return (
            f"{who} saved a draft at {when(page.draft.saved_at, at)}. Your entries are kept below. "
            "Read what changed, then save again."
        )
    return (
        "The draft was published or discarded meanwhile. Your entries are kept below. Read what changed, then save "
        "again."
    )
