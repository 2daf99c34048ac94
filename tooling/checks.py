"""`./moot test`: every check of the code, then every test. All run, whatever fails; pytest's last line is the last."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from moothall.lib.progress import Progress
from tooling import system
from tooling.places import BIN, PYTHON, ROOT, environment

STRICT = ("src/moothall/domain", "src/moothall/tenancy", "src/moothall/agreements")
TEMPLATES = ("src/moothall/web/templates", "src/moothall/web/templates_django")


def run_tests(given: Sequence[str], progress: Progress) -> int:
    """With arguments: pytest alone with them. Without: everything."""
    env = environment()
    chromium = system.browser(progress)
    if chromium:
        env["MOOTHALL_CHROMIUM"] = chromium
    if not system.pango(progress):
        env["MOOTHALL_NO_PANGO"] = "1"
    if given:
        return subprocess.run([str(PYTHON), "-m", "pytest", *given], env=env, check=False).returncode
    reading = env | {"MOOTHALL_SECRET_KEY": "none: mypy's plug-in reads the settings and opens nothing"}
    wanted = [(name, command, reading) for name, command in code_checks()]
    older = system.second_postgres(progress)
    if older is not None:  # the longest of them, so first
        walls = [str(PYTHON), "-m", "pytest", "-q", "src/moothall/tenancy"]
        wanted.insert(0, (f"walls on {older}", walls, _on(older, env)))
    # Beside the walls, since there is room: each process of the tests would compile all of them at once in a new clone.
    wanted.append(("tests found", [str(PYTHON), "-m", "pytest", "-qq", "--collect-only"], env))
    failed = _failed(wanted)
    if older is None:
        failed.append("walls on a second PostgreSQL")
        print("not run  the walls on a second PostgreSQL. Run: apt-get install postgresql (15 to 18), then again.")
    if "MOOTHALL_NO_PANGO" in env:
        failed.append("PDF tests")
        print(f"not run  the PDF tests: there is no Pango. Run: apt-get install {' '.join(system.PANGO)}")
    tests = [str(PYTHON), "-m", "pytest", *_at_once(env)]
    if chromium is None:
        failed.append("browser tests")
        tests += ["-m", "not browser"]
        print(NO_BROWSER)
    print(f"failed so far: {', '.join(failed)}" if failed else "no check failed; now the tests", flush=True)
    status = subprocess.run(tests, env=env, cwd=ROOT, check=False).returncode
    return status or (1 if failed else 0)


def _at_once(env: Mapping[str, str]) -> list[str]:
    """How many files of tests run at once (tests/share_out.py), each process with a cluster of its own; one after the
    other where they would share a database that was given."""
    processes = _processes()
    alone = processes < 2 or "MOOTHALL_TEST_DATABASE_URL" in env
    return [] if alone else ["-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"]


def _processes() -> int:
    return min(4, os.cpu_count() or 1)


NO_BROWSER = """not run  the browser tests: there is no Chromium. One of these brings it:
         apt-get install chromium
         .moothall/venv/bin/playwright install chromium
         MOOTHALL_CHROMIUM=/path/to/chromium ./moot test"""


def code_checks() -> list[tuple[str, list[str]]]:
    """Each check's name and command, the longest first."""
    templates = [folder for folder in TEMPLATES if (ROOT / folder).is_dir()]
    return [
        ("mypy", [str(BIN / "mypy"), *STRICT]),
        ("import-linter", [str(BIN / "lint-imports")]),
        ("templates", [str(BIN / "djlint"), "--lint", "--quiet", *templates]),
        ("ruff", [str(BIN / "ruff"), "check", "--quiet", "."]),
    ]


def _failed(wanted: Sequence[tuple[str, Sequence[str], Mapping[str, str]]]) -> list[str]:
    """Run these checks, given by name, command and environment, beside each other; the names of those that failed."""
    with ThreadPoolExecutor(_processes()) as beside:
        good = list(beside.map(lambda check: _check(*check), wanted))
    return [name for (name, _, _), passed in zip(wanted, good, strict=True) if not passed]


def _check(name: str, command: Sequence[str], env: Mapping[str, str]) -> bool:
    start = time.monotonic()
    done = subprocess.run(
        list(command), env=dict(env), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    good = done.returncode == 0
    told = f"{'ok     ' if good else 'FAILED '}  {name} ({time.monotonic() - start:.1f} s)\n"
    sys.stdout.write(told if good else done.stdout + told)  # at once: others speak meanwhile
    sys.stdout.flush()
    return good


def _on(programs: Path, env: Mapping[str, str]) -> dict[str, str]:
    return {**env, "MOOTHALL_TEST_PG_BIN": os.fspath(programs)}
