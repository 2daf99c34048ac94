"""The desk's bundle of queries, once a request: all of a tenant is read in one scope that names the contact."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from moothall.agreements.queries import LineRow, council_now, council_of_share, greeting, line, own_line
from moothall.cases.models import Case
from moothall.cases.queries import cases_numbered
from moothall.contacts.models import Contact, Need
from moothall.contacts.needs import needs_of
from moothall.domain.interview.picture import read_name
from moothall.identity.queries import identity_of
from moothall.lib import clock
from moothall.payments.queries import requests_of_cases
from moothall.people.models import Person as Staffer
from moothall.people.queries import leader_of
from moothall.queueing.models import Presence, RouterState
from moothall.queueing.passings.desk import needs_of_others, own_needs, unfinished_part
from moothall.scripts import queries as scripts
from moothall.scripts.case_files import cases_with_files
from moothall.scripts.comments import words_back
from moothall.scripts.models import Run, StepComment
from moothall.scripts.on_the_web import RING_BACK
from moothall.scripts.proved import proved_in
from moothall.scripts.ring_back import case_rung_about, when_again
from moothall.scripts.shared import decided
from moothall.scripts.uploads import begun_on_web
from moothall.scripts.versions import script_at
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Staff
from moothall.tenancy.protection import number_of_protected
from moothall.tenancy.scope import scope
from moothall.web.cases.sent_and_paid import payment_words
from moothall.web.desk.asking import asked_about, asking
from moothall.web.desk.contexts import (
    BinDay,
    Call,
    Desk,
    Idle,
    NeedView,
    Person,
    Where,
    Who,
    WordBack,
)
from moothall.web.desk.history import before
from moothall.web.desk.passing import Part, is_about_protected, part_of, passed_on
from moothall.web.desk.queries import Hand, answers_for, call_in_hand, left_by, left_of, ring_backs
from moothall.web.desk.shared_line import shared_line
from moothall.web.desk.words import PAUSES, notice, refusal_of_notice

State = Presence.State
KEPT = timedelta(days=7)


def desk_of(person: Staffer, presence: Presence, router: RouterState, *, whole: bool) -> Desk:
    """Everything that the desk shows now. `whole`: also what a ringing desk keeps from before, for a new page."""
    at = clock.now()
    with scope(Staff(person.pk, presence.contact_id)):
        part = _part(person.pk, presence)
        call = _call(person, presence, at, part)
        sits = call is None or (whole and presence.state == State.RINGING)
        idle = _idle(person.pk, at) if sits else None
    return Desk(
        version=presence.version,
        state=presence.state,
        since=presence.since,
        pause=PAUSES.get(presence.pause_reason, PAUSES["pause"]),
        notice=notice(presence.notice),
        link=router.is_linked(at),
        call=call,
        idle=idle,
        leader=_leader(person.pk, at) if presence.state == State.IN_CALL else "",
        handles_calls=router.handles_calls,
        consults=router.consults,
        calls_out=router.calls_out,
        refused=refusal_of_notice(presence.notice),
        part=part,
    )


def _part(person: int, presence: Presence) -> Part | None:
    """Of a call that goes on elsewhere, what is still to finish here."""
    if presence.state != State.WRAP_UP or presence.contact_id is None:
        return None
    return part_of(unfinished_part(person, presence.contact_id))


def _idle(person: int, at: datetime) -> Idle:
    told = tuple(_word_back(each) for each in words_back(person, at - KEPT))
    return Idle(left_by(person, at - KEPT), answers_for(person, at), told, ring_backs(person, at))


def _word_back(comment: StepComment) -> WordBack:
    step = None
    with suppress(ValueError):  # a text in the language of an older installation
        step = script_at(comment.script_id).step(comment.step)
    name = read_name(step) if step else comment.step
    by = comment.done_by.name if comment.done_by else ""
    return WordBack(comment.council, name, comment.text, comment.word, by, comment.done_at or comment.written_at)


def _call(person: Staffer, presence: Presence, at: datetime, part: Part | None) -> Call | None:
    if presence.contact_id is None:
        return None
    hand = call_in_hand(presence.contact_id, at)
    if hand is None:  # the share has ended and the lease with it
        return None
    row = line(hand.contact.line)
    call = Call(
        contact=hand.contact,
        council=council_of_share(hand.contact.share_id, hand.council),
        line=row.name if row else hand.contact.line,
        greeting=_greeting(row, hand, person.first_name),
        who=_who(hand),
        where=_where(hand),
        passed_on=passed_on(hand.passed, person.pk, hidden=hand.hidden),
    )
    if hand.contact.outgoing:
        call = _outgoing(call, hand.council, person, at)
    if presence.state == State.ASKED:
        return _asked(call, hand, person.pk)
    if call.passed_on is not None:
        words = f"Hello, my name is {person.first_name}. {call.passed_on.first_name} has told me what you need."
        call = replace(call, greeting=words)
    if presence.state == State.IN_CALL:
        known = before(hand.contact, checked=hand.checked is not None, hidden=hand.hidden, count=hand.earlier)
        call = replace(call, asking=asking(hand.asked, person.pk), before=known)
    return call if presence.state == State.RINGING else _with_needs(call, presence, at, part)


def _outgoing(call: Call, council: Council, person: Staffer, at: datetime) -> Call:
    """Whom this agent rings: with what they begin, what asked for it, and when to try again."""
    case = case_rung_about(call.contact)
    why = "You asked us to ring you." if case is not None else "We spoke before, and it isn’t finished yet."
    return replace(
        call, rung_about=case, greeting=f"Hello, this is {person.first_name} from {council.name}. {why}",
        again=tuple(when_again(council, at)) if call.rings else (),
    )


def _asked(call: Call, hand: Hand, person: int) -> Call:
    """For whoever is asked about somebody else's call. Of somebody protected nothing but what it is about."""
    hidden = hand.hidden or is_about_protected(call.contact)
    if hidden:
        nobody = Person(0, "A protected person", "")
        call = replace(call, who=Who(nobody, True, (), "", False), where=Where(None, True, (), ()))
    return replace(call, passed_on=None, asked=asked_about(hand.asked, call.contact, person, hidden=hidden))


def _greeting(row: LineRow | None, hand: Hand, name: str) -> str:
    """The line's words; a call on a shared line that is a council's by now is greeted by that council's own."""
    contact, council = hand.contact, hand.council
    own = row if row is None or row.council == contact.council_id else own_line(contact.council_id, contact.service_id)
    if own is not None:
        usual = identity_of(council).text("greeting")
        return greeting(own, contact.share_id, name, usual=usual, council=council.name)
    return f"Hello, {council.name}. My name is {name}. How can I help?" if row else ""


def _who(hand: Hand) -> Who:
    contact, customer = hand.contact, hand.checked
    withheld = contact.from_kind == Contact.From.WITHHELD
    if hand.hidden:
        return Who(Person(contact.customer_id or 0, "A protected person", ""), True, (), "", withheld)
    if customer is not None:
        return Who(Person(customer.pk, customer.name, ""), False, (), contact.from_number, withheld)
    suggested = tuple(Person(*caller) for caller in hand.callers)
    return Who(None, False, suggested, _number_told(contact), withheld)


def _number_told(contact: Contact) -> str:
    """In a call the exchange shows it anyway. Nobody is led to ring somebody protected when it is over."""
    over, number = contact.state == Contact.State.DONE, contact.from_number
    return "" if over and number and number_of_protected(contact.council_id, number) else number


def _where(hand: Hand) -> Where:
    return Where(hand.place, hand.hidden, BinDay.days(hand.visits), hand.cases)


def _with_needs(call: Call, presence: Presence, at: datetime, part: Part | None) -> Call:
    """The call with its needs and, while it is on, the step at which the current need's script stands."""
    needs = own_needs(part.passing) if part else _needs(call, presence.person_id)
    runs = scripts.runs_by_need(call.contact) if needs else {}
    opened = [runs[need.pk] for need in needs if need.pk in runs and not need.closed_at]
    opened = [run for run in opened if run.state not in (Run.State.LEFT, Run.State.GIVEN)]
    current = max(opened, key=lambda run: run.changed_at, default=None)
    call = replace(
        call,
        needs=tuple(_need(need, runs.get(need.pk), current, rings=call.rings) for need in needs),
        run=current.pk if current else None,
    )
    if presence.state != State.IN_CALL:
        return replace(call, needs=_with_cases(call.needs, runs))
    step = scripts.current(current) if current else None
    offered = scripts.may_begin(call.contact)
    return replace(
        call,
        council=council_now(step.council) if step else call.council,
        step=step,
        passed_on=call.passed_on.beside(step) if call.passed_on and step else call.passed_on,
        who=call.who if call.who.protected else replace(call.who, proved=proved_in(call.contact, runs.values())),
        scripts=tuple(choice for choice in offered if not choice.interrupt),
        interrupts=tuple(choice for choice in offered if choice.interrupt),
        unfinished=left_of(call.contact, at - KEPT),
        files=begun_on_web(current) if current else (),
        case_files=cases_with_files([case.pk for case in call.where.cases]),
        case_paid=_paid(call.where.cases),
        shared=shared_line(presence.person_id, call.contact, current, at),
    )


def _paid(cases: Sequence[Case]) -> dict[int, list[str]]:
    """What was asked to be paid for each of these cases, and whether it is: the agent waits for it in the call."""
    found: dict[int, list[str]] = defaultdict(list)
    for request in requests_of_cases([case.pk for case in cases]):
        if request.case_id is not None:
            found[request.case_id].append(payment_words(request))
    return found


def _needs(call: Call, person: int) -> list[Need]:
    rows = needs_of(call.contact)
    if call.passed_on is None:
        return list(rows)
    return list(rows.exclude(pk__in=needs_of_others(call.contact.pk, person)))


def _need(need: Need, run: Run | None, current: Run | None, *, rings: bool) -> NeedView:
    broken = run is not None and run.state != Run.State.DONE
    alone = need.kind != RING_BACK if run is None else run.state == Run.State.GIVEN  # on the web, by a code
    signposted = alone or (run is not None and decided(run) is not None)  # others answer for the address that they gave
    ending = Need.Outcome.SIGNPOSTED if signposted else Need.Outcome.BROKEN_OFF if broken else Need.Outcome.RESOLVED
    if rings:
        ending = Need.Outcome.CALLBACK
    suggested = ending if alone else need.outcome or ending
    now = run is not None and current is not None and run.pk == current.pk
    return NeedView(need, now, run.pk if run else None, suggested, alone=alone)


def _with_cases(needs: Sequence[NeedView], runs: Mapping[int, Run]) -> tuple[NeedView, ...]:
    """With all that each need led to: a script may open several cases, and the need itself names the last."""
    several = {need: list(filter(None, (effect.get("case") for effect in run.effects.values())))
               for need, run in runs.items()}  # fmt: skip
    named = {item.need.pk for item in needs if item.need.case_id}  # none is of another council's case
    wanted = [case for need, cases in several.items() if len(cases) > 1 or need not in named for case in cases]
    found = cases_numbered(wanted)
    told = []
    for item in needs:
        cases = tuple(found[case] for case in several.get(item.need.pk, ()) if case in found)
        told.append(replace(item, cases=cases or tuple(filter(None, [item.need.case]))))
    return tuple(told)


def _leader(person: int, at: datetime) -> str:
    """The name and telephone of somebody to ask: a leader of one of this person's teams, but not themselves."""
    leader = leader_of(person, at)
    if leader is None:
        return ""
    return f"{leader.name}, {leader.station}" if leader.station else leader.name
