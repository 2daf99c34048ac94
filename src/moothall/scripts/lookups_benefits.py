"""Look-ups of the benefits scripts: dates that follow from other dates. They read nothing of anybody."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from moothall.domain.benefit_dates import claim_dates, state_pension_day
from moothall.scripts.surroundings import Args, Found, Surroundings


def pension_age(_run: Surroundings, args: Args) -> Found:
    """Whether somebody has reached State Pension age, on which day they do, and whether that is within `ahead` days."""
    today = date.fromisoformat(args["today"])
    day = state_pension_day(date.fromisoformat(args["born"]))
    reached = day <= today
    soon = not reached and day <= today + timedelta(days=int(args["ahead"]))
    return Found({"reached": reached, "day": day.isoformat(), "soon": soon}, "table of State Pension ages")


def when_paid(_run: Surroundings, args: Args) -> Found:
    """From when help with rent is paid on a claim made today, and how far back somebody at pension age may ask."""
    claimed, rent = date.fromisoformat(args["today"]), date.fromisoformat(args["rent_began"])
    found = claim_dates(claimed, rent, pension_age=bool(args["pension_age"]))
    back = found.back_to.isoformat() if found.back_to else None
    return Found({"starts": found.starts.isoformat(), "back_to": back}, "benefit regulations")


LOOK_UPS: dict[str, Callable[[Surroundings, Args], Found]] = {"pension_age": pension_age, "claim_dates": when_paid}
