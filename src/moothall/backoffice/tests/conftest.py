"""Two accounts in the simulated package: one in trouble, one of somebody who must be protected."""

import pytest
from tests.revenues_package import Home, running_package

from moothall.backoffice.registry import revenues_of

COUNCIL = "E07000130"
TOM = Home(COUNCIL, 1, "7 Hosiery Street", ("Tom Whetford",), story={
    "stage": "10REM", "band": "D", "alone": True, "joint": [], "hold": "BSM", "claim": True, "broken": 1, "day": 15,
    "idv": {"pw": "marmalade", "lastref": "CT12345"},
})  # fmt: skip
RUTH = Home(COUNCIL, 2, "3 Mill Lane", ("Ruth Silbourne",), guarded=True, story={"joint": ["Mark Silbourne"]})


@pytest.fixture
def tallystick(tmp_path, settings):
    with running_package(tmp_path, [TOM, RUTH]) as (server, file):
        settings.CONNECTIONS = file
        yield server


@pytest.fixture
def package(tallystick):
    return revenues_of(COUNCIL)
