"""A council as somebody at the command line calls it: by its ONS code, its short name, its whole name or its slug."""
from __future__ import annotations

from typing import TYPE_CHECKING

from moothall.cli.given import Misnamed

if TYPE_CHECKING:
    from moothall.tenancy.models import Council

COUNCIL = "COUNCIL"
BY_NAME = "by its ONS code or its name"


def council_called(asked: str, *, partnerships: bool = False) -> Council:
    """The one council of that name, or partnership where one will do; raises Misnamed with those that there are."""
    from moothall.agreements.document import nearest
    from moothall.tenancy.models import Council

    rows = [row for row in Council.objects.here().order_by("name") if partnerships or row.kind == Council.Kind.COUNCIL]
    wanted = asked.strip().casefold()
    for row in rows:
        if wanted in {row.gss.casefold(), row.slug, row.short_name.casefold(), row.name.casefold()}:
            return row
    near = nearest(asked, [row.short_name for row in rows])
    known = ", ".join(f"{row.short_name} ({row.gss})" for row in rows)
    raise Misnamed(f"No council here is called “{asked}”. {near} There are: {known}.".replace("  ", " "))
