"""`moothall WORD …`: finds the word's module in this package and runs it.

A word's module has `HELP` (one line), `ROLE` (the database role that it speaks as, or None: it needs no Django),
`add_arguments(parser)` and `run(args) -> int`. The word `load-demo` is the module `load_demo`.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

WRONG_USE = 2
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
    parser = argparse.ArgumentParser(prog=f"moothall {word}", description=getattr(module, "HELP", module.__doc__))
    module.add_arguments(parser)
    chosen = parser.parse_args(list(given))
    try:
        set_up_django(module)
        return int(module.run(chosen) or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our words has gone, `| head` for one
        sys.stdout = None  # type: ignore[assignment]
        return 0


def set_up_django(module: ModuleType) -> None:
    """Speak to the database as the module's role; nothing where it names none."""
    role = getattr(module, "ROLE", None)
    if role is None:
        return
    os.environ["MOOTHALL_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moothall.settings.base")
    import django

    django.setup()


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
