"""One simulated call, from the exchange's event to the script's first question, and undone.

Made-up doubles of the team's people sit at its desks, so that no real desk's row is touched or waited for. Each call is
a transaction of its own: what it locks is free again within a moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from moothall.agreements.queries import greeting as greeting_of
from moothall.agreements.queries import line as line_of
from moothall.agreements.queries import responsible
from moothall.cases.numbering import next_reference
from moothall.contacts.actions import open_need
from moothall.contacts.models import Contact
from moothall.onboarding.bring import undone
from moothall.onboarding.services import scripts_for
from moothall.people.models import Membership, Person, Skill
from moothall.queueing.calls import Calls
from moothall.queueing.models import Offer, Presence
from moothall.queueing.picture import Picture, agents_from
from moothall.queueing.queues import QueueKey, milliseconds
from moothall.scripts.actions import start_run
from moothall.scripts.queries import current
from moothall.telephony.numbers import Caller
from moothall.telephony.port import Alerting, Answered, CallEvent, Ended, Offered
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.tenancy.validity import valid_at

LOAD = System("load")
CALLER = Caller("number", "+441632960999")  # of the numbers kept for drama
ANSWERED_AFTER = timedelta(seconds=3)
DOUBLES = 12


@dataclass
class Heard:
    """What a caller would meet. `problems` pair what is wrong with what to do."""

    agent: str = ""
    greeting: str = ""
    script: str = ""
    asks: str = ""
    reference: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)


def ring(council: Council, number: str, at: datetime) -> Heard:
    """Ring this line at this instant. Nothing is kept."""
    heard = Heard()
    with undone():
        names = _sit_down(council, number, at)
        _play(council, number, at, names, heard)
    return heard


def _sit_down(council: Council, number: str, at: datetime) -> dict[int, tuple[str, str]]:
    """Doubles of those who would be there, ready: their ids, with name and telephone."""
    line = line_of(number)
    plan = responsible(line.council, line.service, channel="phone", function="answer", at=at) if line else None
    teams = [team for _, team in getattr(plan, "tiers", ())]
    serving = Membership.objects.filter(
        valid_at(at), team__in=teams, job__in=("agent", "leader"), person__is_active=True
    )
    rows = list(serving.select_related("person").order_by("team", "person")[:DOUBLES])
    people = {row.person_id: row.person for row in rows}
    doubles = {
        pk: Person(name=person.name, email=f"rehearsal-{pk}@invalid.invalid", station=f"rehearsal-{pk}", password="!")
        for pk, person in people.items()
    }
    Person.objects.bulk_create(doubles.values())
    Presence.objects.bulk_create(
        Presence(person=double, state="ready", since=at, idle_since=at, device=double.station)
        for double in doubles.values()
    )
    Skill.objects.bulk_create(
        Skill(person=doubles[skill.person_id], service_id=skill.service_id, level=skill.level)
        for skill in Skill.objects.filter(person__in=people)
    )
    Membership.objects.bulk_create(
        Membership(person=doubles[row.person_id], team_id=row.team_id, job=row.job, valid_from=row.valid_from)
        for row in rows
    )
    return {double.pk: (double.name, double.station) for double in doubles.values()}


def _play(council: Council, number: str, at: datetime, names: dict[int, tuple[str, str]], heard: Heard) -> None:
    calls = Calls(linked=True)
    calls.picture = _picture(number, at, names)
    calls.hear(_event(Offered, number, number, at), at)
    with scope(LOAD):
        contact = Contact.objects.filter(call_key="rehearsal").first()
        offer = Offer.objects.filter(contact=contact).first() if contact else None
    if contact is None or contact.state == "unanswered":
        heard.problems.append(("The call was turned away.", "Look who answers this line in the agreement."))
    elif offer is None:
        who = "Nobody who would be there" if names else "Nobody is there who"
        heard.problems.append(
            (
                f"{who} may answer {contact.service.name.lower()}.",
                "Give somebody in the team the skill, in a file of staff.",
            )
        )
    else:
        _answer(council, number, at, (calls, names[offer.person_id]), heard)


def _answer(council: Council, number: str, at: datetime, desk: tuple[Calls, tuple[str, str]], heard: Heard) -> None:
    calls, (name, station) = desk
    then = at + ANSWERED_AFTER
    calls.hear(_event(Alerting, number, station, then), then)
    calls.hear(_event(Answered, number, station, then), then)
    with scope(LOAD):
        contact = Contact.objects.select_related("council", "service").get(call_key="rehearsal")
        heard.agent = name
        heard.greeting = greeting_of(number, contact.share_id, name.split(" ", 1)[0])
        _open_script(contact, heard)
        heard.reference = next_reference(council)
    calls.hear(_event(Ended, number, station, then, by="caller"), then)


def _open_script(contact: Contact, heard: Heard) -> None:
    scripts = scripts_for(contact.service.slug) or scripts_for("first-contact")
    if not scripts:
        heard.problems.append(("No script is published.", "Publish the packs: moothall pack publish."))
        return
    key, script = next(iter(scripts.items()))
    heard.script = script.title.get("en")
    need = open_need(contact=contact, service=contact.service_id, kind=key, title=heard.script)
    step = current(start_run(contact=contact, need=need, script_key=key))
    heard.asks = step.say
    if step.kind == "stuck":
        heard.problems.append((f"The script “{heard.script}” can’t begin.", "Look at it: moothall pack check."))


def _picture(number: str, at: datetime, names: dict[int, tuple[str, str]]) -> Picture:
    skills = list(Skill.objects.filter(person__in=names))
    rows = [
        (person, *names[person], team, skill.service_id, skill.level)
        for person, team in Membership.objects.filter(person__in=names).order_by("person", "pk")
        .values_list("person", "team")
        for skill in skills if skill.person_id == person
    ]
    picture = Picture(agents_from(rows))
    line = line_of(number)
    plan = responsible(line.council, line.service, channel="phone", function="answer", at=at) if line else None
    if line is not None and (tiers := getattr(plan, "tiers", None)):
        picture.know_queues([QueueKey(line.council, line.service, tuple(tiers))])
    for person in names:
        if picture.knows(person):
            picture.ready(person, milliseconds(at))
    return picture


def _event(kind: type[CallEvent], number: str, device: str, at: datetime, **more: str) -> CallEvent:
    return kind(at=at, monotonic_ns=0, call="rehearsal", line=number, device=device, caller=CALLER, **more)
