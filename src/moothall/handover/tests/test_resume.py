"""An export that is killed goes on; the journal's proof; two runs; as the command, with the worker's own login."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, environment_of
from moothall.handover.export import hand_back
from moothall.handover.tests.conftest import HARBOROUGH, look
from moothall.journal.tests.conftest import Ledger, ledger  # noqa: F401 - a fixture
from moothall.lib import clock
from moothall.tenancy.models import Council

MANY = 4_000
FILL = f"""
INSERT INTO places_property (council_id, uprn, number, street, town, postcode_key, postcode, ward, round_code, assisted)
SELECT 2, 100000 + n, n::text, 'Long Lane', 'Kibworth', 'LE167AA', 'LE16 7AA', '', '', false
FROM generate_series(1, {MANY}) AS n
"""


@pytest.fixture
def full(ledger: Ledger) -> Ledger:  # noqa: F811
    """Many properties, and a journal of three blocks, with two entries that aren't sealed."""
    with ledger.owner() as owner:
        owner.execute("SELECT moothall.open_scope('system', NULL, 'load', NULL, NULL)")
        owner.execute(FILL)
    ledger.seal()
    for _ in range(2):
        ledger.write(3)
        ledger.seal()
    ledger.write(2)
    return ledger


def start(ledger: Ledger, folder: Path) -> subprocess.Popen[str]:  # noqa: F811
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "moothall", "hand-back", "export", "--council", "E07000131", "--into",
         str(folder)], env={**os.environ, **environment_of(ledger.url)}, cwd=ROOT, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_killed_run_goes_on_and_gives_what_an_undisturbed_one_gives(full: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "rows"
    first = start(full, folder)
    assert first.stderr
    while "scripts_run" not in first.stderr.readline():
        assert first.poll() is None, "it ended before it could be killed"
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert not (folder / "MANIFEST.sha256").exists()
    with (folder / "scripts_run.jsonl").open("ab") as file:
        file.write(b'{"half a row')  # as a kill within a write leaves it
    second = start(full, folder)
    words, problems = second.communicate(timeout=60)
    assert second.returncode == 0, problems
    digest = words.split("Digest ")[1][:64]
    status, told = look(folder, "--digest", digest)
    assert status == 0, told
    assert f"places_property: {MANY + 1} rows" in told
    assert "3 blocks, 7 of 9 entries proved" in told


def test_the_proof_of_an_altered_entry_breaks(full: Ledger, tmp_path: Path) -> None:
    """Altered in the file with all hashes mended, and altered by the owner in the database itself."""
    from moothall.handover.tests.test_export import edit

    folder = tmp_path / "rows"
    with full.login("worker"):
        hand_back(Council.objects.get(pk=HARBOROUGH), folder, at=clock.now(), batch=1_000)
    edit(folder, "journal_entry", lambda row: row.update(kind="case.close"))
    status, told = look(folder)
    assert status == 1 and "says something else than its proof" in told
    edit(folder, "journal_block", lambda row: row.update(entries=1))
    status, told = look(folder)
    assert status == 1 and "block 1 of the journal isn't what was sealed" in told
    full.tamper(f"UPDATE journal_entry SET kind = 'x' WHERE id = {full.ids()[3]}")
    other = tmp_path / "again"
    with full.login("worker"):
        hand_back(Council.objects.get(pk=HARBOROUGH), other, at=clock.now())
    status, told = look(other)
    assert status == 1 and "doesn't lead to the root of block 2" in told


def test_two_runs_into_one_folder(full: Ledger, tmp_path: Path) -> None:
    from moothall.handover.folder import Folder, WrongFolder

    with Folder(tmp_path, {"form": 1, "council": "E07000131"}).locked():
        with pytest.raises(WrongFolder, match="Another run"), Folder(tmp_path, {"form": 1}).locked():
            pass
        run = start(full, tmp_path)
        _, problems = run.communicate(timeout=60)
        assert run.returncode == 2 and "Another run is writing" in problems


def test_memory_does_not_grow_with_the_rows(ledger: Ledger, tmp_path: Path) -> None:  # noqa: F811
    """No batch is held longer than it takes to write it: not as rows, and not as the lines that were written."""
    import gc
    import tracemalloc

    def export(folder: Path) -> None:
        with ledger.login("worker"):
            hand_back(Council.objects.get(pk=HARBOROUGH), folder, at=clock.now(), batch=200)

    def peak(folder: Path) -> int:
        gc.collect()
        tracemalloc.start()
        seldom = gc.get_threshold()
        gc.set_threshold(700, 10, 10)  # as a process of ours looks for garbage: the suite does so more seldom
        try:
            export(folder)
            return tracemalloc.get_traced_memory()[1]
        finally:
            gc.set_threshold(*seldom)
            tracemalloc.stop()

    export(tmp_path / "warm")  # what is read once; not watched, which takes four times as long
    small = peak(tmp_path / "small")
    with ledger.owner() as owner:
        owner.execute("SELECT moothall.open_scope('system', NULL, 'load', NULL, NULL)")
        owner.execute(FILL)
    grown = peak(tmp_path / "large") - small
    written = (tmp_path / "large" / "places_property.jsonl").stat().st_size
    # What garbage waits at the peak is chance, some 100 kB of it. What was held would weigh at least what was written.
    assert grown < written / 2
