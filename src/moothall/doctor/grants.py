"""Whether the grants are those that the agreements in force give."""
from __future__ import annotations

from collections.abc import Iterator

from moothall.domain.findings import Finding


def check_grants() -> Iterator[Finding]:
    yield from ()
