"""What both desks show while one asks another about a call: who asks whom, how it stands, and what it is about.

Whoever is asked reads the script's answers in their own scope: of services that they answer, and of nobody protected.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moothall.contacts.models import Contact, Need
from moothall.domain.telephone import telephone
from moothall.queueing.models import Passing
from moothall.scripts import queries as scripts
from moothall.scripts.models import Run
from moothall.scripts.steps import Said

Stage = Passing.Consult


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody is asked by whoever sits here. `them` names them within a sentence."""

    to: str
    them: str
    stage: str
    since: datetime

    @property
    def talks(self) -> bool:
        return self.stage in {Stage.TALKING, Stage.CALLER}

    @property
    def words(self) -> str:
        """For the page and for whoever hears it read."""
        if self.stage == Stage.TALKING:
            return f"You talk with {self.to}. The caller hears music."
        if self.stage == Stage.CALLER:
            return f"You talk with the caller. {self.to} waits on the line."
        return f"It rings at {self.to}. The caller hears music."


@dataclass(frozen=True, slots=True)
class Told:
    """A need of the call with what was asked and answered so far."""

    title: str
    answers: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """Whoever sits here is asked by a colleague. `hidden`: it is about somebody protected, so no answers are here."""

    by: str
    first_name: str
    words: str
    stage: str
    since: datetime
    needs: tuple[Told, ...]
    hidden: bool

    @property
    def about(self) -> str:
        return ", ".join(need.title for need in self.needs)

    @property
    def how(self) -> str:
        """For the page and for whoever hears it read."""
        if self.stage == Stage.TALKING:
            return f"You talk with {self.by}. The caller hears music."
        if self.stage == Stage.CALLER:
            return f"{self.first_name} talks with the caller. Stay on the line."
        return f"{self.by} asks you about a call."


def asking(told: Mapping[str, Any] | None, person: int) -> Asking | None:
    """From the call's row; None for anybody but who asks."""
    if not told or told["by_id"] != person:
        return None
    number = telephone(told["number"]) if told["number"] else ""
    to = told["person"] or told["name"] or number or told["team"] or "a colleague"
    them = to.split(" ", 1)[0] if told["person"] else "them"
    return Asking(to, them, told["consult"], _since(told))


def asked_about(told: Mapping[str, Any] | None, contact: Contact, person: int, *, hidden: bool) -> AskedAbout | None:
    """The same for whoever is asked; None for anybody else. In their scope of the contact."""
    if not told or told["person_id"] != person:
        return None
    needs = tuple(_told(need, run, hidden) for need, run in scripts.open_needs(contact))
    by = told["by"]
    return AskedAbout(by, by.split(" ", 1)[0], told["words"], told["consult"], _since(told), needs, hidden)


def _told(need: Need, run: Run | None, hidden: bool) -> Told:
    step = scripts.current(run) if run is not None and not hidden else None
    if step is None or step.discreet:
        return Told(need.title, ())
    return Told(need.title, tuple(said for said in step.so_far if said.value))


def _since(told: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(told["talked_at"] or told["asked_at"])
