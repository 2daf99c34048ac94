"""The sealer: closes blocks over the entries that no block holds yet.

**Why a block lists its entries.** Ids come from a sequence and are drawn before a transaction commits: entry 7 may
appear when 8 is sealed long since. So "from the last id on" would leave 7 out for ever. A block therefore holds a set
of ids (`int8multirange`, mostly one range), and an exclusion constraint keeps two blocks from holding one entry. Which
entries no block holds is found by their transaction's number, which every entry takes with it: those whose transaction
is older than the oldest that still runs are all there, and none can be added to them. They are sealed, and the next
search begins at that number, the horizon. A transaction that stays open delays what began after it; it loses nothing.

**A restored database** counts transactions anew. A block names its cluster, and where that is another, the sealer looks
at all entries once; what stands in blocks by then stays there, since membership is a list and no comparison of numbers.

**Two sealers**: both may make block n, the primary key lets one in, the other stops. A sealer that dies leaves whole
blocks or none, each being one transaction; the next one begins again at the last horizon and passes by what is sealed.
"""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from moothall.domain import merkle
from moothall.journal import queries
from moothall.journal.chain import GENESIS, MOST, Block, marks_of, spans_of
from moothall.journal.queries import LEAST, Moment, Ready
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope


def seal(at: datetime, *, most: int = MOST) -> int:
    """Seal all that is ready, `most` entries a block; how many blocks that made. `at` is the present instant."""
    made, moment, after = 0, None, (LEAST, LEAST)
    while True:
        with scope(System("seal")):
            moment = moment or queries.this_moment()
            before = next(iter(queries.newest_blocks(1)), None)
            rows = queries.ready_entries(moment, before and before[0], after, most + 1)
            if not rows:
                return made
            block = close_block(before and before[0], rows[:most], at, moment if len(rows) <= most else None)
            if not queries.insert_block(block, block.hash(before[1] if before else GENESIS)):
                return made  # another sealer was first, and goes on
        made += 1
        if len(rows) <= most:
            return made
        after = rows[most - 1][:2]


def close_block(before: Block | None, rows: Sequence[Ready], at: datetime, done: Moment | None) -> Block:
    """The block after `before`. Only a run's last one (`done`) moves the horizon: the others left some behind."""
    rows = sorted(rows, key=lambda row: row.id)
    leaves = [merkle.leaf(row.text.encode()) for row in rows]
    cluster, horizon, own, settled = _reached(before)
    if done:
        cluster, horizon, own, settled = *done, at
    return Block(
        number=before.number + 1 if before else 1, spans=spans_of(row.id for row in rows), first=rows[0].id,
        last=rows[-1].id, entries=len(rows), root=merkle.root(leaves).hex(), marks=marks_of(leaves), cluster=cluster,
        horizon=horizon, own_xact=own, settled_at=settled, sealed_at=at,
    )


def _reached(block: Block | None) -> tuple[str, int, int, datetime | None]:
    return (block.cluster, block.horizon, block.own_xact, block.settled_at) if block else ("", 0, 0, None)
