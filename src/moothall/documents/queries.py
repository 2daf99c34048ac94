"""Reading documents, never with their bytes but for who opens one."""
from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Exists, Q, QuerySet, Sum
from django.http import Http404

from moothall.documents.models import Document


def kept_of(runs: Collection[int]) -> QuerySet[Document]:
    """What came with these runs and was kept, in the order in which it came."""
    return Document.objects.filter(run_id__in=runs, state=Document.State.KEPT).defer("content").order_by("pk")


def same_file(run: int, step: str, item: str, sent_sha256: str) -> Document | None:
    """The file itself, where it was sent for the same before."""
    return kept_of([run]).filter(step=step, item=item, sent_sha256=sent_sha256).first()


def how_much(run: int) -> tuple[int, int, int]:
    """Of a run: how many files are kept, how many were ever sent, and the bytes of what is kept."""
    kept = Q(state=Document.State.KEPT)
    found = Document.objects.filter(run_id=run).aggregate(
        kept=Count("pk", filter=kept), ever=Count("pk"), size=Sum("size", filter=kept)
    )
    return found["kept"], found["ever"], found["size"] or 0


def sent_with(runs: Collection[int]) -> QuerySet[Document]:
    """What was sent with these runs: what waits until its run is sent is nobody's but the resident's."""
    return kept_of(runs).exclude(contact=None)


def never_sent(until: datetime, most: int, *, but: Exists) -> list[Document]:
    """What nobody sent, of runs in which nothing happened since, and that `but` doesn't keep for something else."""
    rows = Document.objects.filter(~but, state=Document.State.KEPT, contact=None, run__changed_at__lt=until)
    return list(rows.defer("content").order_by("pk")[:most])


def access_document(number: int, runs: Collection[int]) -> Document:
    """One document sent with these runs, with its bytes; Http404 where it isn't there or isn't within sight."""
    found = sent_with(runs).defer(None).filter(pk=number).first()
    if found is None:
        raise Http404("No such document is within sight")
    return found
