"""Report today: the figures, the contacts behind each, the same as CSV."""
from __future__ import annotations

import csv
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moothall.lib import clock
from moothall.reports.access import access_figures
from moothall.tenancy.scope import scope
from moothall.web.reports.contexts import ReportPage, ReportRow, contacts_page, report_page
from moothall.web.reports.forms import FigureForm
from moothall.web.reports.web_words import WEB_FIGURES, WEB_SHOWN
from moothall.web.reports.words import FIGURES, MORE, SHOWN
from moothall.web.staff import StaffRequest, staff_required

BOM = "\ufeff"  # so that a spreadsheet reads it as UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@staff_required
def today(request: StaffRequest) -> HttpResponse:
    """A day by council, service and channel, worst first; and the web's own part."""
    told = {"page": day_page(request), "words": FIGURES, "web_words": WEB_FIGURES, "web_figures": WEB_SHOWN}
    return render(request, "reports/today.html", told)


@require_safe
@staff_required
def today_csv(request: StaffRequest) -> HttpResponse:
    """The same figures for a spreadsheet: the same totals as on the page."""
    page = day_page(request)
    response, writer = table(f"today-{page.day.isoformat()}.csv")
    names = [name for name in SHOWN + MORE if name not in {"promised", "waited", "held"}]
    writer.writerow(["Council", "GSS", "Service", "Way", "Promise", "With a promise", "In time, low", "In time, high",
                     "Waited, middle (s)", "Waited, longest (s)", "On hold", "On hold, middle (s)",
                     "On hold, longest (s)", *(FIGURES[name].head for name in names)])  # fmt: skip
    for row in (*page.rows, page.total):
        writer.writerow([safe(value) for value in _csv_row(row, names)])
    return response


def table(name: str) -> tuple[HttpResponse, Any]:
    """An empty table that a browser keeps under that name, and its writer."""
    response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response, csv.writer(response)


@require_safe
@staff_required
def contacts(request: StaffRequest) -> HttpResponse:
    """The contacts behind one figure: as many as it says."""
    now, form = clock.now(), FigureForm(request.GET)
    form.is_valid()
    with scope(request.principal):
        keys = access_figures(request.user.pk, now)
        page = contacts_page(form.day(now), form.which(), keys=keys, at=form.at(now))
    return render(request, "reports/contacts.html", {"page": page})


def day_page(request: StaffRequest) -> ReportPage:
    now = clock.now()
    with scope(request.principal):
        return report_page(request.GET, keys=access_figures(request.user.pk, now), now=now)


def _csv_row(row: ReportRow, names: list[str]) -> list[Any]:
    tally = row.tally
    low, high = tally.in_time.range or ("", "")
    place = ["All", "", "", ""] if tally.key is None else [
        row.council.name if row.council else "", row.council.gss if row.council else "", row.service, row.way,
    ]  # fmt: skip
    return [
        *place, row.promise, tally.counts["promised"], low, high, tally.waited_median_s, tally.waited_longest_s,
        tally.counts["held"], tally.held_median_s, tally.held_longest_s, *(tally.counts[name] for name in names),
    ]  # fmt: skip


def safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is told apart by an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
