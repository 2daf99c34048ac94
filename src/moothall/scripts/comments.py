"""Comments on a script's step: written in a call without leaving it, answered by a manager of the script's council."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, QuerySet
from django.http import Http404

from moothall.domain.interview.run import Stuck
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.scripts.models import Run, StepComment
from moothall.scripts.steps import walk_of
from moothall.scripts.versions import version_key
from moothall.tenancy.models import CORE


def comment_step(run: Run, step: str, text: str, *, person: int) -> StepComment:
    """Keep what somebody says of a step of the script that they follow. Sent twice, it is one. Http404 where the run
    never came to that step. The journal tells that they did, never what."""
    if step not in _came_to(run):
        raise Http404("The run never came to that step")
    before = StepComment.objects.filter(run_number=run.pk, step=step, text=text, written_by_id=person).first()
    if before is not None:
        return before
    comment = StepComment.objects.create(
        council_id=run.council_id, service_id=run.service_id, contact_id=run.contact_id, run_number=run.pk,
        script_id=run.script_id, step=step, text=text, written_by_id=person, written_at=clock.now(),
    )
    write("step.comment", council=run.council_id, service=run.service_id, contact=run.contact_id, need=run.need_id,
          at=comment.written_at, body={"run": run.pk, "step": step, "script": run.script_id, "comment": comment.pk})
    return comment


def settle_comment(comment: StepComment, word: str, *, person: int) -> bool:
    """It is dealt with: a word back to who wrote it. False where somebody did before, and then nothing changes."""
    at = clock.now()
    open_ = StepComment.objects.filter(pk=comment.pk, done_at=None)
    if not open_.update(done_at=at, done_by_id=person, word=word):
        return False
    write("comment.settle", council=comment.council_id, service=CORE, at=at,
          body={"comment": comment.pk, "step": comment.step, "script": comment.script_id})
    return True


def comments_on(script: str, gss: str, council: int, services: Collection[int]) -> QuerySet[StepComment]:
    """What was said of a council's script, in the services that the reader counts: open first, the latest first."""
    keys = (script, version_key(script, gss))
    rows = StepComment.objects.filter(council_id=council, service_id__in=services, script__key__in=keys)
    return rows.select_related("written_by", "done_by").order_by(
        F("done_at").desc(nulls_first=True), "-written_at", "-pk"
    )


def access_comment(number: int, councils: Collection[int]) -> StepComment:
    """A comment on a script of one of these councils; Http404 where it isn't there, or not theirs to answer."""
    found = StepComment.objects.filter(pk=number, council_id__in=councils).first()
    if found is None:
        raise Http404("No such comment is within sight")
    return found


def words_back(person: int, since: datetime) -> list[StepComment]:
    """What this person wrote and was answered since, the latest first."""
    rows = StepComment.objects.filter(written_by_id=person, done_at__gte=since).select_related("council", "done_by")
    return list(rows.order_by("-done_at", "-pk")[:5])


def _came_to(run: Run) -> set[str]:
    """The steps of a run's walk: those passed, also behind an answer that is asked again, and the one at hand."""
    found: set[str] = set()
    for walked in (walk_of(run, whole=True), walk_of(run)):
        stop = walked.next
        found |= {step.key for step in walked.passed} | {stop.key if isinstance(stop, Stuck) else stop.step.key}
    return found
