"""What is wrong with an agreement: promises without a share, two shares for one thing, lines that lead to nobody.

Every date of the agreement is looked at, nothing is sampled; days that are alike are looked at once.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from moothall.domain.findings import Finding
from moothall.domain.responsibility.bounds import bound_findings, guaranteed_together
from moothall.domain.responsibility.clocks import changing_hours
from moothall.domain.responsibility.compile import ResponsibilityMap, compile_shares
from moothall.domain.responsibility.gaps import gap_findings, standards_below
from moothall.domain.responsibility.needless_sight import sight_beyond_service
from moothall.domain.responsibility.notice import Amendment, short_notice
from moothall.domain.responsibility.overlaps import contested_shares, wrong_overrides
from moothall.domain.responsibility.shares import AgreementTerms, Names
from moothall.domain.responsibility.spans import Times, dates_of
from moothall.domain.responsibility.staffing import Staffing, unstaffed, unstaffed_fallbacks
from moothall.domain.responsibility.succession import named, pass_on, passings, succession_findings
from moothall.domain.responsibility.tiers import idle_shares
from moothall.domain.responsibility.times import day_words
from moothall.domain.responsibility.wording import what_of
from moothall.domain.weeks import ALL_WEEK, Weeks


def check_agreement(
    terms: AgreementTerms, *, names: Names, holidays: Mapping[int, frozenset[date]], published_through: int = 9999,
    staffing: Staffing | None = None, amends: Amendment | None = None,
) -> list[Finding]:
    """Every finding of an agreement, in the order of its text. `holidays` is by council number.

    What isn't known (who is in the teams, what the text takes the place of) gives no findings.
    """
    names = named(names, terms.successions)
    holidays = {**{each.number: holidays.get(each.predecessors[0], frozenset())
                   for each in terms.successions if each.predecessors}, **holidays}
    table = compile_shares(pass_on(terms.shares, passings(terms.successions)), holidays)
    times, shares = Times(table), {share.id: share for share in terms.shares}
    found = [
        *gap_findings(terms.covers, times, names),
        *standards_below(terms.covers, shares, times, names),
        *contested_shares(terms.shares, table, names),
        *wrong_overrides(shares, names, holidays),
        *idle_shares(shares, times, names),
        *sight_beyond_service(terms.shares, names),
        *bound_findings(terms.shares, times, names),
        *_periods(terms),
        *_lines(terms, table, names),
        *_parties(terms, names),
        *succession_findings(terms, names),
        *changing_hours(terms, names, holidays),
        *_holidays(terms, published_through),
    ]
    if staffing:
        found += unstaffed(terms.shares, staffing, names, holidays)
        found += unstaffed_fallbacks(terms, staffing, names)
        found += guaranteed_together(terms.shares, staffing, names, holidays)
    if amends:
        found += short_notice(terms, amends)
    return sorted(found, key=lambda finding: (finding.place.line, finding.place.column))


def _periods(terms: AgreementTerms) -> Iterator[Finding]:
    for share in terms.shares:
        if share.starts < terms.starts or share.ends > terms.ends:
            yield Finding(
                "outside-period", f"The share “{share.key}” runs outside the agreement's own period.",
                "Bring its dates within the agreement's, or leave them out to take the agreement's.", share.place,
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
    promised |= {number for each in terms.successions for number in (each.number, *each.predecessors)}  # told there
    for council in terms.parties:
        if council not in promised:
            yield Finding(
                "promises-unknown",
                f"Nothing says what {names.council(council)} promises its public, so gaps can't be seen.",
                f"Add a line for {names.council(council)} under covers.", terms.place, "warning",
            )


def _holidays(terms: AgreementTerms, published_through: int) -> Iterator[Finding]:
    last = dates_of(terms.starts, terms.ends)[1]
    if last.year > published_through:
        first = max(date(published_through + 1, 1, 1), dates_of(terms.starts, terms.ends)[0])
        yield Finding(
            "holidays-unknown",
            f"Bank holidays are published up to {published_through}; from {day_words(first)} to {day_words(last)} they "
            "aren't known yet and count as ordinary days.",
            "Load the newer list of bank holidays when it is published.", terms.place, "warning",
            spans=(Weeks(first, last, ALL_WEEK),),
        )
