"""How the demo's councils look and speak, published by the actions that their managers use."""

from __future__ import annotations

from typing import Any

from moothall.demo import sources
from moothall.domain.safe_svg import make_harmless
from moothall.identity.actions import publish_identity, save_identity
from moothall.identity.check import FIRST, Said
from moothall.people.models import Membership, Person
from moothall.tenancy.models import Council


def publish_identities() -> int:
    """Of each council that has published none; what it has published since stays. How many there are."""
    found = sources.read_yaml("identities.yaml")
    councils = Council.objects.filter(kind=Council.Kind.COUNCIL)
    for council in councils.filter(identity=None):
        by = Person.objects.filter(memberships__job=Membership.Job.MANAGER, memberships__team__employer=council).first()
        save_identity(
            council, _said(council, {**found["all"], **found["councils"].get(council.slug, {})}), read="0.0", by=by
        )
        publish_identity(council, read="0.1", by=by)
    return councils.count()


def _said(council: Council, row: dict[str, Any]) -> Said:
    texts = {"name": council.name, "short_name": council.short_name}
    texts |= {key: words.strip() for key, words in row.items() if key != "logo"}
    logo = make_harmless(row["logo"].encode()).svg if "logo" in row else ""
    return Said(council.brand, "", logo, {FIRST: texts})
