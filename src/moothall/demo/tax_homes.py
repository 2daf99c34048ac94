"""What the demo's tax system is filled from: every home with who lives there, and the stories that callers play."""
from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from moothall.customers.models import Customer
from moothall.demo import sources
from moothall.places.models import Property
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope


def write_homes(path: Path) -> int:
    """One line a home, for the simulated revenues package; how many."""
    lines = [json.dumps(line, ensure_ascii=False) for line in homes()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)


def homes() -> Iterator[dict[str, Any]]:
    """Homes of the ten councils in their order; one with a story has it under the name of who lives there."""
    stories = _stories()
    councils = dict(Council.objects.filter(kind=Council.Kind.COUNCIL).values_list("number", "gss"))
    with scope(System("load")):
        people: dict[int, list[tuple[str, bool]]] = {}
        rows = Customer.objects.filter(property__isnull=False).order_by("id")
        for home, name, protected in rows.values_list("property_id", "name", "protected"):
            people.setdefault(home, []).append((name, protected))
        for row in Property.objects.order_by("council_id", "uprn").iterator():
            there = people.get(row.pk, [])
            line: dict[str, Any] = {"la": councils[row.council_id], "uprn": row.uprn, "addr": row.line}
            line["people"] = [name for name, _ in there]
            line["grd"] = any(protected for _, protected in there)
            story = next((stories[row.line, name] for name, _ in there if (row.line, name) in stories), None)
            yield {**line, "story": story} if story else line


def _stories() -> dict[tuple[str, str], dict[str, Any]]:
    """The cast's stories by their address and name: others are called the same."""
    at = {person.name: f"{person.number} {person.street}, {person.town}" for person in sources.cast()}
    told = [dict(story) for story in sources.read_yaml("tax_stories.yaml")["stories"]]
    return {(at[name], name): story for story in told for name in (str(story.pop("name")),)}
