"""An identity is saved as a draft, published or discarded; each is one transaction and one entry of the journal.

The database's functions decide who may (identity.sql); what an identity may say is said by check.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moothall.domain.colours import words_on
from moothall.domain.hosts import host_name
from moothall.identity.check import FIRST, LANGUAGES, TEXTS, Said, problems_of_identity
from moothall.identity.queries import ask
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.people.models import Person
from moothall.tenancy.models import CORE, Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

REFUSED = {
    "moved": "Somebody changed this after you opened it. Read what changed, then save again.",
    "no_right": "Only a manager of this council may do this.",
    "no_draft": "There is nothing to publish: no draft is saved.",
    "host_taken": "Another council here uses that host name. If it is yours, tell your operator.",
    "wrong": "Something in it can’t be used.",
}


class Refused(Exception):
    """It was not done; `problems` says what is wrong, by field."""

    def __init__(self, code: str, problems: dict[str, str] | None = None) -> None:
        self.code, self.problems = code, problems or {}
        super().__init__(REFUSED[code] + "".join(f" {words}." for words in self.problems.values()))


def save_identity(council: Council, said: Said, *, read: str, by: Person | None) -> None:
    """Save what an identity is to be as the draft. `read` is the token of what was seen; newer work isn't lost."""
    if problems := problems_of_identity(said, council):
        raise Refused("wrong", problems)
    at = clock.now()
    with _step(council):
        _ask("save_identity", council.pk, read, json.dumps(_as_row(said)), _id(by), at, done="saved")
        write("identity.save", council=council.pk, service=CORE, at=at, body=_body(by, read=read))


def publish_identity(council: Council, *, read: str, by: Person | None) -> None:
    """Let the draft hold, as it was read."""
    at = clock.now()
    with _step(council):
        _ask("publish_identity", council.pk, read, _id(by), at, done="published")
        number = Council.objects.values_list("identity", flat=True).get(pk=council.pk)
        write("identity.publish", council=council.pk, service=CORE, at=at, body=_body(by, read=read, identity=number))
    council.refresh_from_db()


def discard_identity(council: Council, *, read: str, by: Person) -> None:
    """Throw the draft away, as it was read."""
    at = clock.now()
    with _step(council):
        _ask("discard_identity", council.pk, read, _id(by), at, done="discarded")
        write("identity.discard", council=council.pk, service=CORE, at=at, body=_body(by, read=read))


def _as_row(said: Said) -> dict[str, Any]:
    texts = {language: {text.key: _tidy(said.text(text.key, language)) for text in TEXTS} for language in LANGUAGES}
    kept = {language: each for language, each in texts.items() if language == FIRST or any(each.values())}
    return {
        "brand": said.brand.upper(),
        "on_brand": words_on(said.brand),
        "logo": said.logo,
        "texts": kept,
        "host": host_name(said.host) if said.host else "",
        "logo_sha256": hashlib.sha256(said.logo.encode()).hexdigest() if said.logo else "",
    }


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


@contextmanager
def _step(council: Council) -> Iterator[None]:
    with scope(System("identity", council.pk)):
        yield


def _ask(function: str, *values: object, done: str) -> None:
    answer = ask(function, *values)
    if answer != done:
        raise Refused(answer)


def _id(person: Person | None) -> int | None:
    return person.pk if person else None


def _body(by: Person | None, **more: object) -> dict[str, object]:
    return {"person": _id(by), **more}
