"""The journal's statements: the one that writes an entry, and those that seal and verify.

An entry is written by an INSERT without RETURNING, since who may write need not see.
"""
from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from moothall.journal.chain import Block, Span
from moothall.journal.models import Entry

WRITTEN = ("kind", "council_id", "service_id", "contact_id", "need_id", "case_id", "principal", "at", "recorded_at")
INSERT = f"INSERT INTO journal_entry ({', '.join(WRITTEN)}, body) VALUES ({', '.join(['%s'] * len(WRITTEN))}, %s)"
Found = tuple[int, int, float, str]  # an entry's id, transaction, seconds since 1970 when it was recorded, leaf

# What of an entry is sealed: every column that was written, as JSON in this order. JSON has a form of its own for
# instants, whatever style the session has; the body is in jsonb's own order of keys.
LEAF = (
    "json_build_array(e.id, e.xact, e.kind, e.council_id, e.service_id, e.contact_id, e.need_id, e.case_id, "
    "e.principal, e.at AT TIME ZONE 'UTC', e.recorded_at AT TIME ZONE 'UTC', e.body)::text"
)
# Whoever alters a block may write an instant that Python doesn't know; it must be found, not stop the search.
INSTANT = "CASE WHEN {0} BETWEEN '1970-01-01Z' AND '9999-01-01Z' THEN {0} END"
BLOCK = (
    "number, ids, first_entry, last_entry, entries, root, marks, cluster, horizon, own_xact, "
    f"{INSTANT.format('settled_at')}, {INSTANT.format('sealed_at')}, chained"
)
LEAST, GREATEST = -(2**63), 2**63 - 1
CLUSTER = "(SELECT system_identifier::text FROM pg_control_system())"
IN_NO_BLOCK = "NOT EXISTS (SELECT 1 FROM journal_block b WHERE b.ids @> e.id)"


class Moment(NamedTuple):
    """The transactions at one moment: those before `horizon` have all ended, those after `own` hadn't begun."""

    cluster: str
    horizon: int
    own: int


class Ready(NamedTuple):
    """An entry that may be sealed."""

    xact: int
    id: int
    text: str


class Unsealed(NamedTuple):
    """Entries in no block: how many, since when; and those among them that were put in by another way than `write`: no
    sealer would take them up, or they claim to be older than the transaction that wrote them."""

    entries: int
    oldest: datetime | None
    wrong: int
    examples: list[int]


def insert_entry(entry: Entry) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [*(getattr(entry, name) for name in WRITTEN), json.dumps(entry.body)])


def this_moment() -> Moment:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {CLUSTER}, pg_snapshot_xmin(pg_current_snapshot())::text::bigint, "
            "pg_current_xact_id()::text::bigint"
        )
        return Moment(*cursor.fetchone())


def ready_entries(moment: Moment, last: Block | None, after: tuple[int, int], limit: int) -> list[Ready]:
    """Entries in no block whose transaction ended before the moment, by transaction and id, from `after` on.

    Where the newest block was sealed in another cluster (the database was restored), transactions are counted anew:
    then all entries are looked at, and one with a number that this cluster hasn't reached is the other's, and ended.
    """
    floor = _floor(last, moment.cluster)
    high = moment.own if floor == LEAST else GREATEST
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.xact, e.id, {LEAF} FROM journal_entry e WHERE (e.xact, e.id) > (%s, %s) "
            f"AND (e.xact < %s OR e.xact >= %s) AND {IN_NO_BLOCK} ORDER BY e.xact, e.id LIMIT %s",
            [*max(after, (floor, LEAST)), moment.horizon, high, limit],
        )
        return [Ready(*row) for row in cursor.fetchall()]


def _floor(last: Block | None, cluster: str) -> int:
    """The transaction from which on entries may be in no block."""
    return last.horizon if last and last.cluster == cluster else LEAST


def insert_block(block: Block, chained: str) -> bool:
    """Whether it was added: somebody else may have sealed a block of this number meanwhile."""
    ids = "{" + ",".join(f"[{lower},{upper})" for lower, upper in block.spans) + "}"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_block (number, ids, first_entry, last_entry, entries, root, marks, cluster, horizon, "
            "own_xact, settled_at, sealed_at, chained) "
            "VALUES (%s, %s::int8multirange, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (number) DO NOTHING",
            [block.number, ids, block.first, block.last, block.entries, block.root, bytes.fromhex(block.marks),
             block.cluster, block.horizon, block.own_xact, block.settled_at, block.sealed_at, chained],
        )
        return bool(cursor.rowcount)


def newest_blocks(count: int) -> list[tuple[Block, str]]:
    """Each with its hash, the newest first."""
    return _blocks(f"SELECT {BLOCK} FROM journal_block ORDER BY number DESC LIMIT %s", [count])


def blocks_after(number: int, count: int) -> list[tuple[Block, str]]:
    """Each with its hash, in order."""
    return _blocks(f"SELECT {BLOCK} FROM journal_block WHERE number > %s ORDER BY number LIMIT %s", [number, count])


def block_before(most: int) -> int:
    """The block after which the newest ones begin that hold at most so many entries together; 0 where all do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(number), 0) FROM (SELECT number, sum(entries) OVER (ORDER BY number DESC) AS up_to "
            "FROM journal_block) AS b WHERE up_to > %s",
            [most],
        )
        return int(cursor.fetchone()[0])


def _blocks(statement: str, values: list[int]) -> list[tuple[Block, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [_block(row) for row in cursor.fetchall()]


def _block(row: tuple[Any, ...]) -> tuple[Block, str]:
    number, ids, first, last, entries, root, marks, *rest, chained = row
    spans = tuple(
        (LEAST if each.lower is None else each.lower, GREATEST if each.upper is None else each.upper) for each in ids
    )
    return Block(number, spans, first, last, entries, root, bytes(marks).hex(), *rest), chained


def entries_within(span: Span, page: int) -> Iterator[list[Found]]:
    """The entries with an id in the span, in order, some at a time."""
    lower, upper = span
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT e.id, e.xact, date_part('epoch', e.recorded_at), {LEAF} FROM journal_entry e "
                "WHERE e.id >= %s AND e.id < %s ORDER BY e.id LIMIT %s",
                [lower, upper, page],
            )
            rows = cursor.fetchall()
        if rows:
            yield rows
        if len(rows) < page:
            return
        lower = rows[-1][0] + 1


def unsealed_entries(allowance_s: int, examples: int) -> Unsealed:
    """What lies in the gaps between all blocks' ids. The gaps are plain numbers before they meet the entries: row
    security lets no function of a range be used with the index, and OFFSET 0 keeps it at one look a gap."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH newest AS (SELECT * FROM journal_block ORDER BY number DESC LIMIT 1), "
            "gaps AS MATERIALIZED (SELECT coalesce(lower(gap), %s) AS low, coalesce(upper(gap), %s) AS high FROM "
            "  unnest('{(,)}'::int8multirange - coalesce((SELECT range_agg(ids) FROM journal_block), '{}')) AS gap), "
            f"open AS (SELECT e.*, coalesce(n.cluster = {CLUSTER} AND (e.xact < n.horizon OR e.xact >= "
            "  pg_snapshot_xmax(pg_current_snapshot())::text::bigint OR "
            "  (e.xact > n.own_xact AND e.recorded_at < n.settled_at - make_interval(secs => %s))), false) AS wrong "
            "  FROM gaps CROSS JOIN LATERAL (SELECT id, xact, recorded_at FROM journal_entry "
            "  WHERE id >= low AND id < high OFFSET 0) e "
            "  LEFT JOIN newest n ON true) "
            f"SELECT count(*), min({INSTANT.format('recorded_at')}), count(*) FILTER (WHERE wrong), "
            "coalesce((array_agg(id ORDER BY id) FILTER (WHERE wrong))[1:%s], '{}') FROM open",
            [LEAST, GREATEST, allowance_s, examples],
        )
        return Unsealed(*cursor.fetchone())


def waiting_entries(limit: int) -> tuple[datetime | None, bool]:
    """When the oldest of those was recorded that the sealer will take up, and whether an open transaction holds all of
    them up. A cheap look for the doctor: it begins where the sealer does."""
    last = next((block for block, _ in newest_blocks(1)), None)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {CLUSTER}")
        floor = _floor(last, cursor.fetchone()[0])
        cursor.execute(
            f"SELECT min({INSTANT.format('recorded_at')}), "
            "coalesce(min(xact) >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint, false) "
            "FROM (SELECT e.xact, e.recorded_at FROM journal_entry e WHERE (e.xact, e.id) > (%s, %s) "
            f"AND {IN_NO_BLOCK} ORDER BY e.xact, e.id LIMIT %s) AS waiting",
            [floor, LEAST, limit],
        )
        oldest, held = cursor.fetchone()
        return oldest, held


def unguarded_tables() -> list[str]:
    """Of the journal's tables those whose append-only trigger is missing or switched off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(ARRAY['journal_block', 'journal_entry']) AS name WHERE NOT EXISTS "
            "(SELECT 1 FROM pg_trigger WHERE tgrelid = name::regclass AND tgname = 'append_only' AND tgenabled IN "
            "('O', 'A')) ORDER BY name"
        )
        return [name for (name,) in cursor.fetchall()]
