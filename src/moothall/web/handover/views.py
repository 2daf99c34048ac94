"""The rehearsal of handing back, for managers of both sides, and the rows behind its figures."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moothall.agreements.models import Agreement, AgreementVersion
from moothall.handover.before_after import turn_of
from moothall.handover.history import PAGE, countable, rows_behind
from moothall.handover.rehearsal import NotToRehearse, Rehearsal, rehearse
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.tenancy.models import Council
from moothall.tenancy.queries import councils_numbered, service_names
from moothall.tenancy.scope import scope
from moothall.web.configure.access import access_agreements, councils_managed
from moothall.web.formats import in_london
from moothall.web.handover.forms import WHAT, BackForm, RowsForm
from moothall.web.staff import StaffRequest, staff_required

HAPPENED = {"contact.offer": "Contact offered", "leg.begin": "Call went on", "case.open": "Case opened",
            "case.close": "Case closed", "need.close": "Need dealt with", "case.note": "Note written"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowOfEntry:
    entry: Entry
    happened: str
    service: str


@require_safe
@staff_required
def rehearsal(request: StaffRequest, agreement: str) -> HttpResponse:
    """What would move on a day; before one is chosen, that on which the agreement ends."""
    now = clock.now()
    found, versions, councils = _access(request, agreement, now)
    given: Any = {key: request.GET[key] for key in ("council", "until") if key in request.GET}
    mine = councils_managed(request.user, now)
    first = next((each for each in councils if each.pk in mine), councils[0])
    given = {"council": first.pk, "until": _last_day(versions, now), **given}
    form = BackForm(given, councils=councils)
    context: dict[str, Any] = {"form": form, "agreement": found, "page": None, "refused": ""}
    if not form.is_valid():
        return render(request, "handover/rehearsal.html", context, status=422)
    try:
        with scope(request.principal):
            page: Rehearsal = rehearse(form.cleaned_data["council"], found, at=form.instant(), now=now)
    except NotToRehearse as problem:
        return render(request, "handover/rehearsal.html", {**context, "refused": str(problem)}, status=409)
    query = f"council={form.cleaned_data['council'].pk}&until={form.cleaned_data['until'].isoformat()}"
    return render(request, "handover/rehearsal.html", {**context, "page": page, "query": query})


@require_safe
@staff_required
def rows(request: StaffRequest, agreement: str) -> HttpResponse:
    """The entries of the journal behind one figure, newest first, some at a time."""
    now = clock.now()
    found, _, councils = _access(request, agreement, now)
    form = RowsForm(request.GET, councils=councils)
    if not form.is_valid():
        raise Http404("No such figure is within sight")
    council, what = form.cleaned_data["council"], form.cleaned_data["what"]
    number = form.cleaned_data["page"] or 1
    with scope(request.principal):
        cells = turn_of(council.number, found, form.instant()).cells
        keys = countable(sorted({(cell.council, cell.service) for cell in cells}), now)
        entries = list(rows_behind(what, keys, now).order_by("-id")[(number - 1) * PAGE : number * PAGE + 1])
    names = service_names()
    shown = [RowOfEntry(each, HAPPENED.get(each.kind, each.kind), names[each.service_id]) for each in entries[:PAGE]]
    query = f"council={council.pk}&until={form.cleaned_data['until'].isoformat()}"
    context = {
        "agreement": found, "council": council, "heading": dict(WHAT)[what], "rows": shown, "query": query,
        "what": what, "number": number, "more": len(entries) > PAGE, "yours": bool(keys),
    }  # fmt: skip
    return render(request, "handover/rows.html", context)


Access = tuple[Agreement, list[AgreementVersion], QuerySet[Council]]


def _access(request: StaffRequest, agreement: str, now: datetime) -> Access:
    """An agreement, its versions that this person may read, and its councils; Http404 where there is none."""
    versions = list(access_agreements(request.user, now).filter(agreement__slug=agreement).defer("text"))
    councils = councils_numbered({number for version in versions for number in version.parties}, partnerships=False)
    if not versions or not councils.exists():
        raise Http404("No such agreement is within sight")
    return versions[0].agreement, versions, councils


def _last_day(versions: list[AgreementVersion], now: datetime) -> str:
    """The first day without the version that holds now, else without the one that is signed last."""
    signed = [version for version in versions if version.state == version.State.IN_FORCE and version.ends > now]
    ends = min((version.ends for version in signed), default=now)
    return in_london(ends).date().isoformat()
