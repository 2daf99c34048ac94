"""The findings of a version: what must be mended first, each with its times, its remedy and its line of the text."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from moothall.domain.findings import Finding, Place
from moothall.web.configure.reading import Seen
from moothall.web.configure.words import SEVERITIES, kind_of_finding

ORDER = tuple(SEVERITIES)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Findings as the page tells them: those of one line that are alike but for whom they name, together."""

    first: Finding
    words: tuple[str, ...]
    tag: tuple[str, str]  # the kind of its tag, and its word
    cover: int | None = None  # of a gap: which of the text's promises isn't kept

    @property
    def is_gap(self) -> bool:
        return self.first.code.startswith("gap")


def findings_page(seen: Seen) -> Sequence[FindingRow]:
    """All findings, errors before warnings, each kind in the order of the text."""
    found = sorted(seen.findings, key=lambda finding: ORDER.index(finding.severity))
    return [_row(list(alike), seen) for _, alike in groupby(found, key=_but_for_words)]


def _but_for_words(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.severity, finding.place, finding.times, finding.remedy


def promise_of(seen: Seen, place: Place) -> int | None:
    """Which of the text's promises stands at a place; one for several councils is several covers."""
    places = list(dict.fromkeys(each.place for each in seen.proved.terms.covers)) if seen.proved else []
    return places.index(place) if place in places else None


def _row(alike: list[Finding], seen: Seen) -> FindingRow:
    first = alike[0]
    words = tuple(finding.words for finding in alike)
    return FindingRow(first, words, (SEVERITIES[first.severity], kind_of_finding(first)), promise_of(seen, first.place))
