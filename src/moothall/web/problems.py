"""What is wrong with a form, as the summary on top of the page tells it."""
from __future__ import annotations

from dataclasses import dataclass

from django.forms import BaseForm


@dataclass(frozen=True, slots=True)
class Problem:
    text: str
    field: str  # the id of the field to go to; empty for the whole form


def problems_of(form: BaseForm) -> list[Problem]:
    """Every error of `form` in the order of its fields, each with the id that its link goes to."""
    found = []
    order = [*form.fields, *(name for name in form.errors if name not in form.fields)]  # not as they were found
    for name, errors in ((name, form.errors[name]) for name in order if name in form.errors):
        field = _id_of(form, name) if name in form.fields else next(iter(_ids(form)), "")
        found += [Problem(str(error), field) for error in errors]
    return found


def _id_of(form: BaseForm, name: str) -> str:
    """A field's id; of a group of radios, which has none of its own, the first one's."""
    bound = form[name]
    return bound.id_for_label or (f"{bound.auto_id}_0" if bound.auto_id else "")


def _ids(form: BaseForm) -> list[str]:
    return [bound.id_for_label for bound in form.visible_fields()]
