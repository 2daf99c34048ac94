"""Drafts of an agreement: begun, saved and thrown away by managers of the councils that they name.

The database's functions decide (drafts.sql). A draft may have gaps and everything else that the check finds, for it is
being worked on; but its text can be read, since its shares and lines are rows too.
"""
from __future__ import annotations

import json
from typing import Any

from moothall.agreements.emergency import emergency_body
from moothall.agreements.life import Refused, ask_for, journalled, step
from moothall.agreements.models import AgreementVersion
from moothall.agreements.reader import read_agreement
from moothall.agreements.register import register_from_database
from moothall.agreements.schema import body_of
from moothall.domain.findings import Finding
from moothall.domain.responsibility.shares import AgreementTerms, SuccessionTerms
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.people.models import Person
from moothall.tenancy.models import CORE


def draft_version(text: str, *, by: Person, based_on: AgreementVersion | None = None) -> AgreementVersion:
    """Begin the next version of an agreement, or a new agreement. Refused where the text can't be read."""
    at, made = clock.now(), as_rows(text)
    with step():
        answer = ask_for("draft_version", based_on.pk if based_on else None, json.dumps(made), by.pk, at)
        if not answer.isdigit():
            raise Refused(answer)
        version = AgreementVersion.objects.select_related("agreement").get(pk=int(answer))
        for council in version.parties:
            body = journalled(version, "draft", person=by.pk)
            write("version.draft", council=council, service=CORE, at=at, body=body)
    return version


def save_version(version: AgreementVersion, text: str, *, read: str, by: Person) -> None:
    """Put another text in a draft's place. `read` is the hash of the text that was read; a newer one isn't lost."""
    at, made = clock.now(), as_rows(text)
    with step():
        answer = ask_for("save_version", version.pk, read, json.dumps(made), by.pk, at)
        if answer != "saved":
            raise Refused(answer)
        parties = set(version.parties)
        version.refresh_from_db()
        body = journalled(version, "draft", person=by.pk, sha256=version.sha256, read=read)
        for council in sorted(parties | set(version.parties)):
            write("version.save", council=council, service=CORE, at=at, body=body)


def discard_version(version: AgreementVersion, *, read: str, by: Person) -> None:
    """Throw a draft away."""
    at = clock.now()
    with step():
        answer = ask_for("discard_version", version.pk, read, by.pk, at)
        if answer != "discarded":
            raise Refused(answer)
        body = journalled(version, "discarded", person=by.pk, sha256=read)
        for council in version.parties:
            write("version.discard", council=council, service=CORE, at=at, body=body)


def as_rows(text: str) -> dict[str, Any]:
    """What a text says, as drafts.sql stores it. Refused, with the findings, where the text can't be read."""
    read = read_agreement(text, register=register_from_database())
    if read.terms is None:
        raise Refused("unreadable", read.findings)
    terms = read.terms
    if unknown := [each for each in terms.successions if not each.known]:
        raise Refused("unreadable", tuple(_not_here(each) for each in unknown))
    succeeding = {each.number for each in terms.successions}
    return {
        "text": read.text, "slug": terms.slug, "name": terms.name, "starts": terms.starts.isoformat(),
        "ends": terms.ends.isoformat(), "parties": [number for number in terms.parties if number not in succeeding],
        "notice_months": terms.notice.months,
        "notice_days": terms.notice.days, "shares": share_rows(terms),
        "teams": [{"slug": team.slug, "name": team.name, "employer": team.employer} for team in terms.teams],
        "lines": [
            {"number": line.number, "public_number": line.public_number, "aliases": list(line.aliases),
             "council": line.council, "service": line.service, "channel": line.channel, "name": line.name,
             "greeting": line.greeting}
            for line in terms.lines
        ],
        "successions": [
            {"successor": each.number, "at": each.at.isoformat(), "predecessors": list(each.predecessors),
             "teams": [list(pair) for pair in each.teams]}
            for each in terms.successions
        ],
    }


def _not_here(each: SuccessionTerms) -> Finding:
    return Finding("successor-unknown", f"{each.name} isn't a council of this installation yet.",
                   "Ask an operator to let it take part, as a council that is to come, under Onboarding.", each.place)


def share_rows(terms: AgreementTerms) -> list[dict[str, Any]]:
    """The shares of a text, as their rows say it."""
    return [
        {"number": share.id, "key": share.key, "client": share.client, "function": share.function, "team": share.team,
         "tier": share.tier, "after_s": share.after_s, "starts": share.starts.isoformat(),
         "ends": share.ends.isoformat(),
         "body": {**body_of(share, terms.bodies[share.id]), **emergency_body(terms, share)}}
        for share in terms.shares
    ]
