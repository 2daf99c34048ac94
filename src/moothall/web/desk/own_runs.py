"""Whose a script is that is gone on with without a call."""
from __future__ import annotations

from django.http import Http404

from moothall.people.models import Person
from moothall.queueing.models import Presence
from moothall.scripts.access import access_run
from moothall.scripts.models import Run


def access_own_run(person: Person, number: int, contact: int | None = None) -> Run:
    """A run that this person began, while they have no call in hand; Http404 for any other."""
    run = access_run(number, contact=contact)
    busy = Presence.objects.filter(person=person, contact_id__isnull=False).exists()
    if run.started_by_id != person.pk or busy:
        raise Http404("run")
    return run
