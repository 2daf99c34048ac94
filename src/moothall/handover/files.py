"""The files that residents sent, as files beside the rows: each row names its own, and the manifest has its hash."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from moothall.documents.names import ENDINGS
from moothall.handover.folder import Folder
from moothall.handover.resources import Resource, Row

FILES = "files"


def begin(folder: Folder, resource: Resource) -> None:
    """Those of an earlier try go."""
    for name in names_of(folder) if _columns(resource) else ():
        folder.drop(name)


def put(folder: Folder, resource: Resource, rows: Iterable[Row]) -> list[Row]:
    """Write what the rows hold as files; they then say where it is. A row that holds none (any more) says nothing."""
    columns = _columns(resource)
    return [_put(folder, resource, row, columns) if columns else row for row in rows]


def names_of(folder: Folder) -> list[str]:
    """Every file that stands in the folder."""
    return folder.below(FILES)


def _put(folder: Folder, resource: Resource, row: Row, columns: list[str]) -> Row:
    told: dict[str, Any] = {}
    for column in columns:
        ending = ENDINGS.get(row.get("kind", ""), "bin")
        name = f"{FILES}/{resource.model._meta.model_name}-{row[resource.key]}.{ending}"
        content = bytes(row[column])
        if content:
            folder.write(name, content)
        else:
            folder.drop(name)
        told[column] = name if content else ""
    return {**row, **told}


def _columns(resource: Resource) -> list[str]:
    return [field.attname for field in resource.fields if isinstance(field, models.BinaryField)]
