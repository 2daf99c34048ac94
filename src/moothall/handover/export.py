"""Writes a council's rows into a folder, batch by batch, each in a scope of its own and of that council alone."""
from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from moothall.handover import certificate
from moothall.handover.actions import certify_hand_back
from moothall.handover.folder import Folder, WrongFolder
from moothall.handover.proofs import BLOCKS, PROOFS, write_proofs
from moothall.handover.resources import Resource, line_of, resources
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

BATCH = 2_000
TRIES = 3
Tell = Callable[[str], None]


class Moving(WrongFolder):
    """Rows were still being written while they were read; nothing was certified."""


def hand_back(council: Council, path: Path, *, at: datetime, tell: Tell = lambda _: None, batch: int = BATCH) -> str:
    """Export all that is the council's and certify it; the certificate's digest. A run that was killed goes on.

    Raises WrongFolder where the folder is another's, and Moving where the rows don't stand still.
    """
    folder = Folder(path, {"form": 1, "council": council.gss})
    with folder.locked():
        if done := folder.note.get("digest"):
            return str(done)
        folder.note.setdefault("began_at", at.isoformat())
        folder.save()
        for _ in range(TRIES):
            for resource in resources():
                _export(folder, resource, council.number, batch)
                tell(f"{resource.name}: {folder.state(resource.name)['rows']} rows")
            moved = _moved(folder, council.number)
            if not moved:
                break
            folder.begin_again([*moved, BLOCKS, PROOFS])
        else:
            raise Moving(f"Rows of {', '.join(moved)} changed while they were counted. Run it again in a quieter hour.")
        write_proofs(folder, council.number)
        digest = certificate.write(folder, council, at=datetime.fromisoformat(folder.note["began_at"]))
        certify_hand_back(council.number, digest=digest, final=folder.note["final"], rows=folder.note["rows"])
        folder.note["digest"] = digest
        folder.save()
    return digest


def _export(folder: Folder, resource: Resource, council: int, most: int) -> None:
    state = folder.state(resource.name)
    if "mark" not in state:
        with scope(System("hand_back", council)):
            state["mark"] = resource.last(council)
        folder.append({resource.name: []})
        state["done"] = state["mark"] is None
        folder.save()
    while not state["done"]:
        with scope(System("hand_back", council)):
            rows = resource.batch(council, state["last"], state["mark"], most)
        folder.append({resource.name: [line_of(row) for row in rows]})
        state["done"] = len(rows) < min(most, resource.at_once)
        state["last"] = rows[-1][resource.key] if rows else state["last"]
        folder.save()


def _moved(folder: Folder, council: int) -> list[str]:
    """Files that hold another number of rows than the tables do, and those that are named by them."""
    names: list[str] = []
    for resource in resources():
        state: dict[str, Any] = folder.state(resource.name)
        with scope(System("hand_back", council)):
            there = resource.count(council, state["mark"])
        if names or there != state["rows"]:
            names.append(resource.name)
    return names
