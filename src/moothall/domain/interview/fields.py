"""What is asked for: the field of an `ask` step, its options, and what an answer must fulfil."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from moothall.domain.interview import grammar
from moothall.domain.interview.declare import Declaring
from moothall.domain.interview.model import KIND_OF_FIELD, SEVERAL, Field, FieldKind, Must, Option
from moothall.domain.interview.reading import LARGEST, Data
from moothall.domain.typed import LONGEST_NOTE

FIELDS: tuple[FieldKind, ...] = tuple(kind for kind in KIND_OF_FIELD if kind != "none")
CHOSEN = ("radio", "property", "choices", "checklist")
LONGEST: Mapping[str, int] = {
    "notes": LONGEST_NOTE, "phone": 30, "mobile": 30, "email": 254, "reach": 254, "person": 120, "point": 500,
    "money": 20, "whole": 20, "reference": 40, "address": 500,
    **dict.fromkeys(SEVERAL, 4000),
}  # fmt: skip
MOST_MONEY = 999_999_999  # pence


class FieldReader(Declaring):
    def field(self, data: Data) -> Field:
        kind = data["ask"]
        if kind not in FIELDS:
            self.find("field", f"“{kind}” isn't a kind of field", data, "ask", f"There are {', '.join(FIELDS)}.")
            return Field()
        told = self.mapping(data, "options")
        options = tuple(self.option(told, value) for value in told)
        if kind in CHOSEN and not options and not data.get("options_from"):
            self.find("field", "There is nothing to choose from", data, "ask", "Add options: or options_from:.")
        least, most = self.limits(data, kind)
        return Field(
            cast(FieldKind, kind),
            options,
            str(data.get("options_from", "")),
            self.truth(data, "optional"),
            self.whole(data, "longest", LONGEST.get(kind, 200), 1, LONGEST_NOTE),
            self.words(data, "missing"),
            least,
            most,
            tuple(self.must(item) for item in self.listed(data.get("must"), data, "must", "rules")),
        )

    def limits(self, data: Data, kind: str) -> tuple[int | None, int | None]:
        if kind not in ("money", "whole"):
            for key in ("least", "most"):
                if key in data:
                    self.find("field", f"“{key}” is for money and whole alone", data, key, "Take it out.")
            return None, None
        least = self.whole(data, "least", 0)
        return least, self.whole(data, "most", MOST_MONEY if kind == "money" else LARGEST, least)

    def option(self, data: Data, value: Any) -> Option:
        told = data[value]
        if isinstance(told, Mapping) and "label" in told:
            self.keys(told, grammar.OPTION)
            when = self.condition(told, "when")
            label, why = self.words(told, "label"), self.words(told, "why")
            return Option(str(value), label, when[0] if when else None, why, self.truth(told, "alone"))
        return Option(str(value), self.words(data, value))

    def must(self, data: Data) -> Must:
        self.keys(data, grammar.MUST)
        for key in ("that", "words"):
            if key not in data:
                self.find("must", f"A rule under must: lacks “{key}”", data, None, f"Add {key}:.")
        that = self.condition(data, "that")
        words = self.words(data, "words")
        return Must(that[0], words) if that else cast(Must, None)  # a finding was made, so no script comes of it
