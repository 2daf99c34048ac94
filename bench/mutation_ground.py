"""Copies of the code in which the bench of mutations tries its faults: each trial is a fork that runs pytest.

The domain's tests need no Django and no database. Those of the first two walls need both: there is one cluster, and in
it a migrated database of which every trial gets a copy of its own.
"""
from __future__ import annotations

import importlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import psycopg

from bench.ground import ROOT, free_port
from bench.mutation_faults import Fault
from moothall.lib.cluster import FAST_TESTS, Cluster

FEW = 12  # random examples of a test at first
FOUND = ("killed", "timeout")
ENDS = {0: "survived", 1: "killed", 5: "survived", -signal.SIGXCPU: "timeout", -signal.SIGKILL: "timeout",
        -signal.SIGALRM: "timeout"}
OURS = {"moothall", "conftest", "cast_of_tests", "bench", "simulators"}
PLUGINS = ("no:cacheprovider", "no:xdist", "mutation_tests")
# What `migrate` runs, in a process of its own: few tests reach these lines, and every one stands on what they made.
MIGRATED = {"operations.py", "privileges.py", "roles.py", "catalogue.py"}


@dataclass(frozen=True, slots=True)
class Reach:
    test: str
    cpu_s: float
    lines: dict[str, frozenset[int]]
    functions: frozenset[str] = frozenset()  # of the database

    def meets(self, fault: Fault) -> bool:
        """Lines outside functions run once, at the first import, and touch everybody who uses the module."""
        if fault.file.suffix == ".sql":
            return fault.at_import or fault.function in self.functions
        own = self.lines.get(fault.file.name, frozenset())
        return bool(own) if fault.at_import else not own.isdisjoint(fault.lines)


@dataclass(frozen=True)
class Ground:
    """A copy of the code, the folder whose files get faults, and the test files that are to find them."""

    root: Path
    target: Path
    tests: tuple[str, ...]
    plugins: tuple[str, ...] = ("no:django",)
    loaded: tuple[str, ...] = ("hypothesis", "ruamel.yaml")  # of other houses: loaded once, for every trial
    longest_s: int = 300

    def prepare(self) -> None:
        for each in ROOT.iterdir():
            if each.name == "src":
                shutil.copytree(each, self.root / "src", ignore=shutil.ignore_patterns("__pycache__"))
            elif each.name in {"conftest.py", "tests"}:
                shutil.copytree(each, self.root / each.name) if each.is_dir() else shutil.copy(each, self.root)
            elif not each.name.startswith(".") and each.name not in {"node_modules", "bench", "pyproject.toml"}:
                (self.root / each.name).symlink_to(each)
        shutil.copy(Path(__file__).with_name("mutation_tests.py"), self.root)
        (self.root / "pytest.ini").write_text(
            "[pytest]\npythonpath = src . tests\nfilterwarnings = error\nmarkers =\n  browser: x\n  slow: x\n")
        subprocess.run([sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash",
                        "src/moothall"], cwd=self.root, check=True)
        for name in ("pytest", *self.loaded):
            importlib.import_module(name)

    def close(self) -> None:
        """What was started for the trials is ended."""

    def reach(self) -> list[Reach]:
        """What each test file reaches, the fastest first."""
        found = sorted([self.reach_of(test) for test in self.tests], key=lambda reach: reach.cpu_s)
        self.ready()
        if (end := self.run([each.test for each in found], MUTATION_EXAMPLES=str(FEW))) != "survived":
            said = (self.root / "last.log").read_text(errors="replace")[-2000:]
            raise SystemExit(f"{said}\nAll together don't pass without a fault ({end}): each would count as found.")
        return found

    def ready(self) -> None:
        """What a trial needs anew."""

    def reach_of(self, test: str) -> Reach:
        lines, before = self.root / "lines.json", children_cpu()
        end = self.run([test], MUTATION_EXAMPLES=str(FEW), MUTATION_TRACE=str(self.root / self.target),
                       MUTATION_LINES=str(lines))
        if end != "survived":
            said = (self.root / "last.log").read_text(errors="replace")[-2000:]
            raise SystemExit(f"{said}\n{test} doesn't pass without a fault ({end}). Mend it first.")
        reached = {name: frozenset(numbers) for name, numbers in json.loads(lines.read_text()).items()}
        return Reach(test, children_cpu() - before, reached)

    def tried(self, fault: Fault, reach: list[Reach]) -> str:
        """killed, timeout, survived or broken: the tests with the fault in the place of the module, put back after."""
        near = self.near(fault, reach)
        if not near:
            return "survived"  # no test goes there
        file = self.root / fault.file
        before = file.read_text(encoding="utf-8")
        file.write_text(fault.text, encoding="utf-8")
        try:
            return self.found(fault, near)
        finally:
            file.write_text(before, encoding="utf-8")

    def near(self, fault: Fault, reach: list[Reach]) -> list[str]:
        """The tests that the fault is to meet, those first that most likely notice it soonest."""
        return [each.test for each in reach if each.meets(fault)]

    def found(self, fault: Fault, near: list[str]) -> str:
        end = self.run(near, MUTATION_EXAMPLES=str(FEW))
        return self.run(near, MUTATION_RANDOM="1") if end == "survived" else end

    def run(self, tests: Iterable[str], **environment: str) -> str:
        pid = os.fork()
        if not pid:
            self._be_pytest(list(tests), environment)
        try:
            return ENDS.get(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), "broken")
        except BaseException:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise

    def _be_pytest(self, tests: list[str], environment: dict[str, str]) -> None:
        """In the fork: nothing of what is ours is loaded yet but the copy's."""
        code = 4
        try:
            os.setsid()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CPU, (self.longest_s, self.longest_s + 5))
            signal.alarm(4 * self.longest_s)  # a database that never answers uses no time of ours
            log = os.open(self.root / "last.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for stream in (1, 2):
                os.dup2(log, stream)
            os.chdir(self.root)
            paths = [str(self.root / each) for each in ("src", ".", "tests")]
            os.environ.update(environment, PYTHONPATH=os.pathsep.join(paths), PYTHONDONTWRITEBYTECODE="1")
            sys.dont_write_bytecode = True
            for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
                del sys.modules[name]
            sys.path[:0] = paths
            import pytest

            options = [word for plugin in (*PLUGINS, *self.plugins) for word in ("-p", plugin)]
            code = int(pytest.main(["-x", "-q", "--assert=plain", "--hypothesis-seed=0", *options, *tests]))
        finally:
            sys.stdout.flush()
            os._exit(code)


@dataclass(frozen=True)
class DatabaseGround(Ground):
    """With a cluster of its own. Every trial has a fresh copy of the migrated database, under the name of all of them:
    so the login roles, which are the cluster's, stay the same."""

    plugins: tuple[str, ...] = ()
    loaded: tuple[str, ...] = ("hypothesis", "ruamel.yaml", "django.test", "django.db.models", "django.contrib.auth",
                               "django.contrib.postgres.fields", "psycopg", "psycopg_pool", "procrastinate",
                               "jinja2", "numpy", "numba", "cryptography.fernet", "phonenumbers")
    name: str = "moothall_test"
    made: list[bool] = field(default_factory=list)

    @cached_property
    def cluster(self) -> Cluster:
        return Cluster(self.root / "pg", free_port(),
                       settings={**FAST_TESTS, "max_connections": "100", "track_functions": "all"})

    def prepare(self) -> None:
        super().prepare()
        self.cluster.start()
        self.made.append(True)
        os.environ.update(
            DATABASE_URL=self.cluster.create_database(self.name), MOOTHALL_TEST_CLUSTER=str(self.root / "pg"),
            MOOTHALL_SECRET_KEY="test-" + "x" * 50, MOOTHALL_ROLE="test", MOOTHALL_DEMO="1",
            DJANGO_SETTINGS_MODULE="moothall.settings.test", MOOTHALL_TEST_DATABASE_URL="")
        del os.environ["MOOTHALL_TEST_DATABASE_URL"]
        if not self.migrate():
            raise SystemExit("The database can't be migrated without a fault.")
        self.execute(f'ALTER DATABASE "{self.name}" RENAME TO ready')

    def close(self) -> None:
        if self.made:
            self.cluster.destroy()

    def execute(self, *statements: str) -> None:
        with psycopg.connect(self.cluster.bootstrap_url(), autocommit=True) as session:
            for statement in statements:
                session.execute(statement)

    def renew(self, template: str = "ready") -> None:
        self.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
                     f'CREATE DATABASE "{self.name}" OWNER "{self.name}" TEMPLATE {template}')

    def ready(self) -> None:
        self.renew()

    def migrate(self) -> bool:
        """By the copy's own code, faults included; it makes roles and privileges anew as well."""
        environment = {**os.environ, "MOOTHALL_ROLE": "owner", "PYTHONPATH": str(self.root / "src")}
        done = subprocess.run([sys.executable, "-B", "-W", "ignore", "-m", "moothall", "migrate", "--with-test-role"],
                              cwd=self.root, env=environment, capture_output=True, check=False)
        return done.returncode == 0

    def reach_of(self, test: str) -> Reach:
        self.renew()
        found = super().reach_of(test)
        time.sleep(0.2)  # a session tells what it called when it ends
        with psycopg.connect(self.cluster.bootstrap_url(self.name)) as session:
            called = session.execute("SELECT funcname FROM pg_stat_user_functions").fetchall()
        return Reach(test, found.cpu_s, found.lines, frozenset(name for (name,) in called))

    def near(self, fault: Fault, reach: list[Reach]) -> list[str]:
        if fault.file.name not in MIGRATED:
            return super().near(fault, reach)
        return [each.test for each in sorted(reach, key=lambda each: (not each.meets(fault), each.cpu_s))]

    def found(self, fault: Fault, near: list[str]) -> str:
        match fault.file.name:
            case name if name.endswith(".sql"):
                self.renew()
                try:
                    with psycopg.connect(self.cluster.bootstrap_url(self.name)) as session:
                        session.execute(f'SET ROLE "{self.name}"')
                        session.execute(fault.text.encode())
                except psycopg.Error:
                    return "invalid"  # no fault that could stand in an installation
                return self.run(near)
            case "operations.py":  # it is the migrations that use it
                self.renew("template0")
                return self.run(near) if self.migrate() else "killed"
            case "privileges.py" | "roles.py" | "catalogue.py":
                self.renew()
                try:
                    return self.run(near) if self.migrate() else "killed"
                finally:
                    self._put_roles_back(fault)
        self.renew()
        end = self.run(near)
        return self.alone(near) if end == "broken" else end

    def alone(self, near: list[str]) -> str:
        """Where one file can't even be collected with the fault, the others are asked without it."""
        for test in near:
            self.renew()
            if (end := self.run([test])) in FOUND:
                return end
        return "broken"

    def _put_roles_back(self, fault: Fault) -> None:
        """Passwords and memberships are the cluster's, not the copy's."""
        (self.root / fault.file).write_text((ROOT / fault.file).read_text(encoding="utf-8"), encoding="utf-8")
        self.renew()
        self.migrate()


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
