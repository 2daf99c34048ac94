"""The embedded database: logins, owner's rights, a crash, and where its files lie."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import psycopg
import pytest

from moothall.lib.cluster import FAST_TESTS, Cluster, ClusterError

DEBIAN = Path("/usr/lib/postgresql/15/bin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module", params=["wheel", "debian"])
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder = None
    if request.param == "debian":
        if not DEBIAN.exists():
            pytest.skip(f"{DEBIAN} is not installed")
        folder = DEBIAN
    made = Cluster(tmp_path_factory.mktemp("cluster"), free_port(), folder, FAST_TESTS)
    made.start()
    yield made
    made.destroy()


def test_owner_is_no_superuser_and_may_make_roles(cluster: Cluster) -> None:
    url = cluster.create_database("hall")
    assert cluster.create_database("hall") == url, "a second call finds the first one's database and password"
    with psycopg.connect(url) as connection:
        ask = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(ask).fetchone() == (False, False, False, True)
        assert connection.execute("SELECT current_setting('server_encoding')").fetchone() == ("UTF8",)
        connection.execute("CREATE ROLE hall_web LOGIN PASSWORD 'x'")
        connection.rollback()


def test_a_wrong_password_is_refused(cluster: Cluster) -> None:
    for user, password in (("bootstrap", "wrong"), ("bootstrap", ""), ("postgres", "")):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(cluster.url("postgres", user, password), connect_timeout=3)


def test_it_listens_on_loopback_only_and_has_no_socket_file(cluster: Cluster) -> None:
    with psycopg.connect(cluster.bootstrap_url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("SHOW unix_socket_directories").fetchone() == ("",)


def test_the_passwords_are_ours_to_read_alone(cluster: Cluster) -> None:
    assert (cluster.folder / "database-logins.json").stat().st_mode & 0o777 == 0o600
    assert cluster.data.stat().st_mode & 0o077 == 0


def test_what_was_committed_outlives_a_crash(cluster: Cluster) -> None:
    with psycopg.connect(cluster.create_database("crash")) as connection:
        connection.execute("SET synchronous_commit TO on")  # FAST_TESTS gives it up
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (42)")
        connection.commit()
    pid = int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    while cluster.running():
        time.sleep(0.01)
    cluster.start()
    with psycopg.connect(cluster.create_database("crash")) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (42,)


def test_stop_and_a_second_start_on_another_port(cluster: Cluster) -> None:
    assert cluster.running()
    cluster.stop()
    assert not cluster.running()
    moved = Cluster(cluster.folder, free_port(), cluster.programs_folder, cluster.settings)
    moved.start()
    try:
        assert str(moved.port) in moved.create_database("hall")
    finally:
        moved.stop()
    cluster.start()


def test_another_version_of_the_programs_is_refused_in_words(cluster: Cluster) -> None:
    (cluster.data / "PG_VERSION").write_text("9\n")
    try:
        with pytest.raises(ClusterError, match=r"of PostgreSQL 9.*pg_dump"):
            cluster.start()
    finally:
        (cluster.data / "PG_VERSION").write_text(f"{cluster.programs.major}\n")


def test_files_whose_passwords_are_lost_are_set_aside(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "demo", free_port(), settings=FAST_TESTS)
    cluster.start()
    (cluster.folder / "database-logins.json").unlink()  # as by `rm -r` of a folder whose server lies apart from it
    try:
        cluster.start()
        with psycopg.connect(cluster.create_database("hall")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert cluster.data.with_name("pg.orphaned").is_dir()
    finally:
        cluster.destroy()
    assert not cluster.data.exists()


def test_a_folder_without_programs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="holds no initdb"):
        Cluster(tmp_path, free_port(), tmp_path).start()
