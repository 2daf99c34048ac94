"""Every form of ours: nobody can write a card number into it, and it speaks our words."""
from __future__ import annotations

import pkgutil
import re
from importlib import import_module

import pytest
from django import forms
from django.template import engines

import moothall.web
from moothall.domain.typed import CARD_TAKEN_OUT
from moothall.web.forms import Form, is_typed
from tests.meta.sources import CODE

CARD = "4242 4242 4242 4242"
LIBRARYS_OWN = {"SignInForm", "SignInCodeForm", "CodeAgainForm", "FirstCodeForm", "KeyNameForm"}  # for signing in
# Codes and days.
UNTYPED = {"again", "read", "sha256", "before", "who", "said", "have", "cover", "from", "council", "until",
           "saved", "entry", "act", "need", "anew", "sent"}


def our_forms() -> list[type[forms.BaseForm]]:
    for module in pkgutil.walk_packages(moothall.web.__path__, "moothall.web."):
        if ".tests" not in module.name and module.name.rsplit(".", 1)[-1] not in ("live", "live_doorbell"):
            import_module(module.name)
    found, more = set(), [forms.BaseForm]
    while more:
        more = [each for kind in more for each in kind.__subclasses__()]
        found |= {each for each in more if each.__module__.startswith("moothall.") and ".tests" not in each.__module__}
    return sorted(found, key=lambda kind: kind.__qualname__)


FORMS = our_forms()


def test_every_form_is_of_our_kind_or_of_those_for_signing_in() -> None:
    assert len(FORMS) > 20
    others = {kind.__name__ for kind in FORMS if not issubclass(kind, Form)}
    assert others - LIBRARYS_OWN == set()


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.__qualname__)
def test_no_field_keeps_or_shows_a_card_number_and_the_rest_stays(kind: type[forms.BaseForm]) -> None:
    if not issubclass(kind, Form):
        return
    typed = {name: field for name, field in kind.base_fields.items() if is_typed(field)}
    bound = type("Filled", (Form,), dict(typed))(dict.fromkeys(typed, f"Paid {CARD} today\u202e"))
    assert {name: errors[0] for name, errors in bound.errors.items()} == dict.fromkeys(typed, CARD_TAKEN_OUT)
    for name in typed:
        assert bound[name].value() == "Paid  today" and name not in bound.cleaned_data
        assert "4242" not in str(bound[name])


def test_whatever_people_may_type_into_is_looked_at() -> None:
    left_out = [
        f"{kind.__qualname__}.{name}" for kind in FORMS if issubclass(kind, Form)
        for name, field in kind.base_fields.items()
        if isinstance(field.widget, forms.TextInput | forms.Textarea) and not is_typed(field)
        and not isinstance(field, forms.RegexField | forms.IntegerField | forms.TimeField)
        and not isinstance(field.widget, forms.PasswordInput | forms.HiddenInput)
    ]  # fmt: skip
    assert left_out == []


def test_what_was_sent_is_read_through_forms() -> None:
    """What stands in a request may be read besides only where it is a code."""
    asked = re.compile(r"request\.(?:POST|GET)(?:\.get\(|\[)\"(\w+)\"")
    found = {
        f"{path.relative_to(CODE)}: {name}" for path in (CODE / "web").rglob("*.py") if "tests" not in path.parts
        for name in asked.findall(path.read_text(encoding="utf-8"))
        if name not in UNTYPED and f"{path.stem} {name}" != "views narrow"  # cases.queue takes it out itself
    }  # fmt: skip
    assert found == set()


def test_a_form_never_speaks_the_librarys_words() -> None:
    class Everything(Form):
        note = forms.CharField(max_length=5)
        number = forms.IntegerField(min_value=1)
        day = forms.DateField()
        at = forms.TimeField()
        way = forms.ChoiceField(choices=[("a", "A")])
        ways = forms.MultipleChoiceField(choices=[("a", "A")])
        told = forms.CharField(error_messages={"required": "Say it"})

    empty, wrong = Everything({}), Everything({
        "note": "x" * 6, "number": "x", "day": "x", "at": "x", "way": "x", "ways": ["x"], "told": "x",
    })  # fmt: skip
    assert {name: each[0] for name, each in empty.errors.items()} == {
        "note": "Enter note", "number": "Enter number", "day": "Enter day", "at": "Enter at", "way": "Choose way",
        "ways": "Choose ways", "told": "Say it",
    }  # fmt: skip
    assert {name: each[0] for name, each in wrong.errors.items()} == {
        "note": "Use 5 characters or fewer", "number": "Enter a number, like 12", "day": "Enter a day, like 24/12/2026",
        "at": "Enter a time, like 14:30", "way": "Choose way from the list", "ways": "Choose ways from the list",
    }  # fmt: skip
    assert Everything({"number": 0}).errors["number"] == ["Enter 1 or more"]


def test_no_form_that_people_fill_in_leaves_the_words_to_the_browser() -> None:
    """With the browser's own bubbles our words at the field and in the summary would never be seen."""
    filled = re.compile(r"field\(|<textarea|<select|\.as_\w+\(|<input(?![^>]*type=\"(?:hidden|radio|checkbox)\")")
    bare = [
        f"{path.name}: {form[:60]}" for path in (CODE / "web/templates").rglob("*.html")
        for form in re.findall(r"<form\b.*?</form>", path.read_text(encoding="utf-8"), re.S)
        if 'method="post"' in form and filled.search(form) and "novalidate" not in form.split("\n")[0]
    ]  # fmt: skip
    assert bare == []


def test_one_number_says_how_long_a_note_may_be() -> None:
    from moothall.domain.interview.fields import LONGEST
    from moothall.domain.typed import LONGEST_NOTE
    from moothall.web.cases.forms import NoteForm
    from moothall.web.desk.forms import NotesForm, StepForm

    notes = (NotesForm.base_fields["notes"], StepForm.base_fields["value"], NoteForm.base_fields["text"])
    assert {field.max_length for field in notes} == {LONGEST["notes"]} == {LONGEST_NOTE}


def test_whatever_page_says_that_something_is_wrong_says_so_first_in_its_title() -> None:
    page = engines["jinja2"].from_string(
        '{% extends "layouts/frame.html" %}{% from "parts/parts.html" import error_summary %}'
        "{% block title %}{{ own }}Close case{% endblock %}"
        "{% block body %}{{ error_summary(problems) }}{{ said }}{{ shown }}{% endblock %}"
    )
    wrong = [{"text": "Choose what came of it", "field": "outcome"}]
    for problems, own, title in ((wrong, "", "Error: Close case"), (wrong, "Error: ", "Error: Close case"),
                                 ([], "", "Close case")):  # fmt: skip
        told = {"said": "a name of a page's own", "shown": ", and another"}  # which the frame leaves alone
        html = page.render({"problems": problems, "own": own, "brand_sheet": "/brand.css", **told})
        assert "".join(told.values()).replace("'", "&#39;") in html
        assert f"<title>{title}</title>" in html and html.count("Choose what came of it") == len(problems)


def test_only_the_frame_says_in_titles_of_staff_that_something_is_wrong() -> None:
    title = re.compile(r"{% block (?:title|tab) %}[^\n]*(?:Error:|There is a problem)")
    folder = CODE / "web/templates"
    own = [path.name for path in folder.rglob("*.html") if title.search(path.read_text(encoding="utf-8"))]
    assert set(own) == {"layout.html", "public.html"}  # of pages that must not say what they are about
