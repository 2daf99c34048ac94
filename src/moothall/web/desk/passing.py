"""What the desk shows of calls that are passed on: to whom one may go, with what story, and what stays the first's."""
from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from moothall.agreements.queries import line, members
from moothall.contacts.models import Contact, Need
from moothall.contacts.needs import needs_numbered, services_needed
from moothall.contacts.queries import ContactKey
from moothall.customers.queries import findable
from moothall.directory.queries import with_numbers
from moothall.domain.calendar import LONDON
from moothall.domain.telephone import national, telephone
from moothall.people.queries import names_of
from moothall.queueing.legs import partnership_of
from moothall.queueing.models import Passing, Presence
from moothall.queueing.passings.desk import TeamChoice, To, teams_to_pass_to
from moothall.queueing.passings.queries import others
from moothall.scripts import queries as scripts
from moothall.scripts.queries import StepView
from moothall.tenancy.models import Council
from moothall.tenancy.protection import somebody_protected

LINES, GLANCE = 3, 240  # of a story: before it is opened
FIRST, MOST = 4, 12  # of each group: before somebody types, and then
STATES = {"ready": "free", "ringing": "ringing", "in_call": "in a call", "wrap_up": "finishing a call",
          "paused": "on a pause", "away": "not here", "asked": "asked by a colleague"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to whom the call may go; `why_not` where they can't take it now."""

    value: str
    name: str
    about: str
    why_not: str = ""
    again: bool = False  # a team that stands here for another service already

    def fits(self, said: str) -> bool:
        """Whether every word that was typed stands in it."""
        text = f"{self.name} {self.about} {self.why_not}".casefold().replace("\u00a0", " ")
        return all(word in text for word in said.casefold().split())


@dataclass(frozen=True, slots=True)
class Group:
    """Choices of one kind: as many as fit, and how many more there are."""

    name: str
    choices: tuple[Choice, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class PassOn:
    """The panel in which somebody passes on the call that they have; `proposed`: see `is_untouched`."""

    groups: tuple[Group, ...]
    said: str = ""
    chosen: str = ""
    words: str = ""
    proposed: str = ""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The call in hand was passed on to whoever sits here."""

    by: str
    first_name: str
    words: str
    at: datetime
    hidden: bool = False  # it is about somebody protected: what was written of them isn't told

    @property
    def first(self) -> str:
        """As much of the words as is read at a glance; the rest is opened."""
        lines = self.words.split("\n")
        start = "\n".join(lines[:LINES])
        if len(start) <= GLANCE:
            return start
        return start[:GLANCE].rsplit(" ", 1)[0] + " …"

    @property
    def is_long(self) -> bool:
        return self.first != self.words

    def beside(self, step: StepView) -> PassedOn:
        """Without what stands under “So far” beside it."""
        words = self.words
        for said in step.so_far:
            words = re.sub(rf"(?<![^\s;]){re.escape(f'{said.label}: {said.value}')}(?:; |(?=\.\s|\.$))", "", words)
        return replace(self, words=re.sub(r"[;\s]*(?<=[;\s])\.(?=\s|$)", "", words).strip())


@dataclass(frozen=True, slots=True)
class Part:
    """What is still to finish by whoever passed the call on, who is told to whom it went and what became of it."""

    passing: Passing
    to: str
    along: tuple[Need, ...]


def panel(contact: Contact, *, person: int, at: datetime, said: str = "", **typed: str) -> PassOn:
    """In the person's scope of this contact. `typed`: what was chosen and written before, if something was."""
    proposed, own = typed.get("proposed", ""), typed.get("words")
    if own is None and (not_done := _not_done(contact, person)):
        own = not_done
    elif own is None or is_untouched(own, proposed):
        own = story(contact)
        proposed = mark_of(own)
    typed["words"] = own
    told, chosen = _told(contact), typed.get("chosen", "")
    listed = [("Told at this step", told)]
    if said or chosen not in {each.value for each in told}:  # whom the step tells to ring stands there alone
        listed += [
            ("Teams", _teams(contact, person, at)), ("Colleagues", _people(contact, person, at)),
            ("Outside", list(_outside(contact, at))),
        ]  # fmt: skip
    if said:
        able = {choice.name for _, choices in listed for choice in choices}
        listed.append(("Can’t take it", _others(contact, person, at, able)))
    groups = tuple(_group(name, choices, said, chosen) for name, choices in listed)
    return PassOn(groups, said, chosen, typed["words"], proposed)


def mark_of(words: str) -> str:
    """By which words that were proposed are known again, spaces aside; it tells nothing of them."""
    return sha256(" ".join(words.split()).encode()).hexdigest()


def is_untouched(words: str, proposed: str) -> bool:
    """Whether they stand as they were proposed. The caller may have been checked since, and be somebody protected: so
    what nobody wrote is proposed anew, and never kept as if it were written."""
    return bool(words.strip()) and mark_of(words) == proposed


def _group(name: str, choices: list[Choice], said: str, chosen: str) -> Group:
    fit = sorted((choice for choice in choices if choice.fits(said)), key=lambda choice: bool(choice.why_not))
    shown = fit[:MOST] if said else [choice for choice in fit if not choice.again][:FIRST]
    more = len(fit) - len(shown)
    shown += [choice for choice in choices if choice.value == chosen and choice not in shown]
    return Group(name, tuple(shown), more)


def _ordered(contact: Contact, person: int, at: datetime) -> list[TeamChoice]:
    """What the call is about now first, then the line's own service."""
    needs = services_needed(contact)
    key = ContactKey(contact.pk, contact.council_id, contact.service_id)
    return sorted(teams_to_pass_to(key, person=person, at=at), key=lambda team: team.service not in needs)


def _teams(contact: Contact, person: int, at: datetime) -> list[Choice]:
    seen: set[int] = set()
    found = []
    for team in _ordered(contact, person, at):
        about = f"{team.service_name}: {_free(team)}"
        why_not = "" if team.there else "nobody is there"
        found.append(
            Choice(f"team-{team.team}-{team.service}", team.name, about, why_not, again=team.team in seen)
        )
        seen.add(team.team)
    return found


def _free(team: TeamChoice) -> str:
    return f"{team.free} of {team.there} free" if team.there else "nobody there"


def _people(contact: Contact, person: int, at: datetime) -> list[Choice]:
    """Each once, by the first of their teams and services; who is free first."""
    found: dict[int, Choice] = {}
    for team in _ordered(contact, person, at):
        for each in team.people:
            free = each.state == Presence.State.READY
            value = f"person-{each.person}-{each.team}-{each.service}"
            state = STATES.get(each.state, "not here")
            found.setdefault(
                each.person, Choice(value, each.name, f"{each.team_name}: {state}", "" if free else state)
            )
    return sorted(found.values(), key=lambda choice: (bool(choice.why_not), choice.name))


def _others(contact: Contact, person: int, at: datetime, able: Collection[str]) -> list[Choice]:
    """Teams and people of whom one may think, and to whom no share lets a call of this council go: said in words."""
    partnership = partnership_of(contact)
    why = f"doesn’t answer for {contact.council.short_name} by the agreement"
    found: dict[str, Choice] = {}
    for team, name in others(person, members(partnership) if partnership else (), at=at):
        if team not in able:
            found.setdefault(team, Choice("none", team, why, why))
        if name not in able:
            found.setdefault(name, Choice("none", name, f"{team}: {why}", why))
    return list(found.values())


def _outside(contact: Contact, at: datetime) -> Iterator[Choice]:
    """The council's directory, as far as this person sees it, and what other bodies have published."""
    for row in with_numbers(contact.council_id, at.astimezone(LONDON).date()):
        about = ", ".join(filter(None, (row.team if row.team != row.name else "", telephone(row.number))))
        yield Choice(f"number-{national(row.number)}", row.name, about)
    for council in Council.objects.exclude(phone="").order_by("name"):
        if line(international(council.phone)) is None:  # a line of ours: what is rung there comes back here
            yield Choice(f"number-{national(council.phone)}", council.name, telephone(council.phone))


def _told(contact: Contact) -> list[Choice]:
    """The numbers that the step tells at which the call's script stands, as a duty team's."""
    step = scripts.step_in_hand(contact)
    return [
        Choice(f"number-{each.number}", each.name or "The number told here", each.written)
        for each in (step.numbers if step else ())
    ]


def international(number: str) -> str:
    digits = national(number)
    return f"+44{digits[1:]}" if digits.startswith("0") else digits


def read_choice(contact: Contact, value: str, *, person: int, at: datetime) -> To | None:
    """The receiver that a choice of the panel names; None where it names none."""
    kind, *numbers = value.split("-")
    if kind == "number":
        found = next((choice for choice in (*_told(contact), *_outside(contact, at)) if choice.value == value), None)
        return To(contact.service_id, number=numbers[0], name=found.name) if found else None
    ids = [int(number) for number in numbers if number.isdecimal() and len(number) < 19]
    if kind == "team" and len(ids) == 2:
        return To(ids[1], team=ids[0])
    if kind == "person" and len(ids) == 3:
        return To(ids[2], person=ids[0], team=ids[1])
    return None


def story(contact: Contact) -> str:
    """What was asked and answered so far, in words, of every need that is open; of somebody protected no answer."""
    hidden = is_about_protected(contact)
    told = []
    for run in scripts.unfinished_runs(contact):
        step = scripts.current(run)
        said = "; ".join(f"{item.label}: {item.value}" for item in step.so_far if item.value)
        told.append(f"{step.title}. {said}." if said and not step.discreet and not hidden else f"{step.title}.")
    return "\n".join(told)


def is_about_protected(contact: Contact) -> bool:
    """Whether the caller is somebody protected, or somebody protected lives at the address. In an open scope, which
    doesn't show whoever is protected."""
    customer = contact.customer_id
    if customer is not None and not findable().filter(pk=customer).exists():
        return True
    return contact.property_id is not None and somebody_protected(contact.property_id)


def _not_done(contact: Contact, person: int) -> str:
    """What was written for a passing that the exchange refused."""
    last = Passing.objects.filter(contact=contact, by_id=person).order_by("-pk").first()
    return last.words if last is not None and last.state == Passing.State.REFUSED else ""


def passed_on(told: Mapping[str, Any] | None, person: int, *, hidden: bool) -> PassedOn | None:
    """From the call's row; nothing for whoever passed it on themselves."""
    if not told or told["by_id"] == person or told["state"] not in (Passing.State.WAITING, Passing.State.TAKEN):
        return None
    words = "" if hidden else told["words"]
    return PassedOn(told["by"], told["by"].split(" ", 1)[0], words, datetime.fromisoformat(told["passed_at"]), hidden)


def part_of(passing: Passing | None) -> Part | None:
    if passing is None:
        return None
    names = names_of([each for each in (passing.taken_by_id, passing.person_id) if each])
    meant = names.get(passing.person_id or 0) or (passing.team.name if passing.team else "whoever is free")
    to = names.get(passing.taken_by_id or 0) or meant
    return Part(passing, to, tuple(needs_numbered(passing.needs)))
