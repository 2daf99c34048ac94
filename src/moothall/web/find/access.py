"""Who may find, and among whose customers: whoever answers or resolves something of a council sees its customers."""
from __future__ import annotations

from django.http import Http404

from moothall.contacts.models import Contact
from moothall.lib import clock
from moothall.people.models import Person
from moothall.people.queries import teams_of
from moothall.queueing.models import Presence
from moothall.tenancy.models import Council, Grant
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from moothall.web.navigation import SEES_CUSTOMERS


def access_councils(person: Person) -> list[Council]:
    """The councils whose customers this person may see now, by name; Http404 where there are none."""
    at = clock.now()
    grants = Grant.objects.open_at(at).filter(team__in=teams_of(person.pk, at), right__in=SEES_CUSTOMERS)
    councils = list(Council.objects.filter(pk__in=grants.values("council")).order_by("name"))
    if not councils:
        raise Http404("find")
    return councils


def call_of(person: Person) -> Contact | None:
    """The call that this person talks in, with its council; None on a shared line until the council is known."""
    desk = Presence.objects.filter(pk=person.pk, state=Presence.State.IN_CALL).first()
    if desk is None or desk.contact_id is None:
        return None
    with scope(Staff(person.pk, desk.contact_id)):
        call = Contact.objects.filter(pk=desk.contact_id).select_related("council").first()
    return call if call is not None and call.council.kind == Council.Kind.COUNCIL else None
