"""The staff pages as processes, killed again and again in the middle of calls: what was acknowledged is found, once."""
from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.faults.books import LIVE_WITHOUT_CONTACT, check_books
from tests.faults.house import House

pytestmark = pytest.mark.slow
CALLS, SCRIPTED = 200, 4  # of four calls one goes through the script, three are short


def test_the_web_is_killed_again_and_again_during_200_calls(house):
    with house.agents(12) as agents:
        placed = []
        for number in range(CALLS):
            short = number % SCRIPTED != 0
            placed.append(house.place(caller="withheld", talk=0.3) if short else house.place())
            if number % 3 == 0:
                house.supervisor.turn()
            if number in KILLS:
                house.kill(*KILLS[number](house))
                assert house.one(LIVE_WITHOUT_CONTACT) == 0
        house.wait_for(house.is_quiet)
        told = agents.stop()
    assert house.orphans() == []
    assert told["faults"] == []
    assert told["broken"] > 0, "no agent noticed: the kills came at the wrong moment"
    finished = {act["contact"] for act in told["acknowledged"] if act["act"] == "finish"}
    check_books(house, placed, finished)
    check_talked(house, placed, told["talked"])
    check_acts(house, told["acknowledged"])
    check_once(house, placed)


KILLS = {
    50: lambda house: house.workers(),
    100: lambda house: [house.pid_of("staff-pages")],
    150: lambda house: [house.pid_of("live"), *house.workers()[1:]],
}


def check_talked(house: House, placed: list[str], talked: list[str]) -> None:
    """The calls that the exchange put through are those that we say were answered; nobody was lost on the way."""
    rows = house.rows("SELECT call_key FROM contacts_contact WHERE answered_at IS NOT NULL AND call_key = ANY(%s)",
                      [placed])
    assert sorted(row[0] for row in rows) == sorted(talked) == sorted(placed)


def check_acts(house: House, acknowledged: list[dict[str, Any]]) -> None:
    """Each act that was answered with 200 is found, in its row and in the journal."""
    found = {
        "answer": ids(house, "SELECT contact_id FROM queueing_command WHERE kind = 'answer'"),
        "end": ids(house, "SELECT contact_id FROM queueing_command WHERE kind = 'clear'"),
        "need": ids(house, "SELECT n.contact_id, r.id FROM contacts_need n JOIN scripts_run r ON r.need_id = n.id"
                           " JOIN journal_entry j ON j.need_id = n.id AND j.kind = 'need.open'"
                           " JOIN journal_entry b ON b.need_id = n.id AND b.kind = 'run.start'"),
        "step": ids(house, "SELECT r.id, a.key FROM scripts_run r, jsonb_each(r.answers) a, journal_entry j"
                           " WHERE j.kind = 'step.answer' AND j.contact_id = r.contact_id"
                           " AND (j.body->>'run')::bigint = r.id AND j.body->>'step' = a.key"),
        "notes": ids(house, "SELECT c.id, c.notes FROM contacts_contact c JOIN journal_entry j ON j.contact_id = c.id"
                            " WHERE j.kind = 'contact.note'"),
        "finish": ids(house, "SELECT c.id, c.notes FROM contacts_contact c JOIN journal_entry j ON j.contact_id = c.id"
                             " WHERE j.kind = 'contact.wrap_up' AND c.state = 'done'"),
    }
    acts = Counter(act["act"] for act in acknowledged)
    assert all(acts[name] > CALLS // SCRIPTED // 2 for name in found), acts
    lost = [act for act in acknowledged if act["act"] in found and key_of(act) not in found[act["act"]]]
    assert lost == [], "acknowledged and not found"


def key_of(act: dict[str, Any]) -> tuple[Any, ...]:
    match act["act"]:
        case "need":
            return act["contact"], act["run"]
        case "step":
            return act["run"], act["step"]
        case "notes" | "finish":
            return act["contact"], act["notes"]
    return (act["contact"],)


def check_once(house: House, placed: list[str]) -> None:
    """What was sent again, since its answer was lost, was done once."""
    doubled = house.rows(
        "SELECT j.kind, c.id, j.body FROM journal_entry j JOIN contacts_contact c ON c.id = j.contact_id"
        " WHERE c.call_key = ANY(%s) AND j.kind IN ('need.open', 'run.start', 'step.answer', 'contact.answer',"
        " 'contact.end', 'contact.wrap_up')"
        " GROUP BY j.kind, c.id, j.body HAVING count(*) > 1", [placed])
    assert doubled == []
    several = "SELECT contact_id, count(*) FROM contacts_need GROUP BY contact_id HAVING count(*) > 1"
    assert house.rows(several) == []


def ids(house: House, statement: str) -> set[tuple[Any, ...]]:
    return set(house.rows(statement))
