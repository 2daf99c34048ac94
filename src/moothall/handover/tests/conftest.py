"""A council's rows written into a folder, and the next system's look at them."""
from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from moothall.handover.export import hand_back
from moothall.lib import clock
from moothall.tenancy.models import Council

HARBOROUGH = 2


def look(folder: Path, *more: str) -> tuple[int, str]:
    """The second program: its exit status and what it prints."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
         "from simulators.successor.__main__ import main\nsys.exit(main())", str(folder), *more],
        text=True, capture_output=True, check=False, timeout=60,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.fixture
def written_now(world: Any, as_role: Any, tmp_path: Path) -> tuple[Path, str]:
    """The folder and the digest, made in the worker's role, five rows a batch."""
    folder = tmp_path / "rows"
    with as_role("worker"):
        digest = hand_back(Council.objects.get(pk=HARBOROUGH), folder, at=clock.now(), batch=5)
    return folder, digest


_kept: list[tuple[Path, str]] = []


@pytest.fixture
def written(request: Any, world: Any, tmp_path: Path, tmp_path_factory: Any) -> tuple[Path, str]:
    """The same to read and to spoil: a copy of what the first test that asked had written; the world stays as it is.
    For what the writing leaves in the database, `written_now`."""
    if not _kept:
        made, digest = request.getfixturevalue("written_now")
        _kept.append((shutil.copytree(made, tmp_path_factory.mktemp("handed-back") / "rows"), digest))
        return made, digest
    return shutil.copytree(_kept[0][0], tmp_path / "rows"), _kept[0][1]
