"""Writes a council's rows into a folder, batch by batch, each in a scope of its own and of that council alone."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from moothall.handover import certificate, files
from moothall.handover.actions import certify_hand_back
from moothall.handover.folder import Folder, WrongFolder
from moothall.handover.proofs import BLOCKS, PROOFS, write_proofs
from moothall.handover.resources import Resource, line_of, resources
from moothall.lib import clock
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.protection import count_apart, open_export
from moothall.tenancy.scope import scope

BATCH = 2_000
TRIES = 3
Tell = Callable[[str], None]


class Moving(WrongFolder):
    """Rows were still being written while they were read; nothing was certified."""


class MayNotSee(WrongFolder):
    """In whose name protected people were to be taken along may not see them, or no longer."""


def hand_back(
    council: Council, path: Path, *, at: datetime, tell: Tell = lambda _: None, batch: int = BATCH,
    by: int | None = None,
) -> str:
    """Export all that is the council's and certify it; the certificate's digest. A run that was killed goes on.

    Protected people are left out, and the certificate says how many rows of which tables; unless it is made in the name
    of somebody who may see them (`by`). Raises WrongFolder where the folder is another's, and Moving where the rows
    don't stand still.
    """
    folder = Folder(path, {"form": 1, "council": council.gss, "protected_by": by})
    with folder.locked():
        if done := folder.note.get("digest"):
            return str(done)
        folder.note.setdefault("began_at", at.isoformat())
        folder.save()
        for _ in range(TRIES):
            for resource in resources():
                _export(folder, resource, (council.number, by), batch)
                tell(f"{resource.name}: {folder.state(resource.name)['rows']} rows")
            moved = _moved(folder, (council.number, by))
            if not moved:
                break
            folder.begin_again([*moved, BLOCKS, PROOFS])
        else:
            raise Moving(f"Rows of {', '.join(moved)} changed while they were counted. Run it again in a quieter hour.")
        write_proofs(folder, council.number)
        folder.note["left_out"] = {} if by is not None else count_apart(council.number)
        digest = certificate.write(folder, council, at=datetime.fromisoformat(folder.note["began_at"]))
        certify_hand_back(council.number, digest=digest, final=folder.note["final"], rows=folder.note["rows"],
                          protected_by=by)
        folder.note["digest"] = digest
        folder.save()
    return digest


Whose = tuple[int, int | None]  # the council, and in whose name its protected people come along


@contextmanager
def _reading(whose: Whose) -> Iterator[int]:
    """A scope that shows the council's rows."""
    council, by = whose
    with scope(System("hand_back", council)):
        if by is not None and not open_export(by, clock.now()):
            raise MayNotSee("The person in whose name protected people were to be taken along may not see them now.")
        yield council


def _export(folder: Folder, resource: Resource, whose: Whose, most: int) -> None:
    state = folder.state(resource.name)
    if "mark" not in state:
        with _reading(whose) as council:
            state["mark"] = resource.last(council)
        folder.append({resource.name: []})
        files.begin(folder, resource)
        state["done"] = state["mark"] is None
        folder.save()
    while not state["done"]:
        with _reading(whose) as council:
            rows = resource.batch(council, state["last"], state["mark"], most)
        folder.append({resource.name: [line_of(row) for row in files.put(folder, resource, rows)]})
        state["done"] = len(rows) < most
        state["last"] = rows[-1][resource.key] if rows else state["last"]
        folder.save()


def _moved(folder: Folder, whose: Whose) -> list[str]:
    """Files that hold another number of rows than the tables do, and those that are named by them."""
    names: list[str] = []
    for resource in resources():
        state: dict[str, Any] = folder.state(resource.name)
        with _reading(whose) as council:
            there = resource.count(council, state["mark"])
        if names or there != state["rows"]:
            names.append(resource.name)
    return names
