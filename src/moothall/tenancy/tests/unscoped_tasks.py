"""Jobs that forget their scope, each in another way; only the worker of test_jobs.py knows them. What a job has seen it
writes into the file that it is given: a job that fails, or never runs, leaves none."""
from __future__ import annotations

from pathlib import Path

from django.db import connection, models
from procrastinate.contrib.django import app

from moothall.cases.models import Case, CaseNote
from moothall.contacts.models import Contact
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope


@app.task
def read_by_manager(seen: str) -> None:
    Path(seen).write_text(str(Case.objects.count()))


@app.task
def write_by_manager(seen: str) -> None:
    CaseNote.objects.create(council_id=2, service_id=524, case_id=1, text="by a job", at="2026-11-25T12:00Z")
    Path(seen).write_text("written")


@app.task
def read_by_queryset(seen: str) -> None:
    """Past the manager."""
    Path(seen).write_text(str(models.QuerySet(Case).count()))


@app.task
def read_raw(seen: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM contacts_contact")
        Path(seen).write_text(str(cursor.fetchone()[0]))


@app.task
def write_raw(seen: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_casenote (council_id, service_id, case_id, text, at) VALUES (2, 524, 1, 'x', now())"
        )
    Path(seen).write_text("written")


@app.task
def change_raw(seen: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET title = 'by a job'")
        Path(seen).write_text(str(cursor.rowcount))


@app.task
def read_in_scope(seen: str) -> None:
    """As a job should: the same rows are there for it."""
    with scope(System("count")):
        Path(seen).write_text(str(Contact.objects.count()))


@app.task
def read_after_scope(seen: str) -> None:
    with scope(System("count")):
        Contact.objects.count()
    read_raw(seen)
