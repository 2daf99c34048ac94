"""The next leg of a call: on a partnership's line it goes on for the council that it turns out to be about.

No row is two councils', so that leg stands in a contact of the council's own, stamped anew; both name the same call.
Each action is one step in its caller's transaction and one kind of the journal, which names no row of another council.
"""
from __future__ import annotations

import json
from datetime import datetime

from moothall.contacts.actions import Stamp
from moothall.contacts.queries import ContactKey, Passed, insert_leg, mark_passed
from moothall.journal.actions import write


def pass_contact(
    contact: ContactKey, *, person: int, council: int, at: datetime, shared: bool, mistaken: bool = False
) -> Passed | None:
    """The call goes on for `council`, and this contact is over; None where `person` doesn't talk in it any more.

    `shared`: it was the partnership's, and its notes go along, being about the council. `mistaken`: it was taken for
    this council's in error, and isn't counted there.
    """
    passed = mark_passed(contact, {"person": person, "at": at, "take_notes": shared})
    if passed is not None:
        talked = max(0, round((at - passed.leg_since).total_seconds()))
        write("contact.pass", council=contact.council, service=contact.service, contact=contact.id, at=at,
              body={"council": council, "talk_s": talked, "mistaken": mistaken})
    return passed


def begin_leg(passed: Passed, stamp: Stamp, *, council: int, service: int, person: int, at: datetime) -> ContactKey:
    """The call goes on here. Its caller has waited as long as they did at the line; the new stamp's promise holds."""
    number = insert_leg({
        **passed._asdict(), "council": council, "service": service, "person": person, "at": at,
        "version": stamp.version, "share": stamp.share, "answer_within_s": stamp.answer_within_s,
        "tiers": json.dumps([list(tier) for tier in stamp.tiers]),
    })
    waited = max(0, round((passed.answered_at - passed.offered_at).total_seconds() * 1000))
    write("leg.begin", council=council, service=service, contact=number, at=at, body={
        "person": person, "line": passed.line, "channel": passed.channel, "from_kind": passed.from_kind,
        "version": stamp.version, "share": stamp.share, "answer_within_s": stamp.answer_within_s, "waited_ms": waited,
    })
    return ContactKey(number, council, service)
