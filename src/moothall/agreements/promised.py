"""Whether a council promises its public something at an instant: nobody answering is a gap then, and else none."""
from __future__ import annotations

from datetime import datetime

from moothall.agreements.in_force import holidays_by_council
from moothall.agreements.models import AgreementVersion
from moothall.agreements.reader import read_agreement
from moothall.agreements.register import register_from_database
from moothall.domain.responsibility.shares import Cell


def is_promised(cell: Cell, at: datetime) -> bool:
    """By the texts in force, which alone hold the promises. It reads them, so it is for a question now and then."""
    register, holidays = register_from_database(), holidays_by_council().get(cell.council, frozenset())
    for version in AgreementVersion.objects.in_force(at):
        terms = read_agreement(version.text, register=register).terms
        covers = terms.covers if terms else ()
        if any(cell in cover.cells() and cover.holds(at, holidays) for cover in covers):
            return True
    return False
