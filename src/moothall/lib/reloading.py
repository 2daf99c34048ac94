"""Migrations in a third of the time: of the models as they were, each step makes anew those alone that it must.

Django makes a changed model anew with everything around it: what it points at, and all that points there. Here every
table points at its council, so that nearly every step made nearly every model. But a class goes stale only when it
holds an older one: whoever points at a changed model, and its children. A migration that runs Python is given all
models made anew, as Django does after any step that it didn't follow to the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db.migrations.state import ProjectState


@contextmanager
def few_models_made_anew() -> Iterator[None]:
    """Let migrations that run inside make no model anew that needn't be."""
    with patch.object(ProjectState, "_find_reload_model", _stale):
        yield


def _stale(state: Any, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    """The model and whoever holds it, directly or through others, as (app label, name in lower case)."""
    state.is_delayed = True  # so that Python in a migration is given all models made anew
    models = [model for of_app in state.apps.all_models.values() for model in of_app.values()]
    stale = {(app_label, model_name)}
    found = True
    while found:
        found = {key for model in models if (key := _key(model)) not in stale and _holds(model, stale)}
        stale |= found
    return stale


def _holds(model: Any, stale: set[tuple[str, str]]) -> bool:
    """Whether the class has one of these as a parent or as what a field of its own points at."""
    meta = model._meta
    fields = (*meta.local_fields, *meta.local_many_to_many)
    remote = (field.remote_field.model for field in fields if field.is_relation)
    held = (*(each for each in remote if not isinstance(each, str)), *model.__bases__)
    return any(hasattr(each, "_meta") and _key(each) in stale for each in held)


def _key(model: Any) -> tuple[str, str]:
    return model._meta.app_label, model._meta.model_name
