"""A call on a partnership's line as the desk shows it: which councils it may be about, and who answers elsewhere."""
from __future__ import annotations

from datetime import datetime

from moothall.agreements.queries import members
from moothall.contacts.models import Contact
from moothall.queueing.legs import Elsewhere, partnership_of, who_answers
from moothall.scripts.models import Run
from moothall.scripts.queries import service_of
from moothall.scripts.shared import decided
from moothall.tenancy.models import Council
from moothall.web.desk.contexts import OthersAnswer, SharedLine
from moothall.web.desk.words import others_do, others_say


def shared_line(person: int, contact: Contact, run: Run | None, at: datetime) -> SharedLine | None:
    """None for a call on a council's own line. `run` is the script that is open."""
    partnership = partnership_of(contact)
    if partnership is None:
        return None
    councils = Council.objects.filter(pk__in=members(partnership)).exclude(pk=contact.council_id)
    address = decided(run) if run is not None else None
    found = None
    if run is not None and address is not None:
        found = who_answers(person, address, service_of(run) or contact.service_id, at)
    others = others_answer(found, at) if isinstance(found, Elsewhere) else None
    return SharedLine(tuple(councils.order_by("name")), contact.council_id != partnership, others)


def others_answer(found: Elsewhere, at: datetime) -> OthersAnswer:
    return OthersAnswer(found.council, others_say(found), others_do(found, at))
