"""Loading the whole demo: open data, councils, staff, agreements, scripts, residents, callers. Safe to run again."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

from moothall.demo.callers import callers
from moothall.demo.people import load_councils, load_people
from moothall.demo.residents import load_residents
from moothall.lib import clock
from moothall.places.open_data import load_open_data

ROOT = Path(__file__).resolve().parents[3]
AGREEMENTS = ROOT / "agreements"
CUSTOMERS = 6000


def load_demo(*, customers: int = CUSTOMERS, callers_file: Path | None = None) -> Iterator[tuple[str, float]]:
    """Do one part after the other; after each, what it made in a few words and the seconds it took."""
    steps: tuple[tuple[str, Callable[[], int]], ...] = (
        ("councils, postcodes and holidays", lambda: load_councils() + sum(load_open_data().values())),
        ("people who work here", load_people),
        ("agreements in force", load_agreements),
        ("scripts published", publish_scripts),
        ("made-up residents", lambda: load_residents(customers=customers, today=today())),
        ("numbers that may ring", lambda: write_callers(callers_file)),
    )
    for what, step in steps:
        started = monotonic()
        yield f"{step():,} {what}", monotonic() - started


def today() -> date:
    """The day in London."""
    return clock.now().astimezone(ZoneInfo("Europe/London")).date()


def load_agreements() -> int:
    """Load each agreement that isn't loaded in this text yet, in force from the start: a demo's privilege."""
    from moothall.agreements.actions import load_version

    texts = sorted(AGREEMENTS.glob("*.yaml"))
    for path in texts:
        load_version(path.read_text(encoding="utf-8"), file=str(path), in_force=True)
    return len(texts)


def publish_scripts() -> int:
    """Publish the scripts of all packs as they stand."""
    from moothall.scripts.actions import publish_packs

    return len(publish_packs())


def write_callers(path: Path | None) -> int:
    """Who rings in this demo, for the callers' program."""
    found = callers()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return sum(len(line["from"]) for line in found["lines"])

