"""Only the test role may open a scope at another instant: tried with every login, each by its own password."""
from __future__ import annotations

from contextlib import closing

import psycopg
import pytest
from django.conf import settings

from moothall.tenancy.roles import LOGIN_ROLES, TEST_ROLE, connection_settings

OPEN = "SELECT moothall.open_scope('staff', %s, NULL, NULL, {})"


def log_in(role: str, owner_url: str) -> psycopg.Connection:
    """A session of that login itself: SET ROLE would leave the test role as the session's user."""
    if role == "owner":
        return psycopg.connect(owner_url)
    wanted = connection_settings(owner_url, role, settings.SECRET_KEY)
    return psycopg.connect(
        host=wanted["HOST"], port=wanted["PORT"], dbname=wanted["NAME"], user=wanted["USER"],
        password=wanted["PASSWORD"],
    )


@pytest.mark.parametrize("role", [*LOGIN_ROLES, "owner"])
def test_no_role_of_an_installation_may_choose_the_instant(world, owner_url, role):
    with closing(log_in(role, owner_url)) as session:
        for instant in ("now()", "now() - interval '1 year'", "'infinity'"):
            with pytest.raises(psycopg.errors.RaiseException, match="only the test role"), session.transaction():
                session.execute(OPEN.format(instant), [world.sam])
        with session.transaction():
            session.execute(OPEN.format("NULL"), [world.sam])


def test_the_test_role_may(world, owner_url):
    with closing(log_in(TEST_ROLE, owner_url)) as session:
        session.execute(OPEN.format("timestamptz '2000-01-01 00:00Z'"), [world.sam])
        assert session.execute("SELECT current_setting('moothall.core')").fetchone() == ("",), "no grant is so old"
