"""The web's part of the report: the forms behind each figure, and the same figures as CSV."""
from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moothall.lib import clock
from moothall.reports.access import access_figures
from moothall.tenancy.scope import scope
from moothall.web.reports.forms import WebFigureForm
from moothall.web.reports.views import day_page, safe, table
from moothall.web.reports.web_contexts import runs_page
from moothall.web.reports.web_words import WEB_FIGURES, WEB_SHOWN
from moothall.web.staff import StaffRequest, staff_required


@require_safe
@staff_required
def web_runs(request: StaffRequest) -> HttpResponse:
    """What was begun on the web, behind one figure: as many as it says."""
    now, form = clock.now(), WebFigureForm(request.GET)
    form.is_valid()
    with scope(request.principal):
        keys = access_figures(request.user.pk, now)
        page = runs_page(form.day(now), form.which(), keys=keys, at=form.at(now))
    return render(request, "reports/web_runs.html", {"page": page})


@require_safe
@staff_required
def web_csv(request: StaffRequest) -> HttpResponse:
    """The web's figures for a spreadsheet: the same totals as on the page."""
    page = day_page(request)
    response, writer = table(f"web-{page.day.isoformat()}.csv")
    writer.writerow(["Council", "GSS", "Service", *(WEB_FIGURES[name].head for name in WEB_SHOWN)])
    for row in (*page.web.rows, page.web.total):
        place = [row.council.name, row.council.gss, row.service] if row.tally.key and row.council else ["All", "", ""]
        writer.writerow([safe(value) for value in (*place, *(row.tally.counts[name] for name in WEB_SHOWN))])
    return response
