"""A run in a call on a partnership's line: the address says whose the call is, and until then nothing is done for it.

Two facts that no script names: `_whose`, the council of each address at each postcode that was asked for (for residents
of those alone that are another's), and `_decided`, the council that the postcode or the address left over. Where it is
another than the run's, the run stops, and goes on there.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from moothall.agreements.queries import members
from moothall.domain.interview.run import Effect, LookUp
from moothall.places.models import Property
from moothall.places.queries import CouncilOfPostcode
from moothall.scripts.models import Run
from moothall.tenancy.models import Council

WHOSE, DECIDED = "_whose", "_decided"  # as no result of a look-up can be called
FOR_NOBODY = frozenset({"today", "properties_at_postcode", "property", "place"})  # look-ups that need no council yet


def decided(run: Run) -> int | None:
    """The council that the address names, where that is another than the run's."""
    found = run.facts.get(DECIDED, {}).get("value")
    return int(found) if found and found != run.council_id else None


def stops(run: Run, stop: object) -> bool:
    """Whether the run can't go on as it is: its address is another council's, or it needs one and has none."""
    if decided(run) is not None:
        return True
    if run.council.kind != Council.Kind.PARTNERSHIP:
        return False
    return isinstance(stop, Effect) or (
        isinstance(stop, LookUp) and stop.step.call is not None and stop.step.call.name not in FOR_NOBODY
    )


def facts_at_postcode(
    partnership: int, known: Mapping[str, Any], rows: Iterable[Property], where: CouncilOfPostcode | None
) -> dict[str, Any]:
    """What a postcode says of whose the call is. A border postcode is two councils': there the address decides.
    `known` are the facts so far: who moves tells two homes, and may change the first after the second."""
    whose = {str(row.pk): row.council_id for row in rows}
    likely = where.council.pk if where and where.council else None
    councils = set(whose.values()) | ({likely} & set(members(partnership)))
    found: dict[str, Any] = {WHOSE: {**_whose(known), **whose}}
    if len(councils) == 1:
        found[DECIDED] = councils.pop()
    return found


def of_others(own: int, known: Mapping[str, Any], rows: Iterable[Property]) -> dict[str, Any]:
    """The addresses shown to a resident that aren't the council's on whose pages they are."""
    others = {str(row.pk): row.council_id for row in rows if row.council_id != own}
    return {WHOSE: {**_whose(known), **others}} if others else {}


def whose_addresses(run: Run) -> Mapping[str, int]:
    """The council of each address that the run has looked up at a postcode."""
    return _whose(run.facts)


def council_of(facts: Mapping[str, Any], property_: object) -> int | None:
    """Whose an address is that was chosen from the list at its postcode."""
    found = _whose(facts).get(str(property_))
    return int(found) if found else None


def _whose(facts: Mapping[str, Any]) -> Mapping[str, int]:
    found: Mapping[str, int] = facts.get(WHOSE, {}).get("value", {})
    return found
