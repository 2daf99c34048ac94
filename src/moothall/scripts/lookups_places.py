"""What scripts look up of a place on the map: whose it is, and what is near it."""
from __future__ import annotations

from collections.abc import Callable, Mapping

from moothall.agreements.queries import council_now, members
from moothall.domain.interview.answers import parted
from moothall.domain.maps import Spot
from moothall.places.maps import WhoseSpot, whose_spot
from moothall.places.queries import open_address_list, properties_at
from moothall.scripts.shared import DECIDED
from moothall.scripts.surroundings import Args, Found, Surroundings

SOURCE = "map"
COUNCIL = "council"  # the fact that names whose rules apply from here on


def place(run: Surroundings, args: Args) -> Found:
    """The place that was marked. From here on its own council's rules apply, if it takes part; nothing is known of a
    place that was told in words alone."""
    mark = parted(str(args["point"] or ""))[0]
    whose = whose_spot(Spot(*mark)) if mark else None
    if whose is None:
        return Found({"place_marked": mark is not None, "other_council": False}, SOURCE)
    found = {
        "place_marked": True, "place_ours": whose.council is not None, "place_council": whose.name or None,
        "place_website": whose.website or None, "place_near": _near(run, whose), "other_council": False,
    }  # fmt: skip
    if whose.council is None:
        return Found(found, SOURCE)
    council, own = council_now(whose.council), council_now(run.line_council)
    if run.partnership is not None:
        ours = council.pk in members(run.partnership)
        return Found({**found, "place_ours": ours, **({DECIDED: council.pk} if ours else {})}, SOURCE)
    return Found({**found, "other_council": council.pk != own.pk, COUNCIL: whose.council.pk}, SOURCE)


def _near(run: Surroundings, whose: WhoseSpot) -> str | None:
    """`Mill Lane, LE16 7ZZ`: the street of the nearest postcode, as far as its addresses are within sight."""
    if not whose.key:
        return whose.ward or None
    if run.partnership is not None or run.resident:
        open_address_list(whose.key)
    streets = dict.fromkeys(row.street for row in properties_at(whose.key))
    return ", ".join([*list(streets)[:2], whose.postcode])


LOOK_UPS: Mapping[str, Callable[[Surroundings, Args], Found]] = {"place": place}
