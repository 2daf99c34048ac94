"""The Python environment: made without ensurepip, filled by uv from a lock with hashes."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from moothall.lib.progress import Progress
from tooling import index
from tooling.places import (
    BIN,
    OWN,
    PYTHON,
    ROOT,
    STAMPS,
    VENV,
    SetUpFailed,
    environment,
    fingerprint,
    is_stamped,
    stamp,
)

SET_UP_LOCK = ROOT / "requirements-setup.lock"
LOCKS = {
    "demo": ROOT / "requirements.lock",
    "dev": ROOT / "requirements-dev.lock",
    "node": ROOT / "requirements-node.lock",
}
UV = BIN / "uv"


@contextmanager
def one_at_a_time(progress: Progress) -> Iterator[None]:
    """Set-up takes turns: two starts from one clone don't write into each other's environment."""
    OWN.mkdir(exist_ok=True)
    with (OWN / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say("Waiting for another set-up in this clone")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_environment(progress: Progress) -> None:
    """The virtual environment, our folders on its path, and uv in it; each only where it is missing."""
    if not _works():
        for old in STAMPS.glob("*"):
            old.unlink()
        venv.EnvBuilder(with_pip=False, symlinks=True, clear=True).create(VENV)
        progress.say(f"Python {sys.version_info.major}.{sys.version_info.minor} environment made in {VENV}")
    paths = f"{ROOT / 'src'}\n{ROOT}\n"
    link = _site_packages() / "moothall.pth"
    if not link.is_file() or link.read_text() != paths:
        link.write_text(paths)
    if not UV.exists():
        env = environment()
        pip = index.pip_wheel(SET_UP_LOCK, env)
        command = [
            str(PYTHON),
            f"{pip}/pip",
            "install",
            "--quiet",
            "--no-deps",
            "--require-hashes",
            "-r",
            str(SET_UP_LOCK),
        ]
        run(command, env, "uv could not be installed")
        progress.say("uv installed")


def install(name: str, progress: Progress) -> None:
    """Install the lock file `name` (demo, dev or node), unless just this text of it is installed."""
    lock = LOCKS[name]
    wanted = fingerprint([lock])
    if is_stamped(f"python-{name}", wanted):
        return
    count = sum(1 for line in lock.read_text().splitlines() if "==" in line and not line.startswith((" ", "#")))
    progress.say(f"Installing {count} packages from {lock.name}")
    env = environment()
    env |= index.for_uv(index.read_settings(env), env)
    command = [str(UV), "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", "-r", str(lock)]
    run(command, env, f"The packages of {lock.name} could not be installed")
    stamp(f"python-{name}", wanted)
    progress.say("Packages installed")


def run(command: Sequence[str], env: Mapping[str, str], failed: str, cwd: Path = ROOT) -> str:
    """Run a step of the set-up; what it printed. Raises SetUpFailed with its words where it fails."""
    done = subprocess.run(
        list(command), env=dict(env), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise SetUpFailed(f"{failed} (exit {done.returncode}): {' '.join(command)}\n{done.stdout.strip()}")
    return done.stdout


def _works() -> bool:
    """Whether the environment is there, of this Python's version, and its interpreter still exists."""
    if not PYTHON.exists() or not _site_packages().is_dir():
        return False
    return subprocess.run([str(PYTHON), "-c", "pass"], capture_output=True, check=False).returncode == 0


def _site_packages() -> Path:
    return VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
