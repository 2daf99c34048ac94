"""The package index: pip's own settings, read without pip, and handed on to uv; and pip itself, where there is none."""

from __future__ import annotations

import configparser
import hashlib
import json
import os
import re
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from tooling.places import OWN, SetUpFailed

PYPI = "https://pypi.org/simple"
JSON = "application/vnd.pypi.simple.v1+json"


@dataclass(frozen=True)
class IndexSettings:
    """What pip's configuration says of where packages come from."""

    index: str
    extra: tuple[str, ...]
    find_links: tuple[str, ...]
    trusted: tuple[str, ...]
    certificates: str
    no_index: bool

    @property
    def indexes(self) -> tuple[str, ...]:
        return self.extra if self.no_index else (self.index, *self.extra)


def read_settings(environ: Mapping[str, str]) -> IndexSettings:
    """pip's settings from its files and variables, the later of pip's own order winning."""
    found: dict[str, str] = {}
    for path in config_files(environ):
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except configparser.Error:
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                found |= {name.replace("_", "-"): value for name, value in parser.items(section)}
    for name in ("index-url", "extra-index-url", "find-links", "trusted-host", "cert", "no-index"):
        value = environ.get("PIP_" + name.upper().replace("-", "_"))
        if value is not None:
            found[name] = value
    return IndexSettings(
        index=found.get("index-url", "").strip() or PYPI,
        extra=tuple(found.get("extra-index-url", "").split()),
        find_links=tuple(link for link in found.get("find-links", "").split() if "://" in link or Path(link).is_dir()),
        trusted=tuple(found.get("trusted-host", "").split()),
        certificates=found.get("cert", "").strip(),
        no_index=found.get("no-index", "").strip().lower() in {"1", "true", "yes", "on"},
    )


def config_files(environ: Mapping[str, str]) -> Iterator[Path]:
    """pip's files in the order in which it reads them."""
    named = environ.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return
    for folder in reversed(environ.get("XDG_CONFIG_DIRS", "").split(os.pathsep) or []):
        if folder:
            yield Path(folder) / "pip/pip.conf"
    yield Path("/etc/xdg/pip/pip.conf")
    yield Path("/etc/pip.conf")
    home = environ.get("HOME", "")
    if home:
        yield Path(home) / ".pip/pip.conf"
        yield Path(environ.get("XDG_CONFIG_HOME") or Path(home) / ".config") / "pip/pip.conf"
    yield Path(sys.prefix) / "pip.conf"
    if named:
        yield Path(named)


def for_uv(settings: IndexSettings, environ: Mapping[str, str]) -> dict[str, str]:
    """The same settings as uv's variables. What the user has set for uv itself stands."""
    given = {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    if settings.index != PYPI:
        given["UV_DEFAULT_INDEX"] = settings.index
    if settings.extra:  # pip takes the best of all indexes; the lock's hashes say which files may be taken
        given |= {"UV_INDEX": " ".join(settings.extra), "UV_INDEX_STRATEGY": "unsafe-best-match"}
    if settings.find_links:
        given["UV_FIND_LINKS"] = ",".join(settings.find_links)
    if settings.trusted:
        given["UV_INSECURE_HOST"] = " ".join(settings.trusted)
    if settings.no_index:
        given["UV_NO_INDEX"] = "1"
    if settings.certificates:
        given["SSL_CERT_FILE"] = settings.certificates
    return {name: value for name, value in given.items() if name not in environ}


def pip_wheel(lock: Path, env: Mapping[str, str]) -> Path:
    """pip as a wheel, to be run where it lies: fetched by the pip at hand, else by ourselves. Its hash is checked."""
    version, hashes = locked("pip", lock)
    target = OWN / "bootstrap" / f"pip-{version}-py3-none-any.whl"
    if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() in hashes:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    if not _fetch_by_pip(version, hashes, target.parent, env):
        _fetch_ourselves(target, hashes, read_settings(env))
    return target


def locked(name: str, lock: Path) -> tuple[str, set[str]]:
    """The version and the hashes that a lock file gives a package."""
    match = re.search(rf"^{name}==(\S+)((?:.*\\\n)+.*)", lock.read_text(), re.M)
    if match is None:
        raise SetUpFailed(f"{lock.name} does not name {name}. Make it anew with `./moot lock`.")
    return match[1], set(re.findall(r"sha256:([0-9a-f]{64})", match[2]))


def _fetch_by_pip(version: str, hashes: set[str], folder: Path, env: Mapping[str, str]) -> bool:
    """Let the pip at hand do it: it knows keyrings, proxies and mirrors that we don't. False where there is none."""
    wanted = folder / "pip.txt"
    wanted.write_text(" \\\n".join([f"pip=={version}", *(f"--hash=sha256:{value}" for value in sorted(hashes))]) + "\n")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
    ]
    done = subprocess.run(
        [*command, "--dest", str(folder), "-r", str(wanted)], env=dict(env), capture_output=True, text=True, check=False
    )
    return done.returncode == 0


def _fetch_ourselves(target: Path, hashes: set[str], settings: IndexSettings) -> None:
    context = ssl.create_default_context(cafile=settings.certificates or None)
    problems = []
    for index in settings.indexes:
        try:
            address = _address(index, target.name, context)
            content = _read(address, context)[0]
        except (OSError, ValueError) as problem:
            problems.append(f"{index}: {problem}")
            continue
        if hashlib.sha256(content).hexdigest() not in hashes:
            problems.append(f"{address}: its hash is not the lock's")
            continue
        part = target.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(content)
        part.replace(target)
        return
    raise SetUpFailed(
        "There is no pip, and it could not be fetched:\n  " + "\n  ".join(problems) + "\nInstall pip (on Debian: "
        "`apt install python3-pip`), or set PIP_INDEX_URL, and SSL_CERT_FILE where the index has its own certificate."
    )


def _address(index: str, file_name: str, context: ssl.SSLContext) -> str:
    """Where a file of the project pip lies, by the index's page: JSON where the index gives it, else HTML."""
    page = index.rstrip("/") + "/pip/"
    if page.startswith("file:"):
        page += "index.html"
    content, kind, final = _read(page, context)
    if "json" in kind:
        links: dict[str, str] = {file["filename"]: file["url"] for file in json.loads(content)["files"]}
    else:
        reader = _Links()
        reader.feed(content.decode("utf-8", "replace"))
        links = reader.links
    if file_name not in links:
        raise ValueError(f"it has no {file_name}")
    return urllib.parse.urljoin(final, links[file_name].partition("#")[0])


def _read(address: str, context: ssl.SSLContext) -> tuple[bytes, str, str]:
    request = urllib.request.Request(address, headers={"Accept": f"{JSON}, text/html;q=0.5", "User-Agent": "moot"})
    with urllib.request.urlopen(
        request, timeout=60, context=context if address.startswith("https") else None
    ) as answer:
        return answer.read(), answer.headers.get("Content-Type", ""), answer.geturl()


class _Links(HTMLParser):
    """The links of an index's page by the name that each shows."""

    def __init__(self) -> None:
        super().__init__()
        self.links: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href") if tag == "a" else None
        if target:
            name = urllib.parse.unquote(urllib.parse.urlsplit(target).path.rsplit("/", 1)[-1])
            self.links[name] = target
