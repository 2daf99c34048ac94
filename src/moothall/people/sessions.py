"""Django's sessions in the database, read with one prepared statement (see queries.session_data)."""
from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from moothall.lib import clock
from moothall.people.queries import session_data


class SessionStore(DatabaseStore):
    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and a key of its own, where there is none or it has ended."""
        data = session_data(self.session_key, clock.now()) if self.session_key else None
        if data is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(data)
        return found
