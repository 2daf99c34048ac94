"""What the desk shows: one value from one bundle of queries, for the page, its fragments and the pop alike."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from moothall.cases.models import Case
from moothall.contacts.models import Contact, Need
from moothall.domain.responsibility.times import listed
from moothall.identity.queries import identity_of
from moothall.places.models import Property
from moothall.scripts.case_files import AskedFor
from moothall.scripts.proved import Proved
from moothall.scripts.queries import ScriptChoice, StepView
from moothall.scripts.uploads import Begun
from moothall.tenancy.models import Council
from moothall.web.desk.asking import AskedAbout, Asking
from moothall.web.desk.history import Before
from moothall.web.desk.passing import Part, PassedOn, PassOn
from moothall.web.desk.words import not_reached

TITLES = {"ringing": "(Ringing) ", "in_call": "(In call) ", "wrap_up": "(Finish) ", "asked": "(Asked) "}
STREAMS = {"refuse": "general waste", "recycling": "recycling", "food": "food waste", "garden": "garden waste"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be calling, as the agent may see them before and after the check."""

    customer: int
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Who:
    """`checked` is whom the agent has checked; `suggested` are those whom the number alone suggests; `proved` is what
    a script has proved of an account. Of somebody `protected` neither name nor number is here."""

    checked: Person | None
    protected: bool
    suggested: tuple[Person, ...]
    number: str
    withheld: bool
    proved: Proved | None = None


@dataclass(frozen=True, slots=True)
class BinDay:
    day: date
    streams: str

    @classmethod
    def days(cls, visits: Sequence[tuple[date, str]]) -> tuple[BinDay, ...]:
        """The next two days on which a crew comes, each with what it takes."""
        by_day: dict[date, list[str]] = {}
        for day, stream in visits:
            by_day.setdefault(day, []).append(STREAMS.get(stream, stream))
        return tuple(cls(day, listed(streams)) for day, streams in list(by_day.items())[:2])


@dataclass(frozen=True, slots=True)
class Where:
    """The address that the call is about. `hidden`: a protected person's, which nobody reads, says or prints."""

    property: Property | None
    hidden: bool
    bins: tuple[BinDay, ...]
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class NeedView:
    """One need of the call; `now` is the one whose script is open. `suggested` is the outcome chosen at wrap-up, and
    `cases` are what it led to."""

    need: Need
    now: bool
    run: int | None
    suggested: str
    cases: tuple[Case, ...] = ()
    alone: bool = False  # the caller goes on with it by themselves, on the web


@dataclass(frozen=True, slots=True)
class OthersAnswer:
    """The call is about a council for which this agent doesn't answer: what to say, and what to do."""

    council: Council
    say: str
    do: str


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A call on a partnership's line: the other councils that it may be about, and whether one is `known`.

    `address` is set where the address that they gave is of another council, `others` where others answer for that one.
    """

    councils: tuple[Council, ...]
    known: bool
    address: Council | None = None
    others: OthersAnswer | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """The contact in hand: ringing, talking or being finished. `shared` where it came on a partnership's line."""

    contact: Contact
    council: Council
    line: str
    greeting: str
    who: Who
    where: Where
    needs: tuple[NeedView, ...] = ()
    run: int | None = None
    step: StepView | None = None
    scripts: tuple[ScriptChoice, ...] = ()
    interrupts: tuple[ScriptChoice, ...] = ()
    unfinished: tuple[Unfinished, ...] = ()
    shared: SharedLine | None = None
    files: tuple[Begun, ...] = ()  # that came before the script of now was gone on with in this call
    case_files: Mapping[int, Sequence[AskedFor]] = field(default_factory=dict)  # by the cases at the address
    case_paid: Mapping[int, Sequence[str]] = field(default_factory=dict)  # what was asked to be paid for them
    passed_on: PassedOn | None = None  # by a colleague, to whoever sits here
    asking: Asking | None = None  # whom whoever sits here asks about it
    rung_about: Case | None = None  # of a call that this agent made: the open case that asked for it
    again: tuple[tuple[str, datetime], ...] = ()  # and where nobody was reached: when to try again
    before: Before | None = None  # what can be opened of the caller or the address
    asked: AskedAbout | None = None  # by whom whoever sits here is asked about it

    @property
    def pop(self) -> str:
        """What is said once when it rings."""
        if self.asked is not None:
            about = f", {self.asked.about}" if self.asked.about else ""
            return f"{self.asked.by} asks you about a call for {self.council.short_name}{about}. Alt Shift Y to answer."
        how = f"passed on by {self.passed_on.by}" if self.passed_on else self.line.lower()
        return f"Call for {self.council.short_name}, {how}. Alt Shift Y to answer."

    @property
    def rings(self) -> bool:
        """Whether it rings at somebody whom this agent rings, or rang there in vain."""
        return self.contact.outgoing and self.contact.answered_at is None

    @property
    def not_reached(self) -> str:
        return not_reached(self.contact.cause)

    @property
    def caller(self) -> str:
        return "" if self.who.withheld else self.who.number

    @property
    def tone(self) -> tuple[str, ...]:
        """How this council wants to be spoken for, in paragraphs."""
        return identity_of(self.council).paragraphs("tone")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A script that was broken off, to be taken up again."""

    run: int
    contact: int
    council: Council
    title: str
    caller: str
    when: datetime
    again: datetime | None = None  # they were rung and not reached: when to try again


@dataclass(frozen=True, slots=True)
class RingBack:
    """Somebody asked on the web to be rung. `number` is "" where it isn't told here."""

    case: int
    reference: str
    title: str
    due: datetime | None
    number: str
    council: Council


@dataclass(frozen=True, slots=True)
class AnswersFor:
    council: Council
    services: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class WordBack:
    """What became of a comment that this person wrote on a step."""

    council: Council
    step: str
    text: str
    word: str
    by: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Idle:
    """What the desk shows while no call is in hand."""

    unfinished: tuple[Unfinished, ...]
    answers_for: tuple[AnswersFor, ...]
    words_back: tuple[WordBack, ...] = ()
    ring_backs: tuple[RingBack, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the desk shows. `state` is the presence's; `link` whether the exchange answers."""

    version: int
    state: str
    since: datetime
    pause: str
    notice: str
    link: bool
    call: Call | None
    idle: Idle | None
    leader: str
    handles_calls: bool = False  # whether the exchange lets a desk hold a call
    calls_out: bool = False  # whether it lets a desk ring somebody
    consults: bool = False  # and ask somebody while the caller is on hold
    refused: str = ""
    problems: Sequence[tuple[str, str]] = ()
    kept: Mapping[str, str] = field(default_factory=dict)  # what was typed and refused: it stays in its field
    others: OthersAnswer | None = None  # of the council that was just chosen
    passing: PassOn | None = None  # the open panel in which to pass the call on
    part: Part | None = None  # of a call that this agent has passed on, what is theirs to finish

    @property
    def held(self) -> datetime | None:
        """Since when the caller of this desk's call is on hold."""
        return self.call.contact.held_at if self.call is not None and self.state == "in_call" else None

    @property
    def asking(self) -> str:
        """How it stands where one asks another, in words; "" where nobody does."""
        if self.call is None:
            return ""
        if self.call.asked is not None:
            return self.call.asked.how
        return self.call.asking.words if self.call.asking is not None else ""

    @property
    def title(self) -> str:
        """The page's title: the state first where somebody waits."""
        if self.call is None:
            return "Your desk – Moothall"
        if self.held:
            return f"(On hold) {self.call.council.short_name} – Moothall"
        wrong = "Error: " if self.problems and self.state != "ringing" else ""
        return f"{wrong}{TITLES.get(self.state, '')}{self.call.council.short_name} – Moothall"
