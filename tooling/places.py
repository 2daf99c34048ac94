"""Where things lie in a clone, and the environment that every program we start is given."""

from __future__ import annotations

import hashlib
import os
import ssl
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / ".moothall"  # all that set-up makes, but for node_modules and the built front-end files
VENV = OWN / "venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
STAMPS = OWN / "stamps"
DEMO = OWN / "demo"


class SetUpFailed(RuntimeError):
    """Set-up can't go on; the text says what to do."""


def environment() -> dict[str, str]:
    """Ours, with a home that can be written, caches to match, and the system's certificates for node."""
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "VIRTUAL_ENV", "PIP_USER"}}
    home = env.get("HOME", "")
    if not home or not os.access(home, os.W_OK):
        own = OWN / "home"
        own.mkdir(parents=True, exist_ok=True)
        env |= {"HOME": str(own), "UV_CACHE_DIR": str(OWN / "cache/uv"), "npm_config_cache": str(OWN / "cache/npm")}
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            env.pop(name, None)
    certificates = env.get("SSL_CERT_FILE") or system_certificates()
    if certificates:  # node knows its own list alone, and an office's proxy isn't on it
        env.setdefault("NODE_EXTRA_CA_CERTS", certificates)
    env.setdefault("NUMBA_CACHE_DIR", str(OWN / "numba"))
    if env.pop("PYTHONDONTWRITEBYTECODE", ""):  # they want no files among the sources; without any, each start compiles
        env.setdefault("PYTHONPYCACHEPREFIX", str(OWN / "bytecode"))
    env["PATH"] = f"{BIN}{os.pathsep}{env.get('PATH', os.defpath)}"
    return env


def system_certificates() -> str | None:
    """The system's file of certificates, by OpenSSL's own settings or Debian's custom."""
    debian = "/etc/ssl/certs/ca-certificates.crt"
    return ssl.get_default_verify_paths().cafile or (debian if Path(debian).is_file() else None)


def fingerprint(paths: Iterable[Path], *also: str) -> str:
    """One hash over files (a missing one counts as empty) and words."""
    total = hashlib.sha256("\n".join((sys.version, *also)).encode())
    for path in paths:
        total.update(f"\n{path.name}\n".encode())
        total.update(path.read_bytes() if path.is_file() else b"")
    return total.hexdigest()


def is_stamped(name: str, value: str) -> bool:
    """Whether the step `name` was finished with just this input."""
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text() == value


def stamp(name: str, value: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(value)
