"""What the system itself must bring: certificates, a browser and a second PostgreSQL for the tests. As root on Debian
missing packages are installed; anybody else is told the one command."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from moothall.lib.progress import Progress
from tooling.places import OWN, PYTHON, SetUpFailed, environment

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
POSTGRES = Path("/usr/lib/postgresql")
OLDEST_POSTGRES, NEWEST_POSTGRES = 15, 18
CLUSTERS = Path("/etc/postgresql-common/createcluster.d")
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")  # with which PDFs are made


def need_certificates(progress: Progress) -> None:
    """Certificates of the system, without which nothing can be fetched. Raises SetUpFailed."""
    paths = ssl.get_default_verify_paths()
    if os.environ.get("SSL_CERT_FILE") or paths.cafile or (paths.capath and any(Path(paths.capath).iterdir())):
        return
    if not apt_install(["ca-certificates"], progress):
        raise SetUpFailed("This system has no certificates. Run: apt-get install ca-certificates")


def browser(progress: Progress) -> str | None:
    """A Chromium to test with: MOOTHALL_CHROMIUM, the system's, Debian's package, Playwright's. None where all fail."""
    named = os.environ.get("MOOTHALL_CHROMIUM")
    if named:
        return named
    found = _browser_on_path() or (_browser_on_path() if apt_install(["chromium"], progress) else None)
    return found or _browser_of_playwright(progress)


def pango(progress: Progress) -> bool:
    """Whether PDFs can be made here, after Debian's packages were tried."""
    return _pango_is_here() or (apt_install(PANGO, progress) and _pango_is_here())


def second_postgres(progress: Progress) -> Path | None:
    """The programs of the system's own PostgreSQL, the oldest that Moothall supports; None where there is none."""
    found = _postgres_folder()
    if found is None and is_debian() and os.geteuid() == 0:
        if not CLUSTERS.exists():  # the package would otherwise start a server that nobody asked for
            CLUSTERS.mkdir(parents=True)
            (CLUSTERS / "moothall.conf").write_text("create_main_cluster = false\n")
        if apt_install(["postgresql"], progress):
            found = _postgres_folder()
    return found


def apt_install(packages: Sequence[str], progress: Progress) -> bool:
    """Install Debian packages as root; False where that isn't possible."""
    if not is_debian() or os.geteuid() != 0:
        return False
    progress.say(f"Installing {', '.join(packages)} with apt-get")
    env = environment() | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    for command in (install, ["apt-get", "update", "-q"], install):
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if done.returncode == 0 and command is install:
            progress.say(f"{', '.join(packages)} installed")
            return True
    progress.say(f"apt-get failed: {done.stderr.strip()[-500:]}")
    return False


def is_debian() -> bool:
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _pango_is_here() -> bool:
    """Asked of another process: a library that has come since this one began may stay unseen in it."""
    ask = "import ctypes\nfor name in ('pango-1.0', 'pangoft2-1.0', 'harfbuzz-subset'): ctypes.CDLL(f'lib{name}.so.0')"
    return subprocess.run([sys.executable, "-c", ask], capture_output=True, check=False).returncode == 0


def _browser_on_path() -> str | None:
    return next((found for found in map(shutil.which, BROWSERS) if found), None)


def _browser_of_playwright(progress: Progress) -> str | None:
    env = environment()
    env.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(OWN / "browsers"))
    ask = "from playwright.sync_api import sync_playwright as p\nwith p() as d: print(d.chromium.executable_path)"
    path = subprocess.run([str(PYTHON), "-c", ask], env=env, capture_output=True, text=True, check=False).stdout.strip()
    if path and Path(path).exists():
        return path
    progress.say("There is no Chromium here; asking Playwright for one")
    command = [str(PYTHON), "-m", "playwright", "install", "chromium"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return path if done.returncode == 0 and path and Path(path).exists() else None


def _postgres_folder() -> Path | None:
    for major in range(OLDEST_POSTGRES, NEWEST_POSTGRES + 1):
        folder = POSTGRES / str(major) / "bin"
        if (folder / "initdb").exists():
            return folder
    return None
