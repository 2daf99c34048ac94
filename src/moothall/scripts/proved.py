"""What a call has proved of who is calling, for whoever talks with them: by the rows of the checks, as everywhere."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from moothall.contacts.models import Contact
from moothall.places.models import Property
from moothall.scripts.models import Run
from moothall.scripts.proof_of_identity import STRONG, checks_of, is_failed, level_of
from moothall.scripts.steps import walk_of
from moothall.scripts.versions import script_of
from moothall.tenancy.protection import somebody_protected

CHECK = "check_identity"


@dataclass(frozen=True, slots=True)
class Proved:
    """`level`: how far it is proved that they are on the account, 0 where they couldn't. `name` is what they said, and
    `home` the account's address, empty where it isn't told."""

    name: str
    home: str
    level: int

    @property
    def strongly(self) -> bool:
        return self.level >= STRONG


def proved_in(contact: Contact, runs: Iterable[Run]) -> Proved | None:
    """The best of what these runs of the contact have proved; None where nothing was, or it isn't settled yet."""
    found = []
    for home, name in dict(_asked(runs)).items():
        checks = checks_of(None, contact.pk, home)
        if (level := level_of(checks)) or is_failed(checks):
            found.append(Proved(name, _address(home) if level else "", level))
    return max(found, key=lambda each: each.level, default=None)


def _asked(runs: Iterable[Run]) -> Iterator[tuple[int, str]]:
    """The homes whose accounts were asked about, each with the name that was said."""
    for run in runs:
        script = script_of(run)
        steps = (script.step(key) for key in run.effects)
        call = next((step.call for step in steps if step and step.call and step.call.name == CHECK), None)
        if call is not None:
            values, named = walk_of(run, whole=True).next.values, dict(call.with_)
            yield int(values[named["property"]]), str(values[named["name"]])


def _address(home: int) -> str:
    row = None if somebody_protected(home) else Property.objects.filter(pk=home).first()
    return row.line if row else ""
