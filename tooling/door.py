"""The words of `./moot`. What isn't one of its own is a word of `moothall`, run in the environment that it has made."""

from __future__ import annotations

import ast
import difflib
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from moothall.lib.one_demo import FIRST_PORT, PORTS, InUse, refuse_early
from moothall.lib.progress import STARTED, Progress
from tooling import checks, frontend, locks, system
from tooling.places import DEMO, PYTHON, ROOT, SetUpFailed, environment
from tooling.python import install, make_environment, one_at_a_time

HELP = """./moot demo [--exit] [--port N] [--data DIR]   everything on this machine, and one call as a tour
./moot test [pytest arguments]                 all checks and tests; with arguments pytest alone
./moot bench [NAME]                            a measurement of bench/, or the list of them
./moot lock [--upgrade]                        make the lock files anew
./moot [--data DIR] WORD …                     a word of moothall, spoken to the demo or to DATABASE_URL

"""


def main(given: Sequence[str]) -> int:
    """Set up what the word needs, then run it; its exit status."""
    try:
        data, rest = _data(list(given))
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 2
    word, arguments = (rest[0], rest[1:]) if rest else ("help", [])
    if word in {"help", "-h", "--help"}:
        print(HELP, end="", flush=True)
    try:
        return _run(word, arguments, data)
    except (SetUpFailed, InUse) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader has gone, `| head` for one
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(word: str, arguments: list[str], data: Path) -> int:
    ours = word in {"demo", "test", "bench", "lock", "help", "-h", "--help"}
    progress = Progress(None if ours else sys.stderr)  # what another word prints may be kept in a file
    if word == "demo":
        _refuse_demo(arguments, data)
    for_development = word in {"test", "bench", "lock"}
    with one_at_a_time(progress):
        system.need_certificates(progress)
        make_environment(progress)
        if word == "lock":
            return locks.make_locks(arguments, progress)
        _install_all("dev" if for_development else "demo", progress)
        if word == "demo":
            system.pango(progress)  # without it all works but the PDFs, and they say so
    if word == "test":
        return checks.run_tests(arguments, progress)
    if word == "bench":
        return _bench(arguments)
    if word == "demo" and not any(argument.split("=")[0] == "--data" for argument in arguments):
        arguments = [*arguments, "--data", str(data)]
    return _hand_over([word, *arguments], environment() | _settings_of_demo(word, data), progress)


def _refuse_demo(arguments: list[str], data: Path) -> None:
    """Raise InUse before anything is installed. What can't be read here is left to the demo's own word."""
    given = dict(zip(arguments, [*arguments[1:], ""], strict=True))
    given |= {name: value for name, _, value in (each.partition("=") for each in arguments) if value}
    first, helps = given.get("--port", str(FIRST_PORT)), {"-h", "--help"} & given.keys()
    if not helps and first.isascii() and first.isdigit() and 1024 <= int(first) <= 65_536 - PORTS:
        refuse_early(Path(given.get("--data") or data).resolve(), int(first))


def _install_all(lock: str, progress: Progress) -> None:
    """Python's packages and npm's, at once where node is here already, then our front-end files."""
    with ThreadPoolExecutor(1) as beside:
        fetching = beside.submit(frontend.fetch, progress) if frontend.node_is_here() else None
        install(lock, progress)
        if fetching:
            fetching.result()
    if not fetching:
        frontend.fetch(progress)
    frontend.build(progress)


def _bench(arguments: list[str]) -> int:
    known = {path.stem: path for path in sorted((ROOT / "bench").glob("*.py")) if _is_bench(path)}
    name = arguments[0] if arguments else ""
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        if name:
            print(f"There is no bench `{name}`." + (f" Did you mean `{near[0]}`?" if near else ""))
        for stem, path in known.items():
            about = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n", 1)[0]
            print(f"  {stem:<20} {about}")
        return 2 if name else 0
    command = [str(PYTHON), str(known[name]), *arguments[1:]]
    return _become(command, environment())


def _is_bench(path: Path) -> bool:
    """Whether a file of bench/ is a measurement; the others help one."""
    return "__main__" in path.read_text(encoding="utf-8") and not path.stem.endswith("_child")


def _hand_over(words: list[str], env: dict[str, str], progress: Progress) -> int:
    command = [str(PYTHON), "-m", "moothall", *words]
    return _become(command, env | {STARTED: str(progress.start)})


def _become(command: list[str], env: dict[str, str]) -> int:
    """Carry on as another program: signals and exit status are then its own."""
    sys.stdout.flush()
    os.execve(command[0], command, env)
    return 0  # not reached


def _settings_of_demo(word: str, data: Path) -> dict[str, str]:
    """How to speak to the demo in `data`: where no database is named, its words are meant."""
    kept = data / "environment"
    if word == "demo" or os.environ.get("DATABASE_URL"):
        return {}
    if not kept.is_file():
        return {"MOOTHALL_DATA": str(data)}  # no demo was started there: the word says which ones run
    lines = (line.partition("=") for line in kept.read_text().splitlines() if "=" in line)
    return {name: value for name, _, value in lines}


def _data(given: list[str]) -> tuple[Path, list[str]]:
    """The demo's folder that `--data DIR` names, before the word or after it, and the rest. ValueError without DIR."""
    others = {"demo", "test", "bench", "lock"}  # they have a --data of their own, or none
    for at, argument in enumerate(given):
        name, equals, value = argument.partition("=")
        if name == "--data" and not others & set(given[:at]):
            after = given[at + 1:] if equals else given[at + 2:]
            folder = value if equals else "".join(given[at + 1: at + 2])
            if not folder.strip():
                raise ValueError("--data names no folder. Write it like: ./moot --data DIR WORD")
            return Path(folder).resolve(), [*given[:at], *after]
    return Path(os.environ.get("MOOTHALL_DATA") or DEMO).resolve(), given
