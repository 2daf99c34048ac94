"""The council's journal with its proof: each block of the chain, and for each entry the way up to its block's root.

A block holds entries of several councils. Of the others' entries only hashes go along.
"""
from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from moothall.domain import merkle
from moothall.handover.folder import Folder
from moothall.handover.resources import line_of
from moothall.journal import queries
from moothall.journal.chain import FORM, MOST, Block
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

BLOCKS, PROOFS = "journal_block", "journal_proof"
ENTRIES = "journal_entry"
SOME = 20  # blocks a batch
COUNCIL = 3  # its place in a leaf's text


def write_proofs(folder: Folder, council: int) -> None:
    """Both files, up to the newest block there is."""
    blocks = folder.state(BLOCKS)
    folder.state(PROOFS)
    newest = folder.state(ENTRIES)["mark"] or 0
    if blocks["last"] is None:
        blocks["last"] = 0
        folder.append({BLOCKS: [], PROOFS: []})
        folder.save()
    while not blocks["done"]:
        with scope(System("prove")):
            some = queries.blocks_after(blocks["last"], SOME)
            proofs = [line for block, _ in some for line in _proofs(block, council, newest)]
        folder.append({BLOCKS: [_block(block, chained) for block, chained in some], PROOFS: proofs})
        blocks["done"] = len(some) < SOME
        blocks["last"] = some[-1][0].number if some else blocks["last"]
        folder.save()


def _block(block: Block, chained: str) -> bytes:
    return line_of({"form": FORM, **asdict(block), "chained": chained})


def _proofs(block: Block, council: int, newest: int) -> Iterator[bytes]:
    leaves: list[bytes] = []
    ours: list[tuple[int, str]] = []
    for span in block.spans:
        for found in queries.entries_within(span, MOST):
            for entry, _, _, text in found:
                if entry <= newest and json.loads(text)[COUNCIL] == council:
                    ours.append((len(leaves), text))
                leaves.append(merkle.leaf(text.encode()))
    tree = merkle.levels(leaves) if ours else []
    for index, text in ours:
        way = [each.hex() for each in merkle.path(tree, index)]
        row: dict[str, Any] = {"entry": json.loads(text)[0], "block": block.number, "index": index, "leaf": text}
        yield line_of({**row, "path": way})
