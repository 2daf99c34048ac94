"""The embedded database: a PostgreSQL cluster of our own, started and stopped by us.

It speaks TCP on the loopback address alone and asks every login for a password (scram). Its first superuser is made
with a random password and is used for nothing but making databases; the application's owner is no superuser, as on a
managed server.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from moothall.lib.programs import SYSTEM_PLACE, ClusterError, Programs, find_programs, give_to, is_process_of, reachable

BOOTSTRAP = "bootstrap"
START_PATIENCE_S = 10  # after a crash the old lock file may stand for some seconds
FAST_TESTS: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

__all__ = ["FAST_TESTS", "Cluster", "ClusterError"]


@dataclass(frozen=True)
class Cluster:
    """A cluster whose files lie in `folder`, on `port` of the loopback address.

    `programs_folder`: where initdb and pg_ctl are; None means the installed wheel's.
    `settings`: further settings of the server; tests may pass FAST_TESTS, nobody else should.
    """

    folder: Path
    port: int
    programs_folder: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def programs(self) -> Programs:
        return find_programs(self.programs_folder)

    @cached_property
    def data(self) -> Path:
        """Where the server's own files lie. As root the system user must be able to enter it."""
        if self.programs.user is None or reachable(self.folder):
            return self.folder.resolve() / "pg"
        name = hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()[:16]
        return SYSTEM_PLACE / name / "pg"

    @property
    def log(self) -> Path:
        return self.data.parent / "pg.log"

    def start(self) -> bool:
        """Make the cluster where there is none, and start it where it isn't running; whether it is new.

        Raises ClusterError.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._set_orphan_aside()
        new = not (self.data / "PG_VERSION").exists()
        if new:
            self._initialise()
        self._refuse_other_version()
        if self.running() and self._running_port() != self.port:
            self.stop()
        self._start_patiently()
        return new

    def stop(self) -> None:
        """Stop the server: sessions are ended, what was committed is kept. Silent where it isn't running."""
        if not self.running():
            return
        done = self.programs.run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "30")
        if done.returncode and self.running():
            raise ClusterError(f"The database did not stop: {done.stdout.strip()}")

    def destroy(self) -> None:
        """Stop the server and remove every file of it. For tests."""
        if self.data.exists():
            self.stop()
        for files in (self.data, self.data.with_name("pg.orphaned")):
            shutil.rmtree(files, ignore_errors=True)
        self.log.unlink(missing_ok=True)
        self._secrets_file.unlink(missing_ok=True)
        if self.data.parent != self.folder.resolve():
            with contextlib.suppress(OSError):
                self.data.parent.rmdir()

    def running(self) -> bool:
        """Whether the server's process lives. Cheap enough to ask each second."""
        pid = self._postmaster()
        return pid is not None and is_process_of(pid, "postgres")

    def url(self, name: str, user: str, password: str) -> str:
        return f"postgresql://{quote(user)}:{quote(password)}@127.0.0.1:{self.port}/{quote(name)}"

    def create_database(self, name: str) -> str:
        """Make database `name` and its owner role of the same name where missing; the owner's DATABASE_URL.

        The owner is no superuser and may make roles. Its password is kept in a file that only we can read.
        """
        password = self._password_of(name)
        with psycopg.connect(self.bootstrap_url()) as connection:
            connection.autocommit = True
            role, secret, database = sql.Identifier(name), sql.Literal(password), sql.Identifier(name)
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
            verb = sql.SQL("ALTER ROLE" if known else "CREATE ROLE")
            rights = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB CREATEROLE PASSWORD")
            connection.execute(sql.SQL("{} {} {} {}").format(verb, role, rights, secret))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                make = "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'"
                connection.execute(sql.SQL(make).format(database, role))
        return self.url(name, name, password)

    def bootstrap_url(self, database: str = "postgres") -> str:
        """The first superuser's address. For making databases, and for tests that must play the server's operator."""
        return self.url(database, BOOTSTRAP, self._password_of(BOOTSTRAP))

    # -- the parts of a start ------------------------------------------------------------------------------------

    def _initialise(self) -> None:
        self._prepare_data_folder()
        password_file = self.data.parent / f".first-password.{os.getpid()}"
        password_file.touch(mode=0o600)
        try:
            password_file.write_text(self._password_of(BOOTSTRAP))
            give_to(self.programs.user, password_file)
            done = self.programs.run("initdb", *self._initdb_arguments(password_file))
        finally:
            password_file.unlink()
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise ClusterError(f"The database could not be made:\n{done.stdout.strip()}")

    def _set_orphan_aside(self) -> None:
        """Where our folder was removed, but not the server's files apart from it, nobody knows their passwords.

        They are kept, once, under another name, and a new cluster is made.
        """
        if self._secrets_file.exists() or not (self.data / "PG_VERSION").exists():
            return
        self.stop()
        aside = self.data.with_name("pg.orphaned")
        shutil.rmtree(aside, ignore_errors=True)
        self.data.rename(aside)

    def _initdb_arguments(self, password_file: Path) -> list[str]:
        first_with_builtin_locale = 17
        locale = ["--locale=C.UTF-8"]
        if self.programs.major >= first_with_builtin_locale:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        login = ["-U", BOOTSTRAP, f"--pwfile={password_file}", "--auth=scram-sha-256"]
        return ["-D", str(self.data), *login, "--encoding=UTF8", *locale, "--data-checksums", "--no-instructions"]

    def _prepare_data_folder(self) -> None:
        self.data.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        if self.data.parent != self.folder.resolve():
            give_to(self.programs.user, self.data.parent)
        if self.data.exists():  # what a start that was cut off has left
            shutil.rmtree(self.data)
        self.data.mkdir(mode=0o700)
        give_to(self.programs.user, self.data)

    def _refuse_other_version(self) -> None:
        major = (self.data / "PG_VERSION").read_text().strip()
        if major != str(self.programs.major):
            raise ClusterError(
                f"The files in {self.data} are of PostgreSQL {major}, the programs of {self.programs.major}. "
                f"Carry the data over with pg_dump, or remove {self.folder} if it is a demo's."
            )

    def _start_patiently(self) -> None:
        self.log.touch(mode=0o600)
        give_to(self.programs.user, self.log)
        start = time.monotonic()
        while not self._answers():
            options = ["-D", str(self.data), "-l", str(self.log), "-o", self._server_options(), "-w", "-t", "60"]
            done = self.programs.run("pg_ctl", "start", *options, timeout_s=90)
            if done.returncode == 0:
                return
            if time.monotonic() - start > START_PATIENCE_S:
                raise ClusterError(f"The database did not start on port {self.port}:\n{self._last_words()}")
            self._forget_dead_lock()
            time.sleep(0.25)

    def _answers(self) -> bool:
        """Whether the server runs and takes connections: one that was just killed may still look alive."""
        if not self.running():
            return False
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2):
            return True
        return False

    def _forget_dead_lock(self) -> None:
        """Remove the lock file of a server that was killed but not waited for: PostgreSQL takes it for a living one."""
        pid = self._postmaster()
        if pid is not None and not is_process_of(pid, "postgres"):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _server_options(self) -> str:
        fixed = {"listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": ""}
        return " ".join(f"-c {name}='{value}'" for name, value in {**fixed, **self.settings}.items())

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
        return "(it wrote nothing)"

    def _postmaster(self) -> int | None:
        with contextlib.suppress(OSError, ValueError):
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        return None

    def _running_port(self) -> int | None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int((self.data / "postmaster.pid").read_text().splitlines()[3])
        return None

    # -- passwords -----------------------------------------------------------------------------------------------

    @property
    def _secrets_file(self) -> Path:
        return self.folder / "database-logins.json"

    def _password_of(self, role: str) -> str:
        known: dict[str, str] = json.loads(self._secrets_file.read_text()) if self._secrets_file.exists() else {}
        if role not in known:
            known[role] = secrets.token_urlsafe(32)
            part = self._secrets_file.with_suffix(".part")
            part.touch(mode=0o600)
            part.write_text(json.dumps(known))
            part.replace(self._secrets_file)
        return known[role]
