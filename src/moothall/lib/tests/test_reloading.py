"""Which models a step of a migration makes anew, and that none of the others holds an older one."""
from __future__ import annotations

import pytest
from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from moothall.lib.reloading import few_models_made_anew


def state() -> ProjectState:
    """Leaves and nests point at one tree, twigs at a leaf; a bud is a leaf; a bird has been on leaves."""
    made = ProjectState()
    for name, fields, bases in (
        ("tree", [], ()),
        ("leaf", [("tree", models.ForeignKey("green.Tree", models.CASCADE))], ()),
        ("nest", [("tree", models.ForeignKey("green.Tree", models.CASCADE))], ()),
        ("twig", [("leaf", models.ForeignKey("green.Leaf", models.CASCADE))], ()),
        ("bud", [("leaf_ptr", models.OneToOneField("green.Leaf", models.CASCADE, parent_link=True, primary_key=True))],
         ("green.leaf",)),
        ("bird", [("been_on", models.ManyToManyField("green.Leaf"))], ()),
    ):
        key = [] if name == "bud" else [("id", models.AutoField(primary_key=True))]
        made.add_model(ModelState("green", name.title(), [*key, *fields], bases=bases or (models.Model,)))
    return made


def classes(made: ProjectState) -> dict[str, type[models.Model]]:
    return dict(made.apps.all_models["green"])


@pytest.mark.parametrize(("changed", "anew"), [
    ("nest", {"nest"}), ("twig", {"twig"}), ("leaf", {"leaf", "twig", "bud", "bird", "bird_been_on"}),
    ("tree", {"tree", "leaf", "nest", "twig", "bud", "bird", "bird_been_on"}),
])
def test_a_step_makes_anew_what_would_hold_an_older_model(changed: str, anew: set[str]) -> None:
    with few_models_made_anew():
        made = state()
        before = classes(made)
        made.add_field("green", changed, "height", models.IntegerField(default=0), preserve_default=True)
        after = classes(made)
    assert {name for name, model in after.items() if model is not before[name]} == anew
    for model in after.values():
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            assert not field.is_relation or field.related_model is after[field.related_model._meta.model_name], field
        assert not [each for each in model._meta.related_objects if each.related_model not in after.values()], model
    assert after[changed]._meta.get_field("height")


def test_python_in_a_migration_is_given_all_models_made_anew() -> None:
    with few_models_made_anew():
        made = state()
        before = classes(made)
        made.add_field("green", "nest", "height", models.IntegerField(default=0), preserve_default=True)
        made.clear_delayed_apps_cache()
        assert not set(before.values()) & set(classes(made).values())
