"""The files of a run: what is still wanted, what came, and what is to come later.

A step of kind `file` wants one thing; a `checklist` wants each of its options. The run's fact UPLOADED says what came
for which, so that a replay knows it; the bytes stand in a table of their own (documents), which may get more after the
run was sent: what is due is read from both.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from moothall.documents.actions import Place, add_document, attach_documents, remove_document
from moothall.documents.models import Document
from moothall.documents.opener import Opened
from moothall.documents.queries import kept_of
from moothall.domain.interview.answers import UPLOADED, WILL_SEND, files_of, offered
from moothall.domain.interview.model import Step
from moothall.domain.interview.run import Ask, Walk
from moothall.domain.interview.words import fill
from moothall.lib import clock
from moothall.scripts.models import Run
from moothall.scripts.steps import LANGUAGE, label_of, short_of, shown, walk_of
from moothall.scripts.versions import script_of
from moothall.tenancy.principals import Resident
from moothall.tenancy.scope import current_principal
from moothall.tenancy.together import write_held

KINDS = ("file", "checklist")


@dataclass(frozen=True, slots=True)
class Came:
    """One file that came: its document's number and its name. `sent`: it went with the run, and stands."""

    number: int
    name: str
    sent: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a step wants. `item` is empty where it is all that the step wants; `later`: they will send it."""

    step: str
    item: str
    label: str
    why: str
    came: tuple[Came, ...]
    later: bool

    @property
    def said(self) -> str:
        """How it stands, in words."""
        names = [each.name for each in self.came]
        return ", ".join(names) if names else "to be sent later"


@dataclass(frozen=True, slots=True)
class Begun:
    """One thing of which files came while a run was followed on the web, or that is to come `later`; for an agent, who
    goes on with it."""

    step: str
    item: str
    label: str
    count: int
    later: bool


def takes_files(run: Run, key: str) -> Step | None:
    """The step, where it takes files and the run's way leads past it or stands at it."""
    return next((step for step in _steps(walk_of(run)) if step.key == key), None)


def _steps(walked: Walk) -> list[Step]:
    """The steps that take files, on the way up to where it stands."""
    steps = [*walked.passed, *([walked.next.step] if isinstance(walked.next, Ask) else [])]
    return [step for step in steps if step.field.kind in KINDS]


def wants_files(run: Run) -> bool:
    """Whether anything that it asks for is sent as files."""
    return bool(_steps(walk_of(run)))


def begun_on_web(run: Run) -> tuple[Begun, ...]:
    """What came in a run before it was sent, as the run itself tells: the files aren't read."""
    if not _entries(run):
        return ()
    came = Counter((step, item) for number, _, step, item in _entries(run) if number != WILL_SEND)
    things = [each for step in _steps(walk_of(run, whole=True)) for each in wanted_by(run, step, ())]
    told = [Begun(each.step, each.item, each.label, came[(each.step, each.item)], each.later) for each in things]
    return tuple(each for each in told if each.count or each.later)


def wanted_by(run: Run, step: Step, rows: Iterable[Document] | None = None) -> tuple[Wanted, ...]:
    """What a step of a run wants, each with what came for it."""
    script, values = script_of(run), shown(script_of(run), walk_of(run).next.values)
    told = kept_of([run.pk]) if rows is None else rows
    came: dict[str, list[Came]] = {}
    for row in told:
        if row.step == step.key:
            came.setdefault(row.item, []).append(Came(row.pk, row.name, row.contact_id is not None))
    later = {item for number, _, item in files_of(step, values) if number == WILL_SEND}
    things = [("", short_of(script, step, values), "")]
    if step.field.kind == "checklist":
        kinds = script.kinds()
        things = [(option.value, label_of(script, option.label, values), fill(option.why.get(LANGUAGE), values, kinds))
                  for option in offered(script, step.field, values)]  # fmt: skip
    return tuple(
        Wanted(step.key, item, label, why, tuple(came.get(item, ())), item in later and item not in came)
        for item, label, why in things
    )


def one_of(run: Run, key: str, item: str) -> Wanted:
    """One thing that is wanted; Http404 where the run doesn't want it."""
    step = takes_files(run, key)
    found = next((each for each in wanted_by(run, step) if each.item == item), None) if step else None
    if found is None:
        raise Http404("The run wants no such file")
    return found


def answer_of(run: Run, step: Step) -> str:
    """The answer to a step by what came: the files, or that they come later; of a list, the things that came."""
    things = wanted_by(run, step)
    if step.field.kind == "checklist":
        return "\n".join(each.item for each in things if each.came)
    numbers = [str(came.number) for each in things for came in each.came]
    return "\n".join(numbers or [WILL_SEND for each in things if each.later])


def keep_upload(run: Run, wanted: Wanted, name: str, opened: Opened) -> str:
    """Keep a file of a run that is locked, and the name under which it is here: another one where the same was sent
    before. What was sent already gets it as well. Raises documents.actions.TooMany."""
    place = Place(run.council_id, run.service_id, run.pk, wanted.step, wanted.item, _sent_with(run))
    made, new = add_document(place, name, opened)
    if new and not run.effects:
        _tell(run, wanted.step, [*_other(run, wanted, WILL_SEND), [str(made.pk), made.name, wanted.step, wanted.item]])
    return made.name


def drop_upload(run: Run, wanted: Wanted, number: int) -> bool:
    """Take a file away again, as long as it wasn't sent."""
    row = kept_of([run.pk]).filter(pk=number, step=wanted.step, item=wanted.item).first()
    if row is None or not remove_document(row):
        return False
    _tell(run, wanted.step, _other(run, wanted, str(number)))
    return True


def send_later(run: Run, wanted: Wanted) -> None:
    """They will send it later, unless it is there."""
    if not wanted.came and not wanted.later and not run.effects:
        _tell(run, wanted.step, [*_entries(run), [WILL_SEND, "", wanted.step, wanted.item]])


def attach_uploads(run: Run) -> None:
    """Its files go with what the run leads to. What it doesn't ask for by now isn't sent: it goes away, where somebody
    in a call finished the run with the rest that was never sent (tasks.py)."""
    if not _entries(run) or run.contact_id is None:
        return
    write_held()  # the files lead to the need
    asked = {step.key: {each.item for each in wanted_by(run, step, ())}
             for step in walk_of(run).passed if step.field.kind in KINDS}  # fmt: skip
    rows = list(kept_of([run.pk]).filter(contact=None))
    unasked = [row for row in rows if row.item not in asked.get(row.step, ())]
    if isinstance(current_principal(), Resident):
        for row in unasked:
            remove_document(row)
    attach_documents([row.pk for row in rows if row not in unasked], run.contact_id)


def _sent_with(run: Run) -> int | None:
    """The contact with which the run was sent; None while it wasn't."""
    return run.contact_id if run.effects else None


def _entries(run: Run) -> list[list[str]]:
    fact: Mapping[str, Any] = run.facts.get(UPLOADED) or {}
    return list(fact.get("value") or [])


def _other(run: Run, wanted: Wanted, number: str) -> list[list[str]]:
    """The entries but that one."""
    return [each for each in _entries(run) if (each[0], each[2], each[3]) != (number, wanted.step, wanted.item)]


def _tell(run: Run, step: str, entries: list[list[str]]) -> None:
    """What came, in the run; an answer that was given with other files is asked again."""
    at = clock.now()
    run.facts = {**run.facts, UPLOADED: {"value": entries, "source": "resident", "at": at.isoformat(), "step": ""}}
    if step in run.answers:
        run.answers = {**run.answers, step: {**run.answers[step], "open": True}}
    run.version += 1
    run.changed_at = at
    run.save(update_fields=["facts", "answers", "version", "changed_at"])
