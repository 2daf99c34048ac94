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
    for name, errors in form.errors.items():
        field = (form[name].id_for_label or "") if name in form.fields else next(iter(_ids(form)), "")
        found += [Problem(str(error), field) for error in errors]
    return found


def _ids(form: BaseForm) -> list[str]:
    return [bound.id_for_label for bound in form.visible_fields()]
