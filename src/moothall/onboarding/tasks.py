"""The dry run as a job: the page asks for it, and the command plays it, since only the schema's owner may do what the
router, the desks and the scripts do together."""
from __future__ import annotations

import os
import subprocess
import sys

from procrastinate.contrib.django import app

LONGEST_S = 600


@app.task
def play_calls(council: str, person: int) -> None:
    """Play a council's calls for that person. A failure ends the job, with what the command said."""
    environment = {name: value for name, value in os.environ.items() if name != "MOOTHALL_ROLE"}
    words = [sys.executable, "-m", "moothall", "council", "dry-run", council, "--by", str(person), "--json"]
    done = subprocess.run(
        words, env=environment, text=True, capture_output=True, timeout=LONGEST_S, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode not in (0, 1):  # 1: it was played, and something is wrong with the council
        raise RuntimeError(f"the dry run of {council} could not be played: {(done.stderr or done.stdout)[-500:]}")
