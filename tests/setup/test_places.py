"""The environment given to what set-up starts, and the stamps that spare a second start its work."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from tooling import door, places


def test_a_home_that_cannot_be_written_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "OWN", tmp_path)
    for home in ("", "/nonexistent"):
        monkeypatch.setenv("HOME", home)
        env = places.environment()
        assert env["HOME"] == str(tmp_path / "home")
        assert os.access(env["HOME"], os.W_OK)
        assert env["UV_CACHE_DIR"].startswith(str(tmp_path)) and env["npm_config_cache"].startswith(str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("UV_CACHE_DIR", raising=False)
    assert "UV_CACHE_DIR" not in places.environment(), "a home that works keeps its caches"


def test_node_trusts_what_the_system_trusts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NODE_EXTRA_CA_CERTS", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", "/office/ca.pem")
    assert places.environment()["NODE_EXTRA_CA_CERTS"] == "/office/ca.pem"


def test_who_wants_no_bytecode_among_the_sources_gets_it_in_our_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    env = places.environment()
    assert "PYTHONDONTWRITEBYTECODE" not in env
    assert env["PYTHONPYCACHEPREFIX"] == str(places.OWN / "bytecode")
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE")
    assert "PYTHONPYCACHEPREFIX" not in places.environment(), "else Python's own custom holds"


def test_a_stamp_holds_for_its_input_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "STAMPS", tmp_path / "stamps")
    lock = tmp_path / "x.lock"
    lock.write_text("a==1")
    first = places.fingerprint([lock])
    assert not places.is_stamped("x", first)
    places.stamp("x", first)
    assert places.is_stamped("x", first)
    lock.write_text("a==2")
    assert not places.is_stamped("x", places.fingerprint([lock]))


def test_words_speak_to_the_demo_unless_a_database_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "environment").write_text("DATABASE_URL=postgresql://a:b=c@h/d\nMOOTHALL_DEMO=1\n")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert door._settings_of_demo("doctor", tmp_path) == {
        "DATABASE_URL": "postgresql://a:b=c@h/d",
        "MOOTHALL_DEMO": "1",
    }
    assert door._settings_of_demo("demo", tmp_path) == {}
    monkeypatch.setenv("DATABASE_URL", "postgresql://other")
    assert door._settings_of_demo("doctor", tmp_path) == {}
    monkeypatch.delenv("DATABASE_URL")
    nowhere = tmp_path / "nowhere"
    assert door._settings_of_demo("doctor", nowhere) == {"MOOTHALL_DATA": str(nowhere)}


@pytest.mark.parametrize("given", [
    ["--data", "/x", "doctor", "--json"], ["doctor", "--data", "/x", "--json"], ["doctor", "--json", "--data=/x"],
])
def test_data_names_the_demo_before_the_word_and_after_it(given: list[str]) -> None:
    assert door._data(given) == (Path("/x"), ["doctor", "--json"])


def test_a_demos_own_data_stays_its_argument() -> None:
    assert door._data(["demo", "--data", "/x"])[1] == ["demo", "--data", "/x"]


@pytest.mark.parametrize("given", [["--data", "", "doctor"], ["doctor", "--data"], ["doctor", "--data="]])
def test_data_without_a_folder_is_refused(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert door.main(given) == 2
    assert "--data names no folder" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told_before_anything_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(door, "make_environment", lambda _progress: pytest.fail("it went on to install"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for words in (["--port", str(port)], [f"--port={port}"]):
            assert door.main(["demo", *words, "--data", str(tmp_path / "new")]) == 1
            assert f"Port {port} is in use" in capsys.readouterr().err
