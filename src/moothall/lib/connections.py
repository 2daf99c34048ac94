"""Which other systems this installation speaks to: the operator's one file, settings.CONNECTIONS (JSON or YAML).

    messages:
      vendor: notify
      address: https://api.notifications.service.gov.uk
      councils:
        E07…: {api_key: …, sms: …, email: …}

Under `councils` stands what is a council's own, its keys foremost; `every` holds for those that aren't named. The file
holds secrets, so that only the installation may read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@dataclass(frozen=True, slots=True)
class Connection:
    """How one council is joined to the system behind one port. `own` is what its vendor's adapter reads."""

    port: str
    council: str
    vendor: str
    address: str
    private: bool = False
    own: Mapping[str, Any] = field(default_factory=dict)


def connection_of(port: str, council: str, file: str) -> Connection | None:
    """The connection of a council (its GSS code) behind a port; None where the file names none."""
    entry = _read(file, _stamp(file)).get(port) if file else None
    if not isinstance(entry, dict):
        return None
    councils = entry.get("councils") or {}
    own = councils.get(council, entry.get("every"))
    if own is None:
        return None
    return Connection(port, council, str(entry["vendor"]), str(entry["address"]), entry.get("private") is True, own)


def _stamp(file: str) -> float:
    path = Path(file)
    return path.stat().st_mtime if path.exists() else 0.0


@lru_cache(maxsize=4)
def _read(file: str, _stamp: float) -> dict[str, Any]:
    path = Path(file)
    found = YAML(typ="safe").load(path.read_text(encoding="utf-8")) if path.exists() else None
    return found if isinstance(found, dict) else {}
