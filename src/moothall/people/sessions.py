"""Django's sessions in the database, read with one prepared statement (see queries.session_data)."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from moothall.lib import clock
from moothall.people.models import Person
from moothall.people.queries import session_data


def end_sessions(council: int, at: datetime) -> int:
    """Sign everybody out who works for a council; how many sessions that ended. A session names its person only once it
    is decoded, so all that are still good are looked at."""
    theirs = set(map(str, Person.objects.filter(employer=council).values_list("pk", flat=True)))
    kept = SessionStore.get_model_class().objects
    ended = [row.pk for row in kept.filter(expire_date__gt=at)
             if row.get_decoded().get(SESSION_KEY) in theirs]
    kept.filter(pk__in=ended).delete()
    return len(ended)


class SessionStore(DatabaseStore):
    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and a key of its own, where there is none or it has ended."""
        data = session_data(self.session_key, clock.now()) if self.session_key else None
        if data is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(data)
        return found
