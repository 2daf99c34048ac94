"""What is chosen when an agreement is begun."""
from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from moothall.agreements.beginning import HUB, TOGETHER, Beginning
from moothall.agreements.queries import councils_alone
from moothall.agreements.register import CouncilEntry, Register
from moothall.domain.calendar import wall_clock
from moothall.domain.responsibility.shares import Notice
from moothall.lib import clock
from moothall.web.configure.begin_told import Onboarded
from moothall.web.configure.edit_fields import slug_of
from moothall.web.configure.start_forms import DATE
from moothall.web.forms import Form

HOURS = re.compile(r"\s*(\d{1,2}:\d\d)\s*(?:-|–|to)\s*(\d{1,2}:\d\d)\s*")
LONGEST_SLUG, RESERVED = 60, {"begin"}  # an address of its own
LATER, WITHOUT = "later", "without"
FORMS = [(HUB, "One council’s contact centre answers for the others too"),
         (TOGETHER, "The councils pool their people, and all answer for each other")]


def _ticks(label: str, missing: str) -> forms.MultipleChoiceField:
    told = {"required": missing}
    return forms.MultipleChoiceField(label=label, widget=forms.CheckboxSelectMultiple, error_messages=told)


class BeginForm(Form):
    name = forms.CharField(label="Name of the agreement", max_length=120,
                           error_messages={"required": "Enter a name, like “Northern hub”"})
    form = forms.ChoiceField(label="Who answers", choices=FORMS, widget=forms.RadioSelect,
                             error_messages={"required": "Choose who answers"})
    councils = _ticks("Which councils take part", "Choose the councils that take part")
    hub = forms.ChoiceField(label="Whose contact centre answers", required=False,
                            help_text="Where they pool their people, leave this as it is.")
    services = _ticks("Which services are shared", "Choose at least one service")
    open = forms.CharField(label="Open on weekdays", initial="09:00-17:00",
                           error_messages={"required": "Enter when you are open, like 09:00-17:00"})
    answered_within_s = forms.IntegerField(label="Calls are answered within (seconds)", min_value=1, max_value=86_400,
                                           initial=60, error_messages={"required": "Enter a number of seconds"})
    for_percent = forms.IntegerField(label="For how many in a hundred", min_value=1, max_value=100, initial=80,
                                     error_messages={"required": "Enter a number from 1 to 100"})
    starts = forms.DateField(label="It holds from", widget=DATE, error_messages={"required": "Enter the first day"})
    ends = forms.DateField(label="First day without it", widget=DATE,
                           error_messages={"required": "Enter the first day without it"})
    beside = forms.ChoiceField(label="What this agreement does about it", required=False, widget=forms.RadioSelect,
                               choices=[(LATER, "It begins later"), (WITHOUT, "It leaves that out")])  # fmt: skip

    def __init__(
        self, data: Any, *, register: Register, managed: list[int], onboarded: Sequence[Onboarded] = ()
    ) -> None:
        first = wall_clock(clock.now())[0] + timedelta(days=1)
        super().__init__(data, initial={"starts": first.isoformat(), "ends": _year_on(first).isoformat()})
        self.register, self.managed, alone = register, managed, councils_alone()
        self.known = {each.gss: each for each in register.councils if each.gss in alone}
        named = [(each.gss, each.short_name) for each in self.known.values()]
        self.fields["councils"].choices = named  # type: ignore[attr-defined]
        self.fields["councils"].initial = [gss for gss, each in self.known.items() if each.number in managed]
        self.fields["hub"].choices = [("", "Choose"), *named]  # type: ignore[attr-defined]
        services = [(each.slug, each.name) for each in register.services if each.number]
        self.fields["services"].choices = services  # type: ignore[attr-defined]
        self.fields["services"].initial = sorted({slug for each in onboarded for slug in each.services})
        self.fields["services"].help_text = " ".join(each.words for each in onboarded)
        self.onboarded = onboarded

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if not slug_of(name) or len(slug_of(name)) > LONGEST_SLUG or slug_of(name) in RESERVED:
            raise forms.ValidationError("Enter a name with letters or digits, at most 60, like “Northern hub”")
        return name

    def clean_starts(self) -> date:
        first: date = self.cleaned_data["starts"]
        if first <= wall_clock(clock.now())[0]:
            raise forms.ValidationError("It must begin after today, since every council signs it first")
        return first

    def clean_open(self) -> str:
        match = HOURS.fullmatch(self.cleaned_data["open"])
        if match is None:
            raise forms.ValidationError("Enter two times, like 09:00-17:00")
        return f"{match[1].zfill(5)}-{match[2].zfill(5)}"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        hub, chosen = given.get("hub"), given.get("councils") or []
        if given.get("form") == HUB and not hub:
            self.add_error("hub", "Choose whose contact centre answers")
        if chosen and len(self._parties(given)) < 2:
            self.add_error("councils", "Choose at least two councils")
        elif chosen and not {each.number for each in self._parties(given)} & set(self.managed):
            self.add_error("councils", "Choose your own council too: you can begin no agreement for others alone")
        if given.get("starts") and given.get("ends") and given["ends"] <= given["starts"]:
            self.add_error("ends", "The first day without it must come after the first day")
        return given

    def _parties(self, given: dict[str, Any]) -> list[CouncilEntry]:
        wanted = {*given.get("councils", []), *([given.get("hub")] if given.get("form") == HUB else [])}
        return [each for gss, each in self.known.items() if gss in wanted]

    def beginning(self) -> Beginning:
        given = self.cleaned_data
        return Beginning(
            slug_of(given["name"]), given["name"], self.known[given["hub"]] if given["form"] == HUB else None,
            self._parties(given), given["services"], given["open"], (given["starts"], given["ends"]),
            (given["answered_within_s"], given["for_percent"]),
            [line for each in self.onboarded if each.council in self._parties(given) for line in each.lines],
        )  # fmt: skip


def _year_on(day: date) -> date:
    return Notice(months=12).over(day)
