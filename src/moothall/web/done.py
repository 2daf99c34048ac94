"""What was just done, said on the page to which it leads: once, and only there. The focus goes to it, so that it is
heard and the work goes on from there."""
from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

KEY = "done"
AS_SHOWN = "That is done. This page shows how it stands now."


def done(request: HttpRequest, words: str, to: str, *args: Any, **named: Any) -> HttpResponse:
    """Go to the page `to`, which says `words`. They name nobody: a session isn't guarded as a record is."""
    answer = redirect(to, *args, **named)
    request.session[KEY] = {"words": words, "at": answer["Location"].split("?")[0].split("#")[0]}
    return answer


def done_words(request: HttpRequest) -> str:
    """The words for this page, told once; what was meant for a page that never came is forgotten."""
    told = request.session.pop(KEY, None) if KEY in request.session else None
    return str(told["words"]) if told and told["at"] == request.path else ""
