"""What is known already of a question that a script asks: a home, a name, a way to reach them. To be asked about, and
never taken for granted."""

from __future__ import annotations

from moothall.contacts.models import Contact
from moothall.customers.models import Customer
from moothall.domain.interview.model import Field, Step
from moothall.domain.interview.run import Walk
from moothall.places.models import Property
from moothall.scripts.models import Run
from moothall.scripts.said_before import name_of_checked, told_before
from moothall.scripts.steps import walk_of
from moothall.tenancy.protection import somebody_protected


def known_before(run: Run, step: Step | None) -> tuple[Property | None, bool, str, str]:
    """What is known already of a question that wasn't answered yet: a home and whether it is the checked caller's, what
    they gave for another need, and the name by which they were checked."""
    if step is None or step.key in run.answers:
        return None, False, "", ""
    before = told_before(run, step)
    return *_known_home(run, step.field), before, "" if before else name_of_checked(run, step)


def first_address(run: Run, field: Field) -> list[str] | None:
    """What a run has been told of its first address where it asks for that: nothing yet, or the postcode where it asks
    which house. None where it asks for something else; a second home that a script asks for is another one."""
    if field.kind not in ("postcode", "property"):
        return None
    named = [run.answers[step.key]["value"] for step in walk_of(run).passed if step.field.kind == "postcode"]
    return named if len(named) == (field.kind == "property") else None


def _known_home(run: Run, field: Field) -> tuple[Property | None, bool]:
    """Where the script asks for its first address: the home of the checked caller (then True stands beside it), else
    the address that this contact was about before; never a protected person's."""
    contact = run.contact
    named = first_address(run, field)
    if named is None or contact is None:
        return None, False
    home = _home_of(contact)
    elsewhere = home is not None and named and named[0] != home.postcode_key
    return (None if elsewhere else home), bool(contact.customer_id)


def _home_of(contact: Contact) -> Property | None:
    if contact.customer_id:
        known = Customer.objects.filter(pk=contact.customer_id, protected=False).select_related("property").first()
        return known.property if known else None
    home = Property.objects.filter(pk=contact.property_id).first() if contact.property_id else None
    return None if home is None or somebody_protected(home.pk) else home


def near_home(run: Run, field: Field, walked: Walk) -> str:
    """Where a map opens: the postcode that was told last, else that of the home that is known; empty for another
    question, and where neither is."""
    if field.kind != "point":
        return ""
    named = [run.answers[step.key]["value"] for step in walked.passed if step.field.kind == "postcode"]
    home = _home_of(run.contact) if run.contact and not any(named) else None
    return next((key for key in reversed(named) if key), home.postcode_key if home else "")
