"""The functions of residents.sql. A secret and a code leave this module as they were given; the rows hold hashes."""
from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from moothall.tenancy.scope import First

DAYS = 7  # that a run can be gone on with
DAYS_FOR_FILES = 30  # that files can be sent for it, once it was sent itself; and that it waits for a ring-back


class Keys(NamedTuple):
    """What opens a run: the browser's secret, and the code that people write down."""

    secret: str
    code: str


class Opened(NamedTuple):
    """What a code led to. `state`: open, sent (its code goes on opening it), used, over, unknown, elsewhere, or wait
    (too many guesses)."""

    state: str
    run: int | None = None
    council: int | None = None


def begin_run(council: int, service: int, script: str, parameters: Mapping[str, Any], keys: Keys) -> int:
    """A run of nobody in particular begins, opened by `keys`. Its id."""
    given = [council, service, script, json.dumps(dict(parameters)), *keys, DAYS]
    return int(_row("SELECT moothall.begin_run(%s::int, %s::int, %s, %s::jsonb, %s, %s, %s::int)", given)[0])


def own_run(number: int, council: int, *, lock: bool) -> First:
    """Asks for a resident's run, if it is that council's; with `lock` it stays as it is until the transaction ends."""
    return First("SELECT row_to_json(r)::text FROM moothall.own_run(%s, %s, %s) r", [number, council, lock])


def own_contact(version: int | None, share: int | None) -> int:
    """The contact of the resident's run in hand; made where there is none yet."""
    return int(_row("SELECT moothall.own_contact(%s::bigint, %s::bigint)", [version, share])[0])


def keep_own_run() -> None:
    """The resident's run in hand was sent, and wants files, or they are to be rung: its code opens it for so long."""
    _row("SELECT moothall.keep_own_run(%s::int)", [DAYS_FOR_FILES])


class ReadyCase(NamedTuple):
    """What a resident's case needs before it is opened: its contact, ids for its need and itself, and the open case
    about the same."""

    contact: int
    need: int
    case: int
    known: int | None
    known_due: datetime | None


def ready_case(version: int | None, share: int | None, about: str) -> ReadyCase:
    """Asked in one; the contact is made where there is none yet. Until the transaction ends, nobody else opens a case
    about the same."""
    return ReadyCase(*_row("SELECT * FROM moothall.ready_case(%s::bigint, %s::bigint, %s)", [version, share, about]))


def case_about_same(about: str) -> tuple[int, datetime | None] | None:
    """The number and due time of an open case about the same thing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, due_at FROM moothall.case_about_same(%s)", [about])
        row = cursor.fetchone()
    return (int(row[0]), row[1]) if row else None


def redeem_code(code: str, *, keys: Keys, who: str, act: bool) -> Opened:
    """Open the run of a code with new `keys`; of what was sent with their secret alone, its code stays. Without `act`
    it is only said what would come of it. `who` may be several words, each counted by itself (guesses.sql)."""
    return Opened(*_row("SELECT state, run, council FROM moothall.redeem_code(%s, %s, %s, %s, %s)",
                        [code, *keys, who, act]))  # fmt: skip


def tell_own_case(number: int, words: str) -> None:
    """What was told at the end of the resident's run in hand, kept with a case that it opened."""
    _row("SELECT moothall.tell_own_case(%s::bigint, %s)", [number, words])


def ring_own_call_on(case: int, asked: str, phone: str, words: str) -> bool:
    """The call that they asked for goes to another number: the answer to `asked`, and what was told; False where nobody
    could change that here."""
    return bool(_row("SELECT moothall.ring_own_call_on(%s::bigint, %s, %s, %s)", [case, asked, phone, words])[0])


class Standing(NamedTuple):
    """How a case stands. `state`: open, closed, or wait (too many guesses), and then nothing else is told. `discreet`:
    nobody beside the reader should see what it is about. `run`: the run that it came of, by column, while its code
    opens that; `came`: of each file that came for it, the step and the item."""

    state: str
    title: str
    opened_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    told: str
    discreet: bool
    run: dict[str, Any] | None = None
    came: list[list[str]] | None = None


def case_by_code(reference: str, code: str, *, who: str) -> Standing | None:
    """The case of a reference and the code of its run; None where the two don't belong together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM moothall.case_by_code(%s, %s, %s)", [reference, code, who])
        row = cursor.fetchone()
    if row is None:
        return None
    return Standing(*row[:-2], *(json.loads(each) if isinstance(each, str) else each for each in row[-2:]))


def take_code(code: str, *, who: str) -> Opened:
    """At the desk: the run of a code, which the resident's browser opens no more."""
    return Opened(*_row("SELECT state, run FROM moothall.take_code(%s, %s)", [code, who]))


def give_code(run: int, code: str) -> None:
    """At the desk: a code by which the run goes on on the web."""
    _row("SELECT moothall.give_code(%s::bigint, %s, %s::int)", [run, code, DAYS])


def _row(statement: str, given: list[Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        row = cursor.fetchone()
    assert row is not None
    return tuple(row)
