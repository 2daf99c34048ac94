"""Django's sessions in the database, read by a prepared statement: every request of a desk begins with this."""
from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from moothall.web.queries import session_row


class SessionStore(DatabaseSessions):
    def _get_session_from_db(self) -> Any:
        found = session_row(self.session_key or "")
        if found is None:
            self._session_key = None
        return found
