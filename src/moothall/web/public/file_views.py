"""Files that residents send: opened in a process of their own, without a transaction held meanwhile, then kept."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from moothall.documents.actions import TooMany
from moothall.documents.names import as_kept, as_shown
from moothall.documents.opener import NotTaken, Opened, open_file
from moothall.scripts.actions import Stale
from moothall.scripts.answering import AnswerRefused, AnswerSealed, answer_any
from moothall.scripts.models import Run
from moothall.scripts.uploads import (
    answer_of,
    drop_upload,
    keep_upload,
    one_of,
    send_later,
    takes_files,
    wanted_by,
)
from moothall.web.public.addresses import in_address, item_at, step_at
from moothall.web.public.again import to_again, told_again
from moothall.web.public.file_pages import (
    SAY_WHICH,
    TOO_LARGE,
    all_wanted,
    files_page,
    untold,
)
from moothall.web.public.forms import LEFT_TO, FilesForm
from moothall.web.public.later_views import Unkept, left
from moothall.web.public.question_views import LATE
from moothall.web.public.run_pages import asked, place_of
from moothall.web.public.run_views import in_hand, page, to_place

AT_ONCE = 10
FULL = "This report holds as many files as it may. Take one away before you add another"
Taken = list[tuple[str, Opened]]


class Where(NamedTuple):
    """What files are for: a step of the run, and one item of it where it is a list."""

    step: str
    item: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, run: int, step: str, item: str = "") -> HttpResponse:
    """One thing that is wanted: its files, one more, none of them any more, or that it comes later."""
    if request.method != "POST":
        told_now = told_again(request)
        said = [TOO_LARGE] if "large" in request.GET else _lines(told_now.get("problems", ""))
        here = _lines(told_now.get("kept", ""))
        return in_hand(request, run, lambda found: _shown(request, found, _where(found, step, item), said, here))
    form = FilesForm(request.POST, request.FILES)
    told = form.cleaned_data if form.is_valid() else {"act": "", "remove": None, "files": []}
    taken: Taken = []
    problems: list[str] = []
    if told["files"]:
        theirs = in_hand(request, run, lambda found: _wanted(found, _where(found, step, item)))
        if theirs.status_code != HttpResponse.status_code:
            return theirs
        taken, problems = _opened(told["files"])

    def act(found: Run) -> HttpResponse:
        where = _where(found, step, item)
        if told["remove"]:
            drop_upload(found, one_of(found, *where), told["remove"])
            return _to(found, where)
        kept, full = _keep(found, where, taken)
        return _next(request, found, where, told["act"], (kept, problems + full))

    return in_hand(request, run, act, lock=True)


def _where(run: Run, step: str, item: str) -> Where:
    """What the address means."""
    key = step_at(run, step)
    return Where(key, item_at(run, key, item) if item else "")


def _wanted(run: Run, where: Where) -> HttpResponse:
    one_of(run, *where)
    return HttpResponse()


def _opened(sent: list[UploadedFile[Any]]) -> tuple[Taken, list[str]]:
    """What can be kept of the files, and what is said of the others."""
    taken: Taken = []
    problems: list[str] = []
    if len(sent) > AT_ONCE:
        problems.append(f"Send at most {AT_ONCE} files at once. The first {AT_ONCE} were taken")
    for file in sent[:AT_ONCE]:
        name = as_shown(file.name or "")
        try:
            taken.append((name, open_file(file.chunks())))
        except NotTaken as refused:
            problems.append(refused.words(name))
    return taken, problems


def _keep(run: Run, where: Where, taken: Taken) -> tuple[list[str], list[str]]:
    """The names of what is kept now, and what is said of the rest."""
    kept: list[str] = []
    same: list[str] = []
    for name, opened in taken:
        try:
            here = keep_upload(run, one_of(run, *where), name, opened)
        except TooMany:
            return kept, [*same, FULL]
        if here == as_kept(name, opened.kind):
            if name not in kept:  # the same file under the same name: it is kept once
                kept.append(name)
        else:
            same.append(f"“{name}” is the same file as “{here}”, so we keep it once")
    return kept, same


def _next(
    request: HttpRequest, run: Run, where: Where, act: str, came: tuple[list[str], list[str]]
) -> HttpResponse:
    """As the button said; with problems the page is shown again, and says them."""
    kept, problems = came
    if act in dict(LEFT_TO):
        return left(request, run, act, Unkept("", ". ".join(problems))) if problems else to_place(run, act)
    one, step = one_of(run, *where), takes_files(run, where.step)
    optional = step is not None and step.field.optional and not where.item
    if act == "later":
        send_later(run, one)
    elif not (one.came or problems or optional):
        problems = [SAY_WHICH]
    if problems:
        return _again(request, run, where, problems, kept)
    if act == "more":
        return _to(run, where)
    if run.effects:
        return redirect("public:all_files", run.pk)
    return to_place(run, f"q:{where.step}") if where.item else _answered(request, run, where.step)


def _answered(request: HttpRequest, run: Run, key: str) -> HttpResponse:
    """The step is done by what came, and the next question follows."""
    found = takes_files(run, key)
    assert found is not None
    try:
        run = answer_any(run, key, answer_of(run, found), seen_version=run.version)
        return to_place(run, place_of(run))
    except AnswerRefused as refused:
        words = refused.words
    except (Stale, AnswerSealed):
        words = LATE
    return _again(request, run, Where(key, ""), [words])


def _again(
    request: HttpRequest, run: Run, where: Where, problems: list[str], kept: Sequence[str] = ()
) -> HttpResponse:
    """The page of that thing again, and what is wrong."""
    told = {"problems": "\n".join(problems), "kept": "\n".join(kept)}
    return to_again(request, _to(run, where)["Location"], **told) or _shown(request, run, where, problems, kept)


def _lines(told: str) -> list[str]:
    return told.split("\n") if told else []


def _to(run: Run, where: Where) -> HttpResponseRedirect:
    if where.item:
        return redirect("public:files_for", run.pk, *(in_address(run, each) for each in where))
    return redirect("public:files", run.pk, in_address(run, where.step))


def _shown(
    request: HttpRequest, run: Run, where: Where, problems: list[str], kept: Sequence[str] = ()
) -> HttpResponse:
    shown = files_page(run, *where, tuple(problems), tuple(kept))
    problem = problems[0] if problems else ""
    return page(request, "files", run.council, {"files": shown, "run": run, "problem": problem})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proofs(request: HttpRequest, run: int, step: str) -> HttpResponse:
    """All of a list: what wasn't said of is said now, and then the next question."""
    later = request.method == "POST" and request.POST.get("act") == "later"

    def act(found: Run) -> HttpResponse:
        key = step_at(found, step)
        question, here = takes_files(found, key), asked(found, key)
        if question is None or here is None or question.field.kind != "checklist" or request.method != "POST":
            return to_place(found, place_of(found))
        for thing in wanted_by(found, question) if later else ():
            send_later(found, thing)
        if not untold(wanted_by(found, question)):
            return _answered(request, found, key)
        shown = to_place(found, f"q:{key}")
        return to_again(request, shown["Location"], untold="yes") or shown

    return in_hand(request, run, act, lock=True)


@never_cache
@require_safe
def all_files(request: HttpRequest, run: int) -> HttpResponse:
    """After it was sent: what came, and what is still to come."""

    def show(found: Run) -> HttpResponse:
        things = [each for _, some in all_wanted(found) for each in some] if found.effects else []
        if not things:
            return to_place(found, place_of(found))
        return page(request, "all_files", found.council, {"things": things, "run": found})

    return in_hand(request, run, show)
