"""The public's pages as processes, killed again and again while residents send reports: each reference that somebody
was shown is a case with all its entries, and what was sent twice is one case."""
from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import httpx
import pytest

from moothall.cli.supervise import Program, Supervisor
from moothall.domain.calendar import wall_clock
from process_tree import children_of
from tests.faults.books import Books
from tests.faults.house import PYTHON, free_ports

pytestmark = pytest.mark.slow
RESIDENTS, EACH = 6, 7
# A home that isn't listed: a case of its own for each report, whatever day it is.
ANSWERS = {"postcode": "LE16 7AA", "property": "not_listed", "address_text": "The annexe, Mill Lane",
           "new_bin": "refuse", "new_day": f"{wall_clock(datetime.now(UTC))[0] - timedelta(days=1)}", "new_out": "yes"}
MOST_QUESTIONS = 40  # also where a kill has one asked again; a question without an answer above would never end
FIELD = re.compile(r'name="(csrfmiddlewaretoken|seen)" value="([^"]*)"')
REFERENCE = re.compile(r"\bHB-\d{5}-[A-Z]\b")
TOLD = """
SELECT k.reference, array_agg(j.kind ORDER BY j.kind) FROM cases_case k
JOIN contacts_contact c ON c.id = k.contact_id AND c.channel = 'web' AND c.state = 'done'
JOIN contacts_need n ON n.case_id = k.id AND n.outcome <> '' AND n.closed_at IS NOT NULL
JOIN scripts_run r ON r.contact_id = c.id AND r.need_id = n.id AND r.state = 'done'
JOIN journal_entry j ON j.contact_id = c.id
WHERE k.kind = 'new-property' GROUP BY k.id
"""
ENTRIES = ["case.open", "need.close", "need.open", "run.send"]


class Pages:
    """The public's pages under the product's own supervisor, with two workers."""

    def __init__(self, url: str, logs: Path) -> None:
        (self.port,) = free_ports(1)
        self.supervisor = Supervisor(lambda _: None, logs)
        self.program = Program(
            "public-pages",
            [*PYTHON, "moothall", "serve", "--site", "public", "--port", str(self.port), "--workers", "2"],
            {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "moothall.settings.base",
             "MOOTHALL_PUBLIC_URL": f"http://localhost:{self.port}"},
            pages=self.port,
        )

    @property
    def parent(self) -> int | None:
        (child,) = self.supervisor.children
        return child.process.pid if child.process and child.ended() is None else None

    def kill_workers(self) -> None:
        for worker in children_of(self.parent or 0):
            os.kill(worker.pid, signal.SIGKILL)

    def kill_parent(self) -> None:
        if self.parent:
            os.kill(self.parent, signal.SIGKILL)


@pytest.fixture
def pages(floor_url: str, tmp_path: Path) -> Iterator[Pages]:
    made = Pages(floor_url, tmp_path)
    made.supervisor.start([made.program])
    try:
        yield made
    finally:
        made.supervisor.stop()


class Resident:
    """A browser at Harborough's pages. What gets no answer is sent again, the same, until it gets one."""

    def __init__(self, port: int, done: Event) -> None:
        host = f"harborough.localhost:{port}"
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Host": host}, timeout=30)
        self.done, self.shown, self.broken = done, list[str](), 0
        self.faults: list[str] = []

    def report(self) -> None:
        path, page = self.read("/do/missed-bin/")
        run, asked = "", 0
        while not path.endswith("/done/"):
            key, asked = path.split("/")[-2], asked + 1
            assert asked < MOST_QUESTIONS, f"{path} has no answer"
            fields = {**dict(FIELD.findall(page)), "value": ANSWERS.get(key, "")}
            fields["sure"] = "yes"  # nobody here knows its postcode
            if key == "check":  # in two windows at once
                with ThreadPoolExecutor(2) as windows:
                    answers = list(windows.map(lambda _, at=path, given=fields: self.ask("POST", at, given), range(2)))
                answer = answers[0]
            else:
                answer = self.ask("POST", path, fields)
            run = run or "/".join(answer.headers.get("Location", "").split("/")[:3])
            path, page = self.read(f"{run}/")
        (found,) = set(REFERENCE.findall(page))
        self.shown.append(found)

    def read(self, path: str) -> tuple[str, str]:
        """Where it leads, and what stands there."""
        while (answer := self.ask("GET", path)).is_redirect:
            path = answer.headers["Location"]
        return path, answer.text

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> httpx.Response:
        while True:
            try:
                answer = self.http.request(method, path, data=fields)
            except httpx.TransportError:
                self.broken += 1
                assert not self.done.wait(0.1), "it never came up again"
                continue
            if answer.status_code not in {200, 302}:
                self.faults.append(f"{method} {path} {fields}: {answer.status_code}")
            return answer


def test_what_a_resident_was_shown_is_there_and_once(floor_url: str, pages: Pages) -> None:
    over = Event()
    residents = [Resident(pages.port, over) for _ in range(RESIDENTS)]
    kills = {6: pages.kill_workers, 14: pages.kill_workers, 21: pages.kill_parent, 28: pages.kill_workers,
             34: pages.kill_parent}
    with ExitStack() as opened, ThreadPoolExecutor(RESIDENTS) as crowd:
        for each in residents:
            opened.callback(each.http.close)
        going = [crowd.submit(send_all, resident) for resident in residents]
        try:
            look_after(pages, residents, going, kills)
        finally:
            over.set()  # nobody waits for what won't come up again
    assert [each.faults for each in residents if each.faults] == []
    assert sum(each.broken for each in residents) > 0, "nobody noticed: the kills came at the wrong moment"
    shown = [reference for each in residents for reference in each.shown]
    assert len(set(shown)) == len(shown) == RESIDENTS * EACH
    kept = dict(Books(floor_url, role="test", purpose="load").rows(TOLD))
    assert set(kept) == set(shown), "shown and not kept, or kept twice"
    assert {reference: entries for reference, entries in kept.items() if entries != ENTRIES} == {}


def send_all(resident: Resident) -> None:
    for _ in range(EACH):
        resident.report()


def look_after(pages: Pages, residents: list[Resident], going: list[Future[None]], kills: dict) -> None:  # type: ignore[type-arg]
    """Until all is sent: kill at the given numbers of reports, and let the supervisor start again what died."""
    while not all(each.done() for each in going):
        sent = sum(len(each.shown) for each in residents)
        for number in [number for number in kills if number <= sent]:
            kills.pop(number)()
        pages.supervisor.turn()
        for each in going:
            if each.done():
                each.result()  # raises what went wrong
    assert not kills, "it was over before all kills"
