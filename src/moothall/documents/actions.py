"""What happens to a document. Each is one kind of the journal, which holds ids and never a name or a byte."""
from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from moothall.documents.models import Document
from moothall.documents.names import as_kept
from moothall.documents.opener import Opened
from moothall.documents.queries import how_much, same_file
from moothall.journal.actions import write
from moothall.lib import clock

MOST_FILES, MOST_EVER = 40, 120  # a run
MOST_BYTES = 60_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document belongs: a run of a council and service, its step, and one item of it. `contact` is set where
    the run was sent already."""

    council: int
    service: int
    run: int
    step: str
    item: str = ""
    contact: int | None = None


class TooMany(Exception):
    """The run holds as much as one run may."""


def add_document(place: Place, name: str, opened: Opened) -> tuple[Document, bool]:
    """Keep a file, and whether it is new: sent twice, it is one. Raises TooMany. The run is locked meanwhile."""
    if (before := same_file(place.run, place.step, place.item, opened.sent_sha256)) is not None:
        return before, False
    kept, ever, size = how_much(place.run)
    if kept >= MOST_FILES or ever >= MOST_EVER or size + len(opened.content) > MOST_BYTES:
        raise TooMany
    at = clock.now()
    made = Document.objects.create(
        council_id=place.council, service_id=place.service, run_id=place.run, contact_id=place.contact, step=place.step,
        item=place.item, name=as_kept(name, opened.kind), kind=opened.kind, size=len(opened.content),
        sha256=opened.sha256, sent_sha256=opened.sent_sha256, came_at=at, content=opened.content,
    )  # fmt: skip
    write("document.add", council=place.council, service=place.service, contact=place.contact, at=at,
          body={"run": place.run, "document": made.pk, "step": place.step, "item": place.item})  # fmt: skip
    return made, True


def remove_document(document: Document) -> bool:
    """Take it away again, its bytes and its name at once; False where it was sent, or is gone already."""
    at = clock.now()
    rows = Document.objects.filter(pk=document.pk, state=Document.State.KEPT, contact=None)
    if not rows.update(state=Document.State.REMOVED, removed_at=at, content=b"", name="", size=0):
        return False
    write("document.remove", council=document.council_id, service=document.service_id, at=at,
          body={"run": document.run_id, "document": document.pk})  # fmt: skip
    return True


def attach_documents(numbers: Collection[int], contact: int) -> None:
    """A run was sent: its documents go with its contact, and stand. The journal tells of the sending itself."""
    Document.objects.filter(pk__in=numbers, contact=None).update(contact_id=contact)


def read_document(document: Document, *, case: int) -> None:
    """Somebody opens it; that they did is told before they have it."""
    write("document.read", council=document.council_id, service=document.service_id, contact=document.contact_id,
          case=case, body={"run": document.run_id, "document": document.pk})  # fmt: skip
