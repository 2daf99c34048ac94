"""From a page that every page leads to (privacy, cookies …) back to the form that is in hand: its number goes along in
the address. That names nothing, and opens the form in its own browser alone."""
from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest
from django.urls import reverse


def way_back(request: HttpRequest) -> dict[str, Any]:
    """Where such a page leads back to; `of_run` is the form's number, for the links between such pages."""
    came = request.GET.get("from", "")
    run = int(came) if re.fullmatch("[1-9][0-9]{0,17}", came) else None
    return {"of_run": run, "way_back": reverse("public:run", args=[run]) if run else "/"}
