"""An agreement that is begun beside others: what these already say, and a beginning that doesn't say it again."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from moothall.agreements.beginning import Beginning, text_of
from moothall.agreements.conflicts import called_by, others_meanwhile
from moothall.agreements.halts import until_taken_back
from moothall.agreements.in_force import holidays_by_council, terms_of_rows
from moothall.agreements.models import AgreementVersion, Line, Share
from moothall.agreements.reader import read_agreement
from moothall.agreements.register import Register
from moothall.agreements.successions import passings_signed
from moothall.domain.calendar import midnight, wall_clock
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.overlaps import contests
from moothall.domain.responsibility.shares import AgreementTerms, Cell, Names
from moothall.domain.responsibility.succession import pass_on
from moothall.domain.responsibility.times import listed
from moothall.domain.responsibility.wording import services_of


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a version of another agreement, in force or signed to be, says of that which is to be begun."""

    version: AgreementVersion
    called: str
    cells: frozenset[Cell]

    @property
    def free(self) -> date:
        """The first day on which it doesn't hold any more."""
        day, minute = wall_clock(self.version.ends)
        return day + timedelta(days=1) if minute else day

    def words(self, names: Names) -> str:
        """"“Hub”, version 2 (…), already says who answers Northby's calls about Bins"."""
        claimed: dict[tuple[int, str], set[int]] = {}
        for cell in self.cells:
            claimed.setdefault((cell.council, cell.function), set()).add(cell.service)
        groups: dict[tuple[int, tuple[int, ...]], list[str]] = {}
        for (council, function), services in sorted(claimed.items()):
            groups.setdefault((council, tuple(sorted(services))), []).append(function)
        said = [_said(council, services, functions, names) for (council, services), functions in groups.items()]
        return f"{self.called} already says {listed(said)}"


def _said(council: int, services: Iterable[int], functions: Sequence[str], names: Names) -> str:
    whose, what = names.council(council), services_of(services, names)
    if "answer" not in functions:
        return f"who resolves {whose}'s cases of {what}"
    return f"who answers {whose}'s calls about {what}" + (" and resolves its cases" if "resolve" in functions else "")


def claimed_beside(chosen: Beginning, register: Register, at: datetime) -> list[Claimed]:
    """What others say of what is chosen; nothing where its text can't be read, which is told when it is drafted."""
    terms = read_agreement(text_of(chosen), register=register).terms
    if terms is None:
        return []
    others = list(others_meanwhile(None, terms.starts, terms.ends, at))
    found: dict[int, set[Cell]] = {}
    for version, cells in _contested(terms, others):
        found.setdefault(version, set()).update(cells)
    called = called_by(others)
    return [Claimed(each, called[each.pk], frozenset(found[each.pk])) for each in others if each.pk in found]


def _contested(terms: AgreementTerms, others: Sequence[AgreementVersion]) -> Iterable[tuple[int, list[Cell]]]:
    """The text's own shares stand under numbers below zero, beside the rows of the others."""
    found = Share.objects.filter(version__in=others).select_related("team", "version")
    rows = list(found.order_by("version", "number"))
    own = [replace(share, id=-share.id, overrides=tuple(-each for each in share.overrides)) for share in terms.shares]
    shares = pass_on([*until_taken_back(terms_of_rows(rows)), *own], passings_signed())
    version_of = {row.pk: row.version_id for row in rows}
    for rivals, cells, _, _ in contests(shares, compile_shares(shares, holidays_by_council())):
        if min(share.id for share in rivals) < 0:
            yield from ((version_of[share.id], cells) for share in rivals if share.id > 0)


def begun_later(chosen: Beginning, register: Register, at: datetime) -> Beginning:
    """The same for as long, from the first day on which no other agreement says a part of it."""
    told: list[str] = []
    while claimed := claimed_beside(chosen, register, at):
        first, long = max(each.free for each in claimed), chosen.period[1] - chosen.period[0]
        told.append(f"It begins when {listed([each.called for each in claimed])} {_ends(claimed)}.")
        chosen = replace(chosen, period=(first, first + long))
    return replace(chosen, told=(*chosen.told, *told))


def begun_without(chosen: Beginning, claimed: Sequence[Claimed], register: Register) -> Beginning:
    """The same without what others say already."""
    slugs = {each.number: each.slug for each in register.services}
    left = {(cell.council, cell.function, slugs[cell.service]) for each in claimed for cell in each.cells}
    told = [f"Left out: {each.words(register.names())}." for each in claimed]
    return replace(chosen, left=frozenset({*chosen.left, *left}), told=(*chosen.told, *told))


def with_free_lines(chosen: Beginning, at: datetime) -> Beginning:
    """The same with those of its lines that no other agreement leads meanwhile, and whose service it answers."""
    first, last = chosen.period
    others = list(others_meanwhile(None, midnight(first), midnight(last), at))
    leading = Line.objects.filter(version__in=others, number__in=[line.number for line in chosen.lines])
    called, led = called_by(others), dict(leading.order_by("version").values_list("number", "version"))
    kept, told = [], []
    for line in chosen.lines:
        name = f"The line {line.number} ({line.name}) is left out"
        if line.number in led:
            told.append(f"{name}: {called[led[line.number]]} leads it.")
        elif line.service not in chosen.services_of(line.council, "answer"):
            told.append(f"{name}: its service isn't answered here.")
        else:
            kept.append(line)
    return replace(chosen, lines=tuple(kept), told=(*chosen.told, *told))


def _ends(claimed: Sequence[Claimed]) -> str:
    return "ends" if len(claimed) == 1 else "have ended"
