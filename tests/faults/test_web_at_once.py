"""The same thing pressed twice at the same instant, over HTTP: two agents at one call, one agent in two windows."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from threading import Barrier

import httpx
import pytest

from moothall.telephony import callers
from tests.faults.house import House
from tests.faults.web_desk import Shown, headers_of

pytestmark = pytest.mark.slow
NOT_YOURS = "That call is no longer yours."
Act = Callable[[], Shown]


class Window:
    """One open page of agent `number`, with a connection of its own."""

    def __init__(self, house: House, number: int) -> None:
        self.number = number
        self._http = httpx.Client(base_url=house.staff, headers=headers_of(number, house.staff), timeout=30)

    def look(self) -> Shown:
        return self._shown(self._http.get("/desk/state/"))

    def act(self, name: str, contact: int = 0, /, **fields: str) -> Shown:
        return self._shown(self._http.post(f"/desk/{name}/", data={**fields, "contact": str(contact)}))

    def close(self) -> None:
        self._http.close()

    def _shown(self, answer: httpx.Response) -> Shown:
        return Shown(answer.status_code, answer.text)


class Two:
    """Two agents, ready, each with two windows; and the call at which the tests press."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.windows = [[Window(house, number) for _ in range(2)] for number in range(2)]
        self.call = ""

    def ring(self) -> tuple[list[Window], list[Window], int]:
        """A call comes: the windows of the agent at whom it rings, the other's, and the contact."""
        for first, second in self.windows:
            second.look()  # so that both have a connection
            if first.look().state == "paused":
                first.act("ready")
        self.call = self.house.place()
        rings = self.house.wait_for(lambda: [each for each in self.windows if each[0].look().state == "ringing"])
        other = next(each for each in self.windows if each is not rings[0])
        return rings[0], other, rings[0][0].look().contact

    def settled(self, contact: int) -> None:
        """Until the contact talks and the router has nothing left to do."""
        answered = "SELECT 1 FROM contacts_contact WHERE id = %s AND state = 'answered'"
        self.house.wait_for(lambda: self.house.rows(answered, [contact]))
        self.house.wait_for(lambda: not self.house.rows("SELECT 1 FROM queueing_command WHERE done_at IS NULL"))

    def whose(self, contact: int) -> int:
        """The one who has the call, by every book and at the exchange; no offer lives beside it."""
        found = self.house.rows(WHOSE, [contact] * 4)
        assert [book for book, _ in found] == ["contact", "desk", "journal", "lease"], found
        assert {station for _, station in found} == {callers.status(self.house.callers, self.call).station}
        assert self.house.rows("SELECT 1 FROM queueing_offer WHERE contact_id = %s AND state = 'live'", [contact]) == []
        return int(found[0][1]) - FIRST_STATION

    def leave(self) -> None:
        """End what is on, finish it, and pause: the next test finds nobody ready."""
        for window, _ in self.windows:
            shown = window.look()
            if shown.state == "in_call":
                window.act("end", shown.contact)
                self.house.wait_for(lambda window=window: window.look().state == "wrap_up")
            if shown.contact:
                window.act("finish", shown.contact, then="pause", notes="")
            window.act("pause")


FIRST_STATION = 4010  # of agent 0
WHOSE = """
SELECT f.book, p.station FROM people_person p JOIN (
  SELECT 'contact' AS book, agent_id AS person FROM contacts_contact WHERE id = %s AND state = 'answered'
  UNION ALL SELECT 'desk', person_id FROM queueing_presence WHERE contact_id = %s
  UNION ALL SELECT 'lease', person_id FROM queueing_lease WHERE contact_id = %s AND ends > now()
  UNION ALL SELECT 'journal', (body->>'person')::bigint FROM journal_entry
    WHERE contact_id = %s AND kind = 'contact.answer'
) f ON f.person = p.id ORDER BY f.book
"""


def at_once(*acts: Act) -> list[Shown]:
    """Each from a thread of its own, let go at the same instant; what they showed, in order."""
    gate = Barrier(len(acts))

    def go(act: Act) -> Shown:
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(go, acts))


@pytest.fixture
def two(house) -> Iterator[Two]:
    made = Two(house)
    yield made
    made.leave()
    for window in chain(*made.windows):
        window.close()


@pytest.mark.parametrize("round_", range(4))
def test_two_agents_answer_the_same_call(two, round_):
    """It rang at one and went on to the other, whose windows both still show it: the one at whom it rings has it."""
    (early, decliner), (late, _), contact = two.ring()
    decliner.act("decline", contact)
    two.house.wait_for(lambda: late.look().state == "ringing")
    lost, won = at_once(lambda: early.act("answer", contact), lambda: late.act("answer", contact))
    two.settled(contact)
    assert two.whose(contact) == late.number
    assert won.went and (lost.status, lost.problem, lost.state) == (200, NOT_YOURS, "paused")
    assert (late.look().state, early.look().contact) == ("in_call", 0)


@pytest.mark.parametrize("round_", range(4))
def test_it_is_answered_and_passed_on_in_the_same_instant(two, round_):
    """Whichever the router hears first holds: one of the two has the call, the other's desk is free and says so."""
    (window, beside), (other, _), contact = two.ring()
    at_once(
        lambda: window.act("answer", contact),
        lambda: beside.act("decline", contact),
        lambda: other.act("answer", contact),
    )
    if two.house.wait_for(lambda: states(window, other) & {"in_call"} or other.look().state == "ringing") is True:
        other.act("answer", contact)
    two.settled(contact)
    has, free = (window, other) if two.whose(contact) == window.number else (other, window)
    assert has.look().state == "in_call"
    assert free.look().state in {"ready", "paused"} and free.look().contact == 0


def states(*windows: Window) -> set[str]:
    return {window.look().state for window in windows}


def test_each_act_pressed_twice_at_once_is_done_once(two):
    (window, beside), _, contact = two.ring()

    def twice(name: str, /, **fields: str) -> tuple[Shown, Shown]:
        first, second = at_once(*[lambda each=each: each.act(name, contact, **fields) for each in (window, beside)])
        assert {first.status, second.status} == {200}, f"{name}: {first.status}, {second.status}"
        return first, second

    twice("answer")
    two.settled(contact)
    two.whose(contact)
    talking = window.look()
    assert {shown.form("step")["step"] for shown in twice("need", **talking.form("need"))} == {"postcode"}
    for value in ("LE16 7AA", None):
        step = window.look().form("step")
        shown = twice("step", **{**step, "value": value or step["value"]})
        assert len({each.form("step")["step"] for each in shown} - {step["step"]}) == 1
    twice("notes", notes="Said twice, kept once")
    twice("end")
    two.house.wait_for(lambda: window.look().state == "wrap_up")
    finished = twice("finish", then="ready", notes="Said twice, kept once")
    assert [(each.state, each.problem) for each in finished] == [("ready", "")] * 2
    check_done_once(two.house, contact)


def check_done_once(house: House, contact: int) -> None:
    kinds = ("contact.answer", "need.open", "run.start", "contact.note", "contact.end", "contact.wrap_up", "run.leave")
    counting = "SELECT kind, count(*) FROM journal_entry WHERE contact_id = %s GROUP BY kind"
    counted = dict(house.rows(counting, [contact]))
    assert {kind: counted.get(kind) for kind in kinds} == dict.fromkeys(kinds, 1)
    assert counted["step.answer"] == 2
    assert house.one("SELECT count(*) FROM contacts_need WHERE contact_id = %s", [contact]) == 1
    assert house.one("SELECT notes FROM contacts_contact WHERE id = %s", [contact]) == "Said twice, kept once"
