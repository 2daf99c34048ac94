"""What stands typed on a case beside what is done: no button loses what was meant for another.

The page is one form, so all of it comes with every button. Where that button's own fields are wrong, the rest is shown
again with it; where it is done, the rest waits in the session for the page that comes next, and for that alone.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from moothall.domain.typed import without_card_numbers, without_unseen
from moothall.web.cases.contexts import CasePage

FIELDS = {"note": ("text",), "give": ("to",), "close": ("outcome", "told")}
KEY = "beside"
STILL = "What else you typed here isn’t saved yet."


def typed_beside(sent: Mapping[str, str], *, done: str) -> dict[str, str]:
    """What was sent of the parts that weren't `done`."""
    return {
        name: without_card_numbers(without_unseen(sent[name]))
        for part, names in FIELDS.items() if part != done for name in names if sent.get(name, "").strip()
    }  # fmt: skip


def show_beside(page: CasePage, typed: Mapping[str, str]) -> CasePage:
    """The page with it in its fields again, where it still has them."""
    for part, names in FIELDS.items():
        form: Any = getattr(page, part)
        if form is not None:
            form.initial |= {name: typed[name] for name in names if name in typed}
    return page


def keep_beside(request: HttpRequest, reference: str, typed: dict[str, str], *, closed: bool) -> bool:
    """Keep it for this case's next page; False where nothing is left that it could show."""
    left = {name: value for name, value in typed.items() if not closed or name in FIELDS["note"]}
    if left:
        request.session[KEY] = {"case": reference, "typed": left}
    return bool(left)


def kept_beside(request: HttpRequest, reference: str) -> dict[str, str]:
    """What was kept for this case, told once; what was another's is forgotten."""
    kept = request.session.pop(KEY, None) if KEY in request.session else None
    return dict(kept["typed"]) if kept and kept["case"] == reference else {}
