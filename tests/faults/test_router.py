"""The router as a process against the real exchange: killed, doubled, cut off. What was acknowledged is found."""
from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest

from moothall.contacts.queries import INSERT_CONTACT
from moothall.queueing.queries import MAKE_OFFER
from moothall.tenancy.roles import connection_settings
from tests.faults.books import LIVE_WITHOUT_CONTACT, check_books
from tests.faults.floor import Floor, play, until

pytestmark = pytest.mark.slow


async def quiet(floor: Floor, placed: list[str]) -> None:
    """Until every call that was placed is known, none of them lives and no desk is busy."""
    await until(lambda: floor.knows(placed) and floor.is_quiet())


def test_a_call_goes_its_whole_way(floor_url):
    async def scenario(floor: Floor) -> None:
        router = await floor.router()
        await router.until_said("ready")
        agents = await floor.agents()
        await agents.until_said("ready")
        await floor.linked()
        call = await floor.exchange.place("5001", talk=0.5)
        await until(lambda: floor.rows("SELECT 1 FROM contacts_contact WHERE state = 'done' AND call_key LIKE '%'"
                                       f" AND call_key = '{call}'"))
        await quiet(floor, [call])
        assert await agents.stop() == 0
        check_books(floor, [call], agents.said[-1]["acknowledged"])
        kinds = [row[0] for row in floor.rows(
            "SELECT j.kind FROM journal_entry j JOIN contacts_contact c ON c.id = j.contact_id"
            f" WHERE c.call_key = '{call}' ORDER BY j.id")]
        assert kinds == [
            "contact.offer", "offer.make", "offer.end", "contact.answer", "call.take", "contact.end", "finishing.start",
            "contact.wrap_up", "call.finish",
        ]
        assert await router.stop() == 0
        assert floor.one("SELECT leader FROM queueing_routerstate") == ""

    play(floor_url, scenario)


def test_the_router_is_killed_again_and_again_during_200_calls(floor_url):
    async def scenario(floor: Floor) -> None:
        router = await floor.router()
        agents = await floor.agents()
        await agents.until_said("ready")
        await floor.linked()
        placed = []
        for number in range(200):
            placed.append(await floor.exchange.place("5001", talk=0.3, patience=120))
            await asyncio.sleep(0.04)
            if number in {40, 90, 150}:
                await router.kill()
                assert floor.one(LIVE_WITHOUT_CONTACT) == 0
                router = await floor.router()
        await quiet(floor, placed)
        await agents.stop()
        check_books(floor, placed, agents.said[-1]["acknowledged"])
        assert len(agents.said[-1]["acknowledged"]) > 100

    play(floor_url, scenario)


def test_of_two_routers_one_leads_and_the_other_takes_over(floor_url):
    async def scenario(floor: Floor) -> None:
        first = await floor.router()
        await first.until_said("ready")
        second = await floor.router()
        await second.until_said("waiting")
        agents = await floor.agents()
        await agents.until_said("ready")
        await floor.linked()
        placed = [await floor.exchange.place("5001", talk=0.2) for _ in range(10)]
        await first.kill()
        await second.until_said("ready")
        placed += [await floor.exchange.place("5001", talk=0.2) for _ in range(10)]
        await quiet(floor, placed)
        await agents.stop()
        check_books(floor, placed, agents.said[-1]["acknowledged"])
        assert await second.stop() == 0

    play(floor_url, scenario)


def test_the_link_breaks_nothing_is_offered_and_then_all_is_true_again(floor_url):
    async def scenario(floor: Floor) -> None:
        router = await floor.router()
        await router.until_said("ready")
        agents = await floor.agents()
        await agents.until_said("ready")
        await floor.linked()
        placed = [await floor.exchange.place("5001", talk=1.0, patience=30) for _ in range(10)]
        assert (await floor.exchange.ask("fault", kind="drop_link", **{"for": 1.5}))["ok"]
        await until(lambda: floor.rows("SELECT 1 FROM queueing_routerstate WHERE link = 'down'"))
        before = floor.one("SELECT max(id) FROM queueing_offer")
        placed += [await floor.exchange.place("5001", talk=0.2, patience=30) for _ in range(5)]
        assert floor.one("SELECT max(id) FROM queueing_offer") == before
        await floor.linked()
        await quiet(floor, placed)
        await agents.stop()
        check_books(floor, placed, agents.said[-1]["acknowledged"])

    play(floor_url, scenario)


def test_nobody_takes_the_call(floor_url):
    async def scenario(floor: Floor) -> None:
        router = await floor.router("--ring-limit", "0.5")
        await router.until_said("ready")
        agents = await floor.agents("--idle")
        await agents.until_said("ready")
        await floor.linked()
        call = await floor.exchange.place("5001", patience=120)
        expired = f"""SELECT count(*) FROM queueing_offer o JOIN contacts_contact c ON c.id = o.contact_id
                      WHERE o.state = 'expired' AND c.call_key = '{call}'"""
        await until(lambda: floor.one(expired) >= 2)  # one after the other was asked
        await floor.exchange.ask("hang_up", call=call)
        gone = f"SELECT 1 FROM contacts_contact WHERE call_key = '{call}' AND state = 'abandoned'"
        await until(lambda: floor.rows(gone))
        paused = "SELECT count(*) FROM queueing_presence WHERE state = 'paused' AND pause_reason = 'no_answer'"
        assert floor.one(paused) == floor.one(expired)
        check_books(floor, [call], [])

    play(floor_url, scenario)


def test_an_exchange_that_stutters_loses_and_doubles_nothing(floor_url):
    async def scenario(floor: Floor) -> None:
        router = await floor.router()
        await router.until_said("ready")
        agents = await floor.agents()
        await agents.until_said("ready")
        await floor.linked()
        placed = [await floor.exchange.place("5001", talk=0.3, patience=60) for _ in range(40)]
        await quiet(floor, placed)
        await agents.stop()
        check_books(floor, placed, agents.said[-1]["acknowledged"])
        assert await router.stop() == 0

    play(floor_url, scenario, "--faults", "duplicate_events,swap_events")


def test_of_two_routers_that_both_believe_to_lead_one_gets_the_contact(floor_url):
    """Without the lock: two transactions at once lay the same contact before two agents. The rows let one win."""
    given = connection_settings(floor_url, "router", os.environ["MOOTHALL_SECRET_KEY"])
    login = {"host": given["HOST"], "port": given["PORT"], "dbname": given["NAME"], "user": given["USER"]}
    first, second = (psycopg.connect(**login, password=given["PASSWORD"]) for _ in range(2))
    with first, second, ThreadPoolExecutor() as threads:
        for link in (first, second):
            link.execute("SELECT moothall.open_scope('system', NULL, 'route', NULL, NULL)")
        stations = [first.execute("SELECT id FROM people_person WHERE station = %s", [s]).fetchone()[0]
                    for s in ("4010", "4011")]
        for person in stations:
            first.execute(
                "INSERT INTO queueing_presence"
                " (person_id, state, since, idle_since, device, pause_reason, notice, version)"
                " VALUES (%s, 'ready', now(), now(), '', '', '', 1)"
                " ON CONFLICT (person_id) DO UPDATE SET state = 'ready', contact_id = NULL", [person])
        arrival = dict.fromkeys(("version", "share", "ended_at", "answer_within_s")) | {
            "council": 2, "service": 524, "channel": "phone", "line": "5001", "from_kind": "unknown", "from_number": "",
            "call": f"race-{time.time_ns()}", "state": "waiting", "at": datetime.now(UTC), "ended_by": "", "cause": "",
            "tiers": "[]", "device": "5001"}
        contact = first.execute(INSERT_CONTACT, arrival).fetchone()[0]
        first.commit()
        for link in (first, second):
            link.execute("SELECT moothall.open_scope('system', NULL, 'route', NULL, NULL)")

        def offer(link, person):
            values = {"person": person, "contact": contact, "council": 2, "service": 524, "at": datetime.now(UTC),
                      "why": "{}"}
            return link.execute(MAKE_OFFER, values).fetchone()[1]

        won = offer(first, stations[0])
        waits = threads.submit(offer, second, stations[1])
        first.commit()
        assert won is not None
        assert waits.result(timeout=30) is None, "a clean refusal, which the loser undoes"
        second.rollback()
        live = first.execute("SELECT moothall.open_scope('system', NULL, 'route', NULL, NULL)") and first.execute(
            "SELECT person_id FROM queueing_offer WHERE contact_id = %s AND state = 'live'", [contact]).fetchall()
        assert live == [(stations[0],)]
        first.execute("UPDATE queueing_offer SET state = 'withdrawn' WHERE contact_id = %s", [contact])
        first.execute("UPDATE contacts_contact SET state = 'abandoned' WHERE id = %s", [contact])
        first.execute("UPDATE queueing_presence SET state = 'away' WHERE person_id = ANY(%s)", [stations])
        first.commit()
