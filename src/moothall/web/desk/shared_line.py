"""A call on a partnership's line as the desk shows it: which councils it may be about, and who answers elsewhere."""
from __future__ import annotations

from dataclasses import replace
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
    found = Council.objects.filter(pk__in=members(partnership)).exclude(pk=contact.council_id)
    shown = SharedLine(tuple(found.order_by("name")), contact.council_id != partnership)
    number = decided(run) if run is not None else None
    if run is None or number is None:
        return shown
    answer = who_answers(person, number, service_of(run) or contact.service_id, at)
    address = next((council for council in shown.councils if council.pk == number), None)
    return replace(shown, address=address, others=others_answer(answer, at) if isinstance(answer, Elsewhere) else None)


def others_answer(found: Elsewhere, at: datetime) -> OthersAnswer:
    return OthersAnswer(found.council, others_say(found), others_do(found, at))
