"""Councils become one: what passes at the instant, what differs between them, what nobody would do; before it happens.

Within the reader's scope: what isn't theirs to count is said to be so. Nothing is changed.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from moothall.agreements.open_work import count_open
from moothall.agreements.register import Register
from moothall.cases.models import Case
from moothall.domain.calendar import LONDON
from moothall.domain.findings import Finding
from moothall.domain.plural import count
from moothall.domain.responsibility.phrases import from_words, lower, upper
from moothall.domain.responsibility.shares import AgreementTerms, Cover, Function, ShareTerms, SuccessionTerms
from moothall.domain.responsibility.succession import named, succession_findings
from moothall.domain.responsibility.times import counted, listed
from moothall.domain.responsibility.wording import promise
from moothall.domain.telephone import telephone
from moothall.handover.rehearsal import NOT_YOURS, Group, Grouped
from moothall.people.models import Membership
from moothall.scripts.versions import parameters_of, published_scripts, version_for
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import current_principal
from moothall.tenancy.validity import valid_at

MOST_REFERENCES = 50  # of what is open, named one by one; the count says how many there are
JUST_BEFORE = timedelta(seconds=1)
LEFT = ("open-cases-nobody", "not-carried-on", "successor-covers-nothing", "after-vesting")
STAYING = (
    "Rows stay with the council that made them: references, statements, seals and exports are as they were.",
    "Two records of one person at two councils stay two until an officer joins them.",
    "A call in progress keeps its stamp and greeting, and may be finished by whoever has it, for 30 minutes at most.",
)


@dataclass(frozen=True, slots=True)
class Rehearsed(Grouped):
    """One succession of a text, before its vesting day."""

    title: str
    each: SuccessionTerms
    remarks: tuple[str, ...]
    groups: tuple[Group, ...]

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "successor": self.each.gss, "name": self.each.name, "at": self.each.at.astimezone(LONDON).isoformat(),
            "letters": self.each.letters, "remarks": list(self.remarks), "groups": [asdict(g) for g in self.groups],
        }  # fmt: skip


class _Text:
    """One succession within its text, and how councils, services and teams are called."""

    def __init__(self, terms: AgreementTerms, each: SuccessionTerms, register: Register) -> None:
        self.terms, self.each = terms, each
        self.names = named(register.names(terms.teams), terms.successions)
        self.councils = {row.pk: row for row in Council.objects.filter(pk__in=(*each.predecessors, each.number))}

    def council(self, number: int) -> str:
        return self.names.council(number)

    def service(self, number: int) -> str:
        return lower(self.names.service(number))

    def before(self, council: int, function: Function) -> list[ShareTerms]:
        """A predecessor's shares that hold to the last second, lowest tier first."""
        last = self.each.at - JUST_BEFORE
        found = [s for s in self.terms.shares if (s.client, s.function) == (council, function)]
        return sorted((s for s in found if s.starts <= last < s.ends), key=lambda s: (s.tier, s.id))

    def after(self, function: Function) -> list[ShareTerms]:
        at = self.each.at
        found = [s for s in self.terms.shares if (s.client, s.function) == (self.each.number, function)]
        return sorted((s for s in found if s.starts <= at < s.ends), key=lambda s: (s.tier, s.id))

    def served(self) -> list[tuple[int, int]]:
        served = {(council, service) for council in self.each.predecessors for function in ("answer", "resolve")
                  for share in self.before(council, function) for service in share.services}
        return sorted(served)


def rehearse_succession(
    terms: AgreementTerms, each: SuccessionTerms, *, register: Register, now: datetime
) -> Rehearsed:
    """What would pass if the text were signed; within a scope of whoever asks."""
    text = _Text(terms, each, register)
    cases, calls = _open(text, now)
    groups = (
        _nobody(text), _lines(text), cases, calls, _teams(text), _group("standards", "Promises that differ",
        _standards(text), "They promise the same."), _group("messages", "What callers hear", _greetings(text),
        "Each line keeps its words, with the new name in them."), _group("parameters", "Rules that differ in scripts",
        _parameters(text), "Their scripts have the same rules."), _group("identity", "Names and looks",
        _identity(text), "Nothing."),
    )  # fmt: skip
    who = listed([text.council(number) for number in each.predecessors])
    title = f"{who} become {each.name} on {from_words(each.at)}"
    return Rehearsed(title, each, STAYING, groups)


def _group(key: str, heading: str, sentences: Iterable[str], nothing: str) -> Group:
    said = tuple(sentences)
    return Group(key, heading, len(said), said, nothing)


def _nobody(text: _Text) -> Group:
    def of_this(finding: Finding) -> bool:
        return finding.code in LEFT

    said = [f"{found.words} {found.remedy}" for found in succession_findings(text.terms, text.names) if of_this(found)]
    return _group("nobody", "Left without anybody", said, "All that was done for them is done by somebody.")


def _lines(text: _Text) -> Group:
    said = []
    for line in text.terms.lines:
        number = telephone(line.public_number or line.number)
        if line.council in text.each.predecessors:
            said.append(f"{line.name} ({number}) goes on, in the name of {text.each.name}.")
        elif line.council == text.each.number:
            said.append(f"{line.name} ({number}) is {text.each.short_name}'s own.")
    return _group("lines", "Lines", said, "They have no line in this agreement.")


def _open(text: _Text, now: datetime) -> tuple[Group, Group]:
    counts = count_open(text.served(), at=now)
    if not counts:
        return Group("cases", "Open cases", None, (NOT_YOURS,)), Group("calls", "Calls in progress", None, (NOT_YOURS,))
    cases, calls = [], []
    resolving = text.after("resolve")
    for (council, service), found in counts.items():
        about = f"of {text.council(council)} about {text.service(service)}"
        team = next((text.names.team(share.team) for share in resolving if service in share.services), "nobody")
        if found.cases:
            known = _references(council, service)
            named_ = f": {listed(known)}" if known else ""
            cases.append(f"{count(found.cases, 'case')} {about}{named_}. From then on {team} resolves them.")
        if found.calls:
            calls.append(f"{count(found.calls, 'call')} {about}: whoever has it may finish it.")
    sums = [sum(getattr(each, name) for each in counts.values()) for name in ("cases", "calls")]
    return (Group("cases", "Open cases", sums[0], tuple(cases), "None is open now."),
            Group("calls", "Calls in progress", sums[1], tuple(calls), "None is open now."))


def _references(council: int, service: int) -> list[str]:
    """Those that the reader may see; whoever counts alone, in whose role no case is read, sees none."""
    if current_principal() == System("count"):
        return []
    found = Case.objects.filter(council_id=council, service_id=service, state=Case.State.OPEN).order_by("id")
    return list(found.values_list("reference", flat=True)[:MOST_REFERENCES])


def _teams(text: _Text) -> Group:
    becomes, said = dict(text.each.teams), []
    for team in text.terms.teams:
        goes = becomes.get(team.slug)
        if goes is None and team.employer not in text.each.predecessors:
            continue
        at = text.each.at - JUST_BEFORE
        members = Membership.objects.filter(valid_at(at), team__slug=team.slug, person__is_active=True)
        people = count(members.values("person").distinct().count(), "person", "people")
        if goes is None:
            said.append(f"{team.name} ({people}): nothing is said of it. From then on it sees nothing.")
        elif goes == team.slug:
            said.append(f"{team.name} ({people}) stays, and sees what its shares say.")
        else:
            said.append(f"{team.name} ({people}) goes on as {text.names.team(goes)}.")
    return _group("teams", "Staff and teams", said, "Nobody's team changes.")


def _standards(text: _Text) -> Iterator[str]:
    for function in ("answer", "resolve"):
        services = sorted({service for council, service in text.served()})
        alike: dict[tuple[tuple[str, ...], str], list[int]] = {}
        for service in services:
            own = tuple(f"{text.council(council)}: {_promised(text.before(council, function), service)}"
                        for council in text.each.predecessors)
            after = _promised(text.after(function), service)
            if len({words.split(": ", 1)[1] for words in own} | {after}) > 1:
                alike.setdefault((own, after), []).append(service)
        things = "Contacts" if function == "answer" else "Cases"
        for (own, after), found in alike.items():
            about = counted([text.service(service) for service in found], "services")
            yield f"{things} about {about}. {'; '.join(own)}. From then on: {after}."
    yield from _hours(text)


def _promised(shares: Sequence[ShareTerms], service: int) -> str:
    share = next((each for each in shares if service in each.services), None)
    if share is None:
        return "nobody does"
    return promise(share.standard, share.function) or "no time is promised"


def _hours(text: _Text) -> Iterator[str]:
    """Promised hours that aren't the same, by service."""
    def promised(council: int, at: datetime) -> Callable[[int], list[Cover]]:
        held = [c for c in text.terms.covers if c.council == council and c.starts <= at < c.ends and
                "answer" in c.functions]
        return lambda service: [c for c in held if service in c.services]

    at = text.each.at - JUST_BEFORE
    differ = []
    for service in sorted({service for _, service in text.served()}):
        hours = {tuple(c.hours for c in promised(council, at)(service)) for council in text.each.predecessors}
        hours.add(tuple(c.hours for c in promised(text.each.number, text.each.at)(service)))
        if len(hours) > 1:
            differ.append(text.service(service))
    if differ:
        yield f"The hours in which {counted(differ, 'services')} are answered aren't the same before and after."


def _greetings(text: _Text) -> Iterator[str]:
    by_service: dict[int, dict[str, list[str]]] = {}
    for line in text.terms.lines:
        if line.council in text.each.predecessors:
            said = line.greeting or "the usual words"
            by_service.setdefault(line.service, {}).setdefault(said, []).append(line.name)
    for service, greetings in by_service.items():
        if len(greetings) > 1:
            said = "; ".join(f"{listed(lines)}: “{words}”" for words, lines in greetings.items())
            yield f"About {text.service(service)} they greet differently. {said}."


def _parameters(text: _Text) -> Iterator[str]:
    """Each script's rules that the predecessors don't share, as published now."""
    councils = [text.councils[number] for number in text.each.predecessors if number in text.councils]
    for key in sorted(published_scripts()):
        rules = {council.short_name: dict(parameters_of(version_for(key, council.gss))) for council in councils}
        names = sorted({name for found in rules.values() for name in found if not name.endswith("_name")})
        for name in names:
            values = {council: found.get(name, "the usual") for council, found in rules.items()}
            if len(set(map(str, values.values()))) > 1:
                said = "; ".join(f"{council}: {value}" for council, value in values.items())
                yield f"{upper(key.replace('-', ' '))}, {name.replace('_', ' ')}. {said}."


def _identity(text: _Text) -> Iterator[str]:
    each, new = text.each, text.councils.get(text.each.number)
    old = [text.councils[number] for number in each.predecessors if number in text.councils]
    keep = listed([f"{row.short_name}'s {row.reference_prefix}" for row in old])
    yield f"New references begin with {each.letters}; those of before keep {keep}."
    yield f"The pages of {listed([row.short_name for row in old])} answer as {each.name}, and say what was."
    missing = [what for what, value in (("a phone number", new and new.phone), ("a website", new and new.website),
               ("an address", new and new.address), ("an identity of its own", getattr(new, "identity", None)))
               if not value]
    if missing:
        yield f"{each.short_name} has no {listed([what.split(' ', 1)[1] for what in missing])} here yet."
