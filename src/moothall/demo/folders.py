"""The folders of the councils that the demo brings live by onboarding. Apart from `sources`, which the command line
reads before there are settings."""

from __future__ import annotations

from functools import cache

from moothall.demo.sources import DEMO
from moothall.domain.findings import as_lines
from moothall.onboarding.folder import CouncilFile, read_folder


@cache
def council_files() -> tuple[CouncilFile, ...]:
    """In the order of their numbers. ValueError where one can't be read."""
    found = []
    for folder in sorted((DEMO / "councils").iterdir()):
        file, findings = read_folder(folder)
        if file is None:
            raise ValueError("\n".join(as_lines(findings)))
        found.append(file)
    return tuple(sorted(found, key=lambda file: file.number or 0))
