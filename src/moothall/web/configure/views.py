"""The pages of agreements, for managers of their parties and, to read, for operators."""
from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from moothall.agreements.models import AgreementVersion
from moothall.lib import clock
from moothall.web.configure.access import access_agreements, access_version
from moothall.web.configure.changes_page import changes_page
from moothall.web.configure.contexts import (
    Head,
    TextLine,
    TextPage,
    default_version,
    head_of,
    list_page,
    tab_address,
)
from moothall.web.configure.finding_list import FindingRow, findings_page
from moothall.web.configure.forms import look
from moothall.web.configure.matrix import matrix_page
from moothall.web.configure.months import calendar_page
from moothall.web.configure.reading import Seen, read_version
from moothall.web.staff import StaffRequest, signed_in_required, wants_fragment

UNREADABLE = "configure/unreadable.html"


def seen_and_head(request: StaffRequest, agreement: str, version: int, tab: str) -> tuple[Seen, Head]:
    """A version that this person may read, with the head of one of its tabs; Http404 where it isn't theirs."""
    at = clock.now()
    seen = read_version(access_version(request.user, at, agreement, version), at)
    return seen, head_of(
        seen, tab, _versions(request, at, agreement), now=at, acts=not request.user.is_operator
    )


def _versions(request: StaffRequest, at: datetime, agreement: str) -> QuerySet[AgreementVersion]:
    return access_agreements(request.user, at).filter(agreement__slug=agreement).defer("text")


@require_safe
@signed_in_required
def agreements(request: StaffRequest) -> HttpResponse:
    """Every agreement of the councils that this person manages."""
    now = clock.now()
    rows = list_page(access_agreements(request.user, now), now)
    return render(request, "configure/list.html", {"rows": rows})


@require_safe
@signed_in_required
def agreement(request: StaffRequest, agreement: str) -> HttpResponse:
    """The version in force, else the newest."""
    now = clock.now()
    version = default_version(_versions(request, now, agreement), now)
    if version is None:
        raise Http404("No such agreement is within sight")
    return redirect(tab_address("matrix", version) or "/")


@require_safe
@signed_in_required
def matrix(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """Who answers or resolves at an instant; the page's own script asks for one cell of it."""
    seen, head = seen_and_head(request, agreement, version, "matrix")
    if seen.proved is None:
        return render(request, UNREADABLE, {"seen": seen, "head": head})
    now = clock.now()
    page = matrix_page(seen, look(seen, request.GET, now), now)
    name = "configure/zoom.html" if wants_fragment(request) else "configure/matrix.html"
    return render(request, name, {"seen": seen, "head": head, "page": page})


@require_safe
@signed_in_required
def calendar(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """Month by month: covered, gaps, starts, ends, the last day for notice."""
    seen, head = seen_and_head(request, agreement, version, "calendar")
    if seen.proved is None:
        return render(request, UNREADABLE, {"seen": seen, "head": head})
    page = calendar_page(seen, look(seen, request.GET, clock.now()), request.GET.get("from", ""))
    return render(request, "configure/calendar.html", {"seen": seen, "head": head, "page": page})


@require_safe
@signed_in_required
def findings(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """What the check finds in the text, each with its remedy."""
    seen, head = seen_and_head(request, agreement, version, "findings")
    return render(request, "configure/findings.html", {"seen": seen, "head": head, "page": findings_page(seen)})


@require_safe
@signed_in_required
def changes(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """What would change if this version took the place of the one in force."""
    seen, head = seen_and_head(request, agreement, version, "changes")
    page = changes_page(seen.version, request.principal, clock.now())
    return render(request, "configure/changes.html", {"seen": seen, "head": head, "page": page})


@require_safe
@signed_in_required
def text(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """The text itself, line by line, with its hash."""
    seen, head = seen_and_head(request, agreement, version, "text")
    return render(request, "configure/text.html", {"seen": seen, "head": head, "page": _text_page(seen)})


@require_safe
@signed_in_required
def download(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """The very bytes that are hashed and signed."""
    found = access_version(request.user, clock.now(), agreement, version)
    response = HttpResponse(found.text.encode(), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.agreement.slug}-{found.number}.yaml"'
    return response


def _text_page(seen: Seen) -> TextPage:
    version = seen.version
    by_line: dict[int, list[FindingRow]] = {}
    for row in findings_page(seen):
        by_line.setdefault(row.first.place.line, []).append(row)
    lines = (
        TextLine(number, line, tuple(by_line.get(number, ())))
        for number, line in enumerate(version.text.split("\n"), 1)
        if line or number <= version.text.count("\n")
    )
    return TextPage(tuple(lines), version.sha256, version.loaded_at)
