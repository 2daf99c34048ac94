"""Whose a script is: the agent's who goes on with it without a call, or the caller's who goes on with it on the web."""
from __future__ import annotations

from django.http import Http404

from moothall.contacts.models import Contact, Need
from moothall.people.models import Person
from moothall.queueing.models import Presence
from moothall.scripts.access import access_run
from moothall.scripts.left_runs import is_theirs
from moothall.scripts.models import Run


def access_own_run(person: Person, number: int, contact: int | None = None) -> Run:
    """A run that this person began, while they have no call in hand; Http404 for any other."""
    run = access_run(number, contact=contact)
    busy = Presence.objects.filter(person=person, contact_id__isnull=False).exists()
    if run.started_by_id != person.pk or busy:
        raise Http404("run")
    return run


class OnTheWeb(Exception):
    """The caller has a code for that script, or has it open on the web already: nothing of it is done here."""


def access_run_here(number: int, contact: Contact) -> Run:
    """A run of the contact, to go on with. OnTheWeb where the caller does so by themselves; else Http404."""
    try:
        run = access_run(number, contact=contact.pk)
    except Http404:
        gone = Run.objects.filter(pk=number, contact=None, need_number__isnull=False).first()
        if gone is not None and is_left_behind(gone, contact):
            raise OnTheWeb from None
        raise
    if is_theirs(run):
        raise OnTheWeb
    return run


def is_left_behind(run: Run, contact: Contact) -> bool:
    """Whether the run went on on the web from this very contact."""
    return Need.objects.filter(pk=run.need_number, contact=contact).exists()
