"""The agreements in force are read by one thread at a time, and what was changed meanwhile isn't forgotten again."""
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from moothall.agreements import in_force, queries
from moothall.domain.responsibility.lookup import stretch_at
from moothall.domain.responsibility.shares import Cell
from moothall.lib import clock


def test_what_was_being_read_when_the_set_changed_is_not_put_back(
    world: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.AGREEMENTS_LOOK_AGAIN_S = 3600
    in_force.forget()
    with monkeypatch.context() as patch:  # read before a version was enacted; the word comes while it is compiled
        patch.setattr(in_force, "held", lambda at: in_force.forget() or ())
        assert in_force.current().versions == ()
    assert in_force.current().versions == in_force.held(clock.now()) != ()
    in_force.forget()


def test_who_answers_is_remembered_for_no_longer_than_they_do(world: Any) -> None:
    """For every cell: to the second at which it changes hands, the second after, and back before what is remembered."""
    now, turns = in_force.current(), 0
    for cell in now.table.cells:
        at = start = clock.now()
        for _ in range(9):
            ends = stretch_at(now.table, cell, at).ends
            if ends is None:
                break
            for moment in (at, ends - timedelta(seconds=1), ends, start - timedelta(days=2), at, ends):
                _same(now, cell, moment)
            at, turns = ends, turns + 1
    assert turns, "nothing ever changes hands, so nothing was tried"


def _same(now: in_force.InForce, cell: Cell, at: datetime) -> None:
    found, fresh = queries.responsible(*cell, at), stretch_at(now.table, cell, at)
    assert isinstance(found, queries.Gap) is (fresh.plan is None), f"{cell} at {at}"
    if isinstance(found, queries.Answer) and fresh.plan is not None:
        assert (found.share_id, found.until) == (fresh.plan.share, fresh.ends), f"{cell} at {at}"
