"""The agreements in force are read by one thread at a time, and what was changed meanwhile isn't forgotten again."""
from __future__ import annotations

from typing import Any

import pytest

from moothall.agreements import in_force
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
