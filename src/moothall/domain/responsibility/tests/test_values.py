"""What the rules of responsibility speak in are values: nobody can change one that somebody else holds."""
from __future__ import annotations

from dataclasses import is_dataclass
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path

import pytest

from moothall.domain import responsibility

MODULES = sorted(path.stem for path in Path(responsibility.__path__[0]).glob("[a-z]*.py"))
COUNTED_INTO = {"figures._Told", "figures._Step", "tiers._Part", "tiers._Parts"}  # by their module alone
WITHOUT_SLOTS = {"compile.ResponsibilityMap", "figures._Told", "figures._Step"}


@pytest.mark.parametrize("module", MODULES)
def test_every_value_is_frozen_and_takes_no_other_fields(module: str) -> None:
    made = import_module(f"{responsibility.__name__}.{module}")
    for name, found in getmembers(made, isclass):
        if is_dataclass(found) and found.__module__ == made.__name__:
            where = f"{module}.{name}"
            assert found.__dataclass_params__.frozen is (where not in COUNTED_INTO), where
            assert ("__slots__" in vars(found)) is (where not in WITHOUT_SLOTS), where
