"""Rows that are loaded by the thousand meet the same walls as a single one."""
from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from moothall.customers.models import CustomerToken
from moothall.places.models import Authority, Property
from moothall.tenancy.bulk import load_rows, reserve_ids
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope


def test_ids_are_reserved_in_order_and_given_to_nobody_else(world):
    first, second = reserve_ids(Property, 3), reserve_ids(Property, 2)
    assert first == sorted(set(first)) and len(first) == 3 and len(second) == 2 and min(second) > max(first)
    with scope(System("load")):
        assert not Property.objects.filter(pk__in=first + second).exists()
    assert reserve_ids(Property, 0) == []


def test_rows_take_ids_of_the_sequence_or_those_that_were_reserved(world):
    tokens = ["council", "customer", "token"]
    (own,) = reserve_ids(CustomerToken, 1)
    with scope(System("load")):
        assert load_rows(CustomerToken, tokens, [(2, world.home["customer"], "first")]) == 1
        assert load_rows(CustomerToken, ["id", *tokens], [(own, 2, world.home["customer"], "second")]) == 1
        assert CustomerToken.objects.get(pk=own).token == "second"
        assert CustomerToken.objects.get(token="first").pk > own


def test_what_is_there_already_stays_as_it_is_and_isnt_counted(world):
    rows = [("E99000001", "First", "district", ""), ("E99000002", "Second", "district", "")]
    assert load_rows(Authority, ["gss", "name", "tier", "website"], rows) == 2
    again = [("E99000002", "Renamed", "district", ""), ("E99000003", "Third", "district", "")]
    assert load_rows(Authority, ["gss", "name", "tier", "website"], again) == 1, "and twice in one transaction"
    assert Authority.objects.get(gss="E99000002").name == "Second"
    assert load_rows(Authority, ["gss", "name", "tier", "website"], []) == 0


def test_a_row_of_another_council_is_refused_with_all_that_came_with_it(world):
    tokens = ["council", "customer", "token"]
    with scope(System("load", 2)):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            load_rows(CustomerToken, tokens, [(2, world.home["customer"], "mine"),
                                              (13, world.other["customer"], "theirs")])
        assert not CustomerToken.objects.filter(token__in=["mine", "theirs"]).exists()


def test_outside_a_scope_nothing_is_loaded(world, as_role):
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        load_rows(CustomerToken, ["council", "customer", "token"], [(2, world.home["customer"], "x")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.stage_customers_customertoken')")
        assert cursor.fetchone() == (None,)
