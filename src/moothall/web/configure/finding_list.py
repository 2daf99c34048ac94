"""The findings of a version: what must be mended first, each with its times, its remedy and its line of the text."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moothall.domain.findings import Finding
from moothall.web.configure.reading import Seen
from moothall.web.configure.words import SEVERITIES, kind_of_finding

ORDER = tuple(SEVERITIES)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as the page tells it. `tag` is the kind of its tag and its word."""

    finding: Finding
    tag: tuple[str, str]
    is_gap: bool


def findings_page(seen: Seen) -> Sequence[FindingRow]:
    """All findings, errors before warnings, each kind in the order of the text."""
    found = sorted(seen.findings, key=lambda finding: ORDER.index(finding.severity))
    return [
        FindingRow(finding, (SEVERITIES[finding.severity], kind_of_finding(finding)), finding.code.startswith("gap"))
        for finding in found
    ]
