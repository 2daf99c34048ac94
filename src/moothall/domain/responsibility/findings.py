"""What is wrong with an agreement: promises without a share, two shares for one thing, lines that lead to nobody.

Every date of the agreement is looked at, nothing is sampled; days that are alike are looked at once.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from moothall.domain.calendar import Hours, Span
from moothall.domain.findings import Finding
from moothall.domain.responsibility.compile import NOBODY, ResponsibilityMap, Segment, compile_shares
from moothall.domain.responsibility.lookup import day_of
from moothall.domain.responsibility.overlaps import COMES, contested_shares, overrides_too_wide, what_of
from moothall.domain.responsibility.shares import AgreementTerms, Cell, Cover, Names, ShareTerms
from moothall.domain.responsibility.spans import ANY_TIME, add_spans, common, dates_of, pieces, spans_where, without
from moothall.domain.responsibility.times import in_words, listed

DOES = {"answer": "answers", "resolve": "resolves"}


def check_agreement(
    terms: AgreementTerms, *, names: Names, holidays: Mapping[int, frozenset[date]], published_through: int = 9999
) -> list[Finding]:
    """Every finding of an agreement, in the order of its text. `holidays` is by council number."""
    table = compile_shares(terms.shares, holidays)
    found = [
        *_gaps(terms, table, names),
        *contested_shares(terms.shares, table, names),
        *overrides_too_wide(terms.shares, names, holidays),
        *_periods(terms, names),
        *_lines(terms, table, names),
        *_parties(terms, names),
    ]
    if terms.ends.year > published_through + 1:
        found.append(Finding(
            "holidays-unknown",
            f"Bank holidays are published up to {published_through}, and the agreement runs longer.",
            "Load the newer list of bank holidays when it is published.", terms.place, "warning",
        ))
    return sorted(found, key=lambda finding: (finding.place.line, finding.place.column))


def _gaps(terms: AgreementTerms, table: ResponsibilityMap, names: Names) -> Iterator[Finding]:
    for cover in terms.covers:
        missing: dict[tuple[str, str, tuple[str, ...]], list[Cell]] = {}
        known: dict[int, tuple[str, ...]] = {}  # cells that compiled once have the same gaps
        for cell in cover.cells():
            segments = table.cells.get(cell, ())
            if id(segments) not in known:
                known[id(segments)] = _gap_times(table, segments, cover)
            if times := known[id(segments)]:
                missing.setdefault((cell.function, cell.channel, times), []).append(cell)
        for (_, _, times), cells in missing.items():
            yield _gap(cover, cells, times, names)


def _gap_times(table: ResponsibilityMap, segments: tuple[Segment, ...], cover: Cover) -> tuple[str, ...]:
    holidays = table.holidays_of(cover.council)
    found: dict[date, Hours] = {}
    alike: dict[tuple[Hours, Span, object], Hours] = {}
    for piece in pieces(segments or (Segment(ANY_TIME, 0),), cover.starts, cover.ends):
        promised = cover.hours.on(piece.day, holidays)
        if not promised:
            continue
        today = day_of(table, piece.segment, piece.day, cover.council) if segments else None
        key = (promised, piece.span, today)
        if key not in alike:
            open_now = spans_where(table, piece, cover.council, range(NOBODY + 1, len(table.plans))) if segments else ()
            alike[key] = without(common(promised, (piece.span,)), open_now)
        add_spans(found, piece.day, alike[key])
    return in_words(found, dates_of(cover.starts, cover.ends), holidays)


def _gap(cover: Cover, cells: list[Cell], times: tuple[str, ...], names: Names) -> Finding:
    function, council = cells[0].function, names.council(cover.council)
    channels = [COMES[channel] for channel in dict.fromkeys(cell.channel for cell in cells)]
    comes = "" if function == "answer" else f" that come as {listed(channels)}"
    return Finding(
        f"gap-{function}",
        f"Nobody {DOES[function]} {what_of(function, cells, names)}{comes} at times that {council} promises.",
        f"Let a share's hours reach over these times, add a share for them, or shorten what {council} promises.",
        cover.place, times=times,
    )


def _periods(terms: AgreementTerms, names: Names) -> Iterator[Finding]:
    for share in terms.shares:
        if share.starts < terms.starts or share.ends > terms.ends:
            yield Finding(
                "outside-period", f"The share “{share.key}” runs outside the agreement's own period.",
                "Bring its dates within the agreement's, or leave them out to take the agreement's.", share.place,
            )
    known: dict[tuple[int, str, str], list[ShareTerms]] = {}
    for share in terms.shares:
        for cell in share.cells():
            known.setdefault((cell.council, f"{cell.service} {cell.channel}", cell.function), []).append(share)
    told: set[int] = set()
    for shares in known.values():
        lowest = min(share.tier for share in shares)
        for share in shares:
            if share.tier > lowest and not share.after_s and share.id not in told:
                told.add(share.id)
                yield Finding(
                    "tier-at-once",
                    f"The share “{share.key}” is tier {share.tier}, but doesn't say after how long it joins.",
                    f"Write after_s: 120 for two minutes. Without it {names.team(share.team)} joins at once.",
                    share.place, "warning",
                )


def _lines(terms: AgreementTerms, table: ResponsibilityMap, names: Names) -> Iterator[Finding]:
    for line in terms.lines:
        if line.cell in table.cells:
            continue
        what = what_of("answer", [line.cell], names)
        yield Finding(
            "line-nowhere", f"The line {line.number} leads to {what}, and no share answers those.",
            "Add a share that answers it, or name the council and service that the line is meant for.", line.place,
        )


def _parties(terms: AgreementTerms, names: Names) -> Iterator[Finding]:
    promised = {cover.council for cover in terms.covers}
    for council in terms.parties:
        if council not in promised:
            yield Finding(
                "promises-unknown",
                f"Nothing says what {names.council(council)} promises its public, so gaps can't be seen.",
                f"Add a line for {names.council(council)} under covers.", terms.place, "warning",
            )
