"""A call on a partnership's line goes on for the council that it is about, with the scripts that were begun in it."""
from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404

from moothall.agreements.queries import members
from moothall.contacts.actions import close_need, open_need
from moothall.contacts.models import Contact, Need
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.people.models import Person
from moothall.queueing.access import access_contact_in_hand
from moothall.queueing.consults.desk import asks_somebody
from moothall.queueing.doorbell import ring
from moothall.queueing.legs import Elsewhere, go_on_for, partnership_of, who_answers
from moothall.scripts.access import services_answered, with_all
from moothall.scripts.left_runs import leave_run, take_up_run
from moothall.scripts.models import Run
from moothall.scripts.queries import service_of
from moothall.scripts.shared import whose_addresses
from moothall.scripts.steps import LANGUAGE
from moothall.scripts.versions import parameters_of, script_of, version_for
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope

OVER, GONE, ASKING = "over", "gone", "asking"


def name_council(person: Person, contact: int, council: int) -> Elsewhere | str:
    """The call that this person has on a shared line is about this council: a leg begins there, stamped anew, and what
    was begun goes on in it. Elsewhere, and nothing has changed, where others answer; else a refusal's code, or "".

    Http404 where the call didn't come on such a line, or the council takes no part in it. Opens its scopes itself: in
    the call's own nothing of the council is seen yet, and from then on nothing but that council's.
    """
    at = clock.now()
    with scope(Staff(person.pk, contact)):
        before = access_contact_in_hand(person, contact)
        if before.state != Contact.State.ANSWERED:
            return OVER
        if asks_somebody(contact):  # who is asked about it, is asked in the name under which it is known now
            return ASKING
        partnership = partnership_of(before)
        if partnership is None or council not in members(partnership):
            raise Http404("council")
        runs = _begun(before)
        wanted = next((number for run in runs if (number := service_of(run))), None)
    if council == before.council_id:
        return ""
    with scope(Staff(person.pk)):
        had = Contact.objects.filter(council_id=council, call_key=before.call_key).first()
        line = wanted or _line_service(before, partnership)
        service = had.service_id if had else line
        stamp = who_answers(person.pk, council, service, at)
        if isinstance(stamp, Elsewhere):
            return stamp
        mistaken = _nothing_done(before)
        key = go_on_for(person, before, (council, service), stamp, at=at, mistaken=mistaken)
        if key is None:
            return GONE
        carried = _carry_all(runs, Contact.objects.select_related("council").get(pk=key.id))
    if carried:
        with scope(Staff(person.pk, key.id)):
            for run in Run.objects.filter(pk__in=carried).order_by("pk"):
                take_up_run(run)
            ring(person.pk)  # a page that asked meanwhile has shown the call without them
    return ""


def _begun(contact: Contact) -> list[Run]:
    """The runs of this contact whose needs are open, the latest first: the one that is open on the desk."""
    rows = Run.objects.filter(contact=contact, need__closed_at=None, need__isnull=False)
    rows = rows.exclude(state=Run.State.GIVEN)  # they go on with it on the web, in the name of this council
    return list(with_all(rows).order_by("-changed_at"))


def _line_service(contact: Contact, partnership: int) -> int:
    """The service of the line that was rung, which the partnership's own contact of this call keeps."""
    first = Contact.objects.filter(council_id=partnership, call_key=contact.call_key)
    return first.values_list("service_id", flat=True).first() or contact.service_id


def _nothing_done(contact: Contact) -> bool:
    """Whether a council was named in error: nothing was dealt with in its name, or what was begun goes on elsewhere."""
    if contact.council.kind == contact.council.Kind.PARTNERSHIP:
        return False
    needs = Need.objects.filter(contact=contact).exclude(outcome=Need.Outcome.WENT_ON)
    given = Run.objects.filter(contact=contact, state=Run.State.GIVEN)
    return not needs.exclude(runs__effects={}, closed_at=None).exists() and not given.exists()


def _carry_all(runs: Sequence[Run], contact: Contact) -> list[int]:
    """Let the runs go on in the call's next contact; the new ones' ids. One that did something stays where it did."""
    answered = services_answered(contact, clock.now())
    carried = []
    for run in reversed(runs):
        service = service_of(run) or contact.service_id
        if run.effects or service not in answered:
            leave_run(run)
            assert run.need is not None
            close_need(run.need, outcome=run.need.outcome or Need.Outcome.BROKEN_OFF, code=run.need.outcome_code)
        else:
            carried.append(carry_run(run, contact, service).pk)
    return carried


def carry_run(run: Run, contact: Contact, service: int) -> Run:
    """Begin the run again in another contact of the call, with its answers; what it looked up is looked up anew there.

    An address of a third council isn't among the answers that are kept: the agent has just said that it isn't the one.
    Nothing of what was said stays behind.
    """
    at = clock.now()
    script = script_of(run)
    elsewhere = {property_ for property_, whose in whose_addresses(run).items() if whose != contact.council_id}
    answers = {step: answer for step, answer in run.answers.items() if answer["value"] not in elsewhere}
    need = open_need(contact=contact, service=service, kind=script.key, title=script.title.get(LANGUAGE))
    version = version_for(script.key, contact.council.gss)
    following = Run.objects.create(
        council_id=contact.council_id, service_id=service, contact=contact, need=need, script=version,
        state=Run.State.LEFT, channel=run.channel, parameters=dict(parameters_of(version)), answers=answers,
        started_by_id=run.started_by_id, started_at=run.started_at, changed_at=at,
    )  # fmt: skip
    write("run.carry", council=contact.council_id, service=service, contact=contact.pk, need=need.pk, at=at,
          body={"run": following.pk, "script": version.hash})
    _leave_nothing(run)
    return following


def _leave_nothing(run: Run) -> None:
    run.state, run.answers, run.facts = Run.State.DONE, {}, {}
    run.version += 1
    run.save()
    if run.need is not None:
        close_need(run.need, outcome=Need.Outcome.WENT_ON)
