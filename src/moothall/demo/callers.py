"""Who rings by itself in the demo: numbers of made-up residents, for each line of the agreements in force."""
from __future__ import annotations

from typing import Any

from moothall.agreements.models import AgreementVersion, Line
from moothall.customers.models import CustomerPhone
from moothall.demo.personas import personas
from moothall.lib import clock
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

A_LINE = 40
WEIGHTS = {"refuse": 3}  # bins are what people ring about most; every other line has 1


def callers() -> dict[str, Any]:
    """`{"lines": [{"to", "weight", "from": […]}, …]}`: numbers as dialled, E.164; an empty number is withheld."""
    kept = {persona.number for persona in personas()}
    versions = AgreementVersion.objects.in_force(clock.now())
    lines = Line.objects.filter(version__in=versions, channel="phone")
    found = []
    with scope(System("load")):
        for line in lines.select_related("council", "service").order_by("number"):
            numbers = _numbers(line.council, kept)
            if numbers:
                found.append({"to": line.number, "weight": WEIGHTS.get(line.service.slug, 1), "from": [*numbers, ""]})
    return {"lines": found}


def _numbers(council: Council, kept: set[str]) -> list[str]:
    """Numbers of residents of a council; of any for a partnership's shared line."""
    found = CustomerPhone.objects.exclude(number__in=kept)
    if council.kind == Council.Kind.COUNCIL:
        found = found.filter(council=council)
    return list(found.order_by("number", "council").values_list("number", flat=True)[:A_LINE])
