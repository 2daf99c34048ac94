"""Whose emergency look somebody may go on with, or read about. Else it is a 404, never a 403."""
from __future__ import annotations

from datetime import datetime

from django.http import Http404

from moothall.agreements.glass import minutes_allowed
from moothall.agreements.models import BreakGlass
from moothall.lib import clock
from moothall.people.models import Membership, Person
from moothall.tenancy.validity import valid_at
from moothall.web.configure.access import councils_managed


def require_leader(person: Person, at: datetime) -> None:
    """Http404 for who neither leads nor manages any team."""
    jobs = [Membership.Job.LEADER, Membership.Job.MANAGER]
    if not person.memberships.filter(valid_at(at), job__in=jobs).exists():
        raise Http404("Emergencies are for those who lead or manage")


def own_glasses(person: Person, at: datetime) -> list[BreakGlass]:
    """What this person is looking at now."""
    found = BreakGlass.objects.open_at(at).filter(person=person).select_related("council")
    return list(found.order_by("ends"))


def access_glass(person: Person, at: datetime, number: int) -> BreakGlass | None:
    """One's own, while it is open and the agreement lets it be; None when it is over. Http404 for anybody else's."""
    found = BreakGlass.objects.filter(pk=number, person=person).select_related("council", "person").first()
    if found is None:
        raise Http404("No such emergency is this person's")
    return found if is_open(found, at) else None


def is_open(glass: BreakGlass, at: datetime) -> bool:
    """Whether records may be seen through it: it isn't over, and its agreement and job still let it be."""
    return glass.starts <= at < glass.ends and minutes_allowed(glass.council_id, glass.person_id, at) is not None


def access_glass_told(person: Person, at: datetime, number: int) -> BreakGlass:
    """One's own or one at a council that the person manages, whether it is over or not."""
    found = BreakGlass.objects.filter(pk=number).select_related("council", "person__employer", "ended_by").first()
    if found is None or (found.person_id != person.pk and found.council_id not in councils_managed(person, at)):
        raise Http404("No such emergency is within sight")
    return found


def glasses_at(council: int, at: datetime) -> tuple[list[BreakGlass], list[BreakGlass]]:
    """Who looks at this council's records now, and the newest of those who did."""
    rows = BreakGlass.objects.filter(council=council).select_related("council", "person__employer", "ended_by")
    return list(rows.open_at(at).order_by("starts")), list(rows.filter(ends__lte=at).order_by("-starts")[:20])


def lookers(person: Person) -> list[BreakGlass]:
    """For the strip on every page of a manager: who looks at their councils' records now."""
    at = clock.now()
    found = BreakGlass.objects.open_at(at).exclude(person=person)
    if not found.exists():  # nearly always
        return []
    councils = councils_managed(person, at)
    return list(found.filter(council__in=councils).select_related("council", "person__employer").order_by("starts"))
