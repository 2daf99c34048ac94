"""Proves the journal's chain of blocks against its entries, or names what doesn't fit.

It reads blocks in order, some thousand entries at a time, each batch in a scope of its own. A block lists its ids, so
an entry that is missing has a name; a block keeps the first bytes of each leaf, so an altered one has too. Those bytes
are no proof: somebody who mends them as well leaves the root, which then says "some entry of block n".
"""
from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from operator import itemgetter

from moothall.domain import merkle
from moothall.domain.findings import Finding, Place
from moothall.journal import queries
from moothall.journal.chain import GENESIS, LARGEST, MARK, MOST, Block, Head, joined
from moothall.journal.queries import Found
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

NEAR = 1_000  # ids that are read through between two ranges, rather than asked for apart
SHOWN = 20  # findings that are kept and told; the others are counted
CLOCKS_S = 300  # by which the clocks of two nodes may differ
LOOK = "A backup from before says what stood there. Only a login that may change the schema can have done this."

BEGINNING = Head(0, GENESIS)


@dataclass(slots=True)
class Proof:
    """What was found. `broken` is the first block that doesn't hold, or None; `wrong` counts all findings."""

    blocks: int = 0
    entries: int = 0
    head: Head = BEGINNING
    unsealed: int = 0
    oldest_unsealed: datetime | None = None
    broken: int | None = None
    wrong: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.wrong

    def add(self, findings: Iterable[Finding], *, block: int | None = None) -> None:
        for finding in findings:
            self.wrong += 1
            if len(self.findings) < SHOWN:
                self.findings.append(finding)
            if block is not None and self.broken is None:
                self.broken = block


@dataclass(slots=True)
class Rows:
    """What is there of a block's entries, in the order of ids."""

    ids: list[int] = field(default_factory=list)
    xacts: list[int] = field(default_factory=list)
    recorded: list[float] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)

    def extend(self, found: Sequence[Found]) -> None:
        if found:
            ids, xacts, recorded, texts = zip(*found, strict=True)
            self.ids += ids
            self.xacts += xacts
            self.recorded += recorded
            self.leaves += [merkle.leaf(text.encode()) for text in texts]


def verify(heads: Sequence[Head] = (), *, batch: int = MOST, after: int = 0) -> Proof:
    """Go through the whole chain, or what comes after a block that is taken for good; `heads` are what somebody kept
    elsewhere, and must be in it still."""
    proof = Proof()
    kept = defaultdict(set)
    for head in heads:
        kept[head.number].add(head.hash)
    before = _block(after) if after else None
    while True:
        with scope(System("audit")):
            some = _some_blocks(before[0].number if before else 0, batch)
            if not some:
                break
            for (block, chained), rows in zip(some, read(block for block, _ in some), strict=True):
                proof.add(check_order(block, before), block=before[0].number + 1 if before else 1)
                proof.add(check_block(block, chained, rows, before), block=block.number)
                proof.add(_check_head(kept.pop(block.number, ()), Head(block.number, chained)), block=block.number)
                proof.blocks += 1
                proof.entries += len(rows.ids)
                before = block, chained
    if before:
        proof.head = Head(before[0].number, before[1])
    proof.add(_check_ends(kept, proof.head), block=proof.head.number + 1)
    _look_at_unsealed(proof)
    return proof


def newest_head() -> Head:
    with scope(System("audit")):
        return next((Head(block.number, chained) for block, chained in queries.newest_blocks(1)), BEGINNING)


def verify_newest(most: int) -> tuple[Proof, bool]:
    """The newest blocks, of at most so many entries together; and whether that was the whole chain."""
    with scope(System("audit")):
        after = queries.block_before(most)
    return verify(after=after), after == 0


def _block(number: int) -> tuple[Block, str] | None:
    with scope(System("audit")):
        return next(iter(queries.blocks_after(number - 1, 1)), None)


def _some_blocks(after: int, batch: int) -> list[tuple[Block, str]]:
    """The next blocks, of together about `batch` entries; at least one, where there is one."""
    some: list[tuple[Block, str]] = []
    entries = 0
    for block, chained in queries.blocks_after(after, 100):
        entries += block.size
        if some and entries > batch:
            break
        some.append((block, chained))
    return some


def read(blocks: Iterable[Block]) -> Iterator[Rows]:
    """The entries of each block, by as few looks into the table as their ranges allow."""
    blocks = list(blocks)
    rows = [Rows() for _ in blocks]
    spans = sorted(
        (lower, upper, number)
        for number, block in enumerate(blocks) if block.size <= LARGEST
        for lower, upper in block.spans
    )
    done = 0
    for span in joined([(lower, upper) for lower, upper, _ in spans], near=NEAR):
        for found in queries.entries_within(span, MOST):
            newest = found[-1][0]
            for lower, upper, number in spans[done:]:
                if lower > newest:
                    break
                first, end = (bisect_left(found, each, key=itemgetter(0)) for each in (lower, upper))
                rows[number].extend(found[first:end])
            while done < len(spans) and spans[done][1] <= newest + 1:
                done += 1
    return iter(rows)


def check_order(block: Block, before: tuple[Block, str] | None) -> Iterator[Finding]:
    """No number is left out, the first is 1."""
    due = before[0].number + 1 if before else 1
    if block.number != due:
        gone = f"Block {due} has gone" if block.number == due + 1 else f"Blocks {due} to {block.number - 1} have gone"
        yield _finding("block_missing", f"{gone}: the chain goes on with block {block.number}.", f"block {due}")


def check_block(block: Block, chained: str, rows: Rows, before: tuple[Block, str] | None) -> Iterator[Finding]:
    """Its own hash, then its entries."""
    place = f"block {block.number}"
    whole = before is None or before[0].number + 1 == block.number
    if whole and block.hash(before[1] if before else GENESIS) != chained:
        yield _finding("block_altered", f"Block {block.number} isn't what was sealed, or isn't behind the same block.",
                       place)
    if block.size > LARGEST:
        yield _finding("block_altered", f"Block {block.number} claims {block.size} entries; none is so large.", place)
        return
    if merkle.root(rows.leaves).hex() != block.root:
        told = [*_missing(block, rows), *_altered(block, rows)]
        words = f"The entries of block {block.number} don't give its root: one was altered, which one can't be told."
        yield from told or [_finding("root", words, place)]
    yield from _misdated(block, rows, before[0] if before else None)


def _missing(block: Block, rows: Rows) -> Iterator[Finding]:
    there = set(rows.ids)
    for entry in _ids(block):
        if entry not in there:
            yield _finding("entry_missing", f"Entry {entry} of block {block.number} is missing.", f"entry {entry}")


def _altered(block: Block, rows: Rows) -> Iterator[Finding]:
    """By the bytes of each leaf that the block keeps."""
    width = 2 * MARK
    marks = {entry: block.marks[n * width:(n + 1) * width] for n, entry in enumerate(_ids(block))}
    for entry, leaf in zip(rows.ids, rows.leaves, strict=True):
        if leaf[:MARK].hex() != marks[entry]:
            yield _finding("entry_altered", f"Entry {entry} of block {block.number} was altered.", f"entry {entry}")


def _misdated(block: Block, rows: Rows, before: Block | None) -> Iterator[Finding]:
    """An entry can't be older than the transaction that wrote it, nor younger than its seal."""
    earliest, own = float("-inf"), 0
    if before and before.settled_at and before.cluster == block.cluster:
        earliest, own = before.settled_at.timestamp() - CLOCKS_S, before.own_xact
    latest = block.sealed_at.timestamp() + CLOCKS_S if block.sealed_at else float("inf")
    if not rows.ids or (min(rows.recorded) >= earliest and max(rows.recorded) <= latest):
        return
    for entry, xact, recorded in zip(rows.ids, rows.xacts, rows.recorded, strict=True):
        if (recorded < earliest and xact > own) or recorded > latest:
            yield _finding("entry_misdated", f"Entry {entry} of block {block.number} was added at another time than it "
                           "says it was recorded.", f"entry {entry}")


def _ids(block: Block) -> Iterator[int]:
    return islice(chain.from_iterable(range(lower, upper) for lower, upper in block.spans), LARGEST)


def _check_head(kept: Iterable[str], head: Head) -> Iterator[Finding]:
    for other in set(kept) - {head.hash}:
        yield _finding("head", f"Block {head.number} has another hash than the one that was kept, {other}: the chain "
                       "was made anew from there or from before.", f"block {head.number}")


def _check_ends(kept: dict[int, set[str]], head: Head) -> Iterator[Finding]:
    """Heads of blocks that aren't there. Before the first block, 0 stands with its zeros."""
    if kept.pop(0, {GENESIS}) != {GENESIS}:
        yield _finding("head", "Block 0 is the beginning and has 64 zeros for its hash.", "block 0")
    for number in sorted(kept):
        words = "is missing" if number < head.number else f"has gone: the chain ends at block {head.number}"
        yield _finding("head", f"Block {number}, whose hash was kept, {words}.", f"block {number}")


def _look_at_unsealed(proof: Proof) -> None:
    with scope(System("audit")):
        unsealed = queries.unsealed_entries(CLOCKS_S, SHOWN)
    proof.unsealed, proof.oldest_unsealed = unsealed.entries, unsealed.oldest
    proof.add(
        _finding("entry_added", f"Entry {entry} was added later than it says: no block holds it, though its time is "
                 "sealed.", f"entry {entry}")
        for entry in unsealed.examples
    )
    proof.wrong += unsealed.wrong - len(unsealed.examples)


def _finding(code: str, words: str, what: str) -> Finding:
    return Finding(f"audit.{code}", words, LOOK, Place(what))
