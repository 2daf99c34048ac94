"""Taking out a council that was added by mistake; the database's function decides whether anything lives on it."""

from __future__ import annotations

from moothall.agreements.life import ask_for
from moothall.domain.findings import Finding
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.onboarding.actions import NotOnboarded
from moothall.people.models import Person
from moothall.tenancy.models import CORE, Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

WHAT = {  # by the table in which remove.sql found a row
    "cases_case": "cases", "contacts_contact": "calls or other contacts", "customers_customer": "residents",
    "places_property": "addresses", "directory_listing": "a directory", "outbox_message": "messages",
    "payments_paymentrequest": "payments", "documents_document": "files", "scripts_run": "conversations",
    "tenancy_grant": "teams that see its records",
}  # fmt: skip


def remove_council(council: Council, *, by: Person | None) -> None:
    """Take a council out, with its logins, services and lines; its names are free then, and the journal keeps that it
    was here. NotOnboarded for who is no operator, and where an agreement names it or a record of it is here."""
    at = clock.now()
    with scope(System("onboard", council.pk)):
        answer, _, about = ask_for("remove_council", council.pk, by.pk if by else None, at).partition(":")
        if answer != "removed":
            raise NotOnboarded(answer, _why(council, answer, about))
        body = {"person": by.pk if by else None, "gss": council.gss, "name": council.name}
        write("council.remove", council=council.pk, service=CORE, at=at, body=body)


def _why(council: Council, code: str, about: str) -> list[Finding]:
    if code == "agreed":
        return [Finding("council-agreed", f"{about}, names {council.name}, so the council stays.",
                        "It leaves by notice or by handing back; what is only proposed is withdrawn first.")]
    if code == "drafted":
        return [Finding("council-drafted", f"{about}, a draft, names {council.name}.",
                        "A manager of its councils takes it out of the draft, or deletes the draft, first.")]
    if code == "lives":
        return [Finding("council-lives", f"{council.name} has {WHAT.get(about, 'records')} here, so it stays.",
                        "Hand it back instead: it takes its records along.")]
    return []
