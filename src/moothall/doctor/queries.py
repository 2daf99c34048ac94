"""The doctor's looks into the catalogue of PostgreSQL and into the jobs."""
from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import connection


def role_facts(names: list[str]) -> dict[str, tuple[bool, bool, int]]:
    """By role: superuser, bypasses row security, tables owned."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, "
            "(SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid AND relkind = 'r') "
            "FROM pg_roles WHERE rolname = ANY(%s)",
            [names],
        )
        return {name: (superuser, bypass, tables) for name, superuser, bypass, tables in cursor.fetchall()}


def table_facts() -> dict[str, tuple[bool, bool, int]]:
    """By table of the public schema: row security enabled, forced, number of policies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity, relforcerowsecurity, "
            "(SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid) "
            "FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        return {name: (enabled, forced, policies) for name, enabled, forced, policies in cursor.fetchall()}


def foreign_policies() -> list[tuple[str, str]]:
    """Table and name of every policy that asks nothing of the scope: whatever it lets through is open to all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' AND permissive = 'PERMISSIVE' "
            "AND (position('moothall.' in coalesce(qual, with_check)) = 0 "
            "OR position('moothall.' in coalesce(with_check, qual)) = 0) ORDER BY 1, 2"
        )
        return cursor.fetchall()


def table_rights(role: str) -> dict[str, set[str]]:
    rights: dict[str, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants "
            "WHERE grantee = %s AND table_schema = 'public'",
            [role],
        )
        for table, right in cursor.fetchall():
            rights[table].add(right)
    return rights


def job_facts(stalled_s: int) -> tuple[int, int, int]:
    """Jobs that failed, jobs whose worker has gone quiet, workers seen within a minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'), "
            "(SELECT count(*) FROM procrastinate_jobs j WHERE status = 'doing' AND NOT EXISTS "
            " (SELECT 1 FROM procrastinate_workers w WHERE w.id = j.worker_id "
            "  AND w.last_heartbeat > now() - make_interval(secs => %s))), "
            "(SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute')",
            [stalled_s],
        )
        failed, stalled, workers = cursor.fetchone()
        return failed, stalled, workers


def last_job(task: str) -> tuple[bool, datetime] | None:
    """How the newest job of a name ended, and when; None where none has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.type = 'succeeded', e.at FROM procrastinate_jobs j "
            "JOIN procrastinate_events e ON e.job_id = j.id "
            "WHERE j.task_name = %s AND e.type IN ('succeeded', 'failed') ORDER BY e.at DESC LIMIT 1",
            [task],
        )
        return cursor.fetchone()
