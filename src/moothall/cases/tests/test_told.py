"""What was told of a case is one text: the database puts it together as Python does, and Python takes it apart."""
from __future__ import annotations

import pytest
from django.db import connection

from moothall.cases.told import parts_told, told_after

pytestmark = pytest.mark.django_db


def ask(statement: str, *given: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT moothall.{statement}", given)
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize("words", ["Done.", "", " \n\t", "It came.\f\fDone."])
@pytest.mark.parametrize("told", ["", "A crew comes.", "A crew comes.\fIt came.", "\f", "At first.\f\f \fIt came.\f"])
def test_what_is_told_later_comes_after_by_either(told, words):
    """Where there are no words nothing is told, and no break stands for it."""
    later = ask("told_after(%s, %s)", told, words)
    assert later == told_after(told, words)
    assert "\f\f" not in f"\f{later}\f" or not later
    assert parts_told(later) == [*parts_told(told), *parts_told(words)]


def test_what_was_said_at_the_end_takes_the_place_of_the_first_part_alone():
    assert parts_told(ask("told_at_end(%s, %s)", told_after("At first.", "Later."), "At the end.")) == [
        "At the end.", "Later.",
    ]  # fmt: skip
    assert ask("told_at_end(%s, %s)", "At first.", "At the end.") == "At the end."
    assert ask("told_at_end(%s, %s)", "At first.\fLater.", " ") == "Later.", "no break stands for no words"
