"""A council takes its service back: what moves at the instant, what stays, what nobody would do; in words and counts.

Within the reader's scope: what isn't theirs to count is said to be so. Nothing is changed.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from moothall.agreements.halt_words import alike, halt_told, halts_of
from moothall.agreements.models import Agreement, AgreementVersion, Line, Share
from moothall.agreements.open_work import count_open
from moothall.domain.calendar import LONDON
from moothall.domain.plural import count
from moothall.domain.responsibility.phrases import end_words, from_words, lower, upper
from moothall.domain.responsibility.shares import Cell
from moothall.domain.responsibility.times import counted, listed
from moothall.domain.responsibility.wording import COMES, heard
from moothall.domain.telephone import telephone
from moothall.handover.before_after import JUST_BEFORE, Turn, left_alone, turn_of
from moothall.handover.history import CALLS, CASES, HISTORY, countable, past_of
from moothall.people.models import Membership, Team
from moothall.tenancy.models import Council, Grant
from moothall.tenancy.queries import service_names
from moothall.tenancy.validity import valid_at

NOT_YOURS = "What is open isn't yours to count."
WAYS = {
    "dated": "It is signed and dated: at that second it is done, and nothing needs to be awake.",
    "supposed": "Nothing is signed for that instant. This says what would be if the shares of others ended then, and "
    "the council's own went on.",
}


class NotToRehearse(ValueError):
    """There is nothing to rehearse; it says why."""


@dataclass(frozen=True, slots=True)
class Group:
    """One thing that moves. `count` is None where it isn't the reader's to count; `opens`: there are rows behind it."""

    key: str
    heading: str
    count: int | None
    sentences: tuple[str, ...]
    nothing: str = "Nothing."
    opens: bool = False


class Grouped:
    """What is told in groups, each found by its key."""

    __slots__ = ()
    groups: tuple[Group, ...]

    @property
    def nobody(self) -> bool:
        """Whether something that is promised would be done by nobody."""
        return bool(self.group("nobody").sentences)

    def group(self, key: str) -> Group:
        return next(group for group in self.groups if group.key == key)


@dataclass(frozen=True, slots=True)
class Rehearsal(Grouped):
    title: str
    council: Council
    turn: Turn
    remarks: tuple[str, ...]
    groups: tuple[Group, ...]
    staying: tuple[str, ...] = ()  # teams of others that serve the council after the instant too

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "council": self.council.gss, "at": self.turn.at.astimezone(LONDON).isoformat(), "way": self.turn.way,
            "staying": list(self.staying),
            "version": self.turn.version and self.turn.version.number, "remarks": list(self.remarks),
            "groups": [asdict(group) for group in self.groups],
        }  # fmt: skip


class _Words:
    """How the services and teams of a turn are called."""

    def __init__(self, turn: Turn, council: Council) -> None:
        self.turn, self.council = turn, council
        self.services = service_names()
        self.teams = dict(Team.objects.values_list("slug", "name"))

    def about(self, services: Iterable[int]) -> str:
        return counted([lower(self.services.get(each, str(each))) for each in sorted(set(services))], "services")

    def team(self, slugs: tuple[str, ...]) -> str:
        return listed([self.teams.get(slug, slug) for slug in slugs]) or "nobody"

    def moves(self, cell: Cell) -> tuple[str, str]:
        return tuple(self.team(self.turn.first(cell, after=after)) for after in (False, True))  # type: ignore[return-value]


def rehearse(council: Council, agreement: Agreement, *, at: datetime, now: datetime) -> Rehearsal:
    """Raises NotToRehearse where the instant is past, or the agreement never concerned the council."""
    if at <= now:
        raise NotToRehearse(f"{upper(from_words(at))} is past. What was handed back then can't be rehearsed.")
    turn = turn_of(council.number, agreement, at)
    if turn.version is None or not turn.version.shares.filter(client=council).exists():
        raise NotToRehearse(
            f"{agreement.name} doesn't hold for {council.short_name} just before {from_words(at)}: nothing is there to "
            "hand back."
        )
    words = _Words(turn, council)
    keys = sorted({(cell.council, cell.service) for cell in turn.cells})
    groups = (
        _moves("answer", "Calls and other contacts", words), _moves("resolve", "Cases", words), _lines(words),
        *_open(words, keys, now), _history(keys, now), _staff(words), _greetings(words), _grants(words), _nobody(words),
    )  # fmt: skip
    title = f"{council.name} takes its service back from {from_words(at)}"
    staying = _staying(turn)
    return Rehearsal(title, council, turn, tuple(_remarks(turn, staying)), groups, staying)


def _staying(turn: Turn) -> tuple[str, ...]:
    others = Team.objects.filter(slug__in={share.team for share in turn.after}).exclude(employer=turn.council)
    return tuple(others.order_by("name").values_list("name", flat=True))


def _remarks(turn: Turn, staying: tuple[str, ...]) -> Iterable[str]:
    if turn.way == "draft" and turn.following:
        yield f"This is what version {turn.following.number} says, which isn't signed by every party yet."
    else:
        yield WAYS[turn.way]
    if turn.way == "dated" and turn.following is None:
        yield "No version of this agreement follows."
    yield from _stopped(turn)
    if staying:
        yield f"It isn't handed back then: {listed(staying)} still {'serves' if len(staying) == 1 else 'serve'} the " \
            "council from that instant on, and what they serve they see."
        return
    yield "A call in progress then may be finished by whoever has it, for 30 minutes at most; of all else the others " \
        "see nothing from that second on."


def _stopped(turn: Turn) -> Iterable[str]:
    """What was paused or taken back before the instant: these shares move nothing then."""
    at, names = turn.at - JUST_BEFORE, service_names()
    rows = Share.objects.filter(version__in=AgreementVersion.objects.in_force(at), client=turn.council)
    shares = list(rows.filter(starts__lte=at, ends__gt=at).select_related("team").order_by("version", "number"))
    halts = halts_of(shares, at)
    for team, function in dict.fromkeys((share.team, share.function) for share in shares if share.pk in halts):
        found = [share for share in shares if (share.team, share.function) == (team, function) and share.pk in halts]
        told = alike([(names[int(number)], halts[share.pk]) for share in found for number in share.body["services"]],
                     halt_told)  # fmt: skip
        for words, services in told.items():
            does = "answered" if function == "answer" else "resolved"
            yield f"What {team.name} {does} about {counted(list(map(lower, services)), 'services')} {words}."


def _moves(function: str, heading: str, words: _Words) -> Group:
    """Whose it is before and after, services that move alike together."""
    alike: dict[tuple[tuple[str, str], str], list[Cell]] = {}
    for cell in words.turn.cells:
        before, after = words.moves(cell)
        if cell.function == function and before != after:
            alike.setdefault(((before, after), cell.channel), []).append(cell)
    joined: dict[tuple[tuple[str, str], tuple[int, ...]], list[str]] = {}
    for (way, channel), cells in alike.items():
        joined.setdefault((way, tuple(sorted({cell.service for cell in cells}))), []).append(channel)
    sentences = []
    for ((before, after), services), channels in joined.items():
        things = listed([COMES[each] for each in channels]) if function == "answer" else "cases"
        sentences.append(f"{upper(things)} about {words.about(services)}: from {before} to {after}.")
    moved = {cell.service for cells in alike.values() for cell in cells}
    nothing = "Whoever dealt with them before does so after."
    return Group(f"{function}s", heading, len(moved), tuple(sentences), nothing)


def _lines(words: _Words) -> Group:
    turn, sentences = words.turn, []
    after = {line.number for line in turn.lines_after}
    for line in turn.lines:
        if line.council_id == turn.council:
            before, then = words.moves(Cell(line.council_id, line.service_id, line.channel, "answer"))
            gone = "" if line.number in after else " No version names this line any more: it is cut off."
            who = f"from {before} to {then}" if before != then else f"stays with {then}"
            sentences.append(f"{_line(line)}: {who}.{gone}")
        elif line.council.kind == Council.Kind.PARTNERSHIP and not _is_about(turn):
            sentences.append(f"{_line(line)}, a shared line, is no longer about {words.council.short_name}.")
    return Group("lines", "Lines", len(sentences), tuple(sentences), "The council has no line in this agreement.")


def _line(line: Line) -> str:
    return f"{line.name} ({telephone(line.public_number or line.number)})"


def _is_about(turn: Turn) -> bool:
    """Whether a shared line may be about the council after the instant: some version has both."""
    versions = {line.version_id for line in turn.lines_after if line.council.kind == Council.Kind.PARTNERSHIP}
    return any(version.pk in versions for version in (turn.following,) if version) and bool(turn.after)


def _open(words: _Words, keys: list[tuple[int, int]], now: datetime) -> tuple[Group, Group]:
    counts = count_open(keys, at=now)
    if not counts:
        return (Group(CASES, "Open cases", None, (NOT_YOURS,)), Group(CALLS, "Calls in progress", None, (NOT_YOURS,)))
    cases, calls = [], []
    for (_, service), found in counts.items():
        about = f"about {words.about([service])}"
        then = words.team(words.turn.first(Cell(words.turn.council, service, "phone", "resolve"), after=True))
        if found.cases:
            who = f"{then} resolves" if then != "nobody" else "nobody resolves"
            cases.append(f"{count(found.cases, 'case')} {about}: {who} them then, under their references as before.")
        if found.calls:
            calls.append(f"{count(found.calls, 'call')} {about}: whoever has it may finish it.")
    open_cases, open_calls = (sum(getattr(each, name) for each in counts.values()) for name in ("cases", "calls"))
    return (
        Group(CASES, "Open cases", open_cases, tuple(cases), "None is open now.", True),
        Group(CALLS, "Calls in progress", open_calls, tuple(calls), "None is open now.", True),
    )


def _history(keys: list[tuple[int, int]], now: datetime) -> Group:
    """All of it stays the council's; nothing is copied and nothing goes with the others."""
    mine = countable(keys, now)
    if not mine:
        return Group(HISTORY, "History", None, ("The history isn't yours to count.",))
    past = past_of(mine)
    return Group(HISTORY, "History", sum(each.count for each in past),
                 tuple(f"{each.words}; the council's own, before and after." for each in past), "None yet.", True)


def _staff(words: _Words) -> Group:
    """Whose people answer before and after, and people of the council in others' teams and the other way about."""
    turn, sentences = words.turn, []
    at = turn.at - JUST_BEFORE
    before = {share.team for share in turn.before}
    after = {share.team for share in turn.after}
    for slugs, does in ((before - after, "lose sight of all that is the council's"), (after - before, "gain sight")):
        for slug in sorted(slugs):
            people = _members(at).filter(team__slug=slug).values("person").distinct().count()
            sight = does if people != 1 else does.replace(" ", "s ", 1)
            sentences.append(f"{words.team((slug,))}: {count(people, 'person', 'people')} {sight}.")
    number = turn.council
    lent = _members(at).filter(Q(person__employer=number) & ~Q(team__employer=number)).select_related("person", "team")
    borrowed = _members(at).filter(Q(team__employer=number) & ~Q(person__employer=number))
    for row in (*lent, *borrowed.select_related("person", "team")):
        sentences.append(f"{row.person.name} is a member of {row.team.name}: that doesn't end by itself.")
    return Group("staff", "Staff", len(sentences), tuple(sentences), "Everybody stays where they are.")


def _members(at: datetime) -> Any:
    return Membership.objects.filter(valid_at(at), person__is_active=True).order_by("team__name", "person__name")


def _greetings(words: _Words) -> Group:
    after_by_number = {line.number: line for line in words.turn.lines_after}
    sentences = []
    for line in words.turn.lines:
        if line.council_id != words.turn.council:
            continue
        then = after_by_number.get(line.number)
        said = f"“{heard(line.greeting, line.council.name) or 'the usual greeting'}”"
        if then is None:
            sentences.append(f"{line.name}: {said} is said no more.")
        elif then.greeting != line.greeting:
            after_words = heard(then.greeting, then.council.name) or "the usual greeting"
            sentences.append(f"{line.name}: “{after_words}” instead of {said}.")
    return Group("messages", "What callers hear", len(sentences), tuple(sentences), "The greetings stay as they are.")


def _grants(words: _Words) -> Group:
    """The others' rights on the council's rows, and whether a date ends them."""
    turn, by_team = words.turn, {}  # type: ignore[var-annotated]
    at = turn.at - JUST_BEFORE
    rows = Grant.objects.open_at(at).filter(council=turn.council).exclude(team__employer=turn.council)
    for row in rows.select_related("team").order_by("team__name"):
        by_team.setdefault(row.team.name, []).append(row)
    sentences = []
    for team, found in by_team.items():
        what = f"{team}: {count(len(found), 'right')} on {count(len({row.service_id for row in found}), 'service')}"
        later = [row.valid_to for row in found if row.valid_to is None or row.valid_to > turn.at]
        if not later:
            sentences.append(f"{what}, up to {end_words(turn.at)}.")
            continue
        until = "with no end" if None in later else f"up to {end_words(max(later))}"
        sentences.append(f"{what}, {until} as signed now: a version that ends the share must be signed.")
    return Group("grants", "Rights that end", len(sentences), tuple(sentences), "Nobody else has a right.")


def _nobody(words: _Words) -> Group:
    sentences = []
    for gap, times in left_alone(words.turn):
        cells = gap.cells
        things = (listed([COMES[each] for each in dict.fromkeys(cell.channel for cell in cells)])
                  if cells[0].function == "answer" else "cases")
        does = "answers" if cells[0].function == "answer" else "resolves"
        about = words.about(cell.service for cell in cells)
        sentences.append(f"Nobody {does} {things} about {about}: {'; '.join(times)}.")
    return Group("nobody", "Left without anybody", len(sentences), tuple(sentences),
                 "All that is promised is done by somebody.")  # fmt: skip
