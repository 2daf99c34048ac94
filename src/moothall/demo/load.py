"""Loading the whole demo: open data, councils, staff, agreements, scripts, residents, callers. Safe to run again."""
from __future__ import annotations

import json
from collections.abc import Iterator
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
    steps = (
        lambda: _counted("councils, postcodes and holidays", load_councils() + sum(load_open_data().values())),
        lambda: _counted("people who work here", load_people()),
        lambda: _counted("agreements in force", load_agreements()),
        lambda: _counted("scripts published", publish_scripts()),
        lambda: _counted("made-up residents", load_residents(customers=customers, today=today())),
        lambda: _counted("numbers that may ring", write_callers(callers_file)),
    )
    for step in steps:
        started = monotonic()
        yield step(), monotonic() - started


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


def _counted(what: str, count: int) -> str:
    return f"{count:,} {what}"
