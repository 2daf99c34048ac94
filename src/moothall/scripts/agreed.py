"""Scripts against the agreements in force: whether somebody resolves what they open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from moothall.agreements.in_force import current
from moothall.domain.findings import Finding
from moothall.domain.interview.check import on_the_way
from moothall.domain.interview.proof import prove
from moothall.scripts.packs import Pack
from moothall.scripts.ports import check_agreed
from moothall.tenancy.models import Council
from moothall.tenancy.queries import service_by_slug


def functions_in_force(service: str) -> Mapping[str, frozenset[str]]:
    """Each council's functions for a service by its code, in the agreements in force; {} where none names it."""
    number = service_by_slug(service)
    found: dict[int, set[str]] = {}
    for share in current().shares.values():
        if number in share.services:
            found.setdefault(share.client, set()).add(share.function)
    codes = dict(Council.objects.filter(number__in=found).values_list("number", "gss"))
    return {codes[council]: frozenset(functions) for council, functions in found.items() if council in codes}


def outside_agreement(pack: Pack) -> Iterator[Finding]:
    """A finding for each effect of the pack that no agreement in force gives anybody to do."""
    adopting = frozenset(council.gss for council in pack.parameters)
    for script in pack.scripts:
        if script.script.service != "any":
            found = list(check_agreed(script.script, adopting, functions_in_force(script.script.service)))
            yield from on_the_way(found, script.script, prove(script.script)) if found else ()
