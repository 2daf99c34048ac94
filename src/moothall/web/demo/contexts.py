"""What the demo's pages show, each in one value."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from moothall.agreements import queries as agreements
from moothall.agreements.check import check_text
from moothall.agreements.models import AgreementVersion
from moothall.agreements.register import register_from_database
from moothall.contacts.models import Contact
from moothall.demo.cards import Card, cards
from moothall.demo.personas import Persona, Saying
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.telephony.callers import CallStatus
from moothall.tenancy.scope import scope
from moothall.web.demo.story import CALL_STORY, Story, story_of
from moothall.web.formats import in_london, wait

LIVE = (Contact.State.WAITING, Contact.State.OFFERED, Contact.State.ANSWERED, Contact.State.WRAP_UP)
STATES = {"waiting": "Waiting", "ringing": "Ringing", "talking": "Talking", "ended": "Over"}


@dataclass(frozen=True, slots=True)
class Front:
    """`cards` in the order of the page; the figures of the box "Now"."""

    cards: tuple[Card, ...]
    calls: int
    cases_today: int
    findings: int
    at: datetime


def front_now() -> Front:
    now = clock.now()
    midnight = in_london(now).replace(hour=0, minute=0, second=0, microsecond=0)
    with scope(CALL_STORY):
        calls = Contact.objects.filter(state__in=LIVE).count()
        opened = Entry.objects.filter(kind="case.open", recorded_at__gte=midnight).count()
    return Front(cards(), calls, opened, _findings(), now)


def _findings() -> int:
    """What is wrong with the agreements in force: each text checked as it was before it was loaded."""
    versions = AgreementVersion.objects.in_force(clock.now()).order_by("pk")
    return sum(_findings_in(version) for version in versions.values_list("pk", flat=True))


@lru_cache(maxsize=64)
def _findings_in(version: int) -> int:
    """Of one version, whose text never changes. Notes aren't counted: they ask for nothing."""
    text = AgreementVersion.objects.values_list("text", flat=True).get(pk=version)
    found = check_text(text, register=register_from_database()).findings
    return sum(finding.severity != "note" for finding in found)


@dataclass(frozen=True, slots=True)
class CallPage:
    """One call as its caller sees it. `said` counts what is said already; `saying` is the next, None at the end."""

    persona: Persona
    line_name: str
    call: str
    state: str
    state_words: str
    lasted: str
    said: int
    saying: Saying | None
    heard: str
    told: str
    story: Story

    @property
    def live(self) -> bool:
        return self.state != "ended"


def call_page(persona: Persona, call: str, status: CallStatus | None, said: int) -> CallPage:
    """`status` is the exchange's word on the call, None where it knows it no more."""
    state = status.state if status else "ended"
    said = max(0, min(said, len(persona.says)))
    line = agreements.line(persona.line)
    story = story_of(call, line.council) if line else Story("", ())
    return CallPage(
        persona=persona,
        line_name=line.name if line else persona.line,
        call=call,
        state=state,
        state_words=STATES.get(state, state),
        lasted=wait(status.in_state) if status else "",
        said=said,
        saying=persona.says[said] if said < len(persona.says) else None,
        heard=persona.says[said - 1].then if said else "",
        told=status.told if status else "",
        story=story,
    )
