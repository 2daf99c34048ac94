"""A certificate is told in the journals of the councils that it concerns: of everybody who answered or resolved too."""
from __future__ import annotations

from collections.abc import Collection

from moothall.agreements.models import Share
from moothall.journal.actions import write
from moothall.journal.models import Entry
from moothall.tenancy.models import CORE
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

KIND = "hand_back.certify"


def certify_hand_back(
    council: int, *, digest: str, final: bool, rows: int, protected_by: int | None = None
) -> None:
    """Once for each digest, however often a run is taken up."""
    with scope(System("hand_back", council)):
        if Entry.objects.filter(council_id=council, kind=KIND, body__digest=digest).exists():
            return
    body = {"council": council, "digest": digest, "final": final, "rows": rows,
            "protected_by": protected_by}  # in whose name protected people came along; None: they were left out
    with scope(System("certify")):
        for party in sorted({council, *hosts_of(council)}):
            write("hand_back.certify", council=party, service=CORE, body=body)


def hosts_of(council: int) -> set[int]:
    """The councils whose teams answered or resolved for it by any version that was ever signed."""
    shares = Share.objects.filter(client=council, version__state__in=("in_force", "ended"))
    employers = shares.exclude(team__employer=None).exclude(team__employer=council)
    return set(employers.values_list("team__employer", flat=True))


def certify_succession(successor: int, predecessors: Collection[int], *, digest: str, holds: bool) -> None:
    """Told in the journal of the new council and of those that it follows."""
    body = {"successor": successor, "predecessors": sorted(predecessors), "digest": digest, "holds": holds}
    with scope(System("certify")):
        for council in sorted({successor, *predecessors}):
            write("succession.certify", council=council, service=CORE, body=body)
