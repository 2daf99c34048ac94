"""Which scripts the public may follow alone on the web."""
from __future__ import annotations

from collections.abc import Iterable, Iterator

from moothall.domain.interview.model import Script
from moothall.domain.interview.run import by_phone_alone
from moothall.scripts.versions import own_keys, published_scripts, version_key

WEB = "web"
# What the public's login role can do in a resident's scope (tenancy/residents.sql). A script that calls anything else
# isn't offered on the web yet.
LOOK_UPS = frozenset({
    "today", "properties_at_postcode", "property", "other_home", "place", "collections", "next_days", "crew_log",
    "open_cases_for", "pension_age", "claim_dates", "bulky_price", "bulky_slots", "tax_dwelling", "tax_part",
    "estate_exemption",
    "recovery_dates", "tax_offer", "subjects", "subject", "form", "who_does",
    "tax_account",  # which gives a resident nothing at all
})  # fmt: skip
EFFECTS = frozenset({"open_case", "link_case", "hold_slot", "confirm_slot", "request_payment"})


def may_be_followed(script: Script) -> bool:
    """Whether the public may follow a script alone, without having to prove who they are."""
    calls = {"look_up": LOOK_UPS, "effect": EFFECTS}
    able = all(
        step.call is None or step.call.name in calls.get(step.kind, ()) or by_phone_alone(script, step)
        for step in script.steps
    )
    return able and script.web and not (script.level or script.sub or script.interrupt)


def for_the_web(scripts: Iterable[Script]) -> Iterator[Script]:
    return (each for each in scripts if may_be_followed(each))


def offered_at(gss: str) -> list[Script]:
    """Those that a council has parameters of its own for, the most needed first."""
    own = own_keys(gss)
    scripts = sorted(published_scripts().values(), key=lambda script: (script.rank, script.key))
    return [script for script in for_the_web(scripts) if version_key(script.key, gss) in own]
