"""A run that is broken off: it is left, and taken up again in a call or on the web, where its code opens it."""

from __future__ import annotations

from datetime import timedelta

from moothall.contacts.actions import open_need
from moothall.contacts.models import Contact, Need
from moothall.domain.interview.answers import UPLOADED, discreet
from moothall.domain.interview.run import Stuck
from moothall.lib import clock
from moothall.scripts import on_the_web, steps
from moothall.scripts.actions import go_on, locked_run, save_run, write_entry
from moothall.scripts.models import Run
from moothall.scripts.protecting import protect_in_run, told_to_protect
from moothall.scripts.steps import walk_of
from moothall.scripts.versions import script_of
from moothall.scripts.web_scripts import may_be_followed
from moothall.tenancy.models import Council
from moothall.tenancy.residents import DAYS, give_code


def leave_run(run: Run, *, mistaken: bool = False) -> Run:
    """The call is over and the script isn't: keep it, to be taken up again. A run at its end is done already, and one
    on a shared line that stayed nobody's isn't taken up again, nor one that was begun by mistake. Nor is a discreet
    one: whoever rings next from that number, or is rung on it, may be the one who mustn't hear of it. What protects
    whoever told it does so though the script came to no case."""
    run = locked_run(run)
    if run.contact_id and run.state != Run.State.DONE and not mistaken and told_to_protect(run):
        protect_in_run(run, [None])
    if run.state in (Run.State.OPEN, Run.State.GIVEN):
        stop = walk_of(run).next
        over = mistaken or run.council.kind == Council.Kind.PARTNERSHIP or discreet(script_of(run), stop.values)
        if run.state == Run.State.GIVEN and not over:  # it is theirs, and waits on the web
            return run
        run.state = Run.State.DONE if over else Run.State.LEFT
        save_run(run)
        write_entry("run.leave", run, {"step": stop.key if isinstance(stop, Stuck) else stop.step.key})
    return run


def is_theirs(run: Run) -> bool:
    """Whether they hold a code, given in a call, with which they may go on on the web: nobody goes on with it here."""
    return run.state == Run.State.GIVEN and run.changed_at > clock.now() - timedelta(days=DAYS)


def waits(run: Run) -> bool:
    """Whether it was broken off and waits here to be taken up: nobody goes on with it in another call or on the web."""
    return run.state in (Run.State.LEFT, Run.State.GIVEN) and not is_theirs(run)


def take_up_run(run: Run, *, contact: Contact | None = None) -> Run:
    """Go on with a run that was left, in the same contact or in a new one of the same council.

    What was looked up is looked up anew, unless an effect was built on it: a day may have passed. A need that was
    closed as broken off stays so, and another one goes on from here.
    """
    run = locked_run(run)
    contact = contact or run.contact
    if contact is None or contact.council_id != run.council_id:
        raise ValueError("a run goes on in a contact of its own council")
    if run.need is None or run.need.closed_at or run.need.contact_id != contact.pk:
        run.need = _need_in(run, contact)
    run.contact, run.state, run.channel = contact, Run.State.OPEN, contact.channel
    if not run.effects:  # what was uploaded stays: it wasn't looked up
        run.facts = {name: fact for name, fact in run.facts.items() if name == UPLOADED}
    write_entry("run.take_up", run, {}, at=clock.now(), then=go_on(run))
    return run


def _need_in(run: Run, contact: Contact) -> Need:
    """The very need that the run left behind in this contact when it went on on the web, if it is open: another of its
    kind is another's. Else a new one."""
    script = script_of(run)
    left = Need.objects.filter(contact=contact, pk=run.need_number, closed_at=None).first()
    title = script.title.get(steps.LANGUAGE)
    return left or open_need(contact=contact, service=run.service_id, kind=script.key, title=title)


def hand_over_run(run: Run, code: str) -> Run:
    """In a call: they go on by themselves, on the web, with a code. ValueError on a line that is no council's, and
    where the script isn't for the public to follow alone."""
    run = locked_run(run)
    able = run.council.kind == Council.Kind.COUNCIL and may_be_followed(script_of(run))
    if not able or run.state == Run.State.DONE:
        raise ValueError("only what a council's script still asks can be gone on with on the web")
    give_code(run.pk, code)
    run.state = Run.State.GIVEN
    save_run(run)
    write_entry("run.hand_over", run, {})
    return run


def resume_run(run: Run) -> Run:
    """On the web: go on with a run by its code. One that was begun in a call leaves that call's contact."""
    run = locked_run(run)
    if run.channel != on_the_web.WEB:
        run.need_number = run.need_id
        run.contact = run.need = None
        run.contact_id = run.need_id = None  # a contact that isn't in sight
        run.channel = on_the_web.WEB
        if not run.effects:  # what an agent may know isn't all theirs: it is looked up anew in their own sight
            run.facts = {name: fact for name, fact in run.facts.items() if name == UPLOADED}
    write_entry("run.resume", run, {}, at=clock.now(), then=go_on(run))
    return run
