"""What a draft would change, as its tab tells it. Cases and calls are counted in the reader's own scope."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from moothall.agreements.changes import NotRead, WhatChanges, what_would_change
from moothall.agreements.models import AgreementVersion
from moothall.tenancy.principals import Principal
from moothall.tenancy.scope import scope
from moothall.web.configure.reading import TO_COME, in_force_beside


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """`found` is None for a version that is past being decided, and where one of the two texts can't be read."""

    before: AgreementVersion | None = None
    found: WhatChanges | None = None
    unread: AgreementVersion | None = None


def changes_page(version: AgreementVersion, principal: Principal, now: datetime) -> ChangesPage:
    """What this version would change in the place of the one in force."""
    if version.stage(now) not in TO_COME:
        return ChangesPage()
    before = in_force_beside(version, now)
    old = before.text if before else None
    try:
        with scope(principal):
            return ChangesPage(before, what_would_change(old, version.text, at=now, since=now, held=before))
    except NotRead as problem:
        return ChangesPage(before, unread=before if problem.which == "before" else version)
