"""A council's rows written into a folder, and the next system's look at them."""
from __future__ import annotations

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
def written(world: Any, as_role: Any, tmp_path: Path) -> tuple[Path, str]:
    """The folder and the digest, made in the worker's role, five rows a batch."""
    folder = tmp_path / "rows"
    with as_role("worker"):
        digest = hand_back(Council.objects.get(pk=HARBOROUGH), folder, at=clock.now(), batch=5)
    return folder, digest
