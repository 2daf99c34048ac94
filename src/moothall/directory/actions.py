"""Keeping a council's directory."""
from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from moothall.directory.feed import Row, same
from moothall.directory.models import Listing
from moothall.domain.calendar import wall_clock
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.tenancy.models import Council, Service
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

SERVICE = "switchboard"


class Loaded(NamedTuple):
    added: int
    changed: int
    ended: int
    same: int


def load_directory(council: Council, rows: Iterable[Row]) -> Loaded:
    """Bring a council's directory to what its feed says: new rows begin today, rows that are gone end today."""
    at = clock.now()
    today, _ = wall_clock(at)
    service = Service.objects.get(slug=SERVICE)
    told = {row.code: row for row in rows}
    with scope(System("load", council.pk)):
        known = {each.code: each for each in Listing.objects.filter(council=council).order_by("council", "code")}
        kept = {code for code, row in told.items() if code in known and same(known[code], row, today)}
        for code, row in told.items():
            if code not in kept:
                new = Listing(council=council, service=service, code=code, valid_from=today)
                _keep(known.get(code, new), row, today)
        Listing.objects.filter(council=council, code__in=kept).update(checked_on=today)
        gone = [code for code, each in known.items() if code not in told and each.valid_to is None]
        Listing.objects.filter(council=council, code__in=gone).update(valid_to=today)
        done = Loaded(len(told.keys() - known.keys()), len(told.keys() & known.keys() - kept), len(gone), len(kept))
        write("directory.load", council=council.pk, service=service.pk, at=at, body=done._asdict())
    return done


def _keep(listing: Listing, row: Row, today: object) -> None:
    for name, value in (
        ("kind", row.kind), ("name", row.name), ("also", list(row.also)), ("team", row.team), ("role", row.role),
        ("number", row.number), ("takes_calls", row.takes_calls), ("restricted", row.restricted),
        ("deputy", row.deputy), ("valid_to", None), ("checked_on", today),
    ):  # fmt: skip
        setattr(listing, name, value)
    listing.save()
