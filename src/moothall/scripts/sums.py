"""Look-ups that only count: the same answer for the same arguments, without a database, so that examples of a script
check its sums too. An argument that isn't known gives results that aren't."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from moothall import data
from moothall.domain.council_tax import (
    RecoveryRules,
    exempt_until,
    offer,
    part_of_year,
    recovery_dates,
    rules_on,
    year_of,
)

Args = Mapping[str, Any]
Sums = Mapping[str, Any]


def tax_part(args: Args) -> Sums:
    """What a year's charge comes to before a day and from that day on, by days: who leaves pays the one, who comes the
    other. `off` is the percentage that is taken off."""
    names = ("before_days", "before_pence", "after_days", "after_pence")
    if args["charge"] is None or args["day"] is None:
        return dict.fromkeys(names)
    day = date.fromisoformat(args["day"])
    year = year_of(day)
    charge = args["charge"] * (100 - (args.get("off") or 0)) // 100
    before = part_of_year(charge, year.first, day - timedelta(days=1))
    after = part_of_year(charge, day, year.last)
    return dict(zip(names, (before.days, before.pence, after.days, after.pence), strict=True))


def dates_of_recovery(args: Args) -> Sums:
    """Until when a reminder or final notice can be mended, or from when a summons can become an order."""
    day = args["day"] and date.fromisoformat(args["day"])
    rules = rules_on((RecoveryRules.from_row(row) for row in data.rows("recovery_rules.csv")), day) if day else None
    if rules is None or not day:
        return dict.fromkeys(("pay_by", "whole_due", "order_from"))
    found = recovery_dates(str(args["stage"]), day, rules, failure_day_counts=bool(args["failure_day_counts"]))
    return {"pay_by": _iso(found.pay_by), "whole_due": _iso(found.whole_due), "order_from": _iso(found.order_from)}


def tax_offer(args: Args) -> Sums:
    """What so much a month clears, by when."""
    found = offer(args["owing"] or 0, args["monthly"] or 0, date.fromisoformat(args["first"]))
    if found is None:
        return {**dict.fromkeys(("months", "last_payment", "in_year", "over")), "clears": False}
    sums = {"months": found.months, "in_year": found.in_year, "over": found.over}
    return {**sums, "clears": True, "last_payment": _iso(found.last)}


def estate_exemption(args: Args) -> Sums:
    """The last day of a dead person's empty home's exemption after the grant of probate."""
    granted = args["granted"]
    return {"until": _iso(exempt_until(date.fromisoformat(granted))) if granted else None}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


SUMS: Mapping[str, Callable[[Args], Sums]] = {
    "tax_part": tax_part,
    "recovery_dates": dates_of_recovery,
    "tax_offer": tax_offer,
    "estate_exemption": estate_exemption,
}
