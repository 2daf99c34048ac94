"""What the doctor asks of the database: its version, its roles, the walls, what is not migrated."""
from __future__ import annotations

from collections.abc import Iterator

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from moothall.doctor import queries
from moothall.domain.findings import Finding, Place
from moothall.tenancy.privileges import TENANT, UNTENANTED
from moothall.tenancy.roles import LOGIN_ROLES, connection_settings, role_name

OLDEST, NEWEST = 15, 18


def check_version() -> Iterator[Finding]:
    major = connection.pg_version // 10_000
    if not OLDEST <= major <= NEWEST:
        yield Finding(
            "database.version", f"PostgreSQL {major} is in use; Moothall is tested on {OLDEST} to {NEWEST}.",
            f"Move to PostgreSQL {NEWEST}.", Place("database"),
        )


def check_roles() -> Iterator[Finding]:
    """Every login is there, logs in, and is plain: no superuser, no bypass of row security, no owner of tables."""
    name = connection.settings_dict["NAME"]
    owner = connection.settings_dict["USER"]
    facts = queries.role_facts([owner, *(role_name(name, role) for role in LOGIN_ROLES)])
    for role, (superuser, bypass, tables) in facts.items():
        if superuser or bypass:
            yield Finding(
                "roles.superuser", f"The login {role} {'is a superuser' if superuser else 'bypasses row security'}: "
                "no wall holds for it.", f"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS", Place(role),
            )
        if role != owner and tables:
            yield Finding(
                "roles.owner", f"The login {role} owns {tables} tables and could switch their row security off.",
                f"ALTER TABLE … OWNER TO {owner}", Place(role),
            )
    for role in LOGIN_ROLES:
        if role_name(name, role) not in facts:
            yield Finding("roles.missing", f"The login role {role_name(name, role)} is missing.",
                          "Run `./moot migrate`.", Place(role))
        elif not _logs_in(role):
            yield Finding("roles.password", f"The login {role_name(name, role)} is refused with the derived password.",
                          "Run `./moot migrate` with the other processes' MOOTHALL_SECRET_KEY.", Place(role))


def _logs_in(role: str) -> bool:
    wanted = connection_settings(settings.DATABASE_URL, role, settings.SECRET_KEY)
    try:
        psycopg.connect(
            host=wanted["HOST"], port=wanted["PORT"], dbname=wanted["NAME"], user=wanted["USER"],
            password=wanted["PASSWORD"], connect_timeout=5,
        ).close()
    except psycopg.OperationalError:
        return False
    return True


def check_row_security() -> Iterator[Finding]:
    """Each tenant table has forced row security and its policies; each table is known to the lists."""
    tables = queries.table_facts()
    for table in TENANT:
        enabled, forced, policies = tables.get(table, (False, False, 0))
        if table not in tables:
            continue  # the migrations' finding says it
        if not enabled:
            yield Finding("walls.off", f"Row security of {table} is switched off: every council's rows are open.",
                          f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", Place(table))
        if not forced:
            yield Finding("walls.not_forced", f"Row security of {table} doesn't bind its owner.",
                          f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY", Place(table))
        if not policies:
            yield Finding("walls.no_policy", f"{table} has no policy: nobody sees its rows.",
                          "Restore the schema: `./moot migrate` does not make policies anew.", Place(table))
    for table, policy in queries.foreign_policies():
        words = f"The policy {policy} of {table} asks nothing of the scope: its rows are open."
        yield Finding("walls.foreign_policy", words, f"DROP POLICY {policy} ON {table}", Place(table))
    for table in sorted(set(tables) - set(TENANT) - set(UNTENANTED)):
        yield Finding("walls.unknown_table", f"The table {table} is on no list: nobody has said whose rows it holds.",
                      "Guard it in a migration, or name it in tenancy/privileges.py.", Place(table))


def check_privileges() -> Iterator[Finding]:
    """No role may do more with a table than the list says."""
    name = connection.settings_dict["NAME"]
    lists = {**TENANT, **UNTENANTED}
    for role in LOGIN_ROLES:
        for table, rights in queries.table_rights(role_name(name, role)).items():
            allowed = {right.strip() for right in lists.get(table, {}).get(role, "").split(",")}
            if extra := sorted(rights - allowed):
                yield Finding("roles.rights", f"{role} may {', '.join(extra)} {table}, which no list grants.",
                              "Run `./moot migrate`: it takes back what isn't listed.", Place(table))


def check_migrations() -> Iterator[Finding]:
    loader = MigrationLoader(connection)
    # Not a plan: that takes it for granted that what comes before an applied migration is there.
    missing = sorted(set(loader.graph.nodes) - set(loader.applied_migrations))
    if missing:
        yield Finding("migrations.missing", f"{len(missing)} migrations are not applied, the first is "
                      f"{'.'.join(missing[0])}.", "Run `./moot migrate`.", Place("database"))
