"""The calendar of a version: month by month what is covered, where gaps lie, and what starts, stops or falls due."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from moothall.agreements.halt_words import halt_words
from moothall.agreements.halts import Halted
from moothall.agreements.models import Halt
from moothall.domain.calendar import Hours, wall_clock
from moothall.domain.responsibility.shares import NO_NOTICE, Cell, Cover, Notice, ShareTerms
from moothall.domain.responsibility.times import in_words, listed
from moothall.tenancy.models import Council
from moothall.web.configure.bands import bands_of_date, gaps_of, minutes
from moothall.web.configure.forms import Look
from moothall.web.configure.halted import SHORT, Halts, as_it_stands, halts_on
from moothall.web.configure.hours_words import length
from moothall.web.configure.reading import Seen
from moothall.web.configure.words import WHO, begins

SHOWN_AT_ONCE = 12
FEW_NAMES = 3
ONE_DAY = timedelta(days=1)
GAP, COVERED, UNPROMISED, NOTHING = STATES = ("gap", "covered", "unpromised", "nothing")  # the first that a day has
CONTACTS = {"phone": "calls", "email": "e-mails", "chat": "chats", "web": "web forms", "counter": "visits"}


@dataclass(frozen=True, slots=True)
class Mark:
    """Something in a month; its link leads to the sentence."""

    kind: str  # starts, ends, stops, notice, gap
    words: str
    sentence: int


_Dated = tuple[date, Mark]


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    state: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """Services of one council that are alike all along; without a council the agreement itself."""

    council: Council | None
    services: str
    months: tuple[Month, ...]

    @property
    def has_gap(self) -> bool:
        return any(month.state == GAP for month in self.months)


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a mark says in words. `kind` as of the mark; `line` is where the text says it, 0 where it is worked out."""

    number: int
    kind: str
    day: date
    words: str
    line: int = 0
    times: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarPage:
    look: Look
    months: tuple[date, ...]
    rows: tuple[CalendarRow, ...]
    sentences: tuple[Sentence, ...]
    earlier: str
    later: str

    @property
    def gaps(self) -> int:
        return sum(sentence.kind == "gap" for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class _Group:
    """Cells of one council that have the same shares and promises."""

    council: Council
    cells: tuple[Cell, ...]
    covers: tuple[Cover, ...]
    shares: tuple[ShareTerms, ...]


def calendar_page(read: Seen, look: Look, since: str) -> CalendarPage:
    """The months from `since` (`2026-09`) on, of a version that could be read, as it stands."""
    halts = halts_on(read.version)
    seen = as_it_stands(read, halts)
    every = months_of(begins(seen.version), seen.version.ends)
    first = next((n for n, month in enumerate(every) if f"{month:%Y-%m}" == since), 0)
    months = every[first : first + SHOWN_AT_ONCE]
    writer = _Writer(seen, look, months, halts)
    rows = [writer.agreement(), *sorted(writer.rows(_groups(seen, look)), key=lambda row: not row.has_gap)]
    before, after = every[:first], every[first + SHOWN_AT_ONCE :]
    return CalendarPage(
        look, tuple(months), tuple(rows), tuple(sorted(writer.sentences, key=lambda each: (each.day, each.number))),
        earlier=f"{before[max(0, len(before) - SHOWN_AT_ONCE)]:%Y-%m}" if before else "",
        later=f"{after[0]:%Y-%m}" if after else "",
    )  # fmt: skip


def months_of(starts: datetime, ends: datetime) -> list[date]:
    """The first day of every month that a period touches."""
    month, last = wall_clock(starts)[0].replace(day=1), wall_clock(ends - timedelta(minutes=1))[0]
    found = []
    while month <= last:
        found.append(month)
        month = _next(month)
    return found


def last_day_for_notice(ends: datetime, notice: Notice) -> date:
    """The last day on which notice still ends an agreement a day sooner than it ends by itself."""
    until = wall_clock(ends - timedelta(minutes=1))[0] - ONE_DAY
    day = until - timedelta(days=31 * notice.months + notice.days)
    while notice.over(day + ONE_DAY) <= until:
        day += ONE_DAY
    return day


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _groups(seen: Seen, look: Look) -> list[_Group]:
    assert seen.proved
    proved = seen.proved
    found: dict[tuple[int, tuple[int, ...], tuple[int, ...]], list[Cell]] = {}
    shares = list(proved.shares.values())
    holding = {share.id: set(share.cells()) for share in shares}
    for cell in sorted(proved.cells, key=lambda cell: seen.services[cell.service].name):
        if (cell.function, cell.channel) == (look.who, look.way):
            covers = tuple(id(cover) for cover in proved.covers.get(cell, ()))
            held = tuple(share.id for share in shares if cell in holding[share.id])
            found.setdefault((cell.council, held, covers), []).append(cell)
    order = {number: place for place, number in enumerate(proved.terms.parties)}
    return [
        _Group(seen.councils[council], tuple(cells), proved.covers.get(cells[0], ()),
               tuple(proved.shares[share] for share in held))
        for (council, held, _), cells in sorted(found.items(), key=lambda item: order.get(item[0][0], len(order)))
    ]  # fmt: skip


class _Writer:
    """Makes rows, and numbers the sentences that their marks lead to."""

    def __init__(self, seen: Seen, look: Look, months: Sequence[date], halts: Halts) -> None:
        assert seen.proved
        self.halts = halts.by_share()
        self.seen, self.look, self.months, self.proved = seen, look, months, seen.proved
        self.sentences: list[Sentence] = []
        self.first = max(months[0], wall_clock(begins(seen.version))[0])
        self.last = min(_next(months[-1]) - ONE_DAY, wall_clock(seen.version.ends - timedelta(minutes=1))[0])

    def agreement(self) -> CalendarRow:
        """The agreement's own start, end, and last day for notice."""
        version, notice = self.seen.version, self.proved.terms.notice
        last = wall_clock(version.ends - timedelta(minutes=1))[0]
        marks = [
            self._mark("starts", wall_clock(begins(version))[0], "The agreement starts."),
            self._mark("ends", last, "The agreement’s last day."),
        ]
        if version.noticed_at:
            marks.append(self._mark("notice", wall_clock(version.noticed_at)[0], "Notice was given on this day."))
        elif notice != NO_NOTICE:
            words = f"The last day on which notice of {notice} ends it sooner."
            marks.append(self._mark("notice", last_day_for_notice(version.ends, notice), words))
        return CalendarRow(None, "", tuple(Month(_name(month), NOTHING, _in(month, marks)) for month in self.months))

    def rows(self, groups: Iterable[_Group]) -> Iterator[CalendarRow]:
        """A row for the cells of a council that look alike in these months, by whichever shares."""
        alike: dict[object, list[_Group]] = {}
        days = {}
        for group in groups:
            states, gaps = days[group.cells] = self._days(group)
            own = tuple(share.id for share in group.shares if self._has_period(share))
            key = (group.council.number, tuple(states.values()), tuple(gaps.items()), own)
            alike.setdefault(key, []).append(group)
        merged = []
        for same in alike.values():
            cells = sorted((cell for group in same for cell in group.cells), key=self._name_of)
            merged.append((replace(same[0], cells=tuple(cells)), days[same[0].cells]))
        for group, (states, gaps) in merged:
            others = [other for other, _ in merged if other.council == group.council and other is not group]
            yield self._row(group, self._services(group, others), states, gaps)

    def _services(self, group: _Group, others: Sequence[_Group]) -> str:
        """Every service by its name, or `all 9 services`, `the other 7 services` where that says which."""
        count = len(group.cells)
        if count <= FEW_NAMES or any(len(other.cells) > FEW_NAMES for other in others):
            return listed([self._name_of(cell) for cell in group.cells])
        return f"the other {count} services" if others else f"all {count} services"

    def _name_of(self, cell: Cell) -> str:
        return self.seen.services[cell.service].name

    def _has_period(self, share: ShareTerms) -> bool:
        dated = share.starts > self.seen.version.starts or share.ends < self.seen.version.ends
        return dated or share.id in self.halts

    def _row(
        self, group: _Group, services: str, states: dict[date, str], gaps: dict[date, Hours]
    ) -> CalendarRow:
        marks = [mark for share in group.shares for mark in self._share_marks(share, group, services)]
        number = self._gap_sentence(group, services, gaps)
        months = []
        for month in self.months:
            found = _in(month, marks)
            if gap := sum(minutes(hours) for day, hours in gaps.items() if day.replace(day=1) == month):
                found = (*found, Mark("gap", f"GAP {length(gap)}", number))
            months.append(Month(_name(month), states[month], found))
        return CalendarRow(group.council, services, tuple(months))

    def _days(self, group: _Group) -> tuple[dict[date, str], dict[date, Hours]]:
        """Each month's state, and the gaps of each date."""
        states, gaps = dict.fromkeys(self.months, NOTHING), {}
        day = self.first
        while day <= self.last:
            bands = bands_of_date(self.proved.table, group.cells[0], group.covers, day)
            month = day.replace(day=1)
            found = [COVERED for band in bands if band.promised] + [UNPROMISED for band in bands if band.plan]
            if open_then := gaps_of(bands):
                gaps[day], found = open_then, [GAP]
            states[month] = min([states[month], *found], key=STATES.index)
            day += ONE_DAY
        return states, gaps

    def _share_marks(self, share: ShareTerms, group: _Group, services: str) -> list[_Dated]:
        """The start and end of a share that has a period of its own."""
        version, team = self.seen.version, self.seen.holders.of(share.team, group.council.number).team
        what, found = self._what(group, services), []
        joins = f" after {share.after_s} seconds" if share.tier else ""
        if share.starts > version.starts:
            words = f"{team} starts to {share.function} {what}{joins}."
            found.append(self._mark("starts", wall_clock(share.starts)[0], words, share.place.line))
        if share.ends < version.ends:
            last = wall_clock(share.ends - timedelta(minutes=1))[0]
            words = f"The last day on which {team} {WHO[share.function]} {what}{joins}."
            found.append(self._mark("ends", last, words, share.place.line))
        for halt in self.halts.get(share.id, ()):
            found += self._halt_marks(halt, share, team, f"{what}{joins}")
        return found

    def _halt_marks(self, halt: Halt, share: ShareTerms, team: str, what: str) -> Iterator[_Dated]:
        """From when a share is paused, taken back or cut off, and when its team goes on."""
        starts = max(halt.starts, share.starts, begins(self.seen.version))
        ends = min(halt.ends or share.ends, share.ends)
        if starts < ends:
            told = f"{team} doesn’t {share.function} {what} from then on: {halt_words(halt)}."
            yield self._mark("stops", wall_clock(starts)[0], told, share.place.line, SHORT[Halt.Kind(halt.kind)])
        if starts < ends < share.ends and not any(Halted.of(row).holds(ends) for row in self.halts[share.id]):
            told = f"{team} {WHO[share.function]} {what} again."
            yield self._mark("starts", wall_clock(ends)[0], told, share.place.line, "goes on")

    def _gap_sentence(self, group: _Group, services: str, gaps: dict[date, Hours]) -> int:
        if not gaps:
            return 0
        holidays = self.proved.table.holidays_of(group.council.number)
        times = in_words(gaps, (self.first, self.last), holidays)
        words = f"Nobody {self.look.does} {self._what(group, services)}, though it is promised:"
        return self._sentence("gap", min(gaps), words, group.covers[0].place.line, times)

    def _what(self, group: _Group, services: str) -> str:
        """`Northby’s calls about Licensing`, `Northby’s cases of Licensing`."""
        kind = f"{CONTACTS[self.look.way]} about" if self.look.who == "answer" else "cases of"
        return f"{group.council.short_name}’s {kind} {services}"

    def _mark(self, kind: str, day: date, words: str, line: int = 0, short: str = "") -> _Dated:
        number = self._sentence(kind, day, words, line) if self.first <= day <= self.last else 0
        return day, Mark(kind, f"{short or kind} {day.day}", number)

    def _sentence(self, kind: str, day: date, words: str, line: int, times: tuple[str, ...] = ()) -> int:
        self.sentences.append(Sentence(len(self.sentences) + 1, kind, day, words, line, times))
        return len(self.sentences)


def _in(month: date, marks: Iterable[_Dated]) -> tuple[Mark, ...]:
    return tuple(mark for day, mark in sorted(marks, key=lambda each: each[0]) if day.replace(day=1) == month)


def _name(month: date) -> str:
    return f"{month:%b}"
