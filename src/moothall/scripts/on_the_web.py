"""A run on the web: nobody talks, so its contact and need are made when something of it is kept for the council."""

from __future__ import annotations

from moothall.agreements.queries import Answer, responsible
from moothall.contacts.actions import close_need, open_need
from moothall.contacts.models import Contact
from moothall.domain.interview.model import Script, Step
from moothall.lib import clock
from moothall.scripts import steps
from moothall.scripts.models import Run
from moothall.scripts.versions import script_of
from moothall.tenancy.residents import own_contact

WEB = "web"
# What the public's login role can do in a resident's scope (tenancy/residents.sql). A script that calls anything else
# isn't offered on the web yet.
LOOK_UPS = frozenset({
    "today", "properties_at_postcode", "property", "collections", "next_days", "crew_log", "open_cases_for",
    "pension_age", "claim_dates",
})  # fmt: skip
EFFECTS = frozenset({"open_case", "link_case"})


def may_be_followed(script: Script) -> bool:
    """Whether the public may follow a script alone, without having to prove who they are."""
    calls = {"look_up": LOOK_UPS, "effect": EFFECTS}
    able = all(step.call is None or step.call.name in calls.get(step.kind, ()) for step in script.steps)
    return able and script.web and not (script.level or script.sub or script.interrupt)


def attach(run: Run) -> None:
    """The run's contact and open need, made where there are none."""
    if run.contact_id is None:
        share = responsible(run.council_id, run.service_id, channel=WEB, function="answer", at=clock.now())
        told = (share.version_id, share.share_id) if isinstance(share, Answer) else (None, None)
        run.contact = Contact.objects.select_related("council").get(pk=own_contact(*told))
    assert run.contact is not None
    if run.need is None or run.need.closed_at is not None:
        script = script_of(run)
        run.need = open_need(
            contact=run.contact, service=run.service_id, kind=script.key, title=script.title.get(steps.LANGUAGE)
        )


def settle(run: Run, end: Step) -> None:
    """At an end the need has its outcome, since nobody wraps up. Another end by other answers is another need."""
    if end.ending is None or (run.need is not None and run.need.outcome_code == end.ending.code):
        return
    attach(run)
    assert run.need is not None
    close_need(run.need, outcome=end.ending.outcome, code=end.ending.code)
    run.need.refresh_from_db()
