"""What is missing before a council is live: from facts to a list of steps. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from moothall.domain.calendar import wall_clock
from moothall.domain.plural import count_of
from moothall.domain.responsibility.times import day_words, listed

State = Literal["done", "missing", "problem", "waiting"]
NO_SERVICES = "None is chosen yet."
NO_AGREEMENT = "No agreement names the council yet."
WORDS: dict[State, str] = {"done": "Done", "missing": "Missing", "problem": "Problem", "waiting": "Waiting for others"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `todo` are sentences: what is missing, and what to do about it."""

    key: str
    name: str
    state: State
    told: str
    todo: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """A version that counts for the council: `stage` as pages name it."""

    name: str
    version: int
    stage: str
    starts: datetime
    played: bool = True  # whether it was signed when calls were played last


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """What the versions that count say together; all that are signed, or the one that is nearest to it."""

    versions: tuple[VersionFacts, ...]
    unserved: tuple[str, ...]  # chosen services that no share answers for the council
    later: tuple[str, ...]  # those that only a version which is still to begin answers
    stopped: tuple[str, ...]  # those whose share is paused or was taken back, in sentences
    unstaffed: tuple[str, ...]  # teams of its shares in which nobody is
    answered: bool  # whether an agreement in force has somebody answer anything for it now

    @property
    def signed(self) -> bool:
        return all(each.stage in ("in_force", "signed") for each in self.versions)


@dataclass(frozen=True, slots=True)
class Facts:
    name: str
    tier: str
    county: str
    prefix: str
    postcodes: int
    wards: int
    services: tuple[str, ...]
    missing_parameters: tuple[str, ...]
    assumed_parameters: int
    jobs: frozenset[str]
    people: int
    not_signed_in: int
    lines: tuple[str, ...]
    lines_without_share: tuple[str, ...]
    branded: bool
    phone: str
    address: str
    share: ShareFacts | None
    rehearsed_at: datetime | None
    rehearsed_problems: int
    rehearsed_now: bool  # by a version that counts
    cut_off: str = ""  # since when, where it is cut off


@dataclass(frozen=True, slots=True)
class Checklist:
    council: str
    steps: tuple[Step, ...]
    live: bool = False  # somebody answers its calls by an agreement in force
    cut_off: bool = False

    @property
    def complete(self) -> bool:
        return all(step.state == "done" for step in self.steps)

    @property
    def done(self) -> int:
        return sum(step.state == "done" for step in self.steps)

    def step(self, key: str) -> Step:
        return next(step for step in self.steps if step.key == key)

    def as_dict(self) -> dict[str, Any]:
        told = {"council": self.council, "complete": self.complete, "live": self.live, "cut_off": self.cut_off}
        return {**told, "steps": [asdict(step) for step in self.steps]}


def checklist(facts: Facts) -> Checklist:
    """All steps in the order in which they are taken."""
    steps = (_council, _postcodes, _services, _staff, _lines, _brand, _share, _rehearsal)
    live = facts.share is not None and facts.share.answered and not facts.cut_off
    return Checklist(facts.name, tuple(step(facts) for step in steps), live, bool(facts.cut_off))


def _step(key: str, name: str, told: str, todo: Iterable[str] = (), state: State = "missing") -> Step:
    listed = tuple(todo)
    return Step(key, name, state if listed else "done", told, listed)


def _council(facts: Facts) -> Step:
    tier = f"a {facts.tier} council" + (f" within {facts.county}" if facts.county else "")
    told = f"{facts.name} takes part: {tier}. Its references begin with {facts.prefix}."
    if not facts.cut_off:
        return _step("council", "The council", told)
    todo = f"It has been cut off since {facts.cut_off}: its calls reach nobody. An operator lets it take part again."
    return _step("council", "The council", told, [todo], "problem")


def _postcodes(facts: Facts) -> Step:
    todo = (
        ()
        if facts.postcodes
        else ("The open data here holds none of its postcodes: until they are in it, callers’ addresses aren’t found.",)
    )
    told = f"{facts.postcodes:,} postcodes in {facts.wards:,} wards." if facts.postcodes else "None is here."
    return _step("postcodes", "Postcodes", told, todo, "problem")


def _services(facts: Facts) -> Step:
    if not facts.services:
        return _step("services", "Services", NO_SERVICES, ["Choose the services that are to be answered."])
    told = f"{listed(facts.services)}."
    if facts.assumed_parameters:
        usual = count_of(facts.assumed_parameters, "rule")
        told += f" {usual} {'stands' if facts.assumed_parameters == 1 else 'stand'} as the scripts assume."
    todo = [f"Enter what the scripts ask for: {name}." for name in facts.missing_parameters]
    return _step("services", "Services", told, todo)


def _staff(facts: Facts) -> Step:
    if not facts.people:
        return _step("staff", "Staff", "Nobody has a login yet.", ["Load a table of the people who work for it."])
    told = f"{count_of(facts.people, 'person', 'people')} can sign in."
    if facts.not_signed_in:
        told = f"{count_of(facts.people, 'person', 'people')}; {facts.not_signed_in} haven’t chosen a password yet."
    todo = []
    if "manager" not in facts.jobs:
        todo.append("Add a manager: somebody must sign for the council.")
    if not facts.jobs & {"agent", "leader", "officer"}:
        todo.append("Add somebody who answers or resolves.")
    if facts.share:
        todo += [f"Nobody is in the team {team}: add people to it." for team in facts.share.unstaffed]
    return _step("staff", "Staff", told, todo)


def _lines(facts: Facts) -> Step:
    if not facts.lines:
        return _step("lines", "Lines", "None is entered yet.", ["Enter the numbers that people ring."])
    loose = facts.lines_without_share if facts.share else ()
    todo = [f"{name} isn’t in the agreement yet: add it there." for name in loose]
    return _step("lines", "Lines", f"{listed(facts.lines)}.", todo, "waiting")


def _brand(facts: Facts) -> Step:
    todo = []
    if not facts.branded:
        todo.append("Choose the council’s colours.")
    if not facts.phone:
        todo.append("Enter the telephone number that its pages show.")
    if not facts.address:
        todo.append("Enter its address.")
    return _step("brand", "Name and colours", "As its pages show it.", todo)


def _share(facts: Facts) -> Step:
    share = facts.share
    if share is None:
        return _step(
            "share",
            "Agreement",
            NO_AGREEMENT,
            ["Begin one that says who answers for it, or ask a partner to add it to theirs."],
        )
    told = " ".join(_stage(each) for each in share.versions)
    if share.later and share.answered:
        told += f" Until then no share answers {listed(share.later)}."
    missing = [*share.stopped, *(f"No share answers {service}." for service in share.unserved)]
    if share.signed:
        return _step("share", "Agreement", told, missing, "problem")
    draft = share.versions[0].stage == "draft"
    then = "Propose it to its councils." if draft else "A manager of each of its councils has to sign it."
    return _step("share", "Agreement", told, [*missing, then], "problem" if missing else "waiting")


def _stage(each: VersionFacts) -> str:
    begins = f"is signed and begins on {day_words(wall_clock(each.starts)[0])}"
    words = {"in_force": "is in force", "signed": begins, "draft": "is a draft"}.get(each.stage, "is proposed")
    return f"{each.name}, version {each.version}, {words}."


def _rehearsal(facts: Facts) -> Step:
    name = "Dry run"
    if facts.rehearsed_at is None or not facts.rehearsed_now:
        never = facts.rehearsed_at is None
        told = "No call was played yet." if never else "Calls were played by another version of the agreement."
        when = "" if facts.share else " once an agreement names the council"
        return _step("dry-run", name, told, [f"Play simulated calls{when}."])
    later = [each.name for each in facts.share.versions if not each.played] if facts.share else []
    if later:
        told = f"Calls were played before {listed(later)} {'was' if len(later) == 1 else 'were'} there."
        return _step("dry-run", name, told, ["Play simulated calls again."])
    problems = facts.rehearsed_problems
    todo = [f"It found {count_of(problems, 'problem')}. Mend what it names and play again."] if problems else []
    return _step("dry-run", name, "All simulated calls were answered." if not problems else "Played.", todo, "problem")
