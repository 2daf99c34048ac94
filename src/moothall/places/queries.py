"""Reads of places. A property is seen inside a scope only; postcodes, councils and holidays stand outside the walls."""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import QuerySet

from moothall.places.models import Authority, Collection, Holiday, Postcode, Property
from moothall.places.postcodes import PostcodeError, normalise_postcode
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Resident, System
from moothall.tenancy.scope import current_principal

__all__ = [
    "CouncilOfPostcode",
    "PostcodeError",
    "addresses",
    "authority",
    "council_of_postcode",
    "holidays",
    "next_collections",
    "normalise_postcode",
    "open_address_list",
    "past_collections",
    "postcode_known",
    "properties_at",
]


@dataclass(frozen=True, slots=True)
class CouncilOfPostcode:
    """Whose most of a postcode is. At a border the address decides, not this. `council` is None outside Moothall."""

    key: str
    postcode: str
    gss: str
    name: str
    tier: str
    website: str
    county_gss: str
    county_name: str
    ward: str
    council: Council | None


def authority(gss: str) -> Authority | None:
    """Any council of the United Kingdom by its ONS code, whether it takes part or not."""
    return Authority.objects.filter(pk=gss).first()


def council_of_postcode(key: str) -> CouncilOfPostcode | None:
    """The council that most of the postcode `key` lies in, or None where the list doesn't hold that postcode."""
    row = Postcode.objects.filter(pk=key).first()
    if row is None:
        return None
    named = Authority.objects.in_bulk([row.lad, row.county])
    council = Council.objects.filter(gss=row.lad).first()
    district, county = named.get(row.lad), named.get(row.county)
    return CouncilOfPostcode(
        key=key,
        postcode=row.display,
        gss=row.lad,
        name=council.name if council else district.name if district else "",
        tier=district.tier if district else "",
        website=district.website if district else "",
        county_gss=row.county,
        county_name=county.name if county else "",
        ward=row.ward,
        council=council,
    )


def postcode_known(key: str) -> bool:
    """Whether somebody knows the postcode: the list of all of them, or an address that the open scope may see."""
    return Postcode.objects.filter(pk=key).exists() or Property.objects.filter(postcode_key=key).exists()


def properties_at(postcode_key: str, *, council: int | None = None) -> list[Property]:
    """The properties at a postcode that the open scope may see, as they are read out: by street, then number."""
    found = addresses().filter(postcode_key=postcode_key)
    if council is not None:
        found = found.filter(council_id=council)
    return sorted(found.order_by("street", "number", "pk")[:400], key=_as_read_out)


def addresses() -> QuerySet[Property]:
    """Properties as the open scope may read them: who needs help with their bins isn't the public's to know."""
    rows = Property.objects.all()
    who = current_principal()
    public = isinstance(who, Resident) or (isinstance(who, System) and who.purpose == "where")
    return rows.defer("assisted") if public else rows


def open_address_list(postcode_key: str) -> None:
    """In a call on a partnership's line, which is nobody's yet: let the addresses at this one postcode be seen, of the
    councils that the scope names for that, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('moothall.postcode', %s, true)", [postcode_key])


def _as_read_out(row: Property) -> tuple[str, int, str, int]:
    """Told apart to the last: two homes may have one street and number, and lists that are cut show the same ones."""
    digits = re.match(r"\D*(\d+)", row.number)
    return row.street, int(digits.group(1)) if digits else 0, row.number, row.pk


def next_collections(council: int, round_code: str, from_day: date, days: int = 14) -> list[Collection]:
    """The visits of a round from `from_day` (included) on, for `days` days, by the day on which the crew really comes.

    The index holds the normal date; holidays move a visit by at most two weeks, hence the wider window.
    """
    to_day, slack = from_day + timedelta(days=days), timedelta(days=14)
    rows = Collection.objects.filter(
        council_id=council, round_code=round_code, scheduled__gte=from_day - slack, scheduled__lt=to_day + slack
    ).order_by("stream", "scheduled")
    return sorted((row for row in rows if from_day <= row.actual < to_day), key=lambda row: (row.actual, row.stream))


def past_collections(council: int, round_code: str, to_day: date, days: int = 14) -> list[Collection]:
    """The visits of a round on the `days` days before `to_day` and on it, newest first."""
    return next_collections(council, round_code, to_day - timedelta(days=days), days + 1)[::-1]


def holidays(division: str) -> dict[date, str]:
    """Bank holidays of a division (`england-and-wales`) and their names."""
    return dict(Holiday.objects.filter(division=division).order_by("division", "date").values_list("date", "title"))
