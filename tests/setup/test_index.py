"""pip's settings are read as pip reads them and handed on to uv; pip itself is fetched only with the lock's hash."""

from __future__ import annotations

import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tooling import index
from tooling.places import SetUpFailed

WHEEL = b"not really a wheel"
NAME = "pip-9.9-py3-none-any.whl"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with one user's configuration of pip and no system's."""
    folder = tmp_path / ".config/pip"
    folder.mkdir(parents=True)
    monkeypatch.setattr(index, "config_files", lambda environ: [folder / "pip.conf"])
    return folder / "pip.conf"


def test_without_configuration_it_is_pypi(home: Path) -> None:
    settings = index.read_settings({})
    assert settings.indexes == (index.PYPI,)
    assert not set(index.for_uv(settings, {})) & {"UV_DEFAULT_INDEX", "UV_INDEX", "UV_NO_INDEX", "SSL_CERT_FILE"}


def test_a_file_and_the_variables_above_it(home: Path, tmp_path: Path) -> None:
    home.write_text(
        "[global]\nindex-url = https://mirror.example/simple\ncert = /ca.pem\n"
        f"[install]\nextra_index_url = https://one.example\n  https://two.example\nfind-links = /nowhere {tmp_path}\n"
    )
    settings = index.read_settings({"PIP_TRUSTED_HOST": "mirror.example"})
    assert settings.indexes == ("https://mirror.example/simple", "https://one.example", "https://two.example")
    assert settings.find_links == (str(tmp_path),), "a folder that isn't there is no place to look"
    given = index.for_uv(settings, {"UV_DEFAULT_INDEX": "https://mine.example"})
    assert "UV_DEFAULT_INDEX" not in given, "what is set for uv itself stands"
    assert given["UV_INDEX"] == "https://one.example https://two.example"
    assert given["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert given["SSL_CERT_FILE"] == "/ca.pem"
    assert index.read_settings({"PIP_INDEX_URL": "https://other.example"}).index == "https://other.example"


def test_no_index(home: Path) -> None:
    settings = index.read_settings({"PIP_NO_INDEX": "1"})
    assert settings.indexes == ()
    assert index.for_uv(settings, {})["UV_NO_INDEX"] == "1"


class Mirror(http.server.BaseHTTPRequestHandler):
    """An index of one project, as HTML or, under /json/, as JSON."""

    def do_GET(self) -> None:
        if self.path.endswith(NAME):
            self._answer("application/octet-stream", WHEEL)
        elif self.path.startswith("/json/"):
            files = [{"filename": NAME, "url": f"../../files/{NAME}"}]
            self._answer(index.JSON, json.dumps({"files": files}).encode())
        elif self.path.startswith("/simple/pip/"):
            self._answer("text/html", f'<a href="/files/{NAME}#sha256=0">{NAME}</a>'.encode())
        else:
            self.send_error(404)

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def mirror() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements-setup.lock"
    good = hashlib.sha256(WHEEL).hexdigest()
    hashes = "".join(f" \\\n    --hash=sha256:{value}" for value in (good, "1" * 64))
    path.write_text(f"pip==9.9{hashes}\n    # via x\nuv==1 \\\n    --hash=sha256:{'2' * 64}\n")
    return path


def test_the_lock_gives_version_and_hashes(lock: Path) -> None:
    version, hashes = index.locked("pip", lock)
    assert version == "9.9"
    assert hashes == {hashlib.sha256(WHEEL).hexdigest(), "1" * 64}
    with pytest.raises(SetUpFailed, match=r"moot lock"):
        index.locked("pipx", lock)


@pytest.mark.parametrize("kind", ["simple", "json"])
def test_pip_is_fetched_from_the_index(kind: str, mirror: str, lock: Path, tmp_path: Path, home: Path) -> None:
    _, hashes = index.locked("pip", lock)
    settings = index.read_settings({"PIP_INDEX_URL": f"{mirror}/missing", "PIP_EXTRA_INDEX_URL": f"{mirror}/{kind}"})
    index._fetch_ourselves(tmp_path / NAME, hashes, settings)
    assert (tmp_path / NAME).read_bytes() == WHEEL


def test_a_wheel_with_another_hash_is_refused(mirror: str, tmp_path: Path, home: Path) -> None:
    settings = index.read_settings({"PIP_INDEX_URL": f"{mirror}/simple"})
    with pytest.raises(SetUpFailed, match="its hash is not the lock's"):
        index._fetch_ourselves(tmp_path / NAME, {"0" * 64}, settings)
    assert not (tmp_path / NAME).exists()
