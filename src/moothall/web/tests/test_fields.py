"""How a field stands on a page: its hint and what is wrong with it are told with it, and in the form's own order."""
from __future__ import annotations

import re

from django import forms
from django.template import engines

from moothall.web.forms import Form
from moothall.web.problems import problems_of

PART = """{% from "parts/parts.html" import field with context %}{% from "configure/edit_parts.html" import any_field
with context %}{{ field(form["name"], "In full.") }}{{ any_field(form["days"]) }}{{ any_field(form["site"]) }}"""


class Told(Form):
    name = forms.CharField(label="Name", help_text="In full.", max_length=5)
    days = forms.MultipleChoiceField(label="Days", choices=[("mon", "Monday")], widget=forms.CheckboxSelectMultiple,
                                     help_text="Those on which you are open.")  # fmt: skip
    site = forms.URLField(label="Website", required=False, assume_scheme="https")

    def clean(self):
        self.add_error("name", "It is taken")
        return super().clean()


def shown(form: Told) -> str:
    return engines["jinja2"].env.from_string(PART).render(form=form)


def test_hint_and_errors_are_told_with_their_field():
    page = shown(Told({"name": "too long a name", "site": "www"}))
    assert page.count('id="id_name-error"') == 1 and page.count("field__error\"") == 4, "two of them are the name's"
    assert 'aria-describedby="id_name-hint id_name-error"' in page
    assert re.search(r'<fieldset[^>]* aria-describedby="id_days-hint id_days-error"', page)
    assert 'aria-describedby="id_site-error"' in page and 'aria-describedby=""' not in page
    told = re.findall(r'aria-describedby="([^"]+)"', page)
    assert told and all(f'id="{each}"' in page for ids in told for each in ids.split())


def test_a_field_with_nothing_beside_it_describes_nothing():
    assert "describedby" not in shown(Told()).split("</fieldset>")[1]


def test_the_summary_follows_the_fields_and_speaks_our_words():
    form = Told({"site": "www"})
    assert [each.text for each in problems_of(form)] == [
        "Enter name", "It is taken", "Choose days", "Enter a web address, like https://www.example.gov.uk",
    ]  # fmt: skip
