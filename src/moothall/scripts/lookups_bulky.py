"""Look-ups of the script for large items: what it costs, and on which days the crews have room."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date

from moothall.backoffice.waste import waste_of
from moothall.domain.bulky import Tariff, price
from moothall.domain.interview.words import spoken_day
from moothall.lib.answers import Unknown
from moothall.scripts.surroundings import Args, Found, Surroundings

OFFERED = 8  # as many days as somebody can choose among


def bulky_price(_run: Surroundings, args: Args) -> Found:
    """The price by the council's tariff, in pence, and what was taken off it."""
    fees = ("fee_first", "first_items", "fee_more", "fee_cold", "fee_padded", "off_per_cent")
    found = price(
        Tariff(*(int(args[fee]) for fee in fees)), int(args["total"]), cold=int(args["cold"]),
        padded=int(args["padded"]), gets_off=bool(args["gets_off"]),
    )  # fmt: skip
    return Found({"price": found.pence, "off": found.off or None}, "council's prices")


def bulky_slots(run: Surroundings, args: Args) -> Found:
    """The next days with room. A system that doesn't answer offers none, and nobody is refused for that."""
    office = waste_of(run.council.gss)
    days = office.days(date.fromisoformat(args["today"]), int(args["days"])) if office else Unknown("not connected")
    offered = () if isinstance(days, Unknown) else days[:OFFERED]
    slots = [[day.isoformat(), spoken_day(day)] for day in offered]
    return Found({"slots": slots, "slot_count": len(slots)}, "waste system")


LOOK_UPS: dict[str, Callable[[Surroundings, Args], Found]] = {"bulky_price": bulky_price, "bulky_slots": bulky_slots}
