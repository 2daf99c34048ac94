"""One asks another about a call: what each of the two presses."""
from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from moothall.queueing.consults.desk import (
    ask_to_complete,
    ask_to_give_up,
    ask_to_join,
    ask_to_part,
    ask_to_swap,
)
from moothall.web.desk.respond import press
from moothall.web.staff import staff_required


@require_POST
@staff_required
def swap(request: Any) -> HttpResponse:
    return press(request, ask_to_swap)


@require_POST
@staff_required
def give_up(request: Any) -> HttpResponse:
    return press(request, ask_to_give_up)


@require_POST
@staff_required
def complete(request: Any) -> HttpResponse:
    return press(request, ask_to_complete)


@require_POST
@staff_required
def join(request: Any) -> HttpResponse:
    return press(request, ask_to_join)


@require_POST
@staff_required
def part(request: Any) -> HttpResponse:
    return press(request, ask_to_part)
