"""The councils as they stand, from memory: at which host each is, who follows whom, who is yet to come.

Every page of the public asks it. Councils' rows are read again twice a second at most, so a page may be half a second
behind what was published or signed.
"""
from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from moothall.agreements.in_force import LOOK_AGAIN_S
from moothall.agreements.successions import councils_to_come, successors_at
from moothall.lib import clock
from moothall.tenancy.models import Council


@dataclass(frozen=True, slots=True)
class Councils:
    """`by_slug` holds partnerships too; `following` is the last successor of each council that is no more."""

    by_host: Mapping[str, Council]
    by_slug: Mapping[str, Council]
    following: Mapping[int, Council]
    to_come: frozenset[int]


_kept: Councils | None = None
_looked = 0.0


def councils_now() -> Councils:
    """All councils, from memory. Rows are shared by whoever asks: nobody changes them."""
    global _kept, _looked
    moment = time.monotonic()
    if _kept is None or moment - _looked >= getattr(settings, "AGREEMENTS_LOOK_AGAIN_S", LOOK_AGAIN_S):
        _kept, _looked = _read(), moment
    return _kept


def _read() -> Councils:
    at, rows = clock.now(), Council.objects.in_bulk()
    return Councils(
        by_host={row.host: row for row in rows.values() if row.host and row.kind == Council.Kind.COUNCIL},
        by_slug={row.slug: row for row in rows.values()},
        following={old: rows[new] for old, new in successors_at(at).items()},
        to_come=frozenset(councils_to_come(at)),
    )
