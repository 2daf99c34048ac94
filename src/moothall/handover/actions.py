"""A certificate is told in the journal of the council and of everybody who answered or resolved for it."""
from __future__ import annotations

from moothall.agreements.models import Share
from moothall.journal.actions import write
from moothall.journal.models import Entry
from moothall.tenancy.models import CORE
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

KIND = "hand_back.certify"


def certify_hand_back(council: int, *, digest: str, final: bool, rows: int) -> None:
    """Once for each digest, however often a run is taken up."""
    with scope(System("hand_back", council)):
        if Entry.objects.filter(council_id=council, kind=KIND, body__digest=digest).exists():
            return
    body = {"council": council, "digest": digest, "final": final, "rows": rows}
    with scope(System("certify")):
        for party in sorted({council, *hosts_of(council)}):
            write("hand_back.certify", council=party, service=CORE, body=body)


def hosts_of(council: int) -> set[int]:
    """The councils whose teams answered or resolved for it by any version that was ever signed."""
    shares = Share.objects.filter(client=council, version__state__in=("in_force", "ended"))
    employers = shares.exclude(team__employer=None).exclude(team__employer=council)
    return set(employers.values_list("team__employer", flat=True))
