"""The catalogue of services, as data, loaded at every migrate."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from moothall.tenancy.models import Service

CATALOGUE = Path(__file__).resolve().parents[3] / "packs" / "catalogue.yaml"


def read_catalogue(path: Path = CATALOGUE) -> list[dict[str, Any]]:
    """`[{"number": 524, "slug": "refuse", "name": …, "lgsl": 524}, …]`."""
    services: list[dict[str, Any]] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["services"]
    return services


def load_catalogue() -> int:
    rows = [
        Service(number=row["number"], slug=row["slug"], name=row["name"], lgsl=row.get("lgsl"))
        for row in read_catalogue()
    ]
    Service.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["number"], update_fields=["slug", "name", "lgsl"]
    )
    return len(rows)
