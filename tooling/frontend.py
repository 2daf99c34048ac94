"""The front-end files: node (the system's, else a wheel's), npm's packages by their lock, and our build of them."""

from __future__ import annotations

import re
import shutil
import subprocess

from moothall.lib.progress import Progress
from tooling.places import BIN, PYTHON, ROOT, environment, fingerprint, is_stamped, stamp
from tooling.python import install, run

OLDEST_NODE = 20
WEB = ROOT / "src/moothall/web"
PACKAGES = [ROOT / name for name in ("package.json", "package-lock.json", ".npmrc")]


def fetch(progress: Progress) -> None:
    """Bring `node_modules` up to date with npm's lock."""
    fetched = fingerprint(PACKAGES)
    if is_stamped("npm", fetched) and (ROOT / "node_modules").is_dir():
        return
    npm = _node(progress)
    progress.say("Fetching the front-end packages from npm")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run(command, environment(), "The front-end packages could not be fetched")
    stamp("npm", fetched)
    progress.say("Front-end packages fetched")


def build(progress: Progress) -> None:
    """Bring `web/static/built`, and what is compressed beside our own modules, up to date; nothing to do where no input
    has changed."""
    own = [path for path in (WEB / "static").iterdir() if path.suffix in {".js", ".svg"}]
    sources = sorted(path for path in [*(WEB / "scss").rglob("*"), *own] if path.is_file())
    built = fingerprint([*PACKAGES, WEB / "assets.py", *sources])
    if not is_stamped("assets", built) or not (WEB / "static/built").is_dir():
        _node(progress)
        words = run([str(PYTHON), "-m", "moothall.web.assets"], environment(), "The front-end files could not be built")
        stamp("assets", built)
        progress.say(words.strip() or "Front-end files built")


def node_is_here() -> str | None:
    """The npm of a node that is recent enough, where there is one."""
    env = environment()
    node, npm = shutil.which("node", path=env["PATH"]), shutil.which("npm", path=env["PATH"])
    return npm if node and npm and _is_recent(node, env) else None


def _node(progress: Progress) -> str:
    """The npm to use. Node comes from a wheel where the system has none, or an old one."""
    npm = node_is_here()
    if npm:
        return npm
    progress.say(f"There is no node {OLDEST_NODE} or newer here; it comes as a Python package")
    install("node", progress)
    return str(BIN / "npm")


def _is_recent(node: str, env: dict[str, str]) -> bool:
    done = subprocess.run([node, "--version"], env=env, capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.", done.stdout)
    return found is not None and int(found[1]) >= OLDEST_NODE
