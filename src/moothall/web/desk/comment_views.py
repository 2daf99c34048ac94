"""Something is wrong with a step: said in one line, without leaving the call."""
from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from moothall.scripts.comments import comment_step
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from moothall.web.desk.forms import CommentForm
from moothall.web.desk.respond import kept_of, problems_in, respond, says_on_the_web
from moothall.web.desk.script_views import run_in_hand
from moothall.web.staff import staff_required

FIELD = "comment-"


@require_POST
@staff_required
@says_on_the_web
def comment(request: Any) -> HttpResponse:
    """Keep it for the managers of the script's council; the call stands where it stood."""
    form = CommentForm(request.POST)
    if not form.is_valid():
        return respond(request, problems=problems_in(form, FIELD), kept=kept_of(form, FIELD))
    given = form.cleaned_data
    with scope(Staff(request.user.pk, given["contact"])):
        comment_step(run_in_hand(request.user, given), given["step"], given["text"], person=request.user.pk)
    return respond(request, kept={"commented": given["step"]})
