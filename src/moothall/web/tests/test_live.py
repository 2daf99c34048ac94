"""The live streams, driven as an ASGI server would, with the doorbell's database taken away."""
from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from moothall.people.models import Membership, Person
from moothall.people.sessions import SessionStore
from moothall.queueing.models import Presence
from moothall.tenancy.models import Grant
from moothall.web import live, live_leavers
from moothall.web.live_doorbell import Doorbell
from moothall.web.live_people import Listener, identify, next_change, versions_of

NOW = datetime.now(UTC)


class Browser:
    """One open request: what it was sent, and the way to hang up."""

    def __init__(self, app: live.Live, *, origin: str | None = "http://localhost:8000", path: str = "/desk") -> None:
        headers = [(b"cookie", b"sessionid=x")] + ([(b"origin", origin.encode())] if origin else [])
        self.scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
        self.sent: list[dict[str, Any]] = []
        self.gone = asyncio.Event()
        self.changed = asyncio.Event()
        self.task = asyncio.create_task(app(self.scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self.sent.append(message)
        self.changed.set()

    async def bells(self, count: int) -> list[dict[str, Any]]:
        """The first `count` messages of the stream."""
        while True:
            body = b"".join(message.get("body", b"") for message in self.sent).decode()
            found = [json.loads(line[6:]) for line in body.splitlines() if line.startswith("data: ")]
            if len(found) >= count:
                return found
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), 5)

    @property
    def status(self) -> int:
        return self.sent[0]["status"]


def app_for(listener: Listener | None) -> live.Live:
    app, doorbell = live.Live(), Doorbell()

    async def ask(question: Any, *arguments: Any) -> Any:
        return listener

    doorbell.ask = ask  # type: ignore[method-assign]
    app.doorbell = doorbell
    return app


def test_a_desk_hears_its_version_at_once_and_then_each_change():
    async def play() -> None:
        app = app_for(Listener(7, 3, None))
        browser = Browser(app)
        assert await browser.bells(1) == [{"version": 3}]
        app.doorbell._rung("7:5")
        app.doorbell._rung("8:9")
        app.doorbell._rung("7:4")  # came late: the page has it already
        app.doorbell._rung("nonsense")
        assert await browser.bells(2) == [{"version": 3}, {"version": 5}]
        app.doorbell.close()
        await asyncio.wait_for(browser.task, 5)
        assert browser.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
        assert app.doorbell.streams == {}

    asyncio.run(play())


@pytest.mark.parametrize("missed", ["rung", "not heard"])
def test_a_desk_that_changes_while_its_page_connects_is_told_so(missed):
    async def play() -> None:
        app = app_for(None)
        doorbell = app.doorbell

        async def ask(question: Any, *arguments: Any) -> Any:
            if question is versions_of:
                return {7: 4}
            if missed == "rung":
                doorbell._rung("7:4")  # after its version was read, before the stream is known
            else:
                doorbell._links += 1  # the bells are connected again meanwhile
            return Listener(7, 3, None)

        doorbell.ask = ask  # type: ignore[method-assign]
        browser = Browser(app)
        assert await browser.bells(1) == [{"version": 4}]
        browser.gone.set()
        await asyncio.wait_for(browser.task, 5)

    asyncio.run(play())


def test_a_change_of_grants_rings_though_the_version_stands():
    async def play() -> None:
        app = app_for(Listener(7, 3, NOW + timedelta(days=1)))
        browser = Browser(app)
        await browser.bells(1)
        (stream,) = app.doorbell.streams[7]
        await app.doorbell._look_again(stream, True)
        assert (await browser.bells(2))[1] == {"version": 3, "again": True}
        browser.gone.set()
        await asyncio.wait_for(browser.task, 5)

    asyncio.run(play())


def test_another_version_of_the_agreement_rings_every_desk_at_once():
    async def play() -> None:
        app = app_for(Listener(7, 3, NOW + timedelta(days=1)))
        browsers = [Browser(app), Browser(app)]
        for browser in browsers:
            await browser.bells(1)
        watching = asyncio.create_task(app.doorbell._watch_grants())
        app.doorbell._rung("rights")
        for browser in browsers:
            assert (await browser.bells(2))[1] == {"version": 3, "again": True}
        watching.cancel()
        app.doorbell.close()
        await asyncio.gather(*(browser.task for browser in browsers))

    asyncio.run(play())


@pytest.mark.parametrize(
    ("listener", "origin", "status"),
    [
        (None, "http://localhost:8000", 204),
        (Listener(7, 1, None), "https://evil.example", 404),
        (Listener(7, 1, None), "http://localhost:9999", 404),
    ],
)
def test_nobody_else_and_no_other_site_is_let_in(listener, origin, status):
    async def play() -> None:
        browser = Browser(app_for(listener), origin=origin)
        await asyncio.wait_for(browser.task, 5)
        assert browser.status == status

    asyncio.run(play())


@pytest.mark.parametrize(("listening", "status"), [(True, 200), (False, 503)])
def test_health_is_whether_the_doorbell_listens(listening, status):
    async def play() -> None:
        app = app_for(None)
        app.doorbell.listening = listening
        browser = Browser(app, origin=None, path="/healthz")
        await asyncio.wait_for(browser.task, 5)
        assert browser.status == status

    asyncio.run(play())


def test_a_demo_may_be_opened_by_any_name_of_this_machine(settings):
    assert live.is_staff_origin("http://sam.localhost:8000") and live.is_staff_origin("http://127.0.0.1:8000")
    assert not live.is_staff_origin("http://localhost.evil.example:8000")
    settings.DEMO = False
    assert not live.is_staff_origin("http://sam.localhost:8000") and live.is_staff_origin("http://localhost:8000")


class Bells:
    """The channel between live processes, and what the database is asked."""

    def __init__(self) -> None:
        self.processes: list[Doorbell] = []
        self.retired: list[int] = []

    def process(self) -> Doorbell:
        doorbell = Doorbell()

        async def ask(question: Any, *arguments: Any) -> Any:
            if question is live_leavers.retire:
                self.retired.append(arguments[0])
            elif question is live_leavers.tell_the_others:
                for each in self.processes:
                    each._rung(arguments[0])
            else:
                return Listener(7, 1, None) if arguments[0] else None
            return None

        doorbell.ask = doorbell.leavers._ask = ask  # type: ignore[method-assign]
        self.processes.append(doorbell)
        return doorbell

    async def pass_by(self, doorbell: Doorbell, at: datetime) -> None:
        """The grace, then the time that the others have to answer."""
        for later in (live_leavers.GRACE, live_leavers.GRACE + live_leavers.ANSWERED_WITHIN):
            await doorbell.leavers.look(at + later)
            await asyncio.sleep(0)


@pytest.mark.parametrize("where", ["nowhere", "here", "elsewhere", "elsewhere from the first"])
def test_a_desk_whose_page_has_gone_is_put_to_rest_unless_it_is_back_somewhere(where):
    async def play() -> None:
        bells = Bells()
        mine, other = bells.process(), bells.process()
        stream = await mine.join("sessionid=x")
        if where == "elsewhere from the first":
            await other.join("sessionid=x")
        mine.leave(stream)
        at = datetime.now(UTC)
        await mine.leavers.look(at)
        assert bells.retired == [], "a page that is loaded again is given time"
        if where in ("here", "elsewhere"):
            await (mine if where == "here" else other).join("sessionid=x")
        await bells.pass_by(mine, at)
        assert bells.retired == ([7] if where == "nowhere" else [])

    asyncio.run(play())


def test_a_desk_whose_sign_in_has_ended_is_put_to_rest_and_its_stream_ends():
    async def play() -> None:
        bells = Bells()
        doorbell = bells.process()
        stream = await doorbell.join("sessionid=x")
        stream.cookies = ""  # no session any more
        await doorbell._look_again(stream, False)
        assert stream.ended
        at = datetime.now(UTC)
        await doorbell.leavers.look(at)
        await doorbell.leavers.look(at + live_leavers.ANSWERED_WITHIN)
        assert bells.retired == [7]

    asyncio.run(play())


@pytest.mark.parametrize(("state", "then"), [("ready", "paused"), ("in_call", "in_call"), ("ringing", "ringing")])
def test_putting_to_rest_is_a_pause_and_leaves_a_call_alone(world, as_role, state, then):
    Presence.objects.create(person_id=world.sam, state=state, since=NOW, idle_since=NOW)
    with as_role("web"):
        live_leavers.retire(world.sam)
    found = Presence.objects.get(pk=world.sam)
    assert (found.state, found.pause_reason) == (then, "unheard" if then == "paused" else "")


def test_a_session_says_who_listens_and_nothing_else_does(world):
    Presence.objects.create(person_id=world.sam, state="ready", since=NOW, idle_since=NOW, version=4)
    client = Client()
    client.force_login(Person.objects.get(pk=world.sam))
    cookie = f"a=b; sessionid={client.cookies['sessionid'].value}"
    found = identify(cookie)
    assert found is not None and (found.person, found.version) == (world.sam, 4)
    assert versions_of([world.sam, world.priya]) == {world.sam: 4}
    for bad in ("", "sessionid=", "sessionid=unknown", "sessionid=\x00;;", SessionStore().session_key or "x=y"):
        assert identify(bad) is None
    Person.objects.filter(pk=world.sam).update(is_active=False)
    assert identify(cookie) is None


def test_the_next_change_is_the_earliest_bound_of_a_grant_or_membership(world):
    soon, later = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    Grant.objects.filter(team_id=world.hub_team).update(valid_to=later)
    assert next_change(world.sam, NOW) == later
    Membership.objects.filter(person_id=world.sam).update(valid_to=soon)
    assert next_change(world.sam, NOW) == soon
    assert next_change(world.kit, NOW) is None
