"""`moothall WORD …`: finds the word's module in this package and runs it.

A word's module has `HELP` (one line), `ROLE` (the database role that it speaks as, or None: it needs no Django),
`add_arguments(parser)` and `run(args) -> int`. The word `load-demo` is the module `load_demo`.
"""

from __future__ import annotations

import ast
import difflib
import gc
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from moothall.cli import demos
from moothall.cli.given import Misnamed, Parser, Refused

WRONG_USE, FAILED = 2, 1
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one word; its exit status. 2 for a word that doesn't exist."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    known = words()
    if not given or given[0] in {"-h", "--help", "help"}:
        sys.stdout.write(overview(known))
        return 0 if given else WRONG_USE
    if given[0] == "--version":
        from importlib.metadata import PackageNotFoundError, version

        try:
            sys.stdout.write(f"moothall {version('moothall')}\n")
        except PackageNotFoundError:
            sys.stdout.write("moothall, from its source\n")
        return 0
    if given[0] not in known:
        sys.stderr.write(unknown(given[0], known))
        return WRONG_USE
    return run_word(given[0], given[1:])


def run_word(word: str, given: Sequence[str]) -> int:
    """Import the word's module, read its arguments, set up Django in its role, and run it."""
    module = importlib.import_module(module_name(word))
    parser = Parser(prog=f"moothall {word}", description=getattr(module, "HELP", module.__doc__))
    module.add_arguments(parser)
    chosen = parser.parse_args(list(given))
    try:
        set_up_django(module)
        if not gc.isenabled():
            loaded()
        return int(module.run(chosen) or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our words has gone, `| head` for one
        sys.stdout = None  # type: ignore[assignment]
        return 0
    except (Refused, OSError) as problem:
        return _failed(word, _words_of(problem), WRONG_USE if isinstance(problem, Misnamed) else FAILED)
    except Exception as problem:
        if words := _of_the_database(problem):
            return _failed(word, words)
        raise


def loaded() -> None:
    """What a program has loaded with `gc` disabled is never looked through; from here on garbage is taken away."""
    gc.freeze()
    gc.enable()


def _failed(word: str, words: str, status: int = FAILED) -> int:
    sys.stderr.write(f"moothall {word}: {words}\n")
    return status


def _words_of(problem: Exception) -> str:
    """What of a file or an address was refused by the system, and which."""
    if isinstance(problem, OSError) and problem.filename:
        return f"{problem.filename} can't be used: {problem.strerror}. Name another, or mend it."
    return str(problem)


def _of_the_database(problem: Exception) -> str:
    """A database that doesn't answer, or isn't as this code needs it, in a line; nothing of any other problem."""
    if "django" not in sys.modules:
        return ""
    from django.db import DatabaseError, InterfaceError, OperationalError

    if not isinstance(problem, DatabaseError | InterfaceError):
        return ""
    said = (str(problem).strip().splitlines() or ["it says no more"])[0]
    if isinstance(problem, OperationalError | InterfaceError):
        return f"the database doesn't answer ({said}). Start it, or mend DATABASE_URL. {demos.where_to_speak()}"
    return f"the database isn't as it must be ({said}). Run `moothall migrate`; `moothall doctor` says more."


def set_up_django(module: ModuleType) -> None:
    """Speak to the database as the module's role; nothing where it names none."""
    role = getattr(module, "ROLE", None)
    if role is None:
        return
    need_secret()
    os.environ["MOOTHALL_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moothall.settings.base")
    import django

    django.setup()


def need_secret() -> None:
    """End in words where no installation is named, before its settings are read: they can't say which demos run."""
    if os.environ.get("MOOTHALL_SECRET_KEY"):
        return
    asked = os.environ.get("MOOTHALL_DATA")
    named = f"No demo was started in {asked}, and " if asked else ""
    own = "For an installation of your own set DATABASE_URL and MOOTHALL_SECRET_KEY."
    sys.stderr.write(f"{named}MOOTHALL_SECRET_KEY is not set. {demos.where_to_speak()}\n{own}\n")
    raise SystemExit(WRONG_USE)


def words() -> dict[str, str]:
    """Each word with its line of help, sorted. The modules are read, not imported."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if {"run", "add_arguments"} <= names:
            found[path.stem.replace("_", "-")] = _help_line(tree)
    return found


def _help_line(tree: ast.Module) -> str:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            (target, *_rest) = node.targets
            if isinstance(target, ast.Name) and target.id == "HELP":
                return str(node.value.value)
    return (ast.get_docstring(tree) or "").split("\n", 1)[0]


def module_name(word: str) -> str:
    return f"moothall.cli.{word.replace('-', '_')}"


def overview(known: Mapping[str, str]) -> str:
    width = max(map(len, known), default=0)
    lines = [f"  {word:<{width}}  {about}" for word, about in known.items()]
    return "\n".join(["moothall WORD …", "", *lines, "", "`moothall WORD --help` says more of one word.", ""])


def unknown(word: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    offer = f" Did you mean `{near[0]}`?" if near else ""
    return f"There is no word `{word}`.{offer} The words: {', '.join(known)}.\n"


if __name__ == "__main__":
    raise SystemExit(main())
