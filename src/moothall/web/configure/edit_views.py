"""A draft is written by forms: what is saved is its text, with nothing in it changed but what the form says."""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from moothall.agreements.beginning import begun_notes
from moothall.agreements.drafts import discard_version, save_version
from moothall.agreements.editing import Drop, NotEdited, Path, edit, values
from moothall.agreements.life import Refused
from moothall.agreements.models import AgreementVersion
from moothall.agreements.register import register_from_database
from moothall.domain.responsibility.shares import Cell
from moothall.lib import clock
from moothall.web.configure.access import access_version
from moothall.web.configure.edit_forms import EntryForm
from moothall.web.configure.edit_names import Names
from moothall.web.configure.edit_page import cover_index, edit_page, gap_values
from moothall.web.configure.edit_parts import PARTS, WHOLE, Part, hanging, opened_parts, told_of
from moothall.web.configure.finding_list import findings_page
from moothall.web.configure.forms import look
from moothall.web.configure.reading import Seen
from moothall.web.configure.views import seen_and_head
from moothall.web.done import done
from moothall.web.formats import when
from moothall.web.problems import Problem, problems_of
from moothall.web.staff import StaffRequest, staff_required


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody saved the draft while this form was being filled in: who, when, and what of the form is other now."""

    sentence: str
    changes: tuple[str, ...]


def draft_of(request: StaffRequest, agreement: str, version: int) -> AgreementVersion:
    """A version that this person may write if it is a draft: a manager's of a party. Http404 for anybody else."""
    return access_version(request.user, clock.now(), agreement, version)


@require_safe
@staff_required
def overview(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """The draft in sentences, each with its way to change it."""
    found = draft_of(request, agreement, version)
    seen, head = seen_and_head(request, agreement, version, "edit")
    if found.state != found.State.DRAFT or seen.proved is None:
        return redirect("agreements:text", agreement, version)
    page, said = edit_page(seen), values(found.text)
    saved = (request.GET.get("saved", ""), request.GET.get("entry", ""))
    begun = begun_notes(found.text) if "begun" in request.GET else []
    context = {"seen": seen, "head": head, "page": page, "begun": begun, **opened_parts(seen, page, said, saved)}
    return render(request, "configure/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def entry(request: StaffRequest, agreement: str, version: int, part: str, entry: str = "") -> HttpResponse:
    """One share, promise or line, or the period: its form. Without `entry` a new one."""
    found = draft_of(request, agreement, version)
    if part not in PARTS:
        raise Http404("The text has no such part")
    if request.method == "POST":
        return _save(request, found, part, entry)
    if found.state != found.State.DRAFT:
        return redirect("agreements:text", agreement, version)
    names = Names(register_from_database(), values(found.text))
    path, said = PARTS[part].entry(names.said, entry)
    if path is None:
        raise Http404("The text has no such entry")
    seen, head = seen_and_head(request, agreement, version, "edit")
    form = PARTS[part].form(names=names, entry=said, sha256=found.sha256, shown=_prefilled(seen, request, part, entry))
    return _form_page(request, seen, head, part, entry, form=form)


def _prefilled(seen: Seen, request: StaffRequest, part: str, entry: str) -> dict[str, Any]:
    """A new share that would close the gap from which one comes."""
    if part != "shares" or entry or seen.proved is None:
        return {}
    asked = look(seen, request.GET, clock.now())
    cells: list[Cell] = [asked.cell] if asked.cell else []
    number = request.GET.get("cover", "")
    for cover in seen.proved.terms.covers:
        if number == str(cover_index(seen, cover)):
            cells += [cell for cell in cover.cells() if cell.function == asked.who]
    return gap_values(seen, cells)


def _save(request: StaffRequest, found: AgreementVersion, part: str, entry: str) -> HttpResponse:
    names = Names(register_from_database(), values(found.text))
    where = (found.agreement.slug, found.number)
    path, said = PARTS[part].entry(names.said, entry)
    form = PARTS[part].form(request.POST, names=names, entry=said, sha256=found.sha256)
    if path is None or (request.POST.get("sha256") != found.sha256 and not _as_shown(form, _before(request))):
        return _moved(request, found, part, entry)
    problems: list[str] = []
    if form.is_valid():
        try:
            edits, saved = PARTS[part].placed(form, path, names.said)
            save_version(found, edit(found.text, edits), read=found.sha256, by=request.user)
            return redirect(f"{_address('edit', where)}?{urlencode({'saved': part, 'entry': saved})}#findings")
        except Refused as refused:
            if refused.code in ("moved", "not_draft"):
                found.refresh_from_db()
                return _moved(request, found, part, entry)
            problems = [f"{each.words} {each.remedy}".strip() for each in refused.findings] or [str(refused)]
        except NotEdited as problem:
            problems = [f"Nothing was saved: {problem}."]
    seen, head = seen_and_head(request, *where, "edit")
    return _form_page(request, seen, head, part, entry, form=form, problems=problems, status=422)


def _before(request: StaffRequest) -> dict[str, Any]:
    """What the form showed when it was opened."""
    try:
        before = json.loads(request.POST.get("before", "{}"))
    except ValueError:
        return {}
    return before if isinstance(before, dict) else {}


def _as_shown(form: EntryForm, before: Mapping[str, Any]) -> bool:
    """Whether the entry is still what the form showed: what changed elsewhere in the draft needs no second look."""
    return bool(before) and all(_same(value, before.get(name, "")) for name, value in form.start_values.items())


def _moved(request: StaffRequest, found: AgreementVersion, part: str, entry: str) -> HttpResponse:
    """The form again, over the text as it is now: what this person typed stays, what they didn't touch is as it is."""
    names = Names(register_from_database(), values(found.text))
    kind = PARTS[part].form
    before = _before(request)
    entry, said = PARTS[part].again(names, entry, before, _same)
    now = kind(names=names, entry=said, sha256=found.sha256)
    typed = kind(request.POST, names=names, entry=said, sha256=found.sha256)
    shown, changes = {}, []
    for name, value in now.start_values.items():
        if name in kind.fixed and before.get(name):
            shown[name] = value or before.get(name, "")
            continue
        mine = typed[name].data if name in request.POST or name in typed.fields else value
        mine = mine or ([] if isinstance(value, list) else "")
        if _same(mine, before.get(name, "")):
            shown[name] = value
        else:
            shown[name] = _raw(mine)
        if not _same(value, before.get(name, "")):
            label = now.fields[name].label or name
            was, is_now = (_words(each, now.fields[name]) for each in (before.get(name, ""), value))
            changes.append(f"{label}: “{was}” is now “{is_now}”.")
    form = kind(names=names, entry=said, sha256=found.sha256, shown=shown)
    seen, head = seen_and_head(request, found.agreement.slug, found.number, "edit")
    moved = Moved(_who_moved(found, clock.now()), tuple(changes))
    return _form_page(request, seen, head, part, entry, form=form, moved=moved, status=409)


def _same(one: Any, other: Any) -> bool:
    return bool(_raw(one) == _raw(other))


def _raw(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return "\n".join(str(value or "").splitlines())


def _words(value: Any, field: Any) -> str:
    named = {str(key): str(words) for key, words in getattr(field, "choices", ())}
    several = value if isinstance(value, list) else [value] if value else []
    return ", ".join(named.get(str(each), str(each)) for each in several) or "nothing"


def _who_moved(found: AgreementVersion, now: datetime) -> str:
    if found.state != found.State.DRAFT:
        return "This version is no draft any more. Your entries are kept below, but it can’t be saved."
    who = found.saved_by.name.split()[0] if found.saved_by and found.saved_by.name else "Somebody"
    at = f" at {when(found.saved_at, now)}" if found.saved_at else ""
    return f"{who} changed this{at}. Your entries are kept below. Read what changed, then save again."


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def remove(request: StaffRequest, agreement: str, version: int, part: str, entry: str) -> HttpResponse:
    """Take an entry out, once it was seen what it says; refused while others refer to it."""
    found = draft_of(request, agreement, version)
    if found.state != found.State.DRAFT:
        return redirect("agreements:text", agreement, version)
    if part not in PARTS or part == WHOLE:
        raise Http404("The text has no such part")
    at = PARTS[part]
    if _removed(found, at, entry) is None:
        raise Http404("The text has no such entry")
    seen, head = seen_and_head(request, agreement, version, "edit")
    if request.method != "POST":
        return _remove_page(request, seen, head, at, entry)
    problems = _not_removed(request, found, at, entry, seen)
    if not problems:
        return redirect(f"{_address('edit', (agreement, version))}?saved={part}#findings")
    found.refresh_from_db()
    if found.state != found.State.DRAFT or _removed(found, at, entry) is None:
        return redirect("agreements:edit", agreement, version)
    seen, head = seen_and_head(request, agreement, version, "edit")  # what a second press would take out
    return _remove_page(request, seen, head, at, entry, problems=problems)


def _removed(found: AgreementVersion, part: Part, entry: str) -> tuple[Path, Mapping[str, Any]] | None:
    """Where it stands and what it says, if it is there."""
    path, said = part.entry(values(found.text), entry)
    return (path, said) if path is not None and said else None


def _not_removed(
    request: StaffRequest, found: AgreementVersion, part: Part, entry: str, seen: Seen
) -> list[str]:
    """Takes it out; why not, if it stays."""
    there = _removed(found, part, entry)
    if there is None or seen.proved is None:
        return ["Nothing was removed."]
    if hanging(seen, part, edit_page(seen), Names(register_from_database(), values(found.text)), entry):
        return ["Nothing was removed: the entries below refer to it. Change or remove them first."]
    try:
        save_version(found, edit(found.text, [Drop(there[0])]), read=request.POST.get("sha256", ""), by=request.user)
    except Refused as refused:
        return [f"{each.words} {each.remedy}".strip() for each in refused.findings] or [str(refused)]
    except NotEdited as problem:
        return [f"Nothing was removed: {problem}."]
    return []


def _remove_page(
    request: StaffRequest, seen: Seen, head: Any, part: Part, entry: str, *, problems: Sequence[str] = ()
) -> HttpResponse:
    names = Names(register_from_database(), values(seen.version.text))
    page = edit_page(seen) if seen.proved else None
    context = {
        "seen": seen, "head": head, "part": part, "entry": entry, "said": part.entry(names.said, entry)[1],
        "problems": problems, "sentences": told_of(seen, part, page, names.said, entry) if page else [],
        "hanging": hanging(seen, part, page, names, entry) if page else [],
    }
    return render(request, "configure/edit_remove.html", context, status=409 if problems else 200)


@require_POST
@staff_required
def discard(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """Delete the draft."""
    found = draft_of(request, agreement, version)
    try:
        discard_version(found, read=request.POST.get("sha256", ""), by=request.user)
    except Refused as refused:
        seen, head = seen_and_head(request, agreement, version, "edit")
        context: dict[str, Any] = {"seen": seen, "head": head, "problem": str(refused)}
        return render(request, "configure/edit_refused.html", context, status=409)
    return done(request, "The draft is deleted.", "agreements:list")


def _address(name: str, where: tuple[str, int]) -> str:
    return reverse(f"agreements:{name}", args=where)


def _form_page(
    request: StaffRequest, seen: Seen, head: Any, part: str, entry: str, *, form: EntryForm,
    problems: list[str] | None = None, moved: Moved | None = None, status: int = 200,
) -> HttpResponse:
    errors = [Problem(text, "") for text in problems or []] + problems_of(form)
    there = bool(entry or form.entry)
    context = {
        "seen": seen, "head": head, "form": form, "part": PARTS[part], "entry": entry, "there": there,
        "errors": errors, "moved": moved, "findings": findings_page(seen),
    }
    return render(request, "configure/edit_form.html", context, status=status)
