"""What a council looks and sounds like: for every page, mail and desk. Published versions never change, so what was
read once is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.db import connection

from moothall.identity.check import FIRST
from moothall.identity.models import Identity, IdentityDraft
from moothall.tenancy.models import Council


@dataclass(frozen=True, slots=True)
class Published:
    """The texts of a version, by language and key."""

    texts: Mapping[str, Mapping[str, str]]

    def text(self, key: str, language: str = FIRST) -> str:
        """In this language, else in the first, which every council has."""
        found = self.texts.get(language, {}).get(key) or self.texts.get(FIRST, {}).get(key, "")
        return str(found)

    def paragraphs(self, key: str, language: str = FIRST) -> tuple[str, ...]:
        return paragraphs(self.text(key, language))


def paragraphs(text: str) -> tuple[str, ...]:
    """A text in its paragraphs: an empty line begins a new one."""
    return tuple(each.strip() for each in text.replace("\r\n", "\n").split("\n\n") if each.strip())


NOTHING = Published(MappingProxyType({}))


def identity_of(council: Council) -> Published:
    """What a council published; where it hasn't yet, nothing but what stands in its own row."""
    return _published(council.identity) if council.identity else NOTHING


@lru_cache(maxsize=512)
def _published(identity: int) -> Published:
    texts = Identity.objects.values_list("texts", flat=True).filter(pk=identity).first()
    return Published(texts) if texts else NOTHING


def logo_by_hash(sha256: str) -> str:
    """A published logo; empty where there is none of that hash."""
    return Identity.objects.filter(logo_sha256=sha256).values_list("logo", flat=True).first() or ""


def versions_of(council: Council) -> list[Identity]:
    """Every version that was published, the last first, without their logos' drawings."""
    return list(Identity.objects.filter(council=council).defer("logo").select_related("published_by"))


def draft_of(council: Council) -> IdentityDraft | None:
    """The draft, in a scope that lets it be seen."""
    return IdentityDraft.objects.filter(council=council).select_related("saved_by").first()


def ask(function: str, *values: Any) -> str:
    """The word that a function of identity.sql answers."""
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT moothall.{function}({marks})", values)
        return str(cursor.fetchone()[0])
