"""A town of four homes, and the agent's desk, for the tests of runs."""

from dataclasses import dataclass
from datetime import date

import pytest

from moothall.agreements.queries import Answer
from moothall.cases import actions as case_actions
from moothall.domain.responsibility.shares import StandardTerms
from moothall.lib import clock
from moothall.places.models import Authority, Collection, Postcode, Property
from moothall.scripts.tests.checked import check_packs_once
from moothall.scripts.tests.walks import THURSDAY
from moothall.scripts.versions import publish_packs
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope


@dataclass(frozen=True, slots=True)
class Homes:
    mill_lane: int  # Harborough, due Tuesday
    assisted: int  # Harborough, next door
    over_the_border: int  # Charnwood, the same postcode
    no_round: int  # Harborough, no bin days known


@pytest.fixture
def town(world, monkeypatch):
    """A Thursday at ten, the packs published, four homes at one border postcode; Rutland next door takes no part."""
    monkeypatch.setattr(clock, "now", lambda: THURSDAY)
    plan = Answer(
        share_id=world.resolve_share, share_key="harborough-bins-resolve", version_id=world.version,
        tiers=((0, world.waste_team),), teams=("harborough-waste",), until=None, standard=StandardTerms(),
    )  # fmt: skip
    monkeypatch.setattr(case_actions, "responsible", lambda council, service, **asked: plan)
    check_packs_once(monkeypatch)
    publish_packs()
    for key, lad in (("LE167ZZ", "E07000131"), ("LE159ZZ", "E06000017")):
        Postcode.objects.create(key=key, display=f"{key[:4]} {key[4:]}", lad=lad)
    Authority.objects.update_or_create(gss="E06000017", defaults={"name": "Rutland County Council", "tier": "unitary"})
    with scope(System("load")):
        homes = Homes(
            _home(2, "1", "T1"), _home(2, "2", "T1", assisted=True), _home(1, "3", "T2"), _home(2, "4", "")
        )  # fmt: skip
        for council, code in ((2, "T1"), (1, "T2")):
            for day in (date(2026, 11, 10), date(2026, 11, 24), date(2026, 12, 8)):
                Collection.objects.create(
                    council_id=council, round_code=code, stream="refuse", scheduled=day, actual=day
                )
    return homes


def _home(council, number, code, *, assisted=False):
    return Property.objects.create(
        council_id=council, uprn=88_000_000_000 + council * 100 + int(number), usrn=20600001, number=number,
        street="Mill Lane", town="Kibworth", postcode_key="LE167ZZ", postcode="LE16 7ZZ", round_code=code,
        assisted=assisted,
    ).pk  # fmt: skip


@pytest.fixture
def desk(world, town, as_role):
    """Sam at the web role, with the world's call in hand."""
    with as_role("web"), scope(Staff(world.sam)):
        yield world
