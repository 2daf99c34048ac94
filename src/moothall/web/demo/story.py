"""What Moothall did with a call, in words, from the contact's row and the journal. For whoever plays the caller."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moothall.agreements.models import Share
from moothall.contacts.models import Contact
from moothall.domain.routing.explain import Reason, explain, length
from moothall.journal.models import Entry
from moothall.people.models import Person
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.formats import wait

CALL_STORY = System("call_story")
MOST = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done: `after`, the time since the exchange told of the call, and the words."""

    after: str
    words: str


@dataclass(frozen=True, slots=True)
class Story:
    """`state` is the contact's; no lines until the exchange's word has arrived. `before`: how many wait longer."""

    state: str
    lines: tuple[Line, ...]
    before: int = 0


def story_of(call: str, council: int) -> Story:
    """The story of the exchange's call `call` on a line of `council`."""
    with scope(CALL_STORY):
        contact = (
            Contact.objects.filter(council_id=council, call_key=call).select_related("council", "service").first()
        )
        if contact is None:
            return Story("", ())
        of_call = _contacts(contact)
        entries = list(Entry.objects.filter(contact_id__in=[row.pk for row in of_call]).order_by("at", "id")[:MOST])
        told = _Teller(contact, entries)
        lines = tuple(line for entry in entries for line in told.lines(entry))
        state = next((row.state for row in of_call if row.state != Contact.State.DONE), contact.state)
        return Story(state, lines, _before(contact))


def _contacts(contact: Contact) -> list[Contact]:
    """The call's contacts: on a shared line the partnership's, then those of the councils that it was about."""
    councils = list(Council.objects.values_list("number", flat=True))
    others = Contact.objects.filter(council_id__in=councils, call_key=contact.call_key).exclude(pk=contact.pk)
    return [contact, *others.order_by("pk")]


def _before(contact: Contact) -> int:
    """How many calls to the same line's service have waited longer; 0 for one that doesn't wait."""
    if contact.state != Contact.State.WAITING:
        return 0
    return Contact.objects.filter(
        council_id=contact.council_id, service_id=contact.service_id, state=Contact.State.WAITING,
        offered_at__lt=contact.offered_at,
    ).count()


class _Teller:
    def __init__(self, contact: Contact, entries: list[Entry]) -> None:
        self.contact = contact
        people = {entry.body.get("person") for entry in entries} | {_runner_up(entry.body) for entry in entries}
        found = Person.objects.filter(pk__in=[number for number in people if number is not None])
        self.names = {person.pk: person.first_name for person in found}
        share = contact.share_id
        self.share = Share.objects.filter(pk=share).select_related("team").first() if share else None
        self.what = f"{contact.council.short_name} {contact.service.name[:1].lower()}{contact.service.name[1:]}"

    def lines(self, entry: Entry) -> list[Line]:
        tell = WORDS.get(entry.kind)
        if tell is None:
            return []
        lines = [Line(self.after(entry.recorded_at), words) for words in tell(self, entry.body)]
        if entry.kind == "contact.offer":  # the exchange's word came before anything was written
            lines.insert(0, Line(self.after(entry.at), f"Call for {self.what}"))
        return lines

    def after(self, at: datetime) -> str:
        seconds = max(0.0, (at - self.contact.offered_at).total_seconds())
        return f"{round(seconds * 1000):,} ms" if seconds < 10 else wait(seconds)

    def name(self, body: Mapping[str, Any]) -> str:
        return self.names.get(body.get("person", 0), "Somebody")

    def offered(self, body: Mapping[str, Any]) -> list[str]:
        words = []
        if self.share is not None:
            words.append(f"Share {self.share.number}: {self.share.team.name} answers first")
        if self.contact.answer_within_s:
            words.append(f"Promise: answered within {length(self.contact.answer_within_s * 1000)}")
        return words

    def passed(self, body: Mapping[str, Any]) -> list[str]:
        council = Council.objects.filter(pk=body.get("council")).first()
        return [f"The call is about {council.name}: it goes on there"] if council else []

    def made(self, body: Mapping[str, Any]) -> list[str]:
        given = {key: value for key, value in body.items() if key not in {"person", "offer"}}
        try:
            councils = dict(Council.objects.values_list("number", "short_name"))
            why = explain(Reason.from_body(given), what=self.what, names=self.names, councils=councils)
        except (KeyError, TypeError):
            return [f"Rings at {self.name(body)}’s desk"]
        return [f"Rings at {self.name(body)}’s desk: {why}"]


def _runner_up(body: Mapping[str, Any]) -> Any:
    return (body.get("runner_up") or {}).get("person")


OFFER_ENDS = {
    "declined": "{name} can’t take it: it goes to the next",
    "expired": "{name} didn’t answer in time: it goes to the next",
    "withdrawn": "No longer rings at {name}’s desk",
}
Tell = Callable[[_Teller, Mapping[str, Any]], list[str]]
WORDS: Mapping[str, Tell] = {
    "contact.offer": _Teller.offered,
    "contact.refuse": lambda _, body: ["Nobody answers this line now. The call is counted, and the caller is told"],
    "offer.make": _Teller.made,
    "offer.end": lambda told, body: [
        OFFER_ENDS[body["state"]].format(name=told.name(body))] if body.get("state") in OFFER_ENDS else [],
    "contact.answer": lambda told, body: [f"{told.name(body)} answered"],
    "contact.hold": lambda told, body: ["The caller is on hold: they hear music"],
    "contact.retrieve": lambda told, body: [f"Back with the caller, after {wait(body.get('held_s'))} on hold"],
    "contact.identify": lambda told, body: ["The agent checked who is calling"],
    "contact.pass": _Teller.passed,
    "leg.begin": lambda told, body: ["A new leg, with that council’s own share and promise"],
    "need.open": lambda told, body: ["A need was noted, and its script begun"],
    "step.answer": lambda told, body: ["An answer was written down"],
    "case.open": lambda told, body: ["A case was opened for the officers"],
    "need.close": lambda told, body: ["The need was dealt with"],
    "contact.end": lambda told, body: [f"The call is over. They talked {wait(body.get('talk_s'))}"],
    "contact.abandon": lambda told, body: ["Rang off before anybody answered. It counts against the promise"],
    "contact.wrap_up": lambda told, body: ["The agent finished and is ready again. All of it is in today’s report"],
}
