"""From the dialled number to the contact's stamp: the line, and who answers for it now by the agreement in force."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from moothall.agreements.queries import Gap, responsible
from moothall.agreements.queries import line as line_of
from moothall.contacts.actions import PHONE, Arrival, Stamp
from moothall.domain.responsibility.opening import closed_message
from moothall.queueing.queries import general_line
from moothall.queueing.queues import QueueKey
from moothall.telephony.port import CallEvent


@dataclass(frozen=True, slots=True)
class Stamped:
    """`stamp` is None where nobody answers now (`reason`, and `says` to the caller when it opens); `known` is False
    where the number is no line of ours."""

    arrival: Arrival
    stamp: Stamp | None
    reason: str = ""
    known: bool = True
    says: str = ""

    @property
    def queue(self) -> QueueKey:
        tiers = self.stamp.tiers if self.stamp else ()
        return QueueKey(self.arrival.council, self.arrival.service, tuple((int(s), int(t)) for s, t in tiers))


def stamp(event: CallEvent, *, at: datetime) -> Stamped | None:
    """What a call that arrives is. None where there is not even a general line: no agreement is in force."""
    row = line_of(event.line)
    known = row is not None
    if row is None:
        row = line_of(general_line(at))
    if row is None:
        return None
    arrival = Arrival(
        council=row.council, service=row.service, line=row.number, call=event.call, at=event.at, device=event.device,
        from_kind=event.caller.kind, from_number=event.caller.number, dialled="" if known else event.line,
    )
    plan = responsible(row.council, row.service, channel=PHONE, function="answer", at=at)
    if isinstance(plan, Gap):
        says = closed_words(row.number, plan, at)
        return Stamped(arrival, None, reason=plan.code, known=known, says=says)
    found = Stamp(plan.version_id, plan.share_id, plan.tiers, plan.answer_within_s)
    return Stamped(arrival, found, known=known)


def closed_words(number: str, gap: Gap, now: datetime) -> str:
    """What a caller of this line hears while nobody answers it: in an emergency what the agreement says."""
    if gap.message:
        return gap.message
    row = line_of(number)
    return closed_message(row.name or row.council_name, gap.next_at, now) if row else ""


def queue_of(line: str, *, at: datetime) -> QueueKey | None:
    """The queue that a call to this line would join now: the router makes room for it before the call comes."""
    row = line_of(line)
    if row is None:
        return None
    plan = responsible(row.council, row.service, channel=PHONE, function="answer", at=at)
    return None if isinstance(plan, Gap) else QueueKey(row.council, row.service, tuple(plan.tiers))
