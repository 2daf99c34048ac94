"""Who is calling and from where, and what the agent wrote down. Each action is one kind of the journal: ids only."""
from __future__ import annotations

from collections.abc import Collection

from moothall.contacts.models import Contact
from moothall.customers.models import Customer
from moothall.domain.typed import LONGEST_NOTE
from moothall.journal.actions import write


def identify_contact(contact: Contact, customer: Customer) -> Contact:
    """The agent has checked who is calling. Their address becomes the contact's where none is known yet.

    ValueError where the customer is another council's: nobody is known across councils.
    """
    if customer.council_id != contact.council_id:
        raise ValueError("the customer belongs to another council than the contact")
    contact.customer = customer
    contact.property_id = contact.property_id or customer.property_id
    contact.save(update_fields=["customer", "property"])
    write("contact.identify", council=contact.council_id, service=contact.service_id, contact=contact.pk,
          body={"customer": customer.pk})
    return contact


def forget_contact(contact: Contact, *, asked: Collection[int] = ()) -> Contact:
    """It was somebody else: nobody is checked any more. Their address goes with them, unless it is one of those that a
    script `asked` for; that of somebody who isn't in sight, and so is protected, always does."""
    before = Customer.objects.filter(pk=contact.customer_id).first()
    if is_protected(contact) or (before is not None and contact.property_id == before.property_id not in asked):
        contact.property = None
    contact.customer = None
    contact.save(update_fields=["customer", "property"])
    write("contact.forget", council=contact.council_id, service=contact.service_id, contact=contact.pk)
    return contact


def is_protected(contact: Contact) -> bool:
    """Whether somebody is checked or on record for it who isn't in sight, and so is protected, or is known to be."""
    if contact.customer_id is None:
        return False
    return not Customer.objects.filter(pk=contact.customer_id, protected=False).exists()


def note_contact(contact: Contact, notes: str) -> Contact:
    """Keep the agent's notes as they stand now, up to LONGEST_NOTE characters."""
    contact.notes = notes[:LONGEST_NOTE]
    contact.save(update_fields=["notes"])
    write("contact.note", council=contact.council_id, service=contact.service_id, contact=contact.pk,
          body={"characters": len(contact.notes)})
    return contact
