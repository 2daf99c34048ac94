"""Whose control room somebody may enter: the councils that they manage. Else it is a 404, never a 403."""
from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import Http404

from moothall.agreements.models import AgreementVersion, Share
from moothall.people.models import Person
from moothall.tenancy.models import Council
from moothall.tenancy.queries import councils_numbered
from moothall.web.configure.access import councils_managed


def access_room(person: Person, at: datetime, gss: str) -> tuple[Council, list[Council]]:
    """The council of this room and all that the person manages; the first where none is named."""
    mine = list(councils_numbered(councils_managed(person, at)))
    chosen = next((council for council in mine if gss in ("", council.gss)), None)
    if chosen is None:
        raise Http404("No such control room is within sight")
    return chosen, mine


def shares_across(council: int, at: datetime) -> QuerySet[Share]:
    """The shares in force between this council and another one: as the client, or as the one whose team it is."""
    versions = AgreementVersion.objects.in_force(at)
    across = Share.objects.filter(version__in=versions, starts__lte=at, ends__gt=at).exclude(team__employer=None)
    mine = Q(client=council) & ~Q(team__employer=council) | Q(team__employer=council) & ~Q(client=council)
    return across.filter(mine).select_related("client", "team__employer", "version__agreement").order_by("number")


def access_share(person: Person, at: datetime, number: int) -> tuple[Share, Council, bool]:
    """A share between councils of which the person manages one, that council, and whether it is the client."""
    managed = councils_managed(person, at)
    for council in managed:
        found = shares_across(council, at).filter(pk=number).first()
        if found is not None:
            client = found.client_id in managed
            return found, found.client if client else Council.objects.get(pk=council), client
    raise Http404("No such share is within sight")


def named_by_clause(councils: Collection[int], share: Share) -> bool:
    """Whether the share's emergency clause lets one of these other councils act.

    Decides what is shown; the database's `moothall.may_halt` decides what is done.
    """
    by = (share.body.get("emergency") or {}).get("by") or ()
    return not set(by).isdisjoint(councils)
