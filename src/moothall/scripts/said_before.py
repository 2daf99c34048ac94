"""What somebody gave for one need of a call, so that no other need of it asks as if nothing had been said."""
from __future__ import annotations

from collections.abc import Iterator

from moothall.customers.models import Customer
from moothall.domain.interview.answers import discreet
from moothall.domain.interview.model import Step
from moothall.domain.telephone import gets_texts
from moothall.scripts.access import with_all
from moothall.scripts.models import Run
from moothall.scripts.on_the_web import WEB
from moothall.scripts.steps import LANGUAGE, walk_of
from moothall.scripts.versions import script_of

REACHED_BY = ("phone", "mobile", "email", "reach")
OWN_NAME = "Name"  # as scripts call the question for the caller's own; another's is called otherwise
PROVES = "check_identity"


def told_before(run: Run, step: Step) -> str:
    """The newest answer to the like question in another need of this call: their name, or how to reach them. To be
    asked about, not taken for granted. Nothing that was told in a discreet script comes into another."""
    if run.contact_id is None or run.channel == WEB or step.field.kind not in ("person", *REACHED_BY):
        return ""
    others = Run.objects.filter(contact_id=run.contact_id).exclude(pk=run.pk).exclude(answers={})
    for other in with_all(others).order_by("-pk"):
        told = list(_like(other, step))
        if told and not discreet(script_of(other), walk_of(other).next.values):
            return told[-1]
    return ""


def name_of_checked(run: Run, step: Step) -> str:
    """The name of whoever was checked to be calling, where the script asks for the caller's own; never where what they
    say is compared with an account, which would prove nothing then, nor in a discreet script."""
    contact, script = run.contact, script_of(run)
    if contact is None or not contact.customer_id or run.channel == WEB or step.field.kind != "person":
        return ""
    proves = any(each.call is not None and each.call.name == PROVES and step.key in dict(each.call.with_).values()
                 for each in script.steps)
    if proves or step.short.get(LANGUAGE) != OWN_NAME or discreet(script, walk_of(run).next.values):
        return ""
    known = Customer.objects.filter(pk=contact.customer_id, protected=False).values_list("name", flat=True).first()
    return known or ""


def _like(other: Run, step: Step) -> Iterator[str]:
    for asked in script_of(other).steps:
        value = other.answers.get(asked.key, {}).get("value", "")
        if value and _fits(step, asked, value):
            yield value


def _fits(step: Step, asked: Step, value: str) -> bool:
    """A name answers a question that is called the same; a number or address whatever can be reached by it."""
    wanted = step.field.kind
    if wanted == "person":
        return asked.field.kind == "person" and asked.short.get(LANGUAGE) == step.short.get(LANGUAGE)
    if asked.field.kind not in REACHED_BY:
        return False
    if wanted == "mobile" and not gets_texts(value):
        return False
    return wanted == "reach" or (wanted == "email") == ("@" in value)
