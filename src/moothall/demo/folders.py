"""The folders of the councils that the demo brings live by onboarding. Apart from `sources`, which the command line
reads before there are settings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from moothall.demo.sources import DEMO
from moothall.domain.findings import as_lines
from moothall.onboarding.folder import CouncilFile, read_folder


@cache
def council_files() -> tuple[CouncilFile, ...]:
    """In the order of their numbers. ValueError where one can't be read."""
    return tuple(sorted(_read("councils"), key=lambda file: file.number or 0))


@cache
def hub_files() -> tuple[CouncilFile, ...]:
    """What the two councils of the hub told of their services: they are there before onboarding begins."""
    return tuple(_read("hub"))


def _read(folder: str) -> Iterator[CouncilFile]:
    for each in sorted((DEMO / folder).iterdir()):
        file, findings = read_folder(each)
        if file is None:
            raise ValueError("\n".join(as_lines(findings)))
        yield file
