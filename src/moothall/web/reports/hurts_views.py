"""Where scripts hurt: the scripts, one script painted, one step with the runs behind its figures, the word back."""
from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from moothall.lib import clock
from moothall.scripts.comments import access_comment, settle_comment
from moothall.scripts.models import StepComment
from moothall.scripts.versions import base_key
from moothall.tenancy.scope import scope
from moothall.web.done import done
from moothall.web.reports.hurts_access import sight_of
from moothall.web.reports.hurts_contexts import ScriptPage, script_page, scripts_page, step_page
from moothall.web.reports.hurts_forms import DoneForm
from moothall.web.reports.hurts_words import MEASURE_WORDS, SHOWN
from moothall.web.staff import StaffRequest, staff_required


@require_safe
@staff_required
def scripts(request: StaffRequest) -> HttpResponse:
    """The scripts of the councils that this person may count, the one that hurts most first."""
    now = clock.now()
    with scope(request.principal):
        page = scripts_page(request.GET, sight_of(request.user, now), now=now)
    return render(request, "reports/scripts.html", {"page": page})


@require_safe
@staff_required
def script(request: StaffRequest, gss: str, script: str) -> HttpResponse:
    """One script: its flow painted by a measure, the same as a table, and what is said of it."""
    with scope(request.principal):
        page = script_page(request.GET, sight_of(request.user, clock.now()), gss, script, now=clock.now())
    return _shown(request, page)


@require_safe
@staff_required
def script_step(request: StaffRequest, gss: str, script: str, step: str) -> HttpResponse:
    """One step: its words, its figures, its comments, and the runs behind one figure."""
    with scope(request.principal):
        of = script_page(request.GET, sight_of(request.user, clock.now()), gss, script, now=clock.now())
        page = step_page(of, step)
    told = {"page": page, "words": MEASURE_WORDS, "figures": SHOWN}
    return render(request, "reports/script_step.html", told)


@require_POST
@staff_required
def comment_done(request: StaffRequest, comment: int) -> HttpResponse:
    """A comment is dealt with: a word back to who wrote it."""
    form, now = DoneForm(request.POST), clock.now()
    with scope(request.principal):
        sight = sight_of(request.user, now)
        found = access_comment(comment, sight.settles)
        if form.is_valid():
            settle_comment(found, form.cleaned_data["word"], person=request.user.pk)
            words = "Your word goes back to who wrote the comment."
            return done(request, words, "reports:script", found.council.gss, _key(found))
        refused = {found.pk: (str(form.errors["word"][0]), str(form.data.get("word", "")))}
        page = script_page({}, sight, found.council.gss, _key(found), now=now, refused=refused)
    return _shown(request, page, status=422)


def _key(comment: StepComment) -> str:
    return base_key(comment.script.key)


def _shown(request: StaffRequest, page: ScriptPage, *, status: int = 200) -> HttpResponse:
    problems: list[Mapping[str, str]] = [
        {"text": each.problem, "field": f"word-{each.comment.pk}"} for each in page.said if each.problem
    ]
    told = {"page": page, "words": MEASURE_WORDS, "figures": SHOWN, "problems": problems}
    picture = mark_safe(page.picture)
    return render(request, "reports/script.html", {**told, "picture": picture}, status=status)
