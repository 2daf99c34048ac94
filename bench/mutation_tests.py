"""A pytest plugin for the bench of mutations: fewer examples, no shrinking, and which lines a test file reaches.

MUTATION_EXAMPLES caps Hypothesis' examples; with MUTATION_RANDOM only the tests that have some are run.
MUTATION_TRACE names a folder whose modules are watched, and MUTATION_LINES the file into which the reached lines are
written.
"""
from __future__ import annotations

import json
import os
import sys
import threading
from collections import defaultdict
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import Phase, settings

REACHED: dict[str, set[int]] = defaultdict(set)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A failure is only to be found, not to be explained; how long an example takes on a busy machine says nothing."""
    cap = int(os.environ.get("MUTATION_EXAMPLES", "0"))
    if os.environ.get("MUTATION_RANDOM"):
        items[:] = [item for item in items if _examples_of(item) is not None]
    for item in items:
        test, own = _test_of(item), _examples_of(item)
        if own is not None:
            examples = min(cap, own.max_examples) if cap else own.max_examples
            test._hypothesis_internal_use_settings = settings(
                own, max_examples=examples, deadline=None, phases=(Phase.explicit, Phase.generate), database=None)


def _test_of(item: pytest.Item) -> Any:
    test = getattr(item, "obj", None)
    return getattr(test, "__func__", test)


def _examples_of(item: pytest.Item) -> settings | None:
    return getattr(_test_of(item), "_hypothesis_internal_use_settings", None)


def pytest_configure() -> None:
    if folder := os.environ.get("MUTATION_TRACE"):
        watched: dict[str, bool] = {}

        def enter(frame: FrameType, event: str, argument: Any) -> Any:
            name = frame.f_code.co_filename
            if name not in watched:
                watched[name] = Path(name).parent == Path(folder)
            return note(frame, event, argument) if watched[name] else None

        threading.settrace(enter)
        sys.settrace(enter)


def note(frame: FrameType, event: str, _: Any) -> Any:
    REACHED[frame.f_code.co_filename].add(frame.f_lineno)
    return note


def pytest_unconfigure() -> None:
    if to := os.environ.get("MUTATION_LINES"):
        sys.settrace(None)
        Path(to).write_text(json.dumps({Path(name).name: sorted(lines) for name, lines in REACHED.items()}))
