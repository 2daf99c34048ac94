"""An emergency look (agreements/glass.py) is told to the managers of the council whose records they are, by e-mail.

The job is left in the transaction in which the look begins. The messages wait in the outbox for as long as the carrier
can't be reached, so a look that nobody saw while it lasted is told all the same.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from moothall.agreements.models import BreakGlass
from moothall.agreements.successions import successors_at
from moothall.domain.calendar import LONDON
from moothall.lib import clock
from moothall.messages.actions import send_message
from moothall.messages.models import Message
from moothall.messages.templates import MessageRefused
from moothall.people.models import Membership, Person
from moothall.tenancy.models import CORE
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.tenancy.validity import valid_at

TEMPLATE = "emergency-look"
LOOKS = uuid.UUID("6d1c1f0e-5d0a-4a8e-9d0e-2f1a3c9b7e11")  # a message of this look to this person has one reference
log = logging.getLogger(__name__)


def tell_managers(number: int) -> int:
    """Write the messages of one look, each once however often this is asked; how many were written now."""
    glass = BreakGlass.objects.select_related("council", "person__employer").get(pk=number)
    written = 0
    with scope(System("send", glass.council_id)):
        for manager in managers_of(glass.council_id, clock.now()).order_by("pk"):
            reference = uuid.uuid5(LOOKS, f"{glass.pk}:{manager.pk}")
            if not Message.objects.filter(reference=reference).exists():
                written += _tell(glass, manager, reference)
    return written


def managers_of(council: int, at: datetime) -> QuerySet[Person]:
    """Who may end a look at this council's records (life.sql, may_sign): its managers, or those of its successor."""
    employer = successors_at(at).get(council, council)
    jobs = Membership.objects.filter(valid_at(at), job=Membership.Job.MANAGER, team__employer=employer)
    return Person.objects.filter(pk__in=jobs.values("person"), is_active=True, is_operator=False)


def reader_is_gone(message: Message) -> str:
    """Nobody who was suspended, or stopped managing, while the message waited is told."""
    if message.template != TEMPLATE:
        return ""
    there = managers_of(message.council_id, clock.now()).filter(email__iexact=message.to).exists()
    return "" if there else "reader_gone"


def _tell(glass: BreakGlass, manager: Person, reference: uuid.UUID) -> bool:
    try:
        send_message(TEMPLATE, manager.email, _values(glass), council=glass.council_id, service=CORE,
                     channel="email", reference=reference)  # fmt: skip
    except MessageRefused as refused:  # the others are told all the same
        log.warning("look %s isn't told to person %s: %s", glass.pk, manager.pk, refused)
        return False
    return True


def _values(glass: BreakGlass) -> dict[str, str]:
    employer = glass.person.employer
    return {
        "person": glass.person.name,  # alone: a subject has 200 letters
        "who": f"{glass.person.name} of {employer.name}" if employer else glass.person.name,
        "reason": glass.reason, "since": _moment(glass.starts), "until": _moment(glass.ends),
        "link": f"{settings.STAFF_URL}/control/emergency/{glass.pk}/looks/",
    }  # fmt: skip


def _moment(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{local:%H:%M} on {local:%A} {local.day} {local:%B}"
