"""Rows that are written together go in as one, behind the same walls, or not at all."""
from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from moothall.contacts.models import Contact, Need
from moothall.journal.actions import write
from moothall.journal.models import Entry
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope
from moothall.tenancy.together import change_held, hold, hold_change, together, write_held

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 10, 30, 0, 123456, tzinfo=UTC)
TITLE = "Bin “1”, \\ 50 % ’\t"


def need_of(world: Any, number: int, **more: Any) -> Need:
    told = {"kind": "x", "title": TITLE, "created_at": AT, **more}
    return Need(pk=number, council_id=2, service_id=524, contact_id=world.home["contact"], **told)


def next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('contacts_need_id_seq')")
        return int(cursor.fetchone()[0])


def test_new_rows_changes_and_entries_go_in_as_one_statement_in_their_order(world):
    with scope(System("load")):
        contact = Contact.objects.get(pk=world.home["contact"])
        first, second = next_id(), next_id()
        with CaptureQueriesContext(connection) as said, together():
            for number in (first, second):
                assert hold(need_of(world, number))
                body = {"n": number, "w": TITLE}
                write("need.open", council=2, service=524, contact=contact.pk, need=number, body=body)
            assert change_held(Need, first, outcome="resolved", closed_at=AT)
            assert not change_held(Need, second + 1, outcome="resolved")
            assert hold_change(contact) and hold_change(contact)
            contact.notes = TITLE  # as it is at the end
        assert len(said) == 1
        one, two = Need.objects.filter(pk__in=[first, second]).order_by("pk")
        assert (one.title, one.outcome, one.closed_at, one.created_at) == (TITLE, "resolved", AT, AT)
        assert (two.outcome, two.closed_at) == ("", None)
        assert Contact.objects.get(pk=contact.pk).notes == TITLE
        entries = Entry.objects.filter(need_id__in=[first, second]).order_by("id")
        assert [(each.need_id, each.body) for each in entries] == [
            (number, {"n": number, "w": TITLE}) for number in (first, second)]
        assert all(each.xact for each in entries), "the database's own word on the transaction"


def test_what_is_read_before_the_end_is_written_before(world):
    with scope(System("load")), together():
        hold(need_of(world, number := next_id()))
        assert not Need.objects.filter(pk=number).exists()
        write_held()
        assert Need.objects.filter(pk=number).exists()
        assert not change_held(Need, number, outcome="resolved"), "it is in the database"


def test_what_raises_leaves_nothing_and_outside_nothing_is_held(world):
    with scope(System("load")):
        with pytest.raises(ZeroDivisionError), together():
            hold(need_of(world, number := next_id()))
            raise ZeroDivisionError
        assert not Need.objects.filter(pk=number).exists()
        assert not (hold(need_of(world, number)) or hold_change(need_of(world, number)))


def test_the_walls_stand_and_a_change_that_meets_no_row_is_no_silence(world):
    with scope(System("load", 13)):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic(), together():
            hold(need_of(world, next_id()))
        theirs = Contact(pk=world.home["contact"], council_id=13, service_id=57, offered_at=AT, tiers=[])
        with pytest.raises(LookupError, match="1 of 1"), transaction.atomic(), together():
            hold_change(theirs)
    with scope(Staff(world.sam)), pytest.raises(DatabaseError), transaction.atomic(), together():
        hold(need_of(world, world.home["need"]))  # an id that is taken
