"""Each council's colour as a class: `.brand-2 {--brand: …; --on-brand: …}`.

A sheet of its own, because the content security policy refuses inline style.
"""
from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from moothall.tenancy.models import Council

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """All councils' colours; kept by the browser for an hour."""
    rows = Council.objects.order_by("number").values_list("number", "brand", "on_brand")
    lines = [
        f".brand-{number}{{--brand:{brand};--on-brand:{on_brand}}}"
        for number, brand, on_brand in rows
        if COLOUR.fullmatch(brand) and COLOUR.fullmatch(on_brand)
    ]
    response = HttpResponse("\n".join(lines), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response
