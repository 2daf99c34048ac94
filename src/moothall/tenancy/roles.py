"""The database's login roles and how a process speaks as one of them.

`DATABASE_URL` is the owner's: it makes the schema and owns the tables, but is no superuser. Every other role's name is
the database's name with a suffix, its password derived, so that one secret suffices for all nodes.
"""
from __future__ import annotations

import hashlib
import hmac
import os
from typing import Any
from urllib.parse import unquote, urlsplit

# A request takes milliseconds: to start helpers for one of its statements takes longer than they save. Who counts and
# loads has the time.
ALONE, PATIENT = " -c max_parallel_workers_per_gather=0", ("owner", "worker", "report", "test")
LOGIN_ROLES = ("web", "worker", "router", "report", "public")
TEST_ROLE = "test"


def database_name(database_url: str) -> str:
    return unquote(urlsplit(database_url).path.lstrip("/")) or "moothall"


def role_prefix(database: str) -> str:
    """Roles are the whole cluster's, so the database's name leads; a copy of a database keeps its original's."""
    return os.environ.get("MOOTHALL_ROLE_PREFIX") or database


def role_name(database: str, role: str) -> str:
    """`web` of database `moothall` is `moothall_web`."""
    return f"{role_prefix(database)}_{role}"


def role_password(secret: str, database: str, role: str) -> str:
    message = f"database-role:{role_prefix(database)}:{role}".encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def connection_settings(database_url: str, role: str, secret: str) -> dict[str, Any]:
    """Django's settings for a connection, as `owner` (the URL's own login) or as a login role."""
    parts = urlsplit(database_url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SystemExit(f"DATABASE_URL must begin with postgresql://, not {parts.scheme}://")
    try:
        port = parts.port or 5432
    except ValueError:
        said = "DATABASE_URL names no port. Write it like postgresql://owner:password@host:5432/name"
        raise SystemExit(said) from None
    name = database_name(database_url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if role != "owner":
        if role not in (*LOGIN_ROLES, TEST_ROLE):
            raise SystemExit(f"MOOTHALL_ROLE is {role!r}; it must be owner, {', '.join(LOGIN_ROLES)}")
        user, password = role_name(name, role), role_password(secret, name, role)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": parts.hostname or "127.0.0.1",
        "PORT": str(port),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "application_name": f"moothall-{role}",
            "prepare_threshold": 2,
            # Desks and router run the same statements all day; bound by the server, each is parsed and planned once.
            "server_side_binding": True,
            # PostgreSQL looks into the schema of the login's own name first, and an owner may be called like ours.
            "options": f"-c search_path=public{'' if role in PATIENT else ALONE}",
        },
        "TEST": {"NAME": name},
    }
