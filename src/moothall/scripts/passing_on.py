"""What a call says of its people goes to the cases that it led to: the agent's note, and who the caller is."""
from __future__ import annotations

import logging

from django.db import ProgrammingError, transaction

from moothall.cases import actions as cases
from moothall.cases.models import Case
from moothall.contacts.models import Contact
from moothall.scripts.models import Run

logger = logging.getLogger("moothall.scripts")


def pass_on_note(contact: Contact) -> None:
    """The note for whoever takes this next stands in the story of every case that the call led to."""
    if not contact.notes.strip():
        return
    done = Run.objects.filter(contact=contact).values_list("effects", flat=True)
    led_to = {effect["case"] for effects in done for effect in effects.values() if effect.get("case")}
    for case in Case.objects.filter(pk__in=led_to).order_by("pk"):
        own = contact.pk if case.council_id == contact.council_id else None
        try:
            with transaction.atomic():
                cases.note_case(case, contact.notes, contact=own)
        except ProgrammingError:  # the share ended in the call: its agent may finish it, and write to no case any more
            logger.warning("The note of contact %s stays with it: its agent no longer sees the case", contact.pk)


def pass_on_caller(contact: Contact) -> None:
    """Who is calling was checked, or unchecked, after a case was opened in the call."""
    for case in Case.objects.filter(contact=contact).exclude(customer=contact.customer_id).order_by("pk"):
        cases.name_case(case, contact.customer_id)
