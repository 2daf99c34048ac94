"""A call arrives at a line: it is stamped, and waits; or nobody answers that line now, and the caller hears when."""
from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from moothall.contacts.actions import offer_contact, refuse_contact
from moothall.contacts.queries import is_known
from moothall.queueing.acts import Act, Clear
from moothall.queueing.picture import Call
from moothall.queueing.queues import milliseconds
from moothall.queueing.stamp import stamp
from moothall.telephony.port import Offered

if TYPE_CHECKING:
    from moothall.queueing.calls import Calls


def arrived(calls: Calls, event: Offered, now: datetime) -> list[Act]:
    """In an open scope of the router."""
    if event.call in calls.picture.calls:  # its row was there: another router was faster
        return []
    stamped = stamp(event, at=now)
    if stamped is None:
        calls.counters["no_line"] += 1
        return [Clear(event.call, event.device)]
    if not stamped.known:
        calls.counters["unknown_line"] += 1
    if stamped.stamp is None:
        if not is_known(event.call):  # a router that ended meanwhile may have written it
            refuse_contact(stamped.arrival, reason=stamped.reason)
        calls.forget(event.call, now)
        return [Clear(event.call, event.device, says=stamped.says)]
    key = offer_contact(stamped.arrival, stamped.stamp)
    call = Call(event.call, key, stamped.queue, milliseconds(event.at), home=event.device)
    calls.picture.add(call)
    calls.picture.wait(call)
    return calls.offer_call(call, now)
