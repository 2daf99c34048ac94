"""Filling the tables of open data at every migrate: postcodes, the UK's councils, bank holidays. Adds what is new."""
from __future__ import annotations

from datetime import date

from django.db import transaction

from moothall import data
from moothall.places.models import Authority, Holiday, Postcode
from moothall.tenancy.bulk import load_rows


def load_open_data() -> dict[str, int]:
    """How many rows of each were new."""
    with transaction.atomic():
        return {"authorities": _authorities(), "holidays": load_holidays(), "postcodes": _postcodes()}


def _authorities() -> int:
    rows = [(row["gss"], row["name"], row["tier"], row["website"]) for row in data.rows("authorities.csv")]
    return load_rows(Authority, ["gss", "name", "tier", "website"], rows)


def load_holidays() -> int:
    """How many of the shipped bank holidays were new."""
    found = data.rows("bank_holidays.csv")
    known = set(Holiday.objects.values_list("division", "date"))
    rows = [
        (row["division"], date.fromisoformat(row["date"]), row["title"])
        for row in found
        if (row["division"], date.fromisoformat(row["date"])) not in known
    ]
    Holiday.objects.bulk_create([Holiday(division=d, date=day, title=title) for d, day, title in rows])
    return len(rows)


def _postcodes() -> int:
    if Postcode.objects.filter(pk=data.last_postcode().key).exists():
        return 0
    fields = ["key", "display", "lad", "county", "ward", "latitude", "longitude"]
    rows = ((p.key, p.postcode, p.lad, p.county, p.ward, p.latitude, p.longitude) for p in data.postcodes())
    return load_rows(Postcode, fields, rows)
