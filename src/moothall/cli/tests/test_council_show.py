"""`./moot council show` tells how a council looks and speaks, and where each of it is said."""
from __future__ import annotations

import json
from argparse import Namespace
from typing import Any

import pytest

from moothall.cli import council_show as council
from moothall.cli.given import Misnamed
from moothall.identity.actions import publish_identity, save_identity
from moothall.identity.check import Said
from moothall.tenancy.models import Council

SAID = Said("#1E5B4F", "contact.example", "", {"en": {"name": "Northby", "short_name": "Northby", "tone": "Be brief"}})


def test_it_shows_what_was_published(world: Any, capsys: pytest.CaptureFixture[str]) -> None:
    harborough = Council.objects.get(pk=world.harborough)
    save_identity(harborough, SAID, read="0.0", by=None)
    publish_identity(harborough, read="0.1", by=None)
    assert council.show(Namespace(slug="harborough", json=False)) == 0
    shown = capsys.readouterr().out
    for each in ("Northby (Northby)", "contact.example", "band 7.88 of 4.5", "[en] Be brief", "the agreement’s",
                 "version 1"):  # fmt: skip
        assert each in shown, shown
    assert council.show(Namespace(slug="harborough", json=True)) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["contrast"]["band"]["needed"] == 4.5 and told["versions"][0]["number"] == 1


def test_a_council_that_isnt_there_is_told(world: Any) -> None:
    with pytest.raises(Misnamed, match="No council here is called “harboro”"):
        council.show(Namespace(slug="harboro", json=False))
