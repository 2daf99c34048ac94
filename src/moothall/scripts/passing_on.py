"""What a call says of its people goes to the cases that it led to: the agent's note, and who the caller is."""
from __future__ import annotations

import logging
from collections.abc import Collection

from django.db import ProgrammingError, transaction

from moothall.cases import actions as cases
from moothall.cases.models import Case
from moothall.contacts.models import Contact
from moothall.customers.protection import protect_customer
from moothall.scripts.models import Run

logger = logging.getLogger("moothall.scripts")


def pass_on_note(contact: Contact, note: str | None = None, *, needs: Collection[int] | None = None) -> None:
    """The note for whoever takes this next stands in the story of every case that the call led to. `note` is another
    than the contact's own, and `needs` those of whoever wrote it, where the call goes on with somebody else."""
    text = contact.notes if note is None else note
    if not text.strip():
        return
    runs = Run.objects.filter(contact=contact)
    done = (runs if needs is None else runs.filter(need__in=needs)).values_list("effects", flat=True)
    led_to = {effect["case"] for effects in done for effect in effects.values() if effect.get("case")}
    for case in Case.objects.filter(pk__in=led_to).order_by("pk"):
        own = contact.pk if case.council_id == contact.council_id else None
        try:
            with transaction.atomic():
                cases.note_case(case, text, contact=own)
        except ProgrammingError:  # the share ended in the call: its agent may finish it, and write to no case any more
            logger.warning("The note of contact %s stays with it: its agent no longer sees the case", contact.pk)


def pass_on_caller(contact: Contact) -> None:
    """Who is calling was checked, or unchecked, after a case was opened in the call. Where it protected whoever it is
    about, that is who they are."""
    for case in Case.objects.filter(contact=contact).exclude(customer=contact.customer_id).order_by("pk"):
        named = cases.name_case(case, contact.customer_id)
        if named.apart and named.customer_id:
            protect_customer(case=named.pk)
