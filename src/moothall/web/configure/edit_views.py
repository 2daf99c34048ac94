"""A draft is written by forms: what is saved is its text, with nothing in it changed but what the form says."""
from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from moothall.agreements.drafts import discard_version, save_version
from moothall.agreements.editing import Drop, Edit, NotEdited, Path, Put, edit, values
from moothall.agreements.life import Refused
from moothall.agreements.models import AgreementVersion
from moothall.agreements.register import register_from_database
from moothall.domain.responsibility.shares import Cell
from moothall.lib import clock
from moothall.web.configure.access import access_version
from moothall.web.configure.edit_fields import Names, slug_of
from moothall.web.configure.edit_forms import CoverForm, EntryForm, LineForm, PeriodForm, ShareForm
from moothall.web.configure.edit_page import cover_index, edit_page, gap_values, sentences_of
from moothall.web.configure.finding_list import findings_page
from moothall.web.configure.forms import look
from moothall.web.configure.reading import Seen
from moothall.web.configure.views import seen_and_head
from moothall.web.formats import when
from moothall.web.problems import Problem, problems_of
from moothall.web.staff import StaffRequest, staff_required

PARTS: dict[str, tuple[str, type[EntryForm], str]] = {  # of an address: the text's key, the form, what one is called
    "shares": ("shares", ShareForm, "share"), "promises": ("covers", CoverForm, "promise"),
    "lines": ("lines", LineForm, "line"), "period": ("", PeriodForm, "period and notice"),
}
WHOLE = "period"


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
    context = {"seen": seen, "head": head, "page": edit_page(seen)}
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
    path, said = _entry(names.said, part, entry)
    if path is None:
        raise Http404("The text has no such entry")
    seen, head = seen_and_head(request, agreement, version, "edit")
    form = PARTS[part][1](names=names, entry=said, sha256=found.sha256, shown=_prefilled(seen, request, part, entry))
    return _form_page(request, seen, head, part, entry, form=form)


def _entry(data: Mapping[str, Any], part: str, entry: str) -> tuple[Path | None, Mapping[str, Any]]:
    """Where an entry stands and what it says; a new one stands after the last."""
    key = PARTS[part][0]
    if part == WHOLE:
        return (), data
    inside = data.get(key) or ({} if part == "shares" else [])
    if not entry:
        return (key, len(inside) if part != "shares" else ""), {}
    head: str | int = entry if part == "shares" else int(entry) if entry.isascii() and entry.isdigit() else -1
    there = head in inside if part == "shares" else isinstance(head, int) and 0 <= head < len(inside)
    return ((key, head), inside[head]) if there else (None, {})


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
    path, said = _entry(names.said, part, entry)
    kind = PARTS[part][1]
    form = kind(request.POST, names=names, entry=said, sha256=found.sha256)
    if request.POST.get("sha256") != found.sha256 or path is None:
        return _moved(request, found, part, entry)
    problems: list[str] = []
    if form.is_valid():
        try:
            text = edit(found.text, _placed(form, path, names.said))
            save_version(found, text, read=form.cleaned_data["sha256"], by=request.user)
            return redirect(f"{_address('edit', where)}?{urlencode({'saved': part})}#findings")
        except Refused as refused:
            if refused.code in ("moved", "not_draft"):
                found.refresh_from_db()
                return _moved(request, found, part, entry)
            problems = [f"{each.words} {each.remedy}".strip() for each in refused.findings] or [str(refused)]
        except NotEdited as problem:
            problems = [f"Nothing was saved: {problem}."]
    seen, head = seen_and_head(request, *where, "edit")
    return _form_page(request, seen, head, part, entry, form=form, problems=problems, status=422)


def _placed(form: EntryForm, path: Path, data: Mapping[str, Any]) -> list[Edit]:
    """The edits of a form; a new share gets a key of its own, the first line a list."""
    if path and path[-1] == "":
        path = (path[0], _new_key(form, data))
    found = form.edits(path)
    if path and path[0] not in data:
        return [Put(path[:1], [each.value]) if isinstance(each, Put) and each.path == path else each for each in found]
    return found


def _new_key(form: EntryForm, text: Mapping[str, Any]) -> str:
    given = form.cleaned_data
    who = form.names.short(given["clients"][0]) if len(given["clients"]) == 1 else "all"
    what = given["services"][0] if len(given["services"]) == 1 else "services"
    stem = slug_of(f"{who} {what} {'answered' if given['function'] == 'answer' else 'resolved'}")[:36]
    taken = text.get("shares") or {}
    return next(key for number in range(1, 10_000) if (key := stem if number == 1 else f"{stem}-{number}") not in taken)


def _moved(request: StaffRequest, found: AgreementVersion, part: str, entry: str) -> HttpResponse:
    """The form again, over the text as it is now: what this person typed stays, what they didn't touch is as it is."""
    names = Names(register_from_database(), values(found.text))
    kind = PARTS[part][1]
    try:
        before = json.loads(request.POST.get("before", "{}"))
    except ValueError:
        before = {}
    before = before if isinstance(before, dict) else {}
    entry, said = _again(kind, names, part, entry, before)
    now = kind(names=names, entry=said, sha256=found.sha256)
    typed = kind(request.POST, names=names, entry=said, sha256=found.sha256)
    shown, changes = {}, []
    for name, value in now.start_values.items():
        mine = typed[name].data if name in request.POST or name in typed.fields else value
        mine = mine or ([] if isinstance(value, list) else "")
        if _same(mine, before.get(name, "")):
            shown[name] = value
        else:
            shown[name] = _raw(mine)
        if not _same(value, before.get(name, "")):
            label = now.fields[name].label or name
            changes.append(f"{label}: “{_words(before.get(name, ''))}” is now “{_words(value)}”.")
    form = kind(names=names, entry=said, sha256=found.sha256, shown=shown)
    seen, head = seen_and_head(request, found.agreement.slug, found.number, "edit")
    moved = Moved(_who_moved(found, clock.now()), tuple(changes))
    return _form_page(request, seen, head, part, entry, form=form, moved=moved, status=409)


def _again(
    kind: type[EntryForm], names: Names, part: str, entry: str, before: Mapping[str, Any]
) -> tuple[str, Mapping[str, Any]]:
    """The same entry in the text as it is now; where it is gone, a new one. An index may be another's by now."""
    path, said = _entry(names.said, part, entry)
    if part in ("shares", WHOLE) or not entry:
        return (entry, said) if path is not None else ("", {})
    marks = ("number",) if part == "lines" else ("councils", "services", "functions")
    for index, each in enumerate(names.said.get(PARTS[part][0]) or []):
        start = kind(names=names, entry=each, sha256="").start_values
        if all(_same(start.get(mark), before.get(mark, "")) for mark in marks):
            return str(index), each
    return "", {}


def _same(one: Any, other: Any) -> bool:
    return _raw(one) == _raw(other)


def _raw(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return "\n".join(str(value or "").splitlines())


def _words(value: Any) -> str:
    return (", ".join(map(str, value)) if isinstance(value, list) else str(value)) or "nothing"


def _who_moved(found: AgreementVersion, now: datetime) -> str:
    if found.state != found.State.DRAFT:
        return "This version is no draft any more. Your entries are kept below, but it can’t be saved."
    who = found.saved_by.name.split()[0] if found.saved_by and found.saved_by.name else "Somebody"
    at = f" at {when(found.saved_at, now)}" if found.saved_at else ""
    return f"{who} changed this{at}. Your entries are kept below. Read what changed, then save again."


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def remove(request: StaffRequest, agreement: str, version: int, part: str, entry: str) -> HttpResponse:
    """Take a share, a promise or a line out, once it was seen what it says."""
    found = draft_of(request, agreement, version)
    if found.state != found.State.DRAFT:
        return redirect("agreements:text", agreement, version)
    path, said = _entry(values(found.text), part, entry) if part in PARTS and part != WHOLE else (None, {})
    if path is None:
        raise Http404("The text has no such entry")
    problems: list[str] = []
    if request.method == "POST":
        try:
            save_version(found, edit(found.text, [Drop(path)]), read=request.POST.get("sha256", ""), by=request.user)
            return redirect(f"{_address('edit', (agreement, version))}?saved={part}#findings")
        except Refused as refused:
            problems = [f"{each.words} {each.remedy}".strip() for each in refused.findings] or [str(refused)]
            found.refresh_from_db()
            path, said = _entry(values(found.text), part, entry)  # what a second press would take out
            if path is None or found.state != found.State.DRAFT:
                return redirect("agreements:edit", agreement, version)
        except NotEdited as problem:
            problems = [f"Nothing was removed: {problem}."]
    seen, head = seen_and_head(request, agreement, version, "edit")
    context = {"seen": seen, "head": head, "what": PARTS[part][2], "entry": entry, "said": said, "problems": problems,
               "sentences": sentences_of(edit_page(seen), part, entry) if seen.proved else []}
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
    return redirect("agreements:list")


def _address(name: str, where: tuple[str, int]) -> str:
    return reverse(f"agreements:{name}", args=where)


def _form_page(
    request: StaffRequest, seen: Seen, head: Any, part: str, entry: str, *, form: EntryForm,
    problems: list[str] | None = None, moved: Moved | None = None, status: int = 200,
) -> HttpResponse:
    errors = [Problem(text, "") for text in problems or []] + problems_of(form)
    context = {
        "seen": seen, "head": head, "form": form, "what": PARTS[part][2], "entry": entry, "part": part,
        "errors": errors, "moved": moved, "findings": findings_page(seen),
    }
    return render(request, "configure/edit_form.html", context, status=status)
