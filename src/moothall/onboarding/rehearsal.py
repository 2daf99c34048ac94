"""The dry run: simulated calls through the queue's own code, in transactions that are undone, at the hours that come.

For each service, channel and kind of hour by the version that counts for the council, in force or not: who answers,
how they greet, which script opens. Nothing stays but the note that it was done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from moothall.agreements.check import check_text
from moothall.agreements.halts import halts_to_come
from moothall.agreements.in_force import InForce, as_if, build, held
from moothall.agreements.models import AgreementVersion, Line
from moothall.agreements.register import register_from_database
from moothall.domain.calendar import wall_clock
from moothall.domain.responsibility.lookup import Stretch, stretch_at
from moothall.domain.responsibility.shares import Cell
from moothall.domain.responsibility.times import listed
from moothall.lib import clock
from moothall.onboarding.actions import play_council
from moothall.onboarding.services import parameters_for
from moothall.onboarding.state import versions_that_count
from moothall.people.models import Person, Team
from moothall.tenancy.models import Council, Service

if TYPE_CHECKING:
    from moothall.onboarding.one_call import Heard

LOOKED_AHEAD = timedelta(days=14)
MOST_HOURS = 6
CHANNELS = ("phone", "web", "email", "chat", "counter")


@dataclass
class Played:
    """One simulated contact, or why none could be played. `problems` pair what is wrong with what to do."""

    service: str
    channel: str
    at: datetime
    hours: str
    line: str = ""
    number: str = ""
    teams: tuple[str, ...] = ()
    agent: str = ""
    greeting: str = ""
    script: str = ""
    asks: str = ""
    parameters: tuple[str, ...] = ()
    reference: str = ""
    promise: str = ""
    note: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Rehearsal:
    council: str
    version: str
    way: str
    rows: list[Played] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return sum(bool(row.agent) for row in self.rows)

    @property
    def problems(self) -> int:
        return len(self.remarks) + sum(len(row.problems) for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "calls": self.calls, "problems": self.problems}

    def lines(self) -> list[str]:
        """For a terminal."""
        lines = [f"{self.council}, by {self.version}.", self.way, ""]
        for row in self.rows:
            lines.append(f"{row.service}, {row.channel}, {row.hours}")
            told = (
                row.note,
                f"rings {row.number} ({row.line})" if row.number else "",
                f"answers: {row.agent}, {row.teams[0]}"
                if row.agent
                else f"answers: {', '.join(row.teams)}"
                if row.teams
                else "",
                f"says “{row.greeting}”" if row.greeting else "",
                f"script: {row.script}, asks “{row.asks}”" if row.asks else "",
                f"told by the council: {', '.join(row.parameters)}" if row.parameters else "",
                f"a case would be {row.reference}" if row.reference else "",
                row.promise,
            )
            lines += [f"  {each}" for each in told if each]
            lines += [f"  PROBLEM {words} {remedy}" for words, remedy in row.problems]
        lines += [f"PROBLEM {words} {remedy}" for words, remedy in self.remarks]
        return [*lines, "", f"{self.calls} calls played, {self.problems} problems. Nothing of them was kept."]


def play(council: Council, *, most: int = 60, by: Person | None = None) -> Rehearsal:
    """Ring in transactions that are undone, and keep that it was done. As the owner, who may do what a router does."""
    found, version = _rehearse(council, most=most, rings=True)
    if version is not None:
        play_council(council, version, found, by=by)
    return found


def work_out(council: Council) -> Rehearsal:
    """The same from the agreement and the rosters alone: for a page, whose login may not ring. The worker's does."""
    return _rehearse(council, most=0, rings=False)[0]


def _rehearse(council: Council, *, most: int, rings: bool) -> tuple[Rehearsal, AgreementVersion | None]:
    now = clock.now()
    versions = versions_that_count(council, now)
    way = (
        "Rehearsed: each call was played through the queue in a transaction that was undone."
        if rings
        else "Worked out from the agreement and the rosters; no call was placed."
    )
    if not versions:
        remark = (
            "No agreement names the council as one that is served.",
            "Write one, or have the council added to one.",
        )
        return Rehearsal(council.name, "no agreement", way, remarks=[remark]), None
    version = versions[0]
    found = Rehearsal(council.name, listed([_named(each, now) for each in versions]), way)
    errors = (
        [
            each
            for each in check_text(version.text, register=register_from_database()).findings
            if each.severity == "error"
        ]
        if version.state != version.State.IN_FORCE
        else []
    )
    if errors:
        found.remarks.append((f"The agreement’s text has {len(errors)} findings.", "Mend them before it is proposed."))
    begins = max(now, version.holds_from or version.starts)
    rows = held(now)
    if version.state != version.State.IN_FORCE:
        rows = (*(row for row in rows if not _replaced(row[0], version)), (version.pk, begins, version.ends))
    supposed = build(rows, halts_to_come(begins), begins)
    with as_if(supposed):
        for played in _plans(council, versions, supposed, begins):
            if rings and played.channel == "phone" and played.number and found.calls < most:
                from moothall.onboarding.one_call import ring  # with the router's compiler, which no page needs

                _fill(played, ring(council, played.number, played.at))
            found.rows.append(played)
    return found, version


def _named(version: AgreementVersion, now: datetime) -> str:
    stage = {"in_force": "in force", "signed": "signed, not begun"}.get(version.stage(now), version.stage(now))
    return f"{version.agreement.name}, version {version.number} ({stage})"


def _replaced(other: int, version: AgreementVersion) -> bool:
    return AgreementVersion.objects.filter(pk=other, agreement=version.agreement_id).exists()


def _plans(
    council: Council, versions: Sequence[AgreementVersion], supposed: InForce, begins: datetime
) -> Iterator[Played]:
    """Each service × channel × kind of hour, with what the agreement and the rosters say of it."""
    services = Service.objects.in_bulk()
    teams = {team.slug: team for team in Team.objects.all()}
    rows = Line.objects.filter(version__in=versions, council=council).order_by("-number")
    lines = {line.service_id: line for line in rows}
    told = {number: _told(council, services[number].slug) for number in {cell.service for cell in supposed.table.cells}}
    cells = sorted(cell for cell in supposed.table.cells if cell.council == council.pk and cell.function == "answer")
    for cell in sorted(cells, key=lambda each: (CHANNELS.index(each.channel), each.service)):
        service, line = services[cell.service], lines.get(cell.service)
        for hours, stretch in _hours(supposed, cell, begins):
            played = Played(service.name, cell.channel, stretch.starts, hours)
            if cell.channel == "phone" and line:
                played.line, played.number = line.name, line.number
            elif cell.channel == "phone":
                played.note = "No line of its own: people reach it through the council’s general line."
            if stretch.plan is None:
                played.note = f"Nobody answers then.{f' Again from {_words(stretch.ends)}.' if stretch.ends else ''}"
                played.number = ""
            else:
                _who(played, stretch, supposed, teams)
                played.parameters = told[cell.service]
            yield played


def _told(council: Council, service: str) -> tuple[str, ...]:
    return tuple(f"{each.label}: {each.shown(each.value)}" for each in parameters_for(council, service) if each.told)


def _who(played: Played, stretch: Stretch, supposed: InForce, teams: dict[str, Team]) -> None:
    assert stretch.plan is not None
    slugs = [team for _, team in stretch.plan.tiers]
    played.teams = tuple(teams[slug].name if slug in teams else slug for slug in slugs)
    standard = supposed.shares[stretch.plan.share].standard
    if standard.answered_within_s:
        played.promise = f"promise: within {standard.answered_within_s} seconds" + (
            f", for {standard.for_percent} in 100" if standard.for_percent else ""
        )
    people = Person.objects.filter(memberships__team__slug__in=slugs, is_active=True)
    if not people.filter(memberships__job__in=("agent", "leader")).exists():
        played.problems.append((f"Nobody is in {played.teams[0]}.", "Add people to it, in a file of staff."))


def _hours(supposed: InForce, cell: Cell, begins: datetime) -> Iterator[tuple[str, Stretch]]:
    """The first stretch of each plan in the coming fortnight, a minute after it begins."""
    seen: list[Any] = []
    at, end = begins, begins + LOOKED_AHEAD
    while at < end and len(seen) < MOST_HOURS:
        stretch = stretch_at(supposed.table, cell, at)
        if stretch.plan not in seen:
            seen.append(stretch.plan)
            inside = at if at == begins else at + timedelta(minutes=1)
            yield _lasts(at, stretch.ends), Stretch(stretch.plan, inside, stretch.ends)
        if stretch.ends is None:
            break
        at = stretch.ends


def _lasts(since: datetime, until: datetime | None) -> str:
    if until is None:
        return "always"
    (day, _), (last, minute) = wall_clock(since), wall_clock(until)
    end = f"{minute // 60:02}:{minute % 60:02}"
    return f"{_words(since)} to {end if day == last else _words(until)}"


def _fill(played: Played, heard: Heard) -> None:
    played.agent, played.greeting, played.script, played.asks = heard.agent, heard.greeting, heard.script, heard.asks
    played.reference = heard.reference
    played.problems += heard.problems


def _words(at: datetime) -> str:
    day, minute = wall_clock(at)
    return f"{day:%a} {day.day} {day:%b} {minute // 60:02}:{minute % 60:02}"
