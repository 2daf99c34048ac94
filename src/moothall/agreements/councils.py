"""The councils as they stand, from memory: at which host each is, who follows whom, who is yet to come.

Every page of the public asks it. Councils' rows are read again twice a second at most, so a page may be half a second
behind what was published or signed.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moothall.agreements.in_force import look_again_s
from moothall.agreements.successions import councils_to_come, passings_signed
from moothall.domain.responsibility.succession import succeeded
from moothall.lib import clock
from moothall.lib.remembered import Remembered
from moothall.tenancy.models import Council


@dataclass(frozen=True, slots=True)
class Councils:
    """`by_slug` holds partnerships too; `following` is the last successor of each council that is no more."""

    by_number: Mapping[int, Council]
    by_host: Mapping[str, Council]
    by_slug: Mapping[str, Council]
    following: Mapping[int, Council]
    to_come: frozenset[int]


def _read() -> Councils:
    at, rows, passed = clock.now(), Council.objects.in_bulk(), passings_signed()
    return Councils(
        by_number=rows,
        by_host={row.host: row for row in rows.values() if row.host and row.kind == Council.Kind.COUNCIL},
        by_slug={row.slug: row for row in rows.values()},
        following={old: rows[new] for old, new in succeeded(passed, at).items()},
        to_come=frozenset(councils_to_come(at, passed)),
    )


councils_now = Remembered(_read, look_again_s)


def named_in(reference: str) -> Council | None:
    """The council whose letters a reference has."""
    prefix = reference.partition("-")[0]
    return next((row for row in councils_now().by_number.values() if row.reference_prefix == prefix), None)


def council_of_number(number: int) -> Council:
    """From memory, and from the rows where it began since."""
    return councils_now().by_number.get(number) or Council.objects.get(pk=number)
