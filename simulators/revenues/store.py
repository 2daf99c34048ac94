"""The package's own store: SQLite, one file. Accounts are filled once from a file of homes; transactions are kept."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from .accounts import Home, account_of
from .codes import OPERATIONS

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
    authority TEXT NOT NULL, uprn INTEGER NOT NULL, acref TEXT NOT NULL, held TEXT NOT NULL,
    PRIMARY KEY (authority, acref)
);
CREATE INDEX IF NOT EXISTS account_place ON account (authority, uprn);
CREATE TABLE IF NOT EXISTS txn (
    authority TEXT NOT NULL, txid TEXT NOT NULL, op TEXT NOT NULL, body TEXT NOT NULL, rc TEXT NOT NULL,
    posting TEXT NOT NULL, PRIMARY KEY (authority, txid)
);
"""


class Store:
    """One connection for all threads of the server, one statement at a time."""

    def __init__(self, path: Path | str) -> None:
        self._lock = threading.Lock()
        self._rows = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None)
        self._rows.executescript(SCHEMA)

    def fill(self, homes: Iterable[Home], today: date) -> int:
        """Open an account for each home that has none; how many are new."""
        with self._lock:
            self._rows.execute("BEGIN")
            before = self._rows.total_changes
            self._rows.executemany(
                "INSERT OR IGNORE INTO account VALUES (?, ?, ?, ?)",
                (
                    (home.authority, home.uprn, held["acref"], json.dumps(held))
                    for home in homes
                    for held in (account_of(home, today),)
                ),
            )
            self._rows.execute("COMMIT")
            return self._rows.total_changes - before

    def accounts_at(self, authority: str, uprn: int) -> list[dict[str, Any]]:
        found = self._all("SELECT held FROM account WHERE authority = ? AND uprn = ? ORDER BY acref", authority, uprn)
        return [json.loads(row[0]) for row in found]

    def account(self, authority: str, acref: str) -> dict[str, Any] | None:
        found = self._all("SELECT held FROM account WHERE authority = ? AND acref = ?", authority, acref)
        return json.loads(found[0][0]) if found else None

    def post(self, authority: str, txid: str, op: str, body: Mapping[str, Any]) -> tuple[str, str]:
        """Keep a transaction under its id; (rc, posting). The same id again gives what was given before."""
        if op not in OPERATIONS:
            return "X01", ""
        text = json.dumps(body, sort_keys=True)
        with self._lock:
            known = self._rows.execute(
                "SELECT rc, posting, op, body FROM txn WHERE authority = ? AND txid = ?", (authority, txid)
            ).fetchone()
            if known:
                return (known[0], known[1]) if known[2:] == (op, text) else ("R09", "")
            number = self._rows.execute("SELECT count(*) FROM txn").fetchone()[0] + 1
            posting = f"TP{number:07d}"
            self._rows.execute("INSERT INTO txn VALUES (?, ?, ?, ?, '00', ?)", (authority, txid, op, text, posting))
            return "00", posting

    def posted(self, authority: str, txid: str) -> tuple[str, str] | None:
        found = self._all("SELECT rc, posting FROM txn WHERE authority = ? AND txid = ?", authority, txid)
        return (found[0][0], found[0][1]) if found else None

    def close(self) -> None:
        with self._lock:
            self._rows.close()

    def _all(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._rows.execute(statement, values).fetchall()


def homes_in(path: Path) -> Iterable[Home]:
    """The homes of a file: one JSON object a line, with la, uprn, addr, people, and perhaps grd and story."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            yield Home(
                str(told["la"]), int(told["uprn"]), str(told["addr"]), tuple(told.get("people") or ()),
                bool(told.get("grd")), told.get("story") or {},
            )  # fmt: skip
