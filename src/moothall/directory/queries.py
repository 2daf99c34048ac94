"""Finding people and teams of a council by what somebody calls them. Restricted ones are never found."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from moothall.directory.models import Listing
from moothall.domain.plain_words import Entry, best

MOST = 3  # names offered: more is a list to read out, and fishing


def people_called(council: int, said: str, day: date) -> Sequence[Listing]:
    """The people whose names fit, best first. A restricted name gives what an unknown one gives: nothing."""
    rows = {str(row.pk): row for row in Listing.listed(council, day).filter(kind=Listing.Kind.PERSON)}
    entries = [Entry(key, (row.name, *row.also)) for key, row in rows.items()]
    return [rows[match.key] for match in best(said, entries, limit=MOST)]


def listing(council: int, number: int, day: date) -> Listing | None:
    """One person or team by its row, if it may be told of."""
    return Listing.listed(council, day).filter(pk=number).first()


def with_numbers(council: int, day: date) -> list[Listing]:
    """Whoever takes calls and may be told of, by name."""
    rows = Listing.listed(council, day).filter(takes_calls=True)
    return list(rows.exclude(number="").order_by("name", "pk"))


def team_of_role(council: int, role: str, day: date) -> Listing | None:
    """The team that does something for the council: `planning`, `press`."""
    return Listing.listed(council, day).filter(kind=Listing.Kind.TEAM, role=role).first()


def in_place_of(row: Listing, day: date) -> Listing | None:
    """Who is rung for somebody: themselves, else their deputy, else their team. None where nobody takes calls."""
    listed = Listing.listed(row.council_id, day).filter(takes_calls=True)
    if row.takes_calls:
        return row
    if row.deputy:
        deputy = listed.filter(code=row.deputy).first()
        if deputy is not None:
            return deputy
    return listed.filter(kind=Listing.Kind.TEAM, name=row.team).first() if row.team else None
