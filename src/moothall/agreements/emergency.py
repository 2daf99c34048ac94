"""The clause for emergencies: who may pause a share or take it back, for which grounds, and what then happens."""
from __future__ import annotations

from typing import Any

from moothall.agreements.context import Context
from moothall.agreements.document import Entry, nearest
from moothall.domain.responsibility.shares import NO_EMERGENCY, AgreementTerms, Emergency, ShareTerms

KEYS = ["by", "grounds", "fallback", "message", "break_glass"]
GLASS_KEYS = ["at_most_minutes"]
MOST_MINUTES = 240
LONGEST_GROUND = 80
MOST_GROUNDS = 20


def read_emergency(entry: Entry | None, context: Context) -> Emergency:
    """What the text says; where it is silent, the client alone may, for any reason, and the next tier takes over."""
    if entry is None:
        return NO_EMERGENCY
    reading = context.reading
    entries = reading.mapping(entry[1], "emergency", (), KEYS)
    grounds = [reading.text(node, longest=LONGEST_GROUND) or "" for node in reading.items(entries.get("grounds"))]
    for node, ground in zip(reading.items(entries.get("grounds")), grounds, strict=True):
        if ":" in ground:
            reading.add("colon-in-ground", node, f"The ground “{ground}” holds a colon.",
                        "Leave it out: what is said after a colon is the reason of the day.")
    if len(grounds) > MOST_GROUNDS:
        reading.add("too-many", entries["grounds"][1], f"At most {MOST_GROUNDS} grounds may stand here.")
    return Emergency(
        tuple(council.number for council in context.councils(entries.get("by"))),
        tuple(dict.fromkeys(filter(None, grounds))), tuple(_fallback(entries.get("fallback"), context)),
        reading.text(entries.get("message")) or "", _minutes(entries.get("break_glass"), context),
    )


def _minutes(entry: Entry | None, context: Context) -> int | None:
    """How long another party may see a client's records; None where the text is silent."""
    said = context.reading.mapping(entry[1] if entry else None, "break_glass", (), GLASS_KEYS)
    return context.reading.whole(said.get("at_most_minutes"), 0, MOST_MINUTES)


def _fallback(entry: Entry | None, context: Context) -> list[tuple[int, str]]:
    """The team to which each client's contacts go."""
    reading, found = context.reading, []
    for key, value in reading.mapping(entry[1] if entry else None, "fallback", (), None).values():
        council, team = context.council(key), reading.text(value) or ""
        if team not in context.teams:
            reading.add("unknown-team", value, f"“{team}” isn't a team of this agreement.",
                        nearest(team, context.teams))
        elif council is not None:
            found.append((council.number, team))
    return found


def emergency_body(terms: AgreementTerms, share: ShareTerms) -> dict[str, Any]:
    """The clause as the share's row keeps it, for the database's functions; nothing where the text is silent."""
    said = terms.emergency
    if said == NO_EMERGENCY:
        return {}
    body: dict[str, Any] = {"by": list(said.by), "grounds": list(said.grounds), "message": said.message}
    if said.break_glass is not None:
        body["break_glass"] = {"at_most_minutes": said.break_glass}
    team = said.team_for(share.client)
    return {"emergency": {**body, "fallback": team} if team and team != share.team else body}
