"""Loading the whole demo: councils, staff, agreements, scripts, residents, callers. Safe to run again."""
from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from time import monotonic

from moothall.agreements.actions import load_version
from moothall.agreements.life import propose_version
from moothall.agreements.reader import read_agreement
from moothall.agreements.register import register_from_database
from moothall.demo import queries
from moothall.demo.callers import callers
from moothall.demo.directory import load_directories
from moothall.demo.identities import publish_identities
from moothall.demo.onboard import bring_councils, play_calls
from moothall.demo.people import load_councils, load_people
from moothall.demo.residents import keep_bin_days, load_residents, refuse_other_size
from moothall.demo.tax_homes import write_homes
from moothall.demo.years import as_of, next_to
from moothall.domain.calendar import wall_clock
from moothall.domain.findings import has_errors
from moothall.lib import clock
from moothall.onboarding.services import chosen_parameters
from moothall.people.models import Person
from moothall.scripts.versions import PackRefused, publish_packs, published_outside

ROOT = Path(__file__).resolve().parents[3]
AGREEMENTS = ROOT / "agreements"
PROPOSES = "jo@harborough.example"
FOLDERS = ("agreements", "packs", "src/moothall/data", "src/moothall/demo")
ENDINGS = {".yaml", ".csv", ".gz", ".py"}
Step = tuple[str, Callable[[], int]]


def load_demo(*, customers: int, callers_file: Path | None = None) -> Iterator[tuple[str, float]]:
    """Do one part after the other; after each, what it made in a few words and the seconds it took.

    Where nothing that the demo is made from has changed since the last time, only the bin days are kept up.
    """
    digest = f"{sources_digest(today())} {customers}"
    known = queries.mark_of("sources") == digest
    refuse_other_size(customers)  # before minutes of work, not after
    always: Step = ("bin days", lambda: keep_bin_days(today()))
    for what, step in [always] if known else [*_all(customers), always]:
        started = monotonic()
        yield f"{step():,} {what}", monotonic() - started
    if callers_file is not None:
        homes_file = callers_file.with_name("homes.jsonl")
        if not (known and callers_file.exists() and homes_file.exists()):
            write_callers(callers_file)
            write_homes(homes_file)
    if not known:
        queries.set_mark("sources", digest)


def _all(customers: int) -> list[Step]:
    return [
        ("councils and partnerships", load_councils),
        ("people who work here", load_people),
        ("scripts published", lambda: len(publish_packs(chosen_parameters))),
        ("councils that chose their services by onboarding", bring_councils),
        ("councils' own names, colours and words", publish_identities),
        ("people and teams in directories", load_directories),
        ("agreements in force", load_agreements),
        ("agreements proposed", propose_drafts),
        ("calls of their dry runs", play_calls),
        ("made-up residents", lambda: load_residents(customers=customers)),
    ]


def sources_digest(day: date) -> str:
    """Of every file that the demo is made from, and of its agreements as they stand on a day."""
    found = hashlib.sha256("".join([*held_on(day).values(), *proposed_on(day).values()]).encode())
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in ENDINGS and "tests" not in path.parts:
                found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def today() -> date:
    """The day in London."""
    return wall_clock(clock.now())[0]


def held_on(day: date) -> dict[Path, str]:
    """Each agreement's text as it stands on a day."""
    return {path: as_of(path.read_text(encoding="utf-8"), day) for path in sorted(AGREEMENTS.glob("*.yaml"))}


def proposed_on(day: date) -> dict[Path, str]:
    """The text of the next version of each agreement that has one."""
    held = {path.stem: text for path, text in held_on(day).items()}
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((AGREEMENTS / "drafts").glob("*.yaml"))}
    named = {path: re.findall(r"^agreement: (\S+)$", text, flags=re.M)[0] for path, text in texts.items()}
    return {path: next_to(held[named[path]], text, day) for path, text in texts.items()}


def load_agreements() -> int:
    """Load each agreement that isn't loaded in this text yet, in force from the start: a demo's privilege."""
    texts = held_on(today())
    for path, text in texts.items():
        load_version(text, file=str(path), in_force=True)
    if has_errors(found := list(published_outside())):  # scripts were published before there was an agreement
        raise PackRefused(found)
    return len(texts)


def propose_drafts() -> int:
    """Lay the next version before its councils, so that a manager of the demo has something to read and to sign."""
    by, register = Person.objects.get(email=PROPOSES), register_from_database()
    texts = proposed_on(today())
    terms = {path: read_agreement(text, register=register).terms for path, text in texts.items()}
    theirs = [path for path, read in terms.items() if read and by.employer_id in read.parties]  # others wait as files
    for path in theirs:
        version = load_version(texts[path], file=str(path))
        if version.state == version.State.DRAFT:
            propose_version(version, by=by)
    return len(theirs)


def write_callers(path: Path) -> None:
    """Who rings in this demo, for the callers' program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(callers(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
