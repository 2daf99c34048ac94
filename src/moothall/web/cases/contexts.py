"""What the officer's pages show: one value a page, filled within the scope."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from moothall.cases.access import may_change, receivers
from moothall.cases.endings import endings_of, words_of_mark
from moothall.cases.models import DISCREET, NAME, Case
from moothall.cases.queries import Queue, QueueFilter, queue
from moothall.cases.story import Line, story
from moothall.cases.told import timed_told
from moothall.customers.protection import may_see_protected, whom_to_ask
from moothall.domain.plural import count_of
from moothall.messages.queries import unreached
from moothall.people.queries import teams_of
from moothall.tenancy.models import Grant
from moothall.tenancy.protection import unreached_apart
from moothall.web.cases.files import Thing, things_of
from moothall.web.cases.forms import CloseForm, FilterForm, GiveForm, NoteForm
from moothall.web.cases.place import Place, place_of
from moothall.web.cases.sent_and_paid import SentOrPaid, sent_and_paid, unpaid
from moothall.web.formats import clock_time, day_and_time, in_london
from moothall.web.problems import Problem, problems_of

SOON = timedelta(hours=4)


class Mark(NamedTuple):
    """A status: its kind of tag, its words."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class QueueRow:
    case: Case
    title: str
    due: Mark
    holder: str
    about: str  # whose it is, or where, as far as this person may see it
    rang_today: bool
    unreached: bool = False  # a message to them couldn't be sent, and none was since


@dataclass(frozen=True, slots=True)
class QueuePage:
    wanted: QueueFilter
    form: FilterForm
    rows: tuple[QueueRow, ...]
    mine: int
    free: int
    more: bool
    problems: tuple[Problem, ...] = ()
    elsewhere: tuple[tuple[str, int], ...] = ()  # where a filter that finds nothing here finds some

    def address(self, **changes: object) -> str:
        """The query of this page with other values; the page number begins again."""
        told = {"tab": self.wanted.tab, "council": self.wanted.council, "service": self.wanted.service,
                "narrow": self.wanted.words, "sort": self.wanted.sort, **changes}  # fmt: skip
        return "?" + urlencode({name: value for name, value in told.items() if value})


@dataclass(frozen=True, slots=True)
class CasePage:
    case: Case
    title: str
    hidden: bool
    marks: tuple[str, ...]
    due: Mark
    state: str
    story: list[Line]
    told: list[tuple[datetime, str]]
    may_change: bool
    note: NoteForm
    sent: list[SentOrPaid]
    things: tuple[Thing, ...] = ()  # what they were asked to send, and what came
    ask: str = ""  # who can tell what is hidden
    may_look: bool = False  # whether this person can have it shown
    may_protect: bool = True  # whether somebody who sees the case says that its resident is to be protected
    may_open: bool = True  # whether a file can be opened from here
    shown: bool = False  # of somebody protected, to whoever may see them
    named: tuple[str, str] | None = None  # of nobody on record: what they called themselves, after its question
    mine: bool = False
    place: Place | None = None  # that its answers mark on the map
    give: GiveForm | None = None
    close: CloseForm | None = None
    unreached: bool = False  # a message to them couldn't be sent, and none was since
    unpaid: tuple[str, ...] = ()  # what is asked for it and isn't paid: each stands at the top
    problems: tuple[Problem, ...] = field(default=())

    @property
    def seen(self) -> object:
        """The count of changes that the page was read at: what was sent stays, so that a change since is noticed."""
        sent = next((form for form in (self.note, self.give, self.close) if form is not None and form.is_bound), None)
        return (sent or self.note)["seen"]


def due_mark(case: Case, now: datetime) -> Mark:
    """How the case stands to its due time, in words."""
    if case.closed_at is not None:
        late = case.due_at is not None and case.closed_at > case.due_at
        return Mark("warn", "closed late") if late else Mark("good", "closed")
    if case.due_at is None:
        return Mark("plain", "no due time")
    if case.due_at <= now:
        days = (in_london(now).date() - in_london(case.due_at).date()).days
        return Mark("bad", f"late by {count_of(days, 'day')}" if days else f"late since {clock_time(case.due_at)}")
    today = in_london(now).date()
    if in_london(case.due_at).date() == today or case.due_at - now <= SOON:
        return Mark("warn", f"today {clock_time(case.due_at)}")
    return Mark("good", day_and_time(case.due_at, today))


def is_hidden(case: Case) -> bool:
    """Whether name and address must not be shown, said or printed."""
    return case.apart


def queue_page(person: int, data: object, now: datetime, *, problem: str = "") -> QueuePage:
    """The officer's queue as asked for; within the scope. `problem`: of the reference that was typed, which then
    narrows nothing."""
    form = FilterForm(data, *_choices(person, now))
    wanted = form.wanted()
    if problem:
        form.add_error("narrow", problem)
        wanted = replace(wanted, words="")
    midnight = in_london(now).replace(hour=0, minute=0, second=0, microsecond=0)
    found: Queue = queue(person, wanted, today=midnight, at=now)
    still = _unreached(found.cases)
    rows = tuple(
        QueueRow(
            case, case.title, due_mark(case, now), _holder(case, person), about(case), case.pk in found.rang_today,
            case.pk in still,
        )
        for case in found.cases
    )
    wrong = tuple(problems_of(form)) if problem else ()
    return QueuePage(wanted, form, rows, found.mine, found.free, found.more, wrong, found.elsewhere)


def about(case: Case) -> str:
    """Whose a case is and where, so that rows of one title are told apart; nothing of somebody protected, nor of what
    nobody near should see."""
    if case.apart or DISCREET in case.marks:
        return ""
    given = _named(case)
    name = case.customer.name if case.customer else given[1] if given else ""
    line = case.property.line if case.property else ""
    return ", ".join(filter(None, (name, line if line.split(",")[0] not in case.title else "")))


def case_page(case: Case, person: int, now: datetime, *, shown: bool = False) -> CasePage:
    """One case with its story and, for those who resolve it, its forms; within the scope. `shown`: what is kept apart
    of somebody protected was put together again."""
    seen = {"seen": case.changed}
    hidden = is_hidden(case) and not shown
    changes = may_change(case, person, now)
    still_open = case.state == Case.State.OPEN
    return CasePage(
        case=case, title=case.title, hidden=hidden, shown=shown, marks=tuple(map(words_of_mark, case.marks)),
        unreached=case.pk in _unreached([case]), unpaid=unpaid(case) if still_open else (),
        due=due_mark(case, now), state=_state(case, person), story=story(case), told=_told(case),
        sent=sent_and_paid(case), things=() if hidden else things_of(case),
        ask=whom_to_ask(case.council, now) if hidden else "",
        may_look=hidden and may_see_protected(person, case.council_id, now),
        place=None if hidden else place_of(case.council, case.answers),
        named=None if hidden or case.customer_id else _named(case),
        may_change=changes, mine=case.officer_id == person, note=NoteForm(initial=seen),
        give=GiveForm(initial=seen, receivers=receivers(case, now)) if changes and still_open else None,
        close=CloseForm(initial=seen, endings=endings_of(case.kind)) if changes and still_open else None,
    )  # fmt: skip


def _unreached(cases: Iterable[Case]) -> frozenset[int]:
    """Of the open ones, those whose resident doesn't know what was sent last; of protected people that is told too."""
    still_open = [case for case in cases if case.state == Case.State.OPEN]
    apart = [case.pk for case in still_open if case.apart]
    found = unreached([case.pk for case in still_open if not case.apart])
    return found | unreached_apart(apart) if apart else found


def _told(case: Case) -> list[tuple[datetime, str]]:
    """What the resident was told, each with its time: its own; else at the opening, or last at the closing."""
    told = timed_told(case.told)
    closing = len(told) - 1 if case.closed_at is not None and len(told) > 1 else None
    return [(at or (case.closed_at if number == closing else None) or case.opened_at, words)
            for number, (at, words) in enumerate(told)]


def _named(case: Case) -> tuple[str, str] | None:
    """The name that was given last: a script asks first after others, such as who died."""
    given = [(each["question"], each["answer"]) for each in case.answers if each.get("kind") == NAME]
    return given[-1] if given else None


def _holder(case: Case, person: int) -> str:
    if case.officer is None:
        return "nobody yet"
    return "you" if case.officer_id == person else case.officer.name


def _state(case: Case, person: int) -> str:
    if case.closed_at is not None:
        return f"Closed {day_and_time(case.closed_at)}: {case.outcome_words}."
    if case.officer_id == person:
        return "You have this case."
    if case.officer is not None:
        return f"{case.officer.name} has this case."
    if case.team is None:
        return "The agreement names no team for this case. Tell your manager."
    return f"Nobody has it yet. It waits for {case.team.name}."


def _choices(person: int, now: datetime) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The councils and services that the person's teams resolve, to filter by."""
    grants = Grant.objects.open_at(now).filter(
        team_id__in=teams_of(person, now), right=Grant.Right.RESOLVE
    ).values_list("council_id", "council__name", "service_id", "service__name")
    rows = list(grants)
    councils = sorted({(number, name) for number, name, _, _ in rows}, key=lambda pair: pair[1])
    services = sorted({(number, name) for _, _, number, name in rows}, key=lambda pair: pair[1])
    return councils, services
