"""The router's picture: who is ready, which calls live, and the kernel's arrays over both. Rebuilt from rows any time.

No I/O. Persons and contacts by their ids, times in milliseconds since 1970; bits and slots stay in here.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from moothall.contacts.queries import ContactKey
from moothall.domain.routing.arrays import NEVER, NONE, Arrays, Tier, build
from moothall.domain.routing.explain import Standing
from moothall.domain.routing.kernel import dequeue, enqueue, set_busy, set_idle
from moothall.queueing.queues import NO_GROUP, Cell, Group, QueueKey

SLOTS = 256  # waiting contacts before the arrays grow


@dataclass(slots=True)
class Call:
    """A live call and its contact. `person` is at whom it rings, or who talks, and was idle since `person_since`.

    `passed`: somebody has passed it on. It is laid before the people `named` first, one after the other; where it is
    for one team alone, everybody who answers joins at `widens_at`.
    """

    call: str
    contact: ContactKey
    queue: QueueKey
    offered_ms: int
    home: str  # the route point to which it goes back
    person: int | None = None
    person_since: int = 0
    answered: bool = False
    held: bool = False
    calling: bool = False  # it rings at somebody whom `person` rings
    rings_until: int | None = None
    alerting_at: datetime | None = None
    passed: bool = False
    named: tuple[int, ...] = ()
    widens_at: int | None = None

    @property
    def cell(self) -> Cell:
        """Whose call it is: of one that went on for a council, that council's; of one passed on, as it waits."""
        if self.passed and self.queue.council == self.contact.council:
            return self.queue.cell
        return Cell(self.contact.council, self.contact.service)


@dataclass(frozen=True, slots=True)
class Agent:
    person: int
    name: str
    station: str
    teams: frozenset[int]
    levels: tuple[tuple[int, int], ...]  # (service, level)

    def level(self, service: int) -> int | None:
        return dict(self.levels).get(service)


def agents_from(rows: Iterable[tuple[int, str, str, int, int, int]]) -> tuple[Agent, ...]:
    """From rows of (person, name, station, team, service, level)."""
    teams: dict[int, set[int]] = {}
    levels: dict[int, dict[int, int]] = {}
    who: dict[int, tuple[str, str]] = {}
    for person, name, station, team, service, level in rows:
        who[person] = (name, station)
        teams.setdefault(person, set()).add(team)
        levels.setdefault(person, {})[service] = level
    return tuple(
        Agent(person, name, station, frozenset(teams[person]), tuple(sorted(levels[person].items())))
        for person, (name, station) in sorted(who.items())
    )


@dataclass
class Picture:
    """`idle` holds who is ready, and since when; `calls` every live call by its key, `groups` what is guaranteed."""

    agents: tuple[Agent, ...] = ()
    queues: list[QueueKey] = field(default_factory=list)
    idle: dict[int, int] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    by_contact: dict[int, Call] = field(default_factory=dict)
    groups: Mapping[Cell, Group] = field(default_factory=dict)
    arrays: Arrays = field(init=False)

    def __post_init__(self) -> None:
        self._slots = SLOTS
        self.cells: set[Cell] = set()  # whatever has or had a queue or a call
        self._rebuild()

    # -- what is known -------------------------------------------------------------------------------------------------
    def set_agents(self, agents: tuple[Agent, ...]) -> bool:
        """Take a new roster; whether it differs from the old one."""
        if agents == self.agents:
            return False
        self.agents = agents
        known = {agent.person for agent in agents}
        self.idle = {person: since for person, since in self.idle.items() if person in known}
        self._rebuild()
        return True

    def know_queues(self, keys: Iterable[QueueKey]) -> None:
        """Make room for queues ahead of their first contact, so that no call waits for it."""
        fresh = [key for key in dict.fromkeys(keys) if key not in self._queue_numbers]
        if fresh:
            self.queues.extend(fresh)
            self.cells.update(key.cell for key in fresh)
            self._rebuild()

    def set_groups(self, groups: Mapping[Cell, Group]) -> None:
        """Take what the shares of this moment guarantee."""
        if groups is not self.groups:
            before, self.groups = self.groups, groups
            if groups != before:
                self._rebuild()

    def count_serving(self) -> None:
        """How many agents serve each group now: so many calls ring at one or are on."""
        if len(self._group_numbers) == 1:
            return  # nobody is guaranteed anything
        self.arrays.serving[:] = 0
        for call in self.calls.values():
            if call.answered or call.person is not None:
                self.arrays.serving[self._group_numbers.get(self._group_of(call.cell), 0)] += 1

    def standing(self, cell: Cell) -> Standing:
        """How the client of these calls stands."""
        group = self._group_of(cell)
        serving = int(self.arrays.serving[self._group_numbers.get(group, 0)])
        return Standing(group.council or cell.council, serving, group.guarantee, group.cap)

    def knows(self, person: int) -> bool:
        return person in self._numbers

    def agent(self, person: int) -> Agent:
        return self.agents[self._numbers[person]]

    def person_at(self, station: str) -> int | None:
        return self._stations.get(station)

    def station_of(self, person: int) -> str:
        return self.agent(person).station if self.knows(person) else ""

    # -- changes -------------------------------------------------------------------------------------------------------
    def ready(self, person: int, since: int) -> None:
        if self.knows(person):
            self.idle[person] = since
            set_idle(self.arrays, self._numbers[person], since)

    def busy(self, person: int) -> None:
        if self.idle.pop(person, None) is not None:
            set_busy(self.arrays, self._numbers[person])

    def add(self, call: Call) -> None:
        self.calls[call.call] = self.by_contact[call.contact.id] = call
        self.cells.add(call.cell)

    def remove(self, call: Call) -> None:
        self.stop_waiting(call)
        self.calls.pop(call.call, None)
        self.by_contact.pop(call.contact.id, None)

    def rekey(self, call: Call, key: str) -> None:
        """The exchange names the call so from now on."""
        self.calls.pop(call.call, None)
        call.call = key
        self.calls[key] = call

    def name(self, call: Call, contact: ContactKey) -> None:
        """The call goes on in this contact."""
        if self.by_contact.pop(call.contact.id, None) is not None:
            self.by_contact[contact.id] = call
        call.contact = contact
        self.cells.add(call.cell)

    def wait(self, call: Call) -> None:
        """Put the call into its queue, by the time at which it was offered at the line."""
        call.person, call.rings_until, call.answered, call.held = None, None, False, False
        self.know_queues([call.queue])
        if not self._free:
            self._slots *= 2
            self._rebuild()
        if call.call not in self._slot_of:
            self._enqueue(call)

    def stop_waiting(self, call: Call) -> None:
        slot = self._slot_of.pop(call.call, None)
        if slot is not None:
            dequeue(self.arrays, slot)
            self._call_in[slot] = None
            self._free.append(slot)

    def is_waiting(self, call: Call) -> bool:
        return call.call in self._slot_of

    # -- between ids and bits ------------------------------------------------------------------------------------------
    def queue_number(self, key: QueueKey) -> int:
        return self._queue_numbers[key]

    def agent_number(self, person: int) -> int:
        return self._numbers[person]

    def call_in(self, slot: int) -> Call | None:
        return self._call_in[slot] if slot != NONE else None

    def next_ring_end(self) -> int:
        return min((call.rings_until for call in self.calls.values() if call.rings_until is not None), default=NEVER)

    def next_widening(self) -> int:
        """When more people join for a call that was passed on to one team, and waits."""
        return min((call.widens_at for call in self.calls.values() if self.widens(call)), default=NEVER)  # type: ignore[type-var,return-value]

    def widens(self, call: Call) -> bool:
        return call.widens_at is not None and not call.answered and call.person is None

    def _enqueue(self, call: Call) -> None:
        slot = self._free.pop()
        self._slot_of[call.call], self._call_in[slot] = slot, call
        enqueue(self.arrays, slot, self._queue_numbers[call.queue], call.offered_ms)

    def _rebuild(self) -> None:
        waiting = [call for call in self.calls.values() if call.call in getattr(self, "_slot_of", {})]
        self._numbers = {agent.person: number for number, agent in enumerate(self.agents)}
        self._stations = {agent.station: agent.person for agent in self.agents if agent.station}
        self._queue_numbers = {key: number for number, key in enumerate(self.queues)}
        groups = [NO_GROUP, *sorted({*self.groups.values()} - {NO_GROUP}, key=lambda group: group.share)]
        self._group_numbers = {group: number for number, group in enumerate(groups)}
        self.arrays = build(
            [self._plan(key) for key in self.queues], agents=len(self.agents), contacts=self._slots,
            groups=[self._group_numbers[self._group_of(key.cell)] for key in self.queues],
            bounds=[group.bounds for group in groups],
        )
        self._free = list(range(self._slots - 1, -1, -1))
        self._slot_of: dict[str, int] = {}
        self._call_in: list[Call | None] = [None] * self._slots
        for person, since in self.idle.items():
            set_idle(self.arrays, self._numbers[person], since)
        for call in waiting:
            self._enqueue(call)

    def _group_of(self, cell: Cell) -> Group:
        return self.groups.get(cell, NO_GROUP)

    def _plan(self, key: QueueKey) -> Sequence[Tier]:
        by_second: dict[int, set[int]] = {}
        for after_s, team in key.tiers:
            by_second.setdefault(after_s, set()).add(team)
        return [
            Tier(after_s * 1000, tuple(self._members(teams, key.service)))
            for after_s, teams in sorted(by_second.items())
        ]

    def _members(self, teams: set[int], service: int) -> Iterable[tuple[int, int]]:
        for number, agent in enumerate(self.agents):
            level = agent.level(service)
            if level is not None and agent.teams & teams:
                yield number, level
