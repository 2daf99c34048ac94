"""What the journal says of one contact, and what is counted of it. Pure: rows in, values out.

Every figure of a report is a name of COUNTED, and its drill-down lists the contacts of which that name is true: so a
figure and its rows can't differ.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

OFFER, REFUSE, LEG = "contact.offer", "contact.refuse", "leg.begin"
ARRIVALS = (OFFER, REFUSE, LEG)
MOVE = "contact.move"
FOLLOWING = (
    "contact.answer", "contact.abandon", "contact.end", "contact.wrap_up", "contact.pass", "call.lose", MOVE,
    "contact.hold", "contact.retrieve", "call.pass_on", "offer.make", "offer.end", "need.close", "case.open",
)  # fmt: skip
OFF_HOLD = frozenset({"contact.retrieve", "contact.end", "contact.pass", "contact.wrap_up", "call.pass_on"})
CALLER = "caller"
NOT_TAKEN = frozenset({"declined", "expired"})


class Row(NamedTuple):
    """One entry of the journal, as far as a count needs it."""

    kind: str
    contact: int
    council: int
    service: int
    need: int | None
    at: datetime
    body: Mapping[str, Any]


@dataclass(slots=True)
class ContactFact:
    """One contact. Times are aware, waits in milliseconds, `promise_s` the promise stamped when it was offered.

    A call on a partnership's line is one contact there and, from when its council is known, one of that council's.
    `shared`: it came so. `mistaken`: it was taken for this council's in error, and doesn't count.
    """

    contact: int
    council: int
    service: int
    channel: str
    line: str
    offered_at: datetime
    share: int | None = None
    version: int | None = None
    promise_s: int | None = None
    answered_ms: int | None = None
    rang_off_ms: int | None = None
    refused: str = ""
    ended: bool = False
    finished: bool = False
    shared: bool = False
    mistaken: bool = False
    rang: int = 0  # desks at which it rang
    not_taken: int = 0  # of these, those that didn't take it
    case_opened: bool = False
    held: bool = False
    held_for_ms: int = 0  # how long they have been on hold, what has ended of it
    on_hold_since: datetime | None = None
    outcomes: dict[int, str] = field(default_factory=dict)

    @property
    def waited_ms(self) -> int | None:
        return self.answered_ms if self.answered_ms is not None else self.rang_off_ms

    @property
    def waiting(self) -> bool:
        return self.waited_ms is None and not self.refused and not self.ended

    def held_ms(self, at: datetime) -> int:
        """How long they were on hold altogether, up to `at` where they still are."""
        still = at - self.on_hold_since if self.on_hold_since else timedelta()
        return self.held_for_ms + max(0, round(still.total_seconds() * 1000))

    def in_time(self, at: datetime) -> bool | None:
        """Whether the promise was kept; None where none was made or it may still be kept at `at`.

        Somebody who rang off counts as not answered in time, however early they did.
        """
        if self.promise_s is None or self.refused:
            return None
        if self.answered_ms is not None:
            return self.answered_ms <= self.promise_s * 1000
        if self.waiting and (at - self.offered_at).total_seconds() <= self.promise_s:
            return None
        return False

    @property
    def resolved(self) -> bool:
        return self.finished and set(self.outcomes.values()) - {"mistaken"} == {"resolved"}


Test = Callable[[ContactFact, datetime], bool]
COUNTED: Mapping[str, Test] = {
    "offered": lambda fact, at: True,
    "answered": lambda fact, at: fact.answered_ms is not None,
    "rang_off": lambda fact, at: fact.answered_ms is None and fact.rang_off_ms is not None,
    "waiting": lambda fact, at: fact.waiting,
    "waited": lambda fact, at: fact.waited_ms is not None,
    "held": lambda fact, at: fact.held,
    "refused": lambda fact, at: bool(fact.refused),
    "lost": lambda fact, at: fact.waited_ms is None and fact.ended and not fact.refused,
    "promised": lambda fact, at: fact.in_time(at) is not None,
    "in_time": lambda fact, at: fact.in_time(at) is True,
    "late": lambda fact, at: fact.in_time(at) is False,
    "handled": lambda fact, at: fact.finished,
    "resolved": lambda fact, at: fact.resolved,
    "signposted": lambda fact, at: "signposted" in fact.outcomes.values(),
    "referred": lambda fact, at: "referred" in fact.outcomes.values(),
    "callback": lambda fact, at: "callback" in fact.outcomes.values(),
    "case_opened": lambda fact, at: fact.case_opened or "case_opened" in fact.outcomes.values(),
}


def fold(rows: Iterable[Row]) -> list[ContactFact]:
    """The contacts of these entries, in the order in which they arrived. Entries without an arrival are left out."""
    ordered = sorted(rows, key=lambda row: (row.at, row.kind not in ARRIVALS))
    facts: dict[int, ContactFact] = {}
    for row in ordered:
        if row.kind in ARRIVALS and row.contact not in facts:
            facts[row.contact] = _arrived(row)
        if row.contact in facts:
            _hold(facts[row.contact], row)
            (_moved if row.kind == MOVE else _follow)(facts[row.contact], row)
    return [fact for fact in facts.values() if not fact.mistaken]


def _arrived(row: Row) -> ContactFact:
    body = row.body
    return ContactFact(
        contact=row.contact, council=row.council, service=row.service, channel=body.get("channel", "phone"),
        line=str(body.get("line", "")), offered_at=row.at, share=body.get("share"), version=body.get("version"),
        promise_s=body.get("answer_within_s"),
    )  # fmt: skip


def _moved(fact: ContactFact, row: Row) -> None:
    """It waits for another share, since its own is halted: that one's promise counts."""
    fact.share, fact.version = row.body.get("share"), row.body.get("version")
    fact.promise_s = row.body.get("answer_within_s")


def _hold(fact: ContactFact, row: Row) -> None:
    """On hold until they are back, or the call is over or somebody else's."""
    if row.kind == "contact.hold":
        fact.held, fact.on_hold_since = True, fact.on_hold_since or row.at
    elif row.kind in OFF_HOLD and fact.on_hold_since:
        fact.held_for_ms, fact.on_hold_since = fact.held_ms(row.at), None


def _follow(fact: ContactFact, row: Row) -> None:
    body = row.body
    match row.kind:
        case "contact.refuse":
            fact.refused = str(body.get("reason") or "unknown")
        case "leg.begin":  # somebody talks with them already; the wait is the caller's own, at the line that they rang
            fact.answered_ms, fact.shared = _waited(fact, row), True
            fact.ended = fact.finished = fact.mistaken = False
        case "contact.pass":
            fact.ended = fact.finished = True
            fact.mistaken = bool(body.get("mistaken"))
        case "contact.answer":
            fact.answered_ms = _waited(fact, row) if fact.answered_ms is None else fact.answered_ms
        case "contact.abandon":
            fact.ended = True
            if body.get("by", CALLER) == CALLER:  # else the exchange cut it off: nobody rang off
                fact.rang_off_ms = _waited(fact, row)
        case "contact.end" | "call.lose":  # the latter while it waited for the next, after somebody had answered
            fact.ended = True
        case "contact.wrap_up":
            fact.finished = fact.ended = True
        case "offer.make":
            fact.rang += 1
        case "offer.end":
            fact.not_taken += body.get("state") in NOT_TAKEN
        case "need.close":
            fact.outcomes[row.need or 0] = str(body.get("outcome", ""))
        case "case.open":
            fact.case_opened = True


def _waited(fact: ContactFact, row: Row) -> int:
    """As the router measured it; else by the two instants."""
    waited = row.body.get("waited_ms")
    return int(waited) if waited is not None else round((row.at - fact.offered_at).total_seconds() * 1000)
