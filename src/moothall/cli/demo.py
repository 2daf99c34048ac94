"""`moothall demo`: the whole of it on one machine, with a database, a router and a telephone exchange of its own.

Everything lies in one folder; two demos with two folders and two ports run side by side.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

from moothall.cli import demo_systems, demos, given
from moothall.cli.supervise import NotReady, Program, Stopped, Supervisor, stopping
from moothall.demo import sources
from moothall.lib import clock
from moothall.lib.cluster import Cluster, ClusterError
from moothall.lib.one_demo import DATABASE_STEP, FIRST_PORT, PORTS, InUse, only_one, refuse_taken
from moothall.lib.progress import Progress

ROLE = None
HELP = "run everything here: database, pages, router, an exchange with callers"
DATABASE = "moothall"
PACKAGE = Path(__file__).resolve().parents[1]
IGNORED = {"__pycache__", "tests", "static", "templates"}
PASSWORD = "moothall-demo"  # of every login of the demo, and of no other installation
MOOTHALL = (sys.executable, "-m", "moothall")
SYSTEMS = {"messages": 6, "payments": 7, "waste": 8, "revenues": 9}  # which of them other systems have
first_port = given.whole(1024, 65536 - PORTS, what="a first port")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=first_port, default=FIRST_PORT,
                        help="the staff pages' port; the nine after it are used too")
    parser.add_argument("--data", type=given.path, default=Path(".moothall/demo"),
                        help="the folder that holds all of it")
    parser.add_argument("--exit", action="store_true", help="end after the tour, with its status")
    parser.add_argument("--no-tour", action="store_true", help="start without the tour")
    parser.add_argument("--no-callers", action="store_true", help="nobody rings by themselves")


def run(args: argparse.Namespace) -> int:
    progress = Progress()
    try:
        with stopping(), only_one(args.data), demos.known(args.data.resolve()):
            demo = Demo(args.data.resolve(), args.port, progress)
            return demo.run(tour=not args.no_tour, stay=not args.exit, callers=not args.no_callers)
    except Stopped:
        progress.say("Stopped")
        return 0
    except (NotReady, ClusterError, InUse) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


@dataclass(frozen=True, slots=True)
class Ports:
    """The ten ports of a demo, from the first."""

    staff: int

    @property
    def public(self) -> int:
        return self.staff + 1

    @property
    def live(self) -> int:
        return self.staff + 2

    @property
    def exchange(self) -> int:
        return self.staff + 3

    @property
    def callers(self) -> int:
        return self.staff + 4

    @property
    def database(self) -> int:
        return self.staff + DATABASE_STEP

    @property
    def systems(self) -> dict[str, int]:
        return {name: self.staff + step for name, step in SYSTEMS.items()}


class Demo:
    """One demo: its folder, its ports, its database and the programs that it runs."""

    def __init__(self, data: Path, port: int, progress: Progress) -> None:
        self.data = data
        self.ports = Ports(port)
        self.say = progress.say
        self.cluster = Cluster(data, self.ports.database, settings={"max_connections": "200"})
        self.supervisor = Supervisor(self.say, data / "log")

    def run(self, *, tour: bool, stay: bool, callers: bool) -> int:
        """Start all, play the tour, stay until told to stop (or not); the exit status."""
        status = 0
        try:
            self._start()
            if tour:
                status = self._tour() if find_spec("moothall.demo.tour") else 0
            if stay:
                if callers:
                    self.say("Starting the callers, who ring about once a minute while somebody is ready")
                    self.supervisor.start([self._public()])
                self._show_addresses()
                self._stay()
        finally:
            self._stop()
        return status

    def _start(self) -> None:
        refuse_taken(self.ports.staff, but=self.ports.database if self.cluster.running() else None)
        new = self.cluster.start()
        self.say(f"PostgreSQL {self.cluster.programs.major} is ready, port {self.ports.database}")
        environment = self._environment()
        keep(self.data / "environment", "".join(f"{name}={value}\n" for name, value in environment.items()))
        os.environ.update(environment)
        self._fill(new=new)
        self.supervisor.start(self._programs())

    def _fill(self, *, new: bool) -> None:
        """Schema and demo data; nothing to do where neither code nor data nor the day has changed since."""
        filled, now = self.data / "filled", state_of_code()
        if not new and filled.is_file() and filled.read_text() == now:
            self.say("The database is as the last start left it")
            return
        filled.unlink(missing_ok=True)
        self.say("Making the schema, roles and row security")
        self.supervisor.run_once(Program("migrate", [*MOOTHALL, "migrate"]))
        self.say("Schema, roles and row security are in place")
        callers = str(self.data / "callers.json")
        self.supervisor.run_once(Program("load-demo", [*MOOTHALL, "load-demo", "--callers", callers]), show=True)
        filled.write_text(now)

    def _programs(self) -> list[Program]:
        ports = self.ports
        exchange = ["--csta-port", str(ports.exchange), "--callers-port", str(ports.callers)]
        return [
            Program("exchange", [sys.executable, "-m", "simulators.exchange", *exchange]),
            *demo_systems.systems(self.data, ports.systems),
            self._pages("staff", ports.staff),
            self._pages("public", ports.public),
            Program("live", [*MOOTHALL, "live", "--port", str(ports.live)], port=ports.live),
            Program("worker", [*MOOTHALL, "worker"]),
            Program("router", [*MOOTHALL, "router"]),
        ]

    def _pages(self, site: str, port: int) -> Program:
        return Program(f"{site}-pages", [*MOOTHALL, "serve", "--site", site, "--port", str(port)], pages=port)

    def _public(self) -> Program:
        """The callers: about a call a minute while an agent is ready. Not during the tour, whose call must be alone."""
        port = f"127.0.0.1:{self.ports.callers}"
        arguments = ["--exchange", port, "--callers", str(self.data / "callers.json"), "--when-ready", "--steady"]
        return Program("callers", [sys.executable, "-m", "simulators.callers", *arguments])

    def _environment(self) -> dict[str, str]:
        ports = self.ports
        return {
            "MOOTHALL_DEMO": "1",
            "MOOTHALL_SECRET_KEY": self._secret(),
            "DATABASE_URL": self.cluster.create_database(DATABASE),
            "MOOTHALL_STAFF_URL": f"http://localhost:{ports.staff}",
            "MOOTHALL_PUBLIC_URL": f"http://localhost:{ports.public}",
            "MOOTHALL_LIVE_URL": f"http://localhost:{ports.live}",
            "MOOTHALL_EXCHANGE": f"127.0.0.1:{ports.exchange}",
            "MOOTHALL_EXCHANGE_CALLERS": f"127.0.0.1:{ports.callers}",
            "MOOTHALL_CONNECTIONS": str(demo_systems.connections(self.data, ports.systems, keep)),
        }

    def _secret(self) -> str:
        """The secret of all derived passwords and sessions, made once."""
        path = self.data / "secret"
        if not path.exists():
            keep(path, secrets.token_urlsafe(48))
        return path.read_text().strip()

    def _tour(self) -> int:
        """Play one call as an outside client, in a process of its own, while the programs are looked after."""
        playing = subprocess.Popen([*MOOTHALL, "tour"])
        try:
            while playing.poll() is None:
                self._turn()
        finally:
            if playing.poll() is None:
                playing.terminate()
                playing.wait()
        return playing.returncode

    def _stay(self) -> None:
        while True:
            self._turn()

    def _turn(self) -> None:
        self.supervisor.turn()
        if not self.cluster.running():
            self.say("The database has ended; it is started again")
            self.cluster.start()

    def _show_addresses(self) -> None:
        self.say("Up. Ctrl-C stops all of it.")
        people = [f"  {kind:<20} {email:<28} {password}" for kind, email, password in logins()]
        staff, public = self.ports.staff, self.ports.public
        messages = self.ports.systems["messages"]
        lines = [f"  Staff      http://localhost:{staff}/", f"  Residents  http://localhost:{public}/",
                 f"  Messages   http://localhost:{messages}/ shows what was sent"]
        sys.stdout.write("\n".join(["", *lines, "", *people, "", ""]))
        sys.stdout.flush()

    def _stop(self) -> None:
        self.supervisor.stop()
        if self.cluster.data.exists():
            self.cluster.stop()


def logins() -> list[tuple[str, str, str]]:
    """The logins of all whom the first page offers, in its order, and one of each kind besides, from the demo's own
    staff list: what they do, e-mail address, password."""
    found = sources.read_yaml("people.yaml")
    offered = [card.get("email") for card in sources.read_yaml("cards.yaml")["cards"]]
    chosen: list[tuple[str, str, str]] = []
    kinds: set[str] = set()
    for person in sorted(found["people"], key=lambda person: (*offered, person["email"]).index(person["email"])):
        kind = "operator" if person.get("operator") else next(iter(person["teams"].values()))
        if person["email"] in offered or kind not in kinds:
            chosen.append((person["job"], person["email"], found.get("password", PASSWORD)))
        kinds.add(kind)
    return chosen


def state_of_code() -> str:
    """A hash over all that the schema and the demo's data come from, and the day in London: bin days follow it."""
    total = hashlib.sha256(str(clock.now().astimezone(ZoneInfo("Europe/London")).date()).encode())
    for folder in (PACKAGE, PACKAGE.parents[1] / "packs", PACKAGE.parents[1] / "agreements"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not IGNORED & set(path.parts):
                total.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return total.hexdigest()


def keep(path: Path, text: str) -> None:
    """Write a file that only we can read."""
    part = path.with_name(path.name + ".part")
    part.touch(mode=0o600)
    part.write_text(text)
    part.replace(path)
