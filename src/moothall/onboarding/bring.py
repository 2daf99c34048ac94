"""All steps of one council in their order, as its file says: for the command line and for the demo. One transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from django.db import transaction

from moothall.agreements.in_force import forget
from moothall.domain.findings import Finding
from moothall.identity.actions import Refused, publish_identity, save_identity
from moothall.identity.check import FIRST, Said
from moothall.onboarding.actions import (
    NotOnboarded,
    add_council,
    brand_council,
    choose_services,
    load_staff,
    plan_lines,
)
from moothall.onboarding.authorities import CODE, HOW, Known, Names, Unknown, authorities, authority, propose
from moothall.onboarding.folder import CouncilFile
from moothall.onboarding.queries import county_of, names_taken
from moothall.onboarding.services import EVERY, chosen_services
from moothall.onboarding.staff import StaffPlan
from moothall.people.models import Person
from moothall.tenancy.models import Council


class Undone(Exception):
    """A dry run is over, and is undone."""


@dataclass
class Brought:
    """What was done, a line each, and the people who are new."""

    council: Council
    new: bool
    lines: list[str] = field(default_factory=list)
    staff: StaffPlan | None = None


def names_for(typed: str) -> Names:
    """How a council would be called here. NotOnboarded where there is no such code, or it takes part already."""
    try:
        known = authority(typed)
    except Unknown as problem:
        raise NotOnboarded("unknown", [Finding("unknown-council", str(problem))]) from None
    slugs, prefixes = names_taken()
    return propose(known, county=county_of(known.gss), slugs=slugs, prefixes=prefixes)


def names_to_come(gss: str, name: str) -> Names:
    """How a council would be called that a merger makes: the open data knows it only later, if at all."""
    code = gss.strip().upper()
    if not CODE.fullmatch(code):
        raise NotOnboarded("unknown", [Finding("unknown-council", f"“{gss}” is no ONS code.", HOW)])
    if (known := authorities().get(code)) is not None:
        words = f"{known.shown} is there already."
        raise NotOnboarded("unknown", [Finding("unknown-council", words, "Enter it above instead.")])
    slugs, prefixes = names_taken()
    return propose(Known(code, " ".join(name.split()), "unitary", ""), county="", slugs=slugs, prefixes=prefixes)


def bring(file: CouncilFile, *, by: Person | None = None) -> Brought:
    """Do all that the file names. NotOnboarded with the first step that can't be done, and then nothing is."""
    with transaction.atomic():
        council = Council.objects.filter(gss=file.gss.upper()).first()
        brought = Brought(council, new=False) if council else _added(file, by)
        council = brought.council
        if file.look:
            brand_council(council, file.look, by=by)
            brought.lines.append(f"Looks: {', '.join(sorted(file.look))}.")
        if file.texts:
            brought.lines.append(_speak(council, file, by))
        if file.services:
            _choose(council, file, by, brought)
        if file.staff:
            brought.staff = load_staff(council, _bytes(file), by=by, name=file.staff.name)
            brought.lines.append(f"Staff: {brought.staff.summary()}.")
        if file.lines:
            plan_lines(council, file.lines, by=by)
            brought.lines.append(f"Lines: {', '.join(str(line.get('number')) for line in file.lines)}.")
    return brought


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done within is undone at its end."""
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass
    finally:
        forget()


def _speak(council: Council, file: CouncilFile, by: Person | None) -> str:
    """Publish its first identity, with the name and colour that it has; the next are made on their page."""
    if council.identity is not None:
        return "Words: as the council has published them."
    names = {"name": council.name, "short_name": council.short_name}
    try:
        save_identity(council, Said(council.brand, texts={FIRST: {**names, **file.texts}}), read="0.0", by=by)
        publish_identity(council, read="0.1", by=by)
    except Refused as problem:
        raise NotOnboarded("unsound", [Finding("council-file", str(problem))]) from None
    return f"Words: {', '.join(file.texts)}."


def _choose(council: Council, file: CouncilFile, by: Person | None, brought: Brought) -> None:
    services = {slug: values for slug, values in file.services.items() if slug != EVERY}
    kept = {} if services else {row.service.slug: row.values for row in chosen_services(council)}
    choose_services(council, {**kept, **file.services}, by=by)
    if services:
        brought.lines.append(f"Services: {', '.join(services)}.")
    if EVERY in file.services:
        brought.lines.append(f"Every service: {', '.join(file.services[EVERY])}.")


def _added(file: CouncilFile, by: Person | None) -> Brought:
    names = names_for(file.gss)
    told = dict(file.names)
    if "letters" in told:
        told.setdefault("reference_prefix", told["letters"])
    names = replace(names, **told)
    council = add_council(names, by=by, number=file.number)
    return Brought(
        council, new=True, lines=[f"{council.name} takes part: references begin with {names.reference_prefix}."]
    )


def _bytes(file: CouncilFile) -> bytes:
    assert file.staff is not None
    try:
        return file.staff.read_bytes()
    except OSError as problem:
        words = f"{file.staff.name} can’t be read: {problem.strerror}."
        raise NotOnboarded("unsound", [Finding("staff-file", words)]) from None
