"""What the conversations behind a case asked to be sent, and what came of it."""
from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from moothall.cases.models import Case
from moothall.documents.models import Document
from moothall.documents.queries import access_document, sent_with
from moothall.domain.interview.answers import WILL_SEND
from moothall.scripts.models import Run
from moothall.scripts.steps import walk_of
from moothall.scripts.uploads import KINDS, wanted_by

NOT_ASKED = "Something that wasn’t asked for"


@dataclass(frozen=True, slots=True)
class AskedFor:
    """One thing that was asked for, with the documents that came. `promised`: they said that they have it or will send
    it; `spare`: they could pass it over."""

    label: str
    came: tuple[Document, ...]
    promised: bool = False
    spare: bool = False


def asked_for(case: Case) -> list[AskedFor]:
    """What the conversations that led to a case asked for, in their order; within the scope, without the bytes."""
    runs = _runs_of(case)
    documents = list(sent_with(runs)) if runs else []
    found: list[AskedFor] = []
    for run in runs.values():
        found += _asked_in(run, [row for row in documents if row.run_id == run.pk])
    return found


def cases_with_files(cases: Collection[int]) -> dict[int, list[AskedFor]]:
    """The same, of those of some cases with which files came."""
    if not cases:
        return {}
    came = Document.objects.filter(
        council_id=OuterRef("council_id"), contact_id=OuterRef("contact_id"), state=Document.State.KEPT)
    return {case.pk: asked_for(case) for case in Case.objects.filter(Exists(came), pk__in=cases)}


def document_of(case: Case, number: int) -> Document:
    """One document that came with a case, with its bytes; Http404 where it isn't there or isn't within sight."""
    return access_document(number, _runs_of(case))


def _runs_of(case: Case) -> dict[int, Run]:
    """The conversations that led to it, by their numbers."""
    led = Q(need__case_id=case.pk)
    if case.contact_id is not None:
        led |= Q(contact_id=case.contact_id)
    rows = Run.objects.filter(led).select_related("script").defer("script__text").order_by("pk")
    return {run.pk: run for run in rows if _led_to(run, case.pk)}


def _led_to(run: Run, case: int) -> bool:
    return any(effect.get("case") == case for effect in run.effects.values())


def _asked_in(run: Run, documents: list[Document]) -> Iterator[AskedFor]:
    shown: set[int] = set()
    for each in _wanted(run, documents):
        shown |= {row.pk for row in each.came}
        yield each
    left = tuple(row for row in documents if row.pk not in shown)  # sent before an answer was changed
    if left:
        yield AskedFor(NOT_ASKED, left)


def _wanted(run: Run, documents: Iterable[Document]) -> Iterator[AskedFor]:
    try:
        walked = walk_of(run, whole=True)
    except ValueError:  # a text in the language of an older installation: what came is there all the same
        return
    for step in walked.passed:
        if step.field.kind in KINDS:
            said = {value for value, _ in walked.next.values.get(step.key) or ()}
            for each in wanted_by(run, step, documents):
                came = tuple(row for row in documents if (row.step, row.item) == (each.step, each.item))
                promised = each.later or (each.item or WILL_SEND) in said
                yield AskedFor(each.label, came, promised, step.field.optional and not each.item)
