"""The first text of a new agreement, from a few choices: short forms, which become plain shares when it is stored."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from moothall.agreements.macro_shares import FORMS
from moothall.agreements.register import CouncilEntry
from moothall.agreements.yaml_words import Value, entry, flow, word

HUB, TOGETHER = FORMS
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is chosen. `councils` are all parties; `hub` is one of them, or None where they pool their people."""

    slug: str
    name: str
    hub: CouncilEntry | None
    councils: Sequence[CouncilEntry]
    services: Sequence[str]
    weekdays: str
    period: tuple[date, date]
    promise: tuple[int, int]  # seconds, for so many in a hundred


def text_of(chosen: Beginning) -> str:
    """The text, to be read, written out and then changed by hand."""
    names: Value = [council.short_name for council in chosen.councils]
    services: Value = list(chosen.services)
    seconds, per_cent = chosen.promise
    front = f"{chosen.hub.slug}-contact-centre" if chosen.hub else f"{chosen.slug}-pool"
    answered: dict[str, Value] = {
        "team": front, "services": services, "hours": OPEN,
        "standard": {"answered_within_s": seconds, "for_percent": per_cent},
        "resolved": {"own": {"services": services, "team": "{client}-services"}},
    }  # fmt: skip
    who: dict[str, Value] = {"councils": names}
    if chosen.hub:
        who = {"hub": chosen.hub.short_name,
               "clients": [each.short_name for each in chosen.councils if each != chosen.hub]}  # fmt: skip
    promised: dict[str, Value] = {"councils": names, "services": services}
    covers: list[Value] = [{**promised, "channels": ["phone"], "functions": ["answer"], "hours": OPEN},
              {**promised, "channels": ["phone", "web"], "functions": ["resolve"], "hours": OPEN}]  # fmt: skip
    return "\n".join([
        "# Begun by a few choices. Every part of it may be changed before it is proposed.",
        "moothall: 1", f"agreement: {chosen.slug}", f"name: {word(chosen.name)}",
        f"from: {chosen.period[0].isoformat()}", f"to: {chosen.period[1].isoformat()}", "notice_months: 6", "",
        "parties:", *(f"  - {{council: {each.gss}}} # {each.short_name}" for each in chosen.councils), "",
        "teams:", *(f"  {entry(slug, team, 2)}" for slug, team in _teams(chosen, front).items()), "",
        "hours:", f"  {OPEN}:", f"    weekdays: {word(chosen.weekdays)}", "    bank-holidays: closed", "",
        "# What each council promises its public.", "covers:", *(f"  - {flow(each)}" for each in covers), "",
        "macros:", f"  - {HUB if chosen.hub else TOGETHER}:",
        *(f"      {entry(name, value, 6)}" for name, value in {"key": "front", **who, **answered}.items()), "",
    ])  # fmt: skip


def _teams(chosen: Beginning, front: str) -> dict[str, dict[str, Value]]:
    """Who answers, and each council's own people, who resolve."""
    hub = chosen.hub
    first: dict[str, Value] = {"name": f"{hub.short_name} contact centre", "employer": hub.short_name} if hub else \
        {"name": f"{chosen.name} pool"[:80]}
    own: dict[str, dict[str, Value]] = {
        f"{each.slug}-services": {"name": f"{each.short_name} services", "employer": each.short_name}
        for each in chosen.councils
    }
    return {front: first, **own}
