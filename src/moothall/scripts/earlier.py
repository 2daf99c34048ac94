"""What somebody needed in earlier contacts, as far as it may be told to whoever speaks with them now.

What a discreet script was about is left out as if it had never been: whoever is on the line may not be alone, or may be
the one who mustn't hear of it.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress

from moothall.cases.models import DISCREET
from moothall.contacts.models import Need
from moothall.domain.interview.answers import discreet
from moothall.domain.interview.model import Script
from moothall.scripts.models import Run
from moothall.scripts.steps import walk_of
from moothall.scripts.versions import published_scripts, script_of

UNTOLD = (Need.Outcome.MISTAKEN, Need.Outcome.WENT_ON)  # nobody wanted it; it stands in the contact in which it went on


def needs_told(contacts: Collection[int]) -> dict[int, list[tuple[Need, bool]]]:
    """Of each contact its needs, in their order, with the case that each led to and whether its script was left
    unfinished. In an open scope, which shows the needs of services within sight; in four statements at most."""
    rows = Need.objects.filter(contact__in=contacts).exclude(outcome__in=UNTOLD)
    needs = list(rows.select_related("case").order_by("pk"))
    runs = {run.need_id: run for run in Run.objects.filter(need__in=[need.pk for need in needs]).order_by("pk")}
    current = published_scripts() if needs else {}
    told: dict[int, list[tuple[Need, bool]]] = defaultdict(list)
    for need in needs:
        run = runs.get(need.pk)
        if not _is_discreet(need, run, current.get(need.kind)):
            left = run is not None and run.state in (Run.State.LEFT, Run.State.GIVEN)
            told[need.contact_id].append((need, left))
    return told


def _is_discreet(need: Need, run: Run | None, current: Script | None) -> bool:
    """Judged by where its run stands. Where none is in sight, or none that can be read, whatever may be discreet is."""
    if need.case is not None and DISCREET in need.case.marks:
        return True
    if run is not None:
        with suppress(ValueError):  # a text in the language of an older installation
            script = script_of(run)
            return script.discreet is not None and discreet(script, walk_of(run).next.values)
    return current is not None and current.discreet is not None
