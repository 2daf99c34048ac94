"""Tests speak to the database as the test role, which may become any other (`SET ROLE`)."""
import os
import socket


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


os.environ.setdefault("MOOTHALL_SECRET_KEY", "test-" + "x" * 50)
os.environ.setdefault("MOOTHALL_ROLE", "test")
os.environ.setdefault("MOOTHALL_DEMO", "1")
# Chosen here, since Django reads its settings before any fixture runs; the fixture starts the cluster on this port.
if "MOOTHALL_TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["MOOTHALL_TEST_DATABASE_URL"]
elif os.environ.get("PYTEST_XDIST_WORKER", "") != os.environ.get("MOOTHALL_TEST_WORKER", ""):
    # One of several pytest processes at once: a cluster of its own, not the one whose address it was started with.
    os.environ["MOOTHALL_TEST_WORKER"] = os.environ.get("PYTEST_XDIST_WORKER", "")
    os.environ.pop("DATABASE_URL", None)
os.environ.setdefault("DATABASE_URL", f"postgresql://moothall_test@127.0.0.1:{_free_port()}/moothall_test")

from moothall.settings.base import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AGREEMENTS_LOOK_AGAIN_S = 0  # each test has its own agreements in force
WHITENOISE_AUTOREFRESH = True  # each test's client makes the middleware anew, which would look at every file first
