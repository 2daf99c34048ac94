"""Look-ups of council tax: what the tax system holds, told to nobody who hasn't proved who they are; and its sums.

Whether the system answers or not, the call goes on: what can't be told is None. No name and no address is a fact here.
"""
from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from time import monotonic
from typing import Any, TypeVar

from moothall.backoffice.port import UnknownCode
from moothall.backoffice.registry import revenues_of
from moothall.backoffice.revenues import Account, Dwelling, Evidence, HoldKind, Missing, NotAnswering, Revenues
from moothall.places.models import Property
from moothall.scripts.access import home_within_sight
from moothall.scripts.proof_of_identity import ASKED, PERSON, STRONG, facts_to_ask, level_proved
from moothall.scripts.sums import SUMS
from moothall.scripts.surroundings import Args, Found, Surroundings
from moothall.tenancy.models import Council
from moothall.tenancy.protection import somebody_protected

SYSTEM, REGULATIONS = "tax system", "council tax regulations"
PROTECTED = "Protected"
PAGES = "nothing of an account is told on the public pages"
SILENT = "the tax system isn't answering"
HOLDS: tuple[HoldKind, ...] = (  # the first that an account has decides
    "breathing_space", "crisis_breathing_space", "insolvency", "dispute", "support_pending", "death", "vulnerable"
)  # fmt: skip
OF_AN_ACCOUNT = (
    "owing", "late", "next_due", "next_amount", "parts_left", "stage", "stage_day", "costs", "hold", "hold_until",
    "direct_debit", "pay_day", "discount", "band", "charge", "joint", "broken", "claim", "claim_papers",
)  # fmt: skip
T = TypeVar("T")
REST_S = 20.0  # so long a package that didn't answer isn't asked again: the next caller needn't wait for it too
resting: dict[str, float] = {}  # by council, until when; of this process alone
logger = logging.getLogger(__name__)


def identity_facts(run: Surroundings, args: Args) -> Found:
    """Which facts to ask about the account at an address. There, or not there: the questions look the same.

    `caution` is for who answers alone: somebody here must be protected, so that nothing is told below the highest
    level. `proved` is the level that this contact has proved already.
    """
    if run.resident:  # a page that compares is a page to guess at
        nothing = {"ask_1": ASKED[0], "ask_2": ASKED[1], "ask_3": ASKED[2], "caution": None}
        return Found({**nothing, "guarded": False, "proved": 0, "answering": False}, PAGES)
    home = home_within_sight(args["property"])
    found = evidence_at(home)
    held = found.facts if isinstance(found, Evidence) else ()
    asked = facts_to_ask(home.pk, args["today"], held)
    facts: dict[str, Any] = {f"ask_{number}": kind for number, kind in enumerate(asked, 1)}
    guarded = _guarded(home, found)
    facts |= {
        "guarded": guarded,
        "caution": PROTECTED if guarded else None,
        "proved": level_proved(run.run, run.contact, home.pk),
        "answering": not isinstance(found, NotAnswering),
    }
    return Found(facts, SYSTEM if facts["answering"] else SILENT)


def tax_dwelling(_run: Surroundings, args: Args) -> Found:
    """A home's band and its whole charge for the year: what anybody may know."""
    home = home_within_sight(args["property"])
    found = _ask(home, lambda package: package.dwelling_at(home.uprn))
    known = isinstance(found, Dwelling)
    facts = {"band": found.band, "charge": found.charge} if isinstance(found, Dwelling) else {}
    answering = not isinstance(found, NotAnswering)
    return Found({"band": None, "charge": None, **facts, "answering": answering}, SYSTEM if known else SILENT)


def tax_account(run: Surroundings, args: Args) -> Found:
    """What may be told of the account at an address, to somebody whom this very run has proved to be on it.

    Below that level nothing is a fact, not even whether there is an account: a script can't tell what it hasn't got.
    """
    nothing: dict[str, Any] = dict.fromkeys(OF_AN_ACCOUNT)
    if run.resident:
        return Found({**nothing, "answering": False, "may_tell": False}, PAGES)
    home = home_within_sight(args["property"])
    found = _ask(home, lambda package: package.account_at(home.uprn))
    answering = not isinstance(found, NotAnswering)
    needed = STRONG if _guarded(home, found) else PERSON
    if not isinstance(found, Account) or level_proved(run.run, run.contact, home.pk) < needed:
        return Found({**nothing, "answering": answering, "may_tell": False}, SYSTEM if answering else SILENT)
    told = _of_account(found, date.fromisoformat(args["today"]))
    return Found({**nothing, **told, "answering": True, "may_tell": True}, SYSTEM)


def evidence_at(home: Property) -> Evidence | Missing:
    """What the account at a home can prove somebody by. For comparing alone."""
    return _ask(home, lambda package: package.evidence_at(home.uprn))


def _of_account(account: Account, today: date) -> dict[str, Any]:
    late = [part for part in account.instalments if part.late]
    coming = [part for part in account.instalments if not part.paid and not part.late and part.due >= today]
    hold = next((h for kind in HOLDS for h in account.holds if h.kind == kind), None)
    claim = account.claims[-1] if account.claims else None
    seen = [day for day in claim.papers.values() if day] if claim else []
    own = ("owing", "stage", "costs", "direct_debit", "pay_day", "discount", "band", "charge", "joint", "broken")
    return {
        **{name: getattr(account, name) for name in own},
        "late": sum(part.pence for part in late),
        "next_due": _iso(coming[0].due) if coming else None,
        "next_amount": coming[0].pence if coming else None,
        "parts_left": len(coming),
        "stage_day": _iso(account.stage_day),
        "hold": hold.kind if hold else "none",
        "hold_until": _iso(hold.until) if hold else None,
        "claim": claim.state if claim else "none",
        "claim_papers": _iso(max(seen)) if seen else None,
    }


def _guarded(home: Property, found: Evidence | Account | Missing) -> bool:
    """Whether somebody at a home must be protected, by their word or by ours."""
    theirs = isinstance(found, Evidence | Account) and found.guarded
    return theirs or somebody_protected(home.pk)


def _ask(home: Property, question: Callable[[Revenues], T | Missing]) -> T | Missing:
    """Ask the package of the home's council; a code that we don't know is told in the log, and never to a caller."""
    gss = Council.objects.values_list("gss", flat=True).get(pk=home.council_id)
    package = revenues_of(gss)
    if package is None:
        return NotAnswering("no tax system is connected")
    if monotonic() < resting.get(gss, 0):
        return NotAnswering("it didn't answer a moment ago")
    try:
        found = question(package)
    except UnknownCode as problem:
        logger.error("%s", problem)
        return NotAnswering(str(problem))
    if isinstance(found, NotAnswering):
        logger.warning("The tax system of %s isn't answering: %s", gss, found.reason)
        resting[gss] = monotonic() + REST_S
    return found


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _summed(name: str) -> Callable[[Surroundings, Args], Found]:
    return lambda _run, args: Found(SUMS[name](args), REGULATIONS)


LOOK_UPS: dict[str, Callable[[Surroundings, Args], Found]] = {
    "identity_facts": identity_facts,
    "tax_dwelling": tax_dwelling,
    "tax_account": tax_account,
    **{name: _summed(name) for name in SUMS},
}
