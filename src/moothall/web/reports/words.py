"""The words of the report: what each figure is called, what it means, and why a contact counts as it does."""
from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from moothall.domain.plural import count_of
from moothall.reports.facts import ContactFact
from moothall.web.formats import wait


class Figure(NamedTuple):
    """A head of the table, the sentence over its contacts (after their number), and what is counted."""

    head: str
    phrase: str
    meaning: str


IN_TIME = (
    "Answered within the promise that the line’s share made when they rang. Who rang off counts as not in time, "
    "however early; who still waits within the promise counts neither way. The range in brackets is what chance alone "
    "allows: if we ran this day 100 times, about 95 would fall in it. Below 10 there is no per cent."
)
OFFERED = (
    "Everybody who reached a line, whatever came of it. A call on a shared line counts at the partnership, and once "
    "more at the council that it was about, with the caller’s wait."
)
HANDED_ON = (
    "At least one need was handed on: to an officer, or to others who were told in the call, as when somebody is at "
    "risk. Of those an officer has nothing; what an officer got has a case and counts under “Case opened” as well."
)
FIGURES: dict[str, Figure] = {
    what: Figure(*words)
    for what, *words in (
        ("offered", "Offered", "offered", OFFERED),
        ("answered", "Answered", "answered", "Somebody spoke with them."),
        ("rang_off", "Rang off", "rang off", "They put the phone down before anybody answered."),
        ("promised", "In time", "with a promise", IN_TIME),
        ("resolved", "Resolved at once", "resolved at once", "Every need that they had was answered in the call."),
        ("waited", "Waited, middle and longest", "waited", "From the first ring to the answer, or to ringing off."),
        ("held", "On hold, middle and longest", "put on hold", "All the time of a call in which they heard music."),
        ("handled", "Finished", "finished", "Answered, and the agent has finished what was to be noted."),
        ("referred", "Handed on", "handed on", HANDED_ON),
        ("case_opened", "Case opened", "with a case opened", "At least one case was opened."),
        ("signposted", "Told who can help", "told who can help", "At least one need was somebody else’s to meet."),
        ("callback", "To ring back", "to be rung back", "At least one need ended with a promise to ring back."),
        ("waiting", "Waiting", "waiting", "They wait now."),
        ("refused", "Nobody there", "when nobody answers", "The agreement has nobody who answers at that time."),
        ("lost", "Ended unanswered", "ended before anybody answered", "The exchange ended the call."),
        ("in_time", "In time, number", "answered in time", "The number behind “In time”."),
        ("late", "Not in time, number", "not answered in time", "The rest of those with a promise."),
    )
}
SHOWN = ("offered", "answered", "rang_off", "promised", "resolved", "case_opened", "referred")
MORE = ("waited", "held", "handled", "signposted", "callback", "waiting", "refused", "lost")
CHANNELS = {"phone": "phone", "web": "web", "email": "e-mail", "chat": "chat", "counter": "visit"}
ONE_OF = {"phone": "call", "email": "e-mail", "chat": "chat", "counter": "visit"}
REFUSALS = {
    "closed": "Nobody answers this line at that time.",
    "gap": "The agreement names nobody who answers at that time.",
    "unknown_line": "No council publishes this number.",
    "paused": "The council has paused this share, and nobody else answers.",
    "taken_back": "The council has taken its calls back, and nobody else answers.",
    "cut_off": "The council is cut off.",
}
VERDICTS = {
    "kept": ("good", "kept"), "unsure": ("warn", "below, maybe by chance"), "missed": ("bad", "missed"),
    "few": ("plain", "too few for a %"), "none": ("plain", "no promise"),
}  # fmt: skip


def why(fact: ContactFact, at: datetime) -> str:
    """Why the contact counts as it does, in one or two sentences; nobody is named."""
    if fact.refused:
        return REFUSALS.get(fact.refused, "Nobody answers this line at that time.")
    if fact.answered_ms is not None:
        held = f" On hold for {wait(fact.held_ms(at) / 1000)}." if fact.held else ""
        return f"Answered{_against_promise(fact)}.{held}{_desks(fact)}"
    if fact.rang_off_ms is not None:
        return f"Rang off after {wait(fact.rang_off_ms / 1000)}.{_desks(fact)}"
    if fact.ended:
        return f"Ended before anybody answered.{_desks(fact)}"
    return f"Waiting for {wait((at - fact.offered_at).total_seconds())}.{_desks(fact)}"


def _against_promise(fact: ContactFact) -> str:
    if fact.promise_s is None or fact.answered_ms is None:
        return ""
    over = fact.answered_ms / 1000 - fact.promise_s
    return " in time" if over <= 0 else f" {wait(max(1, over))} after the promise of {wait(fact.promise_s)}"


def _desks(fact: ContactFact) -> str:
    if fact.shared:
        return " It came on a shared line."
    if fact.not_taken:
        return f" {count_of(fact.not_taken, 'desk').capitalize()} didn’t take it."
    if fact.rang == 0:
        return " Nobody was free."
    return ""


def counted_in_words(count: int, what: str, channel: str | None) -> str:
    """`9 calls rang off`, `1 contact offered`."""
    return f"{count_of(count, ONE_OF.get(channel or '', 'contact'))} {FIGURES[what].phrase}"
