"""All of the doctor's checks, in the order in which a fault should be mended."""
from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import DatabaseError, OperationalError, connection

from moothall.doctor import database, grants, holidays, journal, services
from moothall.domain.findings import Finding, Place

CHECKS: tuple[tuple[str, Callable[[], Iterable[Finding]]], ...] = (
    ("database version", database.check_version),
    ("migrations", database.check_migrations),
    ("database roles", database.check_roles),
    ("row security", database.check_row_security),
    ("privileges", database.check_privileges),
    ("grants", grants.check_grants),
    ("agreements", grants.check_claims),
    ("councils", grants.check_cut_off),
    ("bank holidays", holidays.check_holidays),
    ("front-end files", services.check_assets),
    ("jobs", services.check_jobs),
    ("journal", journal.check_journal),
    ("router", services.check_router),
    ("exchange", services.check_exchange),
)


def examine() -> list[tuple[str, list[Finding]]]:
    """Every check with its findings. A database that can't be reached is the one finding."""
    try:
        connection.ensure_connection()
    except OperationalError as problem:
        words = str(problem).strip().splitlines()[-1]
        return [("database", [Finding("database.unreachable", f"The database doesn't answer: {words}",
                                      "Start it, or mend DATABASE_URL.", Place("database"))])]
    results: list[tuple[str, list[Finding]]] = []
    for name, check in CHECKS:
        try:
            findings = list(check())
        except DatabaseError as problem:
            words = str(problem).strip().splitlines()[0]
            findings = [Finding("check.failed", f"The check of {name} could not run: {words}",
                                "Mend the findings above first.", Place(name))]
        results.append((name, findings))
    return results
