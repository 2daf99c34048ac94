"""The story of a contact's offers, for `moothall routing why` and for "Why did I get this call?"."""
from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from moothall.agreements.models import Line
from moothall.contacts.models import Contact
from moothall.domain.routing.explain import Reason, Standing, capped, explain, guaranteed
from moothall.lib import clock
from moothall.people.models import Person
from moothall.queueing.groups import groups_at
from moothall.queueing.legs import partnership_of
from moothall.queueing.models import Offer
from moothall.queueing.queues import Cell
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope


def why(contact: int) -> dict[str, Any] | None:
    """All offers of a contact in words and order keys, opened for counting; None where there is no such contact."""
    with scope(System("count")):
        row = Contact.objects.select_related("council").filter(pk=contact).first()
        if row is None:
            return None
        return {
            "contact": row.pk, "council": row.council.name, "line": what_of(row), "state": row.get_state_display(),
            "offered_at": row.offered_at.isoformat(timespec="milliseconds"), "share": row.share_id,
            "version": row.version_id, "tiers": row.tiers, "waits": why_it_waits(row, clock.now()),
            "offers": offers_in_words(as_offered(row)),
        }


def why_it_waits(contact: Contact, at: datetime) -> str:
    """What its client's share makes of a contact that waits: first by its guarantee, or held at its cap; else ""."""
    if contact.state != Contact.State.WAITING:
        return ""
    cell = Cell(contact.council_id, contact.service_id)
    serving = serving_cells(contact.council_id)
    groups = groups_at({cell, *serving}, at).of
    group = groups[cell]
    agents = sum(groups[other] == group for other in serving)
    client = Standing(contact.council_id, agents, group.guarantee, group.cap)
    if client.cap is not None and agents >= client.cap:
        return capped(client, short_names({client.council}), now=True)
    return guaranteed(client, short_names({client.council}), now=True) if agents < client.guarantee else ""


def serving_cells(council: int) -> list[Cell]:
    """Whose calls ring at an agent or are on, each by its service, in the open scope."""
    states = (Contact.State.OFFERED, Contact.State.ANSWERED)
    rows = Contact.objects.filter(council_id=council, state__in=states).values_list("service_id", flat=True)
    return [Cell(council, service) for service in rows]


def short_names(councils: Collection[int]) -> dict[int, str]:
    return dict(Council.objects.filter(number__in=councils).values_list("number", "short_name"))


def what_of(contact: Contact) -> str:
    """The line in words: "Northby Missed bins"."""
    line = Line.objects.filter(number=contact.line, version=contact.version_id).first()
    name = line.name if line else contact.service.name
    return name if name.startswith(contact.council.short_name) else f"{contact.council.short_name} {name}"


def as_offered(contact: Contact) -> Contact:
    """The contact as it came to a desk: of a call on a shared line, the partnership's own. In a scope that sees it."""
    partnership = partnership_of(contact)
    if partnership in {None, contact.council_id}:
        return contact
    first = Contact.objects.select_related("council").filter(council_id=partnership, call_key=contact.call_key).first()
    return first or contact


def offers_in_words(contact: Contact) -> list[dict[str, Any]]:
    """Each offer of the contact with its reason, in the open scope."""
    offers = list(Offer.objects.filter(contact=contact).select_related("person").order_by("offered_at", "pk"))
    reasons = [Reason.from_body(offer.why) for offer in offers]
    others = {reason.runner_up.person for reason in reasons if reason.runner_up}
    clients = {client.council for reason in reasons for client in (reason.protected, reason.held) if client}
    names = dict(Person.objects.filter(pk__in=others).values_list("pk", "name"))
    councils = short_names(clients)
    what = what_of(contact)
    return [
        {
            "at": offer.offered_at.isoformat(timespec="milliseconds"), "person": offer.person_id,
            "name": offer.person.name, "state": offer.state, "ended": offer.get_state_display(),
            "why": explain(reason, what=what, councils=councils,
                           names={person: name.split(" ", 1)[0] for person, name in names.items()}),
            "order_key": offer.why["winner"], "runner_up": offer.why.get("runner_up"),
            "next_contact": offer.why.get("next_contact"),
        }
        for offer, reason in zip(offers, reasons, strict=True)
    ]
