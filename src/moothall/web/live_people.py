"""What the live process asks the database, in a thread: who is it, which version has their desk, when do grants change.

Each question is short and holds a connection of the thread alone, so a thousand open streams hold none.
"""
from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, get_user
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.models import Q
from django.http import HttpRequest

from moothall.agreements.models import Halt
from moothall.lib import clock
from moothall.people.models import Membership, Person
from moothall.queueing.desk import pause
from moothall.queueing.models import Presence
from moothall.queueing.queries import DESK, notify
from moothall.tenancy.models import Grant

LOST = (InterfaceError, OperationalError)


@dataclass(frozen=True, slots=True)
class Listener:
    """A person who listens: the version of their desk, and the next instant at which their grants change."""

    person: int
    version: int
    grants_change: datetime | None


def identify(cookies: str) -> Listener | None:
    """The person whose Django session the Cookie header names; None where nobody is signed in or an operator is."""
    key = _session_key(cookies)
    return _again(lambda: _identify(key)) if key else None


def versions_of(people: Collection[int]) -> dict[int, int]:
    """The version of each of these desks; one statement."""
    found = _again(lambda: dict(Presence.objects.filter(pk__in=list(people)).values_list("pk", "version")))
    return {int(person): int(version) for person, version in found.items()}


def tell_the_others(words: str) -> None:
    """Say it to every live process, this one among them."""
    _again(lambda: notify(DESK, words))


def retire(person: int) -> None:
    """Nobody listens at this desk: ready no more, so that no call rings there in vain. A call in hand stays."""
    _again(lambda: _retire(person))


def _retire(person: int) -> None:
    if Presence.objects.filter(pk=person, state=Presence.State.READY).exists():
        pause(Person.objects.get(pk=person), reason="unheard")


def _session_key(cookies: str) -> str | None:
    try:
        morsel = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel else None


def _identify(session_key: str) -> Listener | None:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    if BACKEND_SESSION_KEY not in request.session:
        return None
    person: Any = get_user(request)
    if not person.is_authenticated or person.is_operator:
        return None
    version = Presence.objects.filter(pk=person.pk).values_list("version", flat=True).first()
    return Listener(person.pk, version or 0, next_change(person.pk, clock.now()))


def next_change(person: int, after: datetime) -> datetime | None:
    """When, after `after`, a membership of this person or a grant of their teams next begins or ends, or is halted."""
    mine = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gt=after), person_id=person)
    grants = Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gt=after), team__in=mine.values("team"))
    halts = Halt.objects.to_come(after)
    bounds = [*mine.values_list("valid_from", "valid_to"), *grants.values_list("valid_from", "valid_to").distinct(),
              *halts.values_list("starts", "ends")]
    return min((at for pair in bounds for at in pair if at is not None and at > after), default=None)


def _again(question: Any) -> Any:
    """Ask once more on a new connection where the kept one was lost."""
    try:
        return question()
    except LOST:
        connection.close()
        return question()
    except DatabaseError:
        connection.close()
        raise
