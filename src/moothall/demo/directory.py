"""The demo's directory: the same made-up teams and people at every council."""
from __future__ import annotations

from pathlib import Path

from moothall.directory.actions import load_directory
from moothall.directory.feed import read_feed
from moothall.tenancy.models import Council

FEED = Path(__file__).with_name("directory.csv")


def load_directories() -> int:
    """How many people and teams the directories hold now."""
    rows, findings = read_feed(FEED.read_text(), FEED.name)
    if findings:
        raise ValueError(findings[0].words)
    councils = Council.objects.filter(kind=Council.Kind.COUNCIL).order_by("number")
    return sum(len(rows) for council in councils if load_directory(council, rows))
