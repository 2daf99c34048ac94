"""Where the map of a question opens at the desk."""
from __future__ import annotations

import pytest

from moothall.domain.maps import Spot
from moothall.web import maps
from moothall.web.desk.tests.test_script import begin, first_choice, say

pytestmark = pytest.mark.usefixtures("scripts")


def test_the_map_of_the_next_need_opens_at_the_address_of_the_one_before(desk, monkeypatch):
    there = {"LE167AA": Spot(52.4801, -0.9203)}
    monkeypatch.setattr(maps, "spot_of_postcode", there.get)
    shown = say(desk, begin(desk), "LE16 7AA")
    say(desk, shown, first_choice(shown))
    shown = desk.act("need", script="dumped").content.decode()
    assert 'data-at="52.48010,-0.92030"' in shown and 'data-metres="3000"' in shown
    assert "The map shows 3 km from side to side" in shown
