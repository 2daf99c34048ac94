"""Each council's colour as a class: `.brand-2 {--brand: …; --on-brand: …}`.

A sheet of its own, because the content security policy refuses inline style.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from moothall.domain.colours import FORM
from moothall.tenancy.models import Council


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """All councils' colours; kept by the browser for some minutes, so that a new one is seen soon."""
    rows = Council.objects.order_by("number").values_list("number", "brand", "on_brand")
    return css(rule(*row) for row in rows)


def rule(number: int, brand: str, on_brand: str) -> str:
    """Empty where one of them is no colour."""
    sound = FORM.fullmatch(brand) and FORM.fullmatch(on_brand)
    return f".brand-{number}{{--brand:{brand};--on-brand:{on_brand}}}" if sound else ""


def css(rules: Iterable[str], *, kept: bool = True) -> HttpResponse:
    response = HttpResponse("\n".join(each for each in rules if each), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300" if kept else "no-store"
    return response
