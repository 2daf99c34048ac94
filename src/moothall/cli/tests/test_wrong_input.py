"""Every word with wrong input: no traceback, one line that says what, where and what to do, and the right status."""
from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conftest import ROOT
from moothall.cli import demos, given
from moothall.cli.main import main, words

COUNCIL, NONE = "E07000130", "{none}"
HUB = "agreements/leicestershire-hub.yaml"
USAGE = [tuple(line.split(" => ")) for line in """\
agreement => check | expand
agreement pdf x => SLUG@NUMBER
agreement check => FILE
agreement check| => path
agreement check {none} => No such
agreement check {folder} => directory
agreement prove x => prove
agreement diff {none} agreements/leicestershire-hub.yaml => No such
agreement diff none => NEW
audit => Give verify | head.
audit verify --head x => N:HASH
audit verify --head 1:zz => 64
audit verify --from-file {none} => No such
audit verify --from-file {folder} => directory
audit verify --from-file {file} => UTF-8
call => place | status
call place --to x --from 01632960123 => dialled
call place --to 5001 --from x => dialled
call place --to 5001 --from withheld --talk abc => seconds
call place --to 5001 --from withheld --patience nan => seconds
call status => ID
council => add | staff
council add --from| => path
council staff x| => path
council dry-run x --calls 0 => 10000
demo --port abc => 1024
demo --port 0 => 65526
demo --port 70000 => 65526
demo --data| => path
demo x => x
doctor --jso => --jso
hand-back rehearse --council x => --agreement
pack => Give check | test
pack check| => path
pack diff => pack
pack graph refuse => script
pack graph refuse missed-bin --as png => png
hand-back rehearse --council E07000130 --agreement x --at never => 2026-12-24T15:30
hand-back rehearse --council E07000130 --agreement x --at 0001-01-01 => 2099
hand-back export --council E07000130 => --into
hand-back export --council E07000130 --into| => path
live --port abc => 65535
live --port 0 => 65535
load-demo --customers -1 => 1000
load-demo --customers x => 1000
load-demo --callers| => path
migrate x => x
report yesterday => today
report today --date tomorrow => 2026-11-25
report today --date 0001-01-01 => 2099
router --ring-limit soon => 600
router --ring-limit -1 => 600
routing => Give why.
routing why x => whole
routing why 99999999999999999999 => whole
script => Give check | publish
script check| => path
serve --site moon => moon
serve --port 70000 => 65535
serve --workers 0 => 256
serve --threads x => 256
sever => COUNCIL
succession => rehearse | certificate
succession certificate => --successor
tour x => x
who-answers --council x => --service
who-answers --council x --service y --at later => 2026-12-24T15:30
who-answers --council x --service y --at 9999-12-31 => 2099
who-answers --council x --service y --channel fax => fax
worker --concurrency 0 => 64
worker --concurrency many => 64
""".splitlines()]  # what is typed, and what the answer must hold
STOPPED = [  # spoken while no database answers
    f"agreement check --here {HUB}", f"agreement load {HUB}", f"agreement diff none {HUB} --count", "audit verify",
    "audit head", f"hand-back rehearse --council {COUNCIL} --agreement x --at 2027-09-01",
    f"hand-back export --council {COUNCIL} --into {NONE}", "migrate", "migrate --check", "report today",
    f"report today --council {COUNCIL}", "routing why 1", "script publish", "who-answers --council x --service y",
    "worker --once",
]  # fmt: skip


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"caf\xe9")
    return {name: str(tmp_path / name) for name in ("file", "folder", "none")}


def typed(line: str, places: dict[str, str]) -> list[str]:
    """The words of a line; a bar at its end stands for an empty one."""
    made = line.removesuffix("|").format(**places).split()
    return [*made, ""] if line.endswith("|") else made


def answer(given_words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    try:
        status = main(given_words)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    told = capsys.readouterr()
    return status, told.err


def test_every_word_is_tried() -> None:
    assert set(words()) == {line.split()[0].rstrip("|") for line, _ in USAGE}


@pytest.mark.parametrize(("line", "holds"), USAGE, ids=[line for line, _ in USAGE])
def test_wrong_use_is_one_line_and_status_2(
    line: str, holds: str, places: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOOTHALL_ROLE", "test")
    status, err = answer(typed(line, places), capsys)
    assert status == 2, err
    assert holds in err
    assert len(err.strip().splitlines()) == 1, err
    assert err.startswith(f"moothall {line.split(maxsplit=1)[0].rstrip('|')}")


def test_a_stopped_database_is_told_in_a_line(places: dict[str, str]) -> None:
    """All in one process, which asks for no other's database: each of these words sets up its own."""
    spoken = [typed(line, places) for line in STOPPED]
    program = (
        "import sys, moothall.cli.main as cli\n"
        f"for words in {spoken!r}:\n"
        "    status = cli.main(words)\n"
        "    sys.stderr.write(f'status {status} of {words[0]}\\n')\n"
    )
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody:x@127.0.0.1:1/nothing",
                   "DJANGO_SETTINGS_MODULE": "moothall.settings.base", "MOOTHALL_DEMO": "1"}
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], env=environment, cwd=ROOT, text=True,
                          capture_output=True, check=False, timeout=60)
    told = done.stderr.splitlines()
    assert "Traceback" not in done.stderr, done.stderr
    assert [line for line in told if line.startswith("status")] == [f"status 1 of {each[0]}" for each in spoken]
    assert sum("the database doesn't answer" in line for line in told) == len(spoken), done.stderr


def test_a_port_in_use_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        for word in ("serve", "live"):
            monkeypatch.setenv("MOOTHALL_ROLE", "test")
            status, err = answer([word, "--port", str(number)], capsys)
            assert status == 1
            assert f"Port {number} of 127.0.0.1 can't be had" in err
        assert answer(["serve", "--address", "no.such.host.invalid"], capsys)[0] == 1


def test_a_demos_folder_is_a_folder_and_a_demos(places: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    status, err = answer(["demo", "--data", places["file"]], capsys)
    assert (status, "is a file" in err) == (1, True)
    (Path(places["folder"]) / "letter.txt").write_text("mine")
    status, err = answer(["demo", "--data", places["folder"]], capsys)
    assert (status, "holds something that is no demo's" in err) == (1, True)
    assert [each.name for each in Path(places["folder"]).iterdir()] == ["letter.txt"], "nothing was written"


def test_without_an_installation_the_demos_that_run_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demos, "KNOWN", tmp_path / "demos")
    monkeypatch.setattr(demos, "_is_demo", lambda process: process == os.getpid())
    monkeypatch.setattr(sys, "argv", ["moothall", "report", "today"])
    monkeypatch.setattr(demos.where_to_speak, "__defaults__", (tmp_path / "demos",))
    monkeypatch.delenv("MOOTHALL_SECRET_KEY")
    assert answer(["report", "today"], capsys) == (2, (
        "MOOTHALL_SECRET_KEY is not set. No demo runs here. Start one with `./moot demo`.\n"
        "For an installation of your own set DATABASE_URL and MOOTHALL_SECRET_KEY.\n"))
    (tmp_path / "demos").mkdir()
    (tmp_path / "demos/killed").write_text("1\n/gone")
    with demos.known(Path("/my demo"), tmp_path / "demos"):
        _, err = answer(["report", "today"], capsys)
    assert "One demo runs. Say: ./moot --data '/my demo' report today\n" in err
    assert demos.running(tmp_path / "demos") == []


def test_every_option_is_read_by_something_that_refuses() -> None:
    """A bare `int`, `float` or `Path` says “invalid int value”, or takes anything."""
    bare = []
    for path in sorted(Path(given.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "type" and isinstance(node.value, ast.Name):
                bare += [f"{path.name}:{node.value.lineno}"] if node.value.id in {"int", "float", "Path"} else []
    assert bare == []


def test_a_database_that_was_never_migrated(cluster, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    url = cluster.create_database("moothall_never_migrated")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "moothall", "agreement", "load", HUB], cwd=ROOT, text=True,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "moothall.settings.base"},
        capture_output=True, check=False, timeout=60,
    )
    assert urlsplit(url).port
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert "the database isn't as it must be" in done.stderr
