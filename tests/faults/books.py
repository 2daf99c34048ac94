"""What is written down after a fault: rows and journal, read past every desk, and what must be true of them."""
from __future__ import annotations

import os
from collections.abc import Collection
from typing import Any

import psycopg

from moothall.tenancy.roles import connection_settings

LIVE_WITHOUT_CONTACT = """
SELECT count(*) FROM queueing_offer o JOIN contacts_contact c ON c.id = o.contact_id AND c.council_id = o.council_id
WHERE o.state = 'live' AND c.state <> 'offered'
"""
LIVE_OFFERS = "SELECT count(*) FROM queueing_offer WHERE state = 'live'"
KNOWN = "SELECT count(*) FROM contacts_contact WHERE call_key = ANY(%s)"
BUSY_DESKS = "SELECT count(*) FROM queueing_presence WHERE state IN ('ringing', 'in_call', 'wrap_up')"
LIVE_CONTACTS = "SELECT count(*) FROM contacts_contact WHERE state IN ('waiting', 'offered', 'answered', 'wrap_up')"


class Books:
    """A database as a role of the system reads it; by default as reports count: line and journal of all councils."""

    def __init__(self, url: str, *, role: str = "report", purpose: str = "count") -> None:
        self.url, self._role, self._purpose = url, role, purpose

    def rows(self, statement: str, values: Collection[Any] = ()) -> list[tuple[Any, ...]]:
        given = connection_settings(self.url, self._role, os.environ["MOOTHALL_SECRET_KEY"])
        with psycopg.connect(
            host=given["HOST"], port=given["PORT"], dbname=given["NAME"], user=given["USER"], password=given["PASSWORD"]
        ) as link:
            link.execute("SELECT moothall.open_scope('system', NULL, %s, NULL, NULL)", [self._purpose])
            return link.execute(statement, list(values) or None).fetchall()

    def one(self, statement: str, values: Collection[Any] = ()) -> Any:
        return self.rows(statement, values)[0][0]

    def knows(self, placed: Collection[str]) -> bool:
        """Whether each of these calls has come to be a contact: until then nothing lives, and all seems quiet."""
        return bool(self.one(KNOWN, [list(placed)]) == len(placed))

    def is_quiet(self) -> bool:
        """No call lives and no desk is busy."""
        return self.one(LIVE_CONTACTS) == 0 and self.one(BUSY_DESKS) == 0

    def is_linked(self) -> bool:
        return bool(self.rows("SELECT 1 FROM queueing_routerstate WHERE link = 'up'"))


def check_books(books: Books, placed: Collection[str], finished: Collection[int]) -> None:
    """One contact a call; what a desk was told is finished, is; no offer hangs; journal and rows tell the same."""
    rows = books.rows("SELECT call_key, id, state FROM contacts_contact WHERE call_key NOT LIKE 'world-%'")
    assert sorted(row[0] for row in rows if row[0] in placed) == sorted(placed), "one contact a call"
    done = {row[1] for row in rows if row[2] == "done"}
    assert set(finished) <= done, "what a desk was told is finished, is"
    assert books.one(LIVE_WITHOUT_CONTACT) == 0
    assert books.one(LIVE_OFFERS) == 0
    answered = (
        "SELECT count(*) FROM contacts_contact WHERE channel = 'phone' AND answered_at IS NOT NULL"
        " AND call_key NOT LIKE 'world-%'"
    )
    journal = "SELECT count(*) FROM journal_entry WHERE kind = 'contact.answer'"
    assert books.one(answered) == books.one(journal), "the journal tells what the rows tell"
